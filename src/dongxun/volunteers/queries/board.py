"""What the first page of the console says of volunteers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.lately import kept, places
from dongxun.kernel.together import Question, moment, only, totals
from dongxun.organisations.api import within
from dongxun.volunteers.contracts import ErrandState, HoursState
from dongxun.volunteers.models import Errand, Shift, Turn
from dongxun.volunteers.reach import arranged

SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class VolunteersBoard:
    """Shifts of the next day and night that lack somebody, and errands that nobody has taken.

    ``first_at`` is when the first of those shifts begins or began.
    """

    short: int = 0
    empty: int = 0
    first_at: datetime | None = None
    errands: int = 0


def board(season_id: UUID, *, by: Actor) -> Question[VolunteersBoard]:
    """Return what waits where the actor arranges volunteers, as of a minute ago at most.

    Kept so long, because the first page is asked for all day.
    """
    return kept("volunteers.board", season_id, places(by), count=lambda: _counted(season_id, by))


def _counted(season_id: UUID, by: Actor) -> Question[VolunteersBoard]:
    now = clock.now()
    shifts = Shift.objects.filter(
        arranged(by, "post__organisation"),
        post__season_id=season_id,
        post__closed_at=None,
        cancelled_at=None,
        starts_at__lt=now + SOON,
        ends_at__gt=now,
    )
    live = Count("turns", filter=Q(turns__given_back_at=None))
    short = shifts.annotate(heads=live).filter(heads__lt=F("needed"))
    errands = Errand.objects.filter(arranged(by), season_id=season_id, state=ErrandState.WAITING)
    rows, waiting = yield [
        short.values_list("starts_at", "heads"),
        totals(errands, n=Count("id")),
    ]
    empty = sum(heads == 0 for _at, heads in rows)
    first_at = moment(min(at for at, _heads in rows)) if rows else None
    return VolunteersBoard(len(rows), empty, first_at, *only(waiting, 0))


@dataclass(frozen=True, slots=True)
class Lacks:
    """What the papers of a unit's volunteers still lack, as of now."""

    nobody_came: int
    hours_waiting: int
    without_end: int
    errands_open: int


def lacks(season_id: UUID, interval: Interval, *, by: Actor) -> Lacks:
    """Return what is missing from a subtree's shift tables and hours sheets.

    Shifts that are over and to which nobody came, turns that somebody came to and never left,
    hours that nobody has approved, errands without a receipt.
    """
    now = clock.now()
    inside = within([interval], "organisation__lft")
    shifts = Shift.objects.filter(
        arranged(by, "post__organisation"),
        within([interval], "post__organisation__lft"),
        post__season_id=season_id,
        cancelled_at=None,
        ends_at__lt=now,
    )
    came = Turn.objects.filter(shift=OuterRef("id"), given_back_at=None, on_at__isnull=False)
    turns = Turn.objects.filter(arranged(by), inside, season_id=season_id, given_back_at=None)
    errands = Errand.objects.filter(arranged(by), inside, season_id=season_id)
    open_states = (ErrandState.WAITING, ErrandState.TAKEN, ErrandState.DONE)
    return Lacks(
        nobody_came=shifts.exclude(Exists(came)).count(),
        hours_waiting=turns.filter(hours_state=HoursState.WAITING).count(),
        without_end=turns.filter(on_at__isnull=False, off_at=None, ends_at__lt=now).count(),
        errands_open=errands.filter(state__in=open_states).count(),
    )
