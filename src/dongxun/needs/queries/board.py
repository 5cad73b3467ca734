"""What the first page of the console says of needs."""

from dataclasses import dataclass

from django.db.models import Count, Q

from dongxun.kernel.actors import Actor
from dongxun.kernel.lately import kept, places
from dongxun.kernel.together import Question, only, totals
from dongxun.needs import terms
from dongxun.needs.contracts import NeedState
from dongxun.needs.models import Need
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import SeasonCard


@dataclass(frozen=True, slots=True)
class NeedsBoard:
    """How many needs of the actor's units are overdue, and how many wait for a first reply."""

    late: int
    unanswered: int


def board(season: SeasonCard, *, by: Actor) -> Question[NeedsBoard]:
    """Return what waits for the units in which the actor organises, as of a minute ago at most.

    Kept so long, because the first page is asked for all day and these two move slowly.
    """
    return kept("needs.board", season.id, places(by), count=lambda: _counted(season, by))


def _counted(season: SeasonCard, by: Actor) -> Question[NeedsBoard]:
    found = Need.objects.filter(season_id=season.id, is_open=True)
    if not by.is_system and not by.reaches(season.root_lft):
        found = found.filter(holder__in=organisations.ids_within(by.intervals()))
    counts = totals(
        found,
        late=Count("id", filter=Q(due_on__lt=terms.overdue_before())),
        unanswered=Count("id", filter=Q(state=NeedState.REGISTERED)),
    )
    [rows] = yield [counts]
    return NeedsBoard(*only(rows, 0, 0))
