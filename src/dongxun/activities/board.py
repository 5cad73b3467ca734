"""What the console's first page shows of sessions: this week, today, and what is not settled.

A few small queries of plain columns, whatever the number of sessions.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from dongxun.activities.contracts import Board, SessionId, SessionState, TodaySession
from dongxun.activities.models import Booking, CheckIn, Session, SessionOrganisation, WalkIn
from dongxun.activities.presence import PEOPLE
from dongxun.kernel import asked, clock
from dongxun.kernel.actors import Interval
from dongxun.organisations.api import within

AHEAD_DAYS = 14
LECTURER_DAYS = 7
SHOWN = 6
_NO_LECTURER_NEEDED = ("film", "service", "fair", "makeup", "discussion", "minors")
_COLUMNS = (
    "id",
    "title",
    "starts_at",
    "ends_at",
    "state",
    "host__short_name",
    "place_words",
    "place_id",
    "main",
    "type",
    "is_group_viewing",
    "has_lecturer",
)
_Row = tuple[
    UUID, str, datetime, datetime, str, str, str | None, UUID | None, UUID, str, bool, bool
]


def board(season_id: UUID, interval: Interval, *, whole: bool = False) -> Board:
    """Return the sessions of a subtree as the first page needs them; three queries.

    The caller has asked whether the actor may see the subtree.

    Args:
        whole: the subtree is the whole season, so nothing needs to be left out.
    """
    now, today = clock.now(), clock.today()
    monday = today - timedelta(days=today.weekday())
    rows = _rows(season_id, interval, clock.moment(monday), whole=whole)
    [[walk_ins]] = asked.rows(_walk_ins, season_id, interval.lft, interval.rgt) or [(0,)]
    week_ends = clock.moment(monday + timedelta(days=7))
    week = [row for row in rows if row[2] < week_ends]
    of_day = [row for row in rows if clock.day_of(row[2]) == today]
    ahead = [row for row in rows if row[2] > now]
    return Board(
        week=len({row[8] for row in week}),
        week_held=len({row[8] for row in week if row[3] <= now}),
        today=len(of_day),
        running=sum(row[2] <= now <= row[3] for row in of_day),
        sessions=tuple(_shown(of_day, now)),
        without_lecturer=tuple(_names(ahead, today)),
        clashes=tuple(_clashes(ahead)),
        walk_ins=walk_ins,
    )


def _walk_ins(season_id: UUID, lft: int, rgt: int) -> QuerySet[WalkIn, Any]:
    rows = WalkIn.objects.filter(
        within([Interval(lft, rgt)], "branch__lft"), session__season_id=season_id, state="pending"
    )
    return rows.order_by().values_list("state").annotate(n=Count("id")).values_list("n")


def _rows(season_id: UUID, interval: Interval, first: datetime, *, whole: bool) -> list[_Row]:
    last = clock.moment(clock.today() + timedelta(days=AHEAD_DAYS))
    if whole:
        return asked.rows(_between, season_id, first, last)
    return asked.rows(_between, season_id, first, last, interval.lft, interval.rgt)


def _between(
    season_id: UUID, first: datetime, last: datetime, *ends: int
) -> QuerySet[Session, Any]:
    """Ask for the sessions of some days, of the season or of the subtree with these ends."""
    found = Session.objects.filter(season_id=season_id, starts_at__gte=first, starts_at__lt=last)
    found = found.filter(state__in=(SessionState.PUBLISHED, SessionState.ARCHIVED))
    if ends:
        parts = SessionOrganisation.objects.filter(
            within([Interval(*ends)], "organisation__lft"), session=OuterRef("pk")
        )
        found = found.filter(Exists(parts))
    booked = Booking.objects.filter(~Q(state="declined"), session=OuterRef("pk"))
    found = found.annotate(
        has_lecturer=Exists(booked),
        place_words=Coalesce("place__name", "place_text"),
        main=Coalesce(F("main_session_id"), F("id")),
    )
    return found.order_by("starts_at", "id").values_list(*_COLUMNS)


def _present(session_ids: tuple[UUID, ...]) -> QuerySet[CheckIn, Any]:
    rows = CheckIn.objects.filter(session_id__in=session_ids, voided_at=None, confirmed=True)
    return rows.order_by().values_list("session_id").annotate(n=PEOPLE)


def _shown(rows: list[_Row], now: datetime) -> Iterable[TodaySession]:
    """Return today's first sessions, those that are over last."""
    chosen = sorted(rows, key=lambda row: (row[3] < now, row[2]))[:SHOWN]
    came: dict[UUID, int] = {}
    if chosen:
        came = dict(asked.rows(_present, tuple(row[0] for row in chosen)))
    for row in sorted(chosen, key=lambda row: row[2]):
        phase = "over" if row[3] < now else "running" if row[2] <= now else "coming"
        yield TodaySession(
            id=SessionId(row[0]),
            title=row[1],
            starts_at=row[2],
            ends_at=row[3],
            host=row[5],
            place=row[6] or "",
            phase=phase,
            present=came.get(row[0], 0),
        )


def _names(ahead: list[_Row], today: date) -> Iterable[tuple[str, datetime]]:
    """Return host and start of the coming week's sessions for which nobody is asked to teach."""
    for row in ahead:
        soon = clock.day_of(row[2]) < today + timedelta(days=LECTURER_DAYS)
        if soon and not row[11] and not row[10] and row[9] not in _NO_LECTURER_NEEDED:
            yield row[5], row[2]


def _clashes(ahead: list[_Row]) -> Iterable[tuple[str, str, str, datetime]]:
    """Return the two hosts, place and start of sessions that want one place at one time."""
    for place, rows in enumerate(ahead):
        for other in ahead[place + 1 :]:
            if other[2] >= rows[3]:
                break
            if rows[7] is not None and rows[7] == other[7] and rows[8] != other[8]:
                yield rows[5], other[5], rows[6] or "", other[2]
