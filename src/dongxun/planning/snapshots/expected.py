"""Who is expected where: how many people a session brings, and when they are elsewhere."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.planning.snapshots.slots import Grid
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode
from dongxun_planner.replan.problems import Kin


@dataclass(frozen=True, slots=True)
class Audience:
    """Subtrees that come whole, and so many delegates of others; ``sessions`` are their own.

    ``cohort``: of the subtrees only these so many come, by name.
    """

    whole: tuple[Interval, ...]
    delegates: int = 0
    sessions: frozenset[UUID] = frozenset()
    cohort: int | None = None

    def people(self, sizes: Mapping[int, int]) -> int:
        """Return how many come; ``sizes`` as ``people_at`` says."""
        if self.cohort is not None:
            return self.cohort + self.delegates
        whole = sum(n for lft, n in sizes.items() if any(lft in span for span in self.whole))
        return whole + self.delegates

    def holds(self, lft: int) -> bool:
        """Whether a branch at this position comes whole."""
        return any(lft in span for span in self.whole)

    def meets(self, others: Iterable[Interval]) -> bool:
        """Whether some of its people are among these; nobody knows who the delegates are."""
        return any(a.lft <= b.rgt and b.lft <= a.rgt for a in self.whole for b in others)

    def has_one_of(self, homes: Sequence[int]) -> bool:
        """Whether one of these positions, in order, lies in its subtrees."""
        firsts = ((bisect_left(homes, span.lft), span) for span in self.whole)
        return any(k < len(homes) and homes[k] in span for k, span in firsts)


def people_at(season_id: UUID) -> dict[int, int]:
    """Count who learns together by the position of the branch."""
    whole = organisations.node(seasons.rules(season_id).root_id).interval
    sizes = seasons.eligible_counts(season_id, clock.today(), [whole], modes=(StudyMode.GROUP,))
    return {one.interval.lft: sizes[key] for key, one in organisations.nodes(sizes).items()}


def uses_on(season_id: UUID, grid: Grid) -> list[activities.Use]:
    """Return what the season's live sessions take up on the days of a grid."""
    if not grid.days:
        return []
    end = clock.moment(grid.days[-1] + timedelta(days=1))
    return activities.uses_between(season_id, clock.moment(grid.days[0]), end)


def elsewhere(
    uses: Iterable[activities.Use],
    grid: Grid,
    audiences: Sequence[Audience],
    mine: Collection[UUID],
    *,
    by_name: bool = True,
) -> list[set[int]]:
    """Return for each audience the slots in which people of it are expected elsewhere.

    Args:
        uses: what is held on the days of the grid.
        mine: sessions that take nobody: the plan moves them.
        by_name: also where one of them is expected by name.
    """
    found: list[set[int]] = [set() for _one in audiences]
    for use in uses if audiences else ():
        homes = sorted(set(use.named.values())) if by_name else []
        if use.id in mine or not (use.people or homes):
            continue
        slots = grid.touched(use.starts_at, use.ends_at)
        for audience, busy in zip(audiences, found, strict=True):
            if use.main_id in audience.sessions:
                continue
            if audience.meets(use.people) or audience.has_one_of(homes):
                busy.update(slots)
    return found


def kin(audiences: Sequence[Audience], fallen: Collection[int]) -> tuple[Kin, ...]:
    """Return the pairs of audiences with people in common, one of them of something fallen."""
    pairs = {
        (min(one, other), max(one, other))
        for one in fallen
        for other, audience in enumerate(audiences)
        if other != one and audiences[one].meets(audience.whole)
    }
    return tuple(Kin(*pair) for pair in sorted(pairs))
