"""How many sessions somebody held and how many people came: decisions.md section 3, 'Hosts'.

Sessions are distinct at every level, never a sum of children; people count at
their home branch; the public counts at the host only.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from dongxun.activities.contracts import Part, SessionState
from dongxun.activities.models import CheckIn, Session, SessionOrganisation
from dongxun.activities.presence import counted_again
from dongxun.activities.sessions.shapes import Held
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval

Key = TypeVar("Key", bound=Hashable)
HELD = (SessionState.PUBLISHED, SessionState.ARCHIVED)


def sessions_held(
    season_id: UUID, groups: Mapping[Key, Sequence[Interval]], *, until: datetime | None = None
) -> dict[Key, Held]:
    """Return what each group of subtrees held until a moment (now); five queries.

    A session with sub-venues is one session, and a person at two of them, or in two rows of
    the roster, counts once. Host and co-hosts both held it;
    an invited organisation did not.
    """
    now = until or clock.now()
    hosted = list(_hosted(season_id, now))
    here = CheckIn.objects.filter(
        session__season_id=season_id,
        session__starts_at__lte=now,
        voided_at=None,
        confirmed=True,
    )
    came = list(here.order_by().values_list("branch__lft").annotate(n=Count("id")))
    twice = [*_seen_elsewhere(season_id, now), *counted_again(here)]
    others = list(
        Session.objects.filter(season_id=season_id, state__in=HELD, ends_at__lte=now)
        .order_by()
        .values_list("host__lft")
        .annotate(public=Sum("public_count"), minors=Sum("minors_count"))
    )
    return {
        key: Held(
            sessions=len({main for main, lft in hosted if _in(lft, intervals)}),
            person_times=sum(n for lft, n in came if _in(lft, intervals))
            - sum(_in(lft, intervals) for lft in twice),
            public=sum(row[1] or 0 for row in others if _in(row[0], intervals)),
            minors=sum(row[2] or 0 for row in others if _in(row[0], intervals)),
        )
        for key, intervals in groups.items()
    }


def held_by(season_id: UUID, interval: Interval, *, until: datetime | None = None) -> set[UUID]:
    """Return the sessions that a subtree held until a moment (now): the ids behind its figure."""
    return {main for main, lft in _hosted(season_id, until or clock.now()) if lft in interval}


def _hosted(season_id: UUID, now: datetime) -> Iterable[tuple[UUID, int]]:
    """Yield each session that is over, its sub-venues as itself, with each position that held it."""
    return SessionOrganisation.objects.filter(
        session__season_id=season_id,
        session__state__in=HELD,
        session__ends_at__lte=now,
        part__in=(Part.HOST, Part.CO_HOST),
    ).values_list(Coalesce(F("session__main_session_id"), F("session_id")), "organisation__lft")


def _seen_elsewhere(season_id: UUID, now: datetime) -> Iterable[int]:
    """Yield the home position of each check-in at a sub-venue that repeats another venue's."""
    live = CheckIn.objects.filter(voided_at=None, confirmed=True)
    main = OuterRef("session__main_session_id")
    same = live.filter(
        Q(session_id=main)
        | Q(session__main_session_id=main, session_id__lt=OuterRef("session_id")),
        person_id=OuterRef("person_id"),
    )
    rows = live.filter(
        Exists(same),
        session__season_id=season_id,
        session__starts_at__lte=now,
        session__main_session__isnull=False,
    )
    return rows.values_list("branch__lft", flat=True)


def _in(lft: int, intervals: Sequence[Interval]) -> bool:
    return any(lft in interval for interval in intervals)
