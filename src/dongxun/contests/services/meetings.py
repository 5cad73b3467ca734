"""When and where a contest or one debate is held; whoever takes part is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.contests.contracts import EntryState, NotNow, State
from dongxun.contests.models import Contest, Entrant, Match
from dongxun.contests.queries import marks
from dongxun.contests.services.contests import contest_to_run, note
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rows import wanted_row
from dongxun.kit.times import when
from dongxun.notices import api as notices

KIND = "contest_meeting"
FIELDS = ["meets_at", "meets_where", "meets_link"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """When something is held, where, or at which address for those who come by phone."""

    at: datetime
    where: str = ""
    link: str = ""


@transaction.atomic
def appoint_day(
    *, by: Actor, contest_id: UUID, meeting: Meeting, version: str | None = None
) -> None:
    """Say when and where a contest is held, and tell everybody who takes part. Safe to repeat.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        NotNow: the results are out.
        Invalid: neither a place nor a link, or no link.
    """
    contest = contest_to_run(contest_id, by=by)
    if _write(contest, contest, meeting, version):
        rows = Entrant.objects.filter(contest=contest, is_in=True, entry__state=EntryState.IN)
        _tell(contest, (contest.id, contest.title), rows, meeting, by=by)


@transaction.atomic
def appoint_match(
    *, by: Actor, match_id: UUID, meeting: Meeting, version: str | None = None
) -> None:
    """Say when and where two teams debate, and tell both; else as :func:`appoint_day`.

    Raises:
        NotNow: it is decided.
    """
    found = Match.objects.select_related("first", "second").filter(id=match_id)
    contest = contest_to_run(wanted_row(found).contest_id, by=by)
    match = found.get()
    if match.decided_at is not None:
        raise NotNow
    if not _write(contest, match, meeting, version):
        return
    sides = [side for side in (match.first, match.second) if side]
    rows = Entrant.objects.filter(entry__in=sides, is_in=True)
    names = " – ".join(side.team_name for side in sides)
    _tell(contest, (match.id, f"{contest.title}: {names}"), rows, meeting, by=by)


def call_off(contest: Contest, match: Match, *, by: Actor) -> None:
    """Tell whoever goes on without a debate; when and where it was to be holds no more."""
    notices.withdraw(by=by, object_id=match.id, kinds=(KIND,))
    rows = Entrant.objects.filter(entry=match.winner_id, is_in=True)
    told = dict(rows.values_list("person_id", "entry__branch_id"))
    if not told:
        return
    notices.queue(
        notices.Telling(
            key=f"{KIND}:off:{match.id}",
            kind=KIND,
            title=contest.title,
            body=_("Your opponents have withdrawn; you go on without a debate."),
            people=told,
            url=reverse("contests:take", args=[contest.id]),
            object_id=match.id,
            season_id=contest.season_id,
        ),
        by=by,
    )


def _write(contest: Contest, row: Contest | Match, meeting: Meeting, version: str | None) -> bool:
    """Write it into ``row``; say whether it is news."""
    if contest.state == State.DECIDED:
        raise NotNow
    bad: list[tuple[str, Text]] = []
    if not meeting.where.strip() and not meeting.link.strip():
        bad.append(("where", _("Write a place, or a link.")))
    if meeting.link.strip() and not meeting.link.strip().startswith("https://"):
        bad.append(("link", _("An address that begins with https://")))
    if bad:
        raise Invalid(details=bad)
    was = marks.of_meeting(row)
    row.meets_at, row.meets_where = meeting.at, meeting.where.strip()[:120]
    row.meets_link = meeting.link.strip()[:300]
    now = marks.of_meeting(row)
    require_seen(version, was, now)
    row.save(update_fields=FIELDS)
    return now != was


def _tell(
    contest: Contest,
    about: tuple[UUID, str],
    rows: QuerySet[Entrant],
    meeting: Meeting,
    *,
    by: Actor,
) -> None:
    key, title = about
    note("contests.appoint", by, contest, about=str(key))
    told = dict(rows.values_list("person_id", "entry__branch_id"))
    if not told:
        return
    words = " · ".join(
        filter(None, (when(meeting.at), meeting.where.strip(), meeting.link.strip()))
    )
    notices.withdraw(by=by, object_id=key, kinds=(KIND,))
    notices.queue(
        notices.Telling(
            key=f"{KIND}:{new_id()}",
            kind=KIND,
            title=title[:120],
            body=words,
            people=told,
            url=reverse("contests:take", args=[contest.id]),
            object_id=key,
            season_id=contest.season_id,
        ),
        by=by,
    )
