"""A season as a problem: who learns, where, from whom, when; frozen, with what was left out.

Places and lecturers are those that the actor may use. A unit is a branch; its point is its
own or that of the nearest unit above it. What it costs to use a hall nobody records, so a
price by its seats stands in.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.planning.contracts import LINE, SeasonSettings
from dongxun.planning.snapshots import groups, standing
from dongxun.planning.snapshots.besides import Besides, besides, uses_of
from dongxun.planning.snapshots.resources import (
    Busy,
    Left,
    LeftOut,
    busy_of,
    halls_taken,
    lecturers_for,
    units,
    venues,
)
from dongxun.planning.snapshots.slots import HALVES, KMH, Grid, pauses
from dongxun.seasons import api as seasons
from dongxun_planner.calendar import teaching_days
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Meeting,
    SeasonProblem,
    Unit,
)
from dongxun_planner.zoning.check import km


@dataclass(slots=True)
class Snapshot:
    """A problem, and what its pages say besides.

    ``rows`` are the units of the timeline, ``row_of`` the one of each branch; ``left_out``
    names what could not be used, by why; ``large`` branches left out because no hall holds them, ``split`` (id, name, how many) those that learn in
    study groups; ``stands`` counts sessions that teach what is not planned again; ``strays`` are
    groups of which something is kept on a day that is not planned; ``own`` are the sessions that
    the plan may move, by plan line: id, title, mark.
    """

    problem: SeasonProblem
    rows: dict[str, str]
    row_of: dict[str, str]
    topics: dict[str, dict[str, Any]]
    left_out: dict[str, list[str]] = field(default_factory=dict)
    large: list[str] = field(default_factory=list)
    split: list[tuple[str, str, int]] = field(default_factory=list)
    stands: int = 0
    strays: list[tuple[str, ...]] = field(default_factory=list)
    own: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def about(self) -> dict[str, Any]:
        """Return what pages say besides, as JSON."""
        return {
            "rows": self.rows,
            "row_of": self.row_of,
            "topics": self.topics,
            "left_out": {key: len(names) for key, names in self.left_out.items()},
            "named": self.left_out,
            "large": self.large,
            "split": self.split,
            "stands": self.stands,
            "own": self.own,
        }


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a problem's document."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def base_of(line: str) -> str:
    """Return a plan line without the search that first wrote it: season, anchor, topic."""
    return line.rsplit(":", 1)[0]


def key_of(season_id: UUID, anchor: str, topic: str) -> str:
    """Return the plan line of a cohort's topic; the anchor is the cohort's first unit."""
    group = anchor.partition(groups.MARK)[2]
    first = groups.branch_of(anchor).hex + (f"{groups.MARK}{group}" if group else "")
    return f"{LINE}{season_id.hex}:{first}:{UUID(topic).hex}"


def take(
    *,
    by: Actor,
    season_id: UUID,
    node: Node,
    asked: SeasonSettings,
    pinned: Sequence[Cohort] = (),
    days: Sequence[str] = (),
) -> Snapshot:
    """Freeze a unit's season as it stands.

    Args:
        pinned: cohorts and meetings that must stay; those already held are kept anyway.
        days: the days that the slots of these count.
    """
    world = _World(by, season_id, node, asked)
    kept, strays = moved(pinned, Grid.of(days), world.grid)
    held = standing.held(world.past, world.ground, kept)
    cohorts = standing.merged(held.groups, standing.still_to_come(kept, held))
    facts = world.besides(held)
    units = list(_fitting(world.lacking(held, cohorts, facts), cohorts, world))
    cohorts += world.groups(units, cohorts)
    problem = SeasonProblem(
        kind="season",
        topics=tuple(str(topic.id) for topic in world.topics),
        days=tuple(day.isoformat() for day in world.grid.days),
        units=tuple(units),
        venues=tuple(world.venues),
        lecturers=tuple(_taught(world.teachers, cohorts, facts)),
        halves=HALVES,
        within_km=asked.within_km,
        lecturer_a_week=asked.lecturer_a_week,
        cohort_a_week=asked.cohort_a_week,
        pinned=tuple(cohorts),
        kmh=KMH,
        pauses=pauses(max((topic.minutes for topic in world.topics), default=0)),
    )
    names = [
        (str(t.id), {"name": t.name, "short": t.short_name, "minutes": t.minutes})
        for t in world.topics
    ]
    return Snapshot(
        problem,
        world.left.rows,
        world.left.row_of,
        dict(names),
        dict(world.out),
        world.large,
        world.split(),
        len(world.had.sessions),
        strays,
        world.own,
    )


def moved(
    pinned: Sequence[Cohort], old: Grid, new: Grid
) -> tuple[list[Cohort], list[tuple[str, ...]]]:
    """Return cohorts with their slots on other days' count, and the units of those without a day."""
    found, strays = [], []
    for cohort in pinned:
        meetings = []
        for meeting in cohort.meetings:
            day, part = divmod(meeting.slot, HALVES)
            if old.days[day] in new.days:
                slot = new.days.index(old.days[day]) * HALVES + part
                meetings.append(replace(meeting, slot=slot))
            else:
                strays.append(cohort.units)
        found.append(replace(cohort, meetings=tuple(meetings)))
    return found, strays


class _World:
    """Everything that a season's problem is made of, before anything is left out."""

    def __init__(self, by: Actor, season_id: UUID, node: Node, asked: SeasonSettings) -> None:
        rules = seasons.rules(season_id)
        self.asked = asked
        self.topics = [topic for topic in rules.topics if topic.id in set(asked.topic_ids)]
        made = made_sessions(by, season_id, node)
        found = _own(_of(made, {str(topic.id) for topic in self.topics}), node)
        today = clock.today()
        self.past = [one for one in found if one.is_attended or standing.is_settled(one, today)]
        self.own = {
            base_of(one.line): (str(one.id), one.title, standing.mark(one))
            for one in found
            if not standing.is_settled(one, today)
        }
        self.grid = _grid(asked, self.past)
        self.out, self.left = LeftOut(list), Left(node)
        self.large: list[str] = []
        self.units = units(rules, node, self.left, self.out, by)
        mine = {one.id for one in found}
        self._mine, self._others = mine, [one for one in made if one.id not in mine]
        self._uses = uses_of(rules, self.grid)
        taken = halls_taken(self._uses, self.grid, mine)
        self.venues = [
            replace(one, closed=tuple(sorted(taken.get(one.id, ()))))
            for one in venues(by, node, self.out)
        ]
        pool = people.lecturers(by=by, shared=True)
        busy = busy_of([one.id for one in pool], self.grid, mine)
        for one in found:
            for who in one.declined:  # asked again at the same time they would say the same
                slots = self.grid.touched(one.starts_at, one.ends_at)
                busy.setdefault(who, Busy()).slots.update(slots)
        world = (asked, self.grid, busy, self.left)
        if not asked.leave_out:
            self.units = list(groups.split(self.units, self.venues, asked.within_km))
        self.teachers = lecturers_for(pool, self.topics, world, self.out)
        self._branches = standing.Branches(self.left.branches)
        self.had = standing.had(season_id, node, self._branches, self.topics, mine)

    @property
    def ground(self) -> standing.Ground:
        """Return what a group needs to go on."""
        return standing.Ground(
            {unit.id: unit for unit in self.units},
            {venue.id: venue for venue in self.venues},
            {one.id for one in self.teachers},
            {str(topic.id) for topic in self.topics},
            self.grid,
            self.asked.within_km,
        )

    def groups(self, units: Iterable[Unit], cohorts: Iterable[Cohort]) -> list[Cohort]:
        """Return the study groups that nothing is kept of yet, each with its hall."""
        kept = {unit for cohort in cohorts for unit in cohort.units}
        room = (len(self.grid.days) * HALVES, len(self.topics))
        left = [unit for unit in units if unit.id not in kept]
        return groups.housed(left, self.venues, self.asked.within_km, room)

    def split(self) -> list[tuple[str, str, int]]:
        """Return id and name of the branches that learn in groups, and in how many."""
        names = {str(one.id): one.short_name for one in self.left.branches}
        return [(key, names[key], n) for key, n in groups.counted(self.units).items()]

    def besides(self, held: standing.Held) -> Besides:
        """Return what people and lecturers have that the plan does not show itself."""
        world = (self.grid, self._branches, self.units)
        others = [*self._others, *(one for one in self.past if one.id in held.beside)]
        return besides(self._uses, others, world, self._mine - held.beside)

    def lacking(self, held: standing.Held, cohorts: Iterable[Cohort], facts: Besides) -> list[Unit]:
        """Return units with what they need no more and what they have elsewhere.

        Who lacks nothing is left out. What a group that goes on has held stands in its own
        meetings, so it is not taken off twice.
        """
        shown = {
            unit: {meeting.topic for meeting in cohort.meetings if meeting.held}
            for cohort in cohorts
            for unit in cohort.units
        }
        found = []
        for unit in self.units:
            had = self.had.topics.get(groups.branch_of(unit.id), set()) | held.facts.get(
                unit.id, set()
            )
            had -= shown.get(unit.id, set())
            if 0 < len(had) < len(self.topics):
                self.out["partly"].append(unit.name)
            if unit.id in shown or len(had) < len(self.topics):
                done = tuple(str(topic.id) for topic in self.topics if str(topic.id) in had)
                away = tuple(sorted(facts.closed.get(unit.id, ())))
                days = facts.units.get(unit.id, ())
                found.append(replace(unit, done=done, closed=away, besides=days))
            else:
                self.out["had"].append(unit.name)
        return found


def _fitting(some: Iterable[Unit], cohorts: Iterable[Cohort], world: _World) -> Iterator[Unit]:
    """Yield units; those that no hall in reach holds only where nobody chose to leave them out."""
    kept = {unit for cohort in cohorts for unit in cohort.units}
    for unit in some:
        if world.asked.leave_out and unit.id not in kept:
            seats = [one.seats for one in world.venues if km(unit, one) <= world.asked.within_km]
            if max(seats, default=0) < unit.members:
                world.large.append(unit.name)
                continue
        yield unit


def own_sessions(
    by: Actor, season_id: UUID, node: Node, topics: Collection[str]
) -> list[PlannedSession]:
    """Return the live sessions that accepted plans of the unit made for these topics.

    Those that others attend as well are not the unit's alone to move.
    """
    return _own(_of(made_sessions(by, season_id, node), topics), node)


def shared_sessions(
    by: Actor, season_id: UUID, node: Node, topics: Collection[str]
) -> list[tuple[PlannedSession, tuple[str, ...]]]:
    """Return those that others attend as well and that are still to come, with their names."""
    every = _of(made_sessions(by, season_id, node), topics)
    found = [one for one in every if one.starts_at > clock.now()]
    others = standing.outsiders(found, node)
    return [(one, others[one.id]) for one in found if one.id in others]


def made_sessions(by: Actor, season_id: UUID, node: Node) -> list[PlannedSession]:
    """Return the live sessions that accepted plans of the unit made, whoever attends them."""
    return activities.planned_sessions(season_id, by=by, within=node.interval, line=LINE)


def _of(some: Iterable[PlannedSession], topics: Collection[str]) -> list[PlannedSession]:
    return [one for one in some if one.topics and str(one.topics[0]) in topics]


def _own(some: Sequence[PlannedSession], node: Node) -> list[PlannedSession]:
    others = standing.outsiders(some, node)
    return [one for one in some if one.id not in others]


def _grid(asked: SeasonSettings, past: Sequence[PlannedSession]) -> Grid:
    """Return the teaching days asked for, and those on which sessions of the plan were held."""
    days = {date.fromisoformat(day) for day in teaching_days(asked.first, asked.last)}
    days |= {clock.day_of(one.starts_at) for one in past}
    return Grid(tuple(sorted(days)))


def _taught(
    teachers: Iterable[Lecturer], cohorts: Iterable[Cohort], facts: Besides
) -> Iterator[Lecturer]:
    """Yield lecturers, free and able wherever they have taught already.

    What they give and gave besides counts against how much they take; what is kept stands beside it.
    """
    given: dict[str, list[Meeting]] = {}
    kept = Counter[str]()
    for cohort in cohorts:
        kept.update(meeting.lecturer for meeting in cohort.meetings)
        for meeting in cohort.meetings:
            if meeting.held:
                given.setdefault(meeting.lecturer, []).append(meeting)
    for one in teachers:
        mine, days = given.get(one.id, []), facts.lecturers.get(one.id, ())
        yield replace(
            one,
            topics=tuple(sorted({*one.topics, *(meeting.topic for meeting in mine)})),
            free=tuple(sorted({*one.free, *(meeting.slot for meeting in mine)})),
            load=max(one.load - len(days), len(mine), min(kept[one.id], one.load)),
            besides=days,
        )
