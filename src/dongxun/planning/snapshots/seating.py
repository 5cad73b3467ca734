"""People who missed a topic as a problem of seats, and who else has a seat in what is published."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from dongxun.activities.api import PlannedSession, Signed, Use
from dongxun.activities.contracts import ActivityType
from dongxun.activities.contracts import Audience as For
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, Point
from dongxun.planning.snapshots.expected import Audience, elsewhere
from dongxun.planning.snapshots.missed import Missing, who
from dongxun.planning.snapshots.slots import LONGEST, Grid
from dongxun.planning.snapshots.standing import Branches
from dongxun_planner.replan.problems import Belongs, Guests, Missed
from dongxun_planner.season.problems import Unit

MOST_PEOPLE: Final = 3000
"""So many are sought seats for at once, a person once for each topic: somebody waits for the page."""
MOST_GROUPS: Final = 400


@dataclass(slots=True)
class Owing:
    """Units of people who missed a topic, and who they are.

    ``about`` holds branch, name and the people of each topic for each unit, as JSON. ``beyond``
    counts whom no seats are sought for: ``many`` more than can be at once, ``nowhere`` those of
    branches without a point on the map, ``long`` those who missed a topic that no part of a day holds.
    """

    units: list[Unit] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    belongs: list[Belongs] = field(default_factory=list)
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    beyond: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is held meanwhile: the groups of the problem by number, what else, who is on its lists.

    ``mine`` are the sessions of ``uses`` that the problem moves itself.
    """

    grid: Grid
    audiences: Sequence[Audience]
    uses: Sequence[Use]
    mine: Collection[UUID]
    signed: Sequence[Signed]


def owing(season_id: UUID, node: Node, found: Iterable[Missing], ground: Ground) -> Owing:
    """Return who missed a topic as units of their branches, the smallest groups first.

    Many of one branch want a timetable rather than seats beside others, so that they are
    left out first.
    """
    result = Owing()
    points = _points({one.branch.id for one in found})
    rows = list(_fitting(found, points, result))
    branches: dict[UUID, Node] = {one.branch.id: one.branch for one in rows}
    names = {key: f"m{n}" for n, key in enumerate(branches)}
    people = who(season_id, node, rows)
    away = dict(zip(branches, _away(branches.values(), ground), strict=True))
    here: dict[UUID, set[UUID]] = {key: set() for key in branches}
    for one in rows:
        those = people.get((one.branch.id, one.topic.id), [])
        here[one.branch.id].update(those)
        unit, topic = names[one.branch.id], str(one.topic.id)
        result.missed.append(Missed(unit, topic, len(those)))
        about = result.about.setdefault(
            unit, {"branch": str(one.branch.id), "name": one.branch.short_name, "topics": {}}
        )
        about["topics"][topic] = [str(person) for person in those]
    homes = {person: key for key, those in here.items() for person in those}
    for listed in ground.signed:
        if listed.person_id in homes:
            slots = ground.grid.touched(listed.starts_at, listed.ends_at)
            away[homes[listed.person_id]].update(slots)
    for use in ground.uses:
        for person in homes.keys() & use.named.keys() if use.id not in ground.mine else ():
            away[homes[person]].update(ground.grid.touched(use.starts_at, use.ends_at))
    result.units = [
        Unit(names[key], *points[key], len(those), 0, "", tuple(sorted(away[key])))
        for key, those in here.items()
    ]
    result.belongs = list(_belongs([*branches.values()], ground.audiences, names))
    return result


def _fitting(
    found: Iterable[Missing], points: Collection[UUID], result: Owing
) -> Iterator[Missing]:
    """Yield groups of people from the smallest on, as many as are sought seats for at once."""
    people, groups = 0, 0
    for one in sorted(found, key=lambda one: (one.people, one.branch.interval.lft)):
        if one.topic.minutes > LONGEST:
            result.beyond["long"] += one.people
        elif one.branch.id not in points:
            result.beyond["nowhere"] += one.people
        elif people + one.people > MOST_PEOPLE or groups >= MOST_GROUPS:
            result.beyond["many"] += one.people
        else:
            people, groups = people + one.people, groups + 1
            yield one


def _points(ids: Iterable[UUID]) -> Mapping[UUID, Point]:
    """Return where branches lie: their own point, or that of the nearest unit above."""
    paths = organisations.paths([*ids])
    near = organisations.points_of({key for path in paths.values() for key in path})
    found = {key: [near[k] for k in path if k in near] for key, path in paths.items()}
    return {key: known[-1] for key, known in found.items() if known}


def _away(branches: Iterable[Node], ground: Ground) -> list[set[int]]:
    """Return when each branch is expected whole at what the problem does not hold."""
    audiences = [Audience((one.interval,)) for one in branches]
    return elsewhere(ground.uses, ground.grid, audiences, ground.mine, by_name=False)


def _belongs(
    branches: Sequence[Node], audiences: Sequence[Audience], names: Mapping[UUID, str]
) -> Iterator[Belongs]:
    known = Branches(branches)
    for number, audience in enumerate(audiences):
        for key in {one.id: None for span in audience.whole for one in known.of(span)}:
            yield Belongs(names[key], number)


def may_join(one: PlannedSession) -> bool:
    """Whether somebody who missed its topic may be sent to a session: it is no meeting of a few."""
    by_name = one.audience in {For.DELEGATES, For.SECRETARIES}
    return not by_name or one.type == ActivityType.MAKEUP


def guests(
    sessions: Mapping[tuple[int, str], PlannedSession],
    audiences: Sequence[Audience],
    sizes: Mapping[int, int],
    signed: Iterable[Signed],
) -> Iterator[Guests]:
    """Yield who is on the list of sessions besides, and how many more a session itself allows.

    Args:
        sessions: by the number of their group and their topic.
        sizes: how many each group is.
    """
    listed: dict[UUID, list[int]] = {}
    for person in signed:
        listed.setdefault(person.session_id, []).append(person.lft)
    for (number, topic), one in sessions.items():
        audience = audiences[number]
        others = sum(not audience.holds(lft) for lft in listed.get(one.id, ()))
        taken = 0 if audience.cohort is not None else max(0, others - audience.delegates)
        joins = None if one.capacity is None else max(0, one.capacity - sizes[number] - taken)
        joins = joins if may_join(one) else 0
        if taken or joins is not None:
            yield Guests(number, topic, taken, joins)
