"""A season plan as people read it: sessions with names and times, by unit and week, what changes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.planning.contracts import Line, Place
from dongxun.planning.models import Run
from dongxun.planning.snapshots import standing
from dongxun.planning.snapshots.groups import branch_of, number_of
from dongxun.planning.snapshots.season import base_of, key_of, own_sessions, shared_sessions
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.why_unheld import Shortage, shortages
from dongxun_planner.season.problems import Cohort, SeasonPlan, SeasonProblem, Unit
from dongxun_planner.wire import read

SAME, NEW, MOVED = "same", "new", "moved"


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the timeline, from its Monday on."""

    first: date


@dataclass
class Proposal:
    """The lines of a plan in time order, and the sessions of today's plan that it has no use for.

    ``shared`` are those that others attend as well, with their names: they stay as they are.
    ``there`` are the ids of all sessions that are the plan's to move, ``old`` those of them by plan
    line that were no facts yet when it was asked for.
    """

    run: Run
    problem: SeasonProblem
    plan: SeasonPlan
    lines: list[Line]
    dropped: list[activities.PlannedSession]
    shared: list[tuple[activities.PlannedSession, tuple[str, ...]]]
    there: frozenset[UUID]
    old: dict[str, activities.PlannedSession]

    def count(self, change: str) -> int:
        """Return how many lines change so."""
        return sum(line.change == change for line in self.lines)

    @property
    def new(self) -> int:
        """Sessions that are not there yet."""
        return self.count(NEW)

    @property
    def moved(self) -> int:
        """Sessions that are there, at another time or place or with other people."""
        return self.count(MOVED)

    @property
    def same(self) -> int:
        """Sessions that stay as they are."""
        return self.count(SAME)

    @cached_property
    def begun(self) -> dict[str, activities.PlannedSession]:
        """Sessions that the plan would move or call off and that began since it was asked for."""
        change = {line.key: line.change for line in self.lines}
        return {
            key: one
            for key, one in self.old.items()
            if change.get(key, NEW) != SAME and standing.has_begun(one)
            if key in change or not one.is_attended
        }

    @cached_property
    def touched(self) -> dict[str, str]:
        """What the plan would write over and somebody made, changed or called off since, in words by key.

        Compared with how it stood when the plan was asked for; a search of before that was kept
        says nothing.
        """
        own = self.run.about.get("own")
        if own is None:
            return {}
        change = {line.key: line.change for line in self.lines}
        dropped = {base_of(one.line) for one in self.dropped}
        found = {}
        for key, (id_, title, mark) in own.items():
            one = self.old.get(key)
            same = one is not None and (str(one.id), standing.mark(one)) == (id_, mark)
            if not same and (change.get(key, SAME) != SAME or key in dropped):
                found[key] = _dated(one, title)
        made = [key for key in self.old if key not in own]
        new = [key for key in made if change.get(key, SAME) != SAME or key in dropped]
        return found | {key: _dated(self.old[key], self.old[key].title) for key in new}

    @property
    def drafts(self) -> list[activities.PlannedSession]:
        """Sessions of the plan that are still ahead and of which nobody was told, in time order."""
        keys, now = {line.key for line in self.lines}, clock.now()
        return [
            one
            for key, one in self.old.items()
            if key in keys and one.state == SessionState.DRAFT and one.starts_at > now
        ]

    @cached_property
    def shortages(self) -> list[Shortage]:
        """Why sessions are not held, by topic."""
        names = {key: str(topic["name"]) for key, topic in self.run.about["topics"].items()}
        return list(shortages(self.problem, self.plan, names))

    @cached_property
    def wishing(self) -> int:
        """How many lecturers named times of these days at which they would rather not teach."""
        return sum(bool(one.rather_not) for one in self.problem.lecturers)

    @cached_property
    def unwanted(self) -> list[tuple[str, list[Line]]]:
        """Sessions at such times all the same, by lecturer, who has most of them first."""
        found: dict[UUID, list[Line]] = {}
        for line in self.lines:
            if line.unwanted:
                found.setdefault(line.at.lecturer_id, []).append(line)
        some = sorted(found.values(), key=lambda lines: -len(lines))
        return [(lines[0].lecturer, lines) for lines in some]

    @property
    def against(self) -> int:
        """How many sessions these are."""
        return sum(line.unwanted for line in self.lines)

    @cached_property
    def weeks(self) -> list[Week]:
        """The weeks in which something is held."""
        return [Week(day) for day in sorted({_monday(line) for line in self.lines})]

    def rows(self) -> list[tuple[str, str, int, list[int]]]:
        """Return (key, name, sessions, sessions a week) of each unit of the timeline."""
        counts = Counter((row, _monday(line)) for line in self.lines for row in line.rows)
        totals = Counter(row for line in self.lines for row in line.rows)
        return [
            (key, name, totals[key], [counts[key, week.first] for week in self.weeks])
            for key, name in self.run.about["rows"].items()
        ]


def _dated(one: activities.PlannedSession | None, title: str) -> str:
    """Return a title with the day of its session, if there is one."""
    return f"{title} {times.day_with_weekday(one.starts_at)}" if one else title


def _monday(line: Line) -> date:
    day = clock.day_of(line.starts_at)
    return day - timedelta(days=day.weekday())


def read_problem(run: Run) -> SeasonProblem:
    """Return the problem of a season run."""
    return read(SeasonProblem, run.problem)


def read_plan(run: Run) -> SeasonPlan | None:
    """Return the plan of a season run, if it has one."""
    return read(SeasonPlan, run.plan) if run.plan else None


def proposal(run: Run, *, by: Actor) -> Proposal | None:
    """Return the plan of a run beside what is in the schedule now; None without a plan."""
    plan = read_plan(run)
    if plan is None:
        return None
    problem = read_problem(run)
    node = organisations.node(run.organisation_id)
    there = own_sessions(by, run.season_id, node, set(problem.topics))
    asked_on = clock.day_of(run.created_at)
    old = {base_of(one.line): one for one in there if not standing.is_settled(one, asked_on)}
    lines = sorted(_lines(run, problem, plan), key=lambda line: (line.starts_at, line.key))
    words = _Words.of(there)
    own = own_units(run)
    found = [_compared(line, old.get(line.key), words, own) for line in lines]
    keys = {line.key for line in lines}
    dropped = [
        one
        for key, one in old.items()
        if key not in keys and one.starts_at > clock.now() and not one.is_attended
    ]
    shared = shared_sessions(by, run.season_id, node, set(problem.topics))
    ids = frozenset(one.id for one in there)
    return Proposal(run, problem, plan, found, dropped, shared, ids, old)


def own_units(run: Run) -> frozenset[UUID]:
    """Return the branches of the unit that a run was asked for: who else comes is not its own."""
    return frozenset(UUID(key) for key in run.about["row_of"])


def coming(
    problem: SeasonProblem, units: Mapping[str, Unit], cohort: Cohort, topic: str
) -> tuple[str, ...]:
    """Return who comes to a session, in the order of the tree: those who lack its topic.

    Where somebody keeps a session that nobody lacks, everybody does. The first is its anchor.
    """
    order = {unit.id: n for n, unit in enumerate(problem.units)}
    mine = [units[name] for name in sorted(cohort.units, key=lambda name: order[name])]
    some = [unit.id for unit in mine if topic not in unit.done]
    return tuple(some or (unit.id for unit in mine))


def _lines(run: Run, problem: SeasonProblem, plan: SeasonPlan) -> Iterable[Line]:
    units = {unit.id: unit for unit in problem.units}
    venues = {venue.id: venue.name for venue in problem.venues}
    teachers = {one.id: one.name for one in problem.lecturers}
    grid, pins, topics = Grid.of(problem.days), set(run.pins), run.about["topics"]
    rows: Mapping[str, str] = run.about["row_of"]
    unwanted = problem.unwanted()
    for cohort in plan.cohorts:
        for meeting in cohort.meetings:
            mine = coming(problem, units, cohort, meeting.topic)
            topic: Mapping[str, Any] = topics[meeting.topic]
            span = grid.span(meeting.slot, topic["minutes"])
            key = key_of(run.season_id, mine[0], meeting.topic)
            yield Line(
                key=key,
                topic_id=UUID(meeting.topic),
                topic=topic["name"],
                at=Place(*span, UUID(cohort.venue), UUID(meeting.lecturer)),
                venue=venues[cohort.venue],
                lecturer=teachers[meeting.lecturer],
                units=tuple(branch_of(unit) for unit in mine),
                unit_names=tuple(units[unit].name for unit in mine),
                members=sum(units[unit].members for unit in mine),
                rows=tuple(dict.fromkeys(rows.get(str(branch_of(unit)), "") for unit in mine)),
                pinned=key in pins,
                held=meeting.held,
                group=number_of(mine[0]),
                unwanted=not meeting.held and (meeting.lecturer, meeting.slot) in unwanted,
            )


@dataclass(frozen=True, slots=True)
class _Words:
    """Names of what sessions were held with and at before."""

    places: Mapping[UUID, str]
    teachers: Mapping[UUID, str]
    units: Mapping[UUID, str]

    @classmethod
    def of(cls, there: Sequence[activities.PlannedSession]) -> "_Words":
        sites = organisations.sites({one.place_id for one in there if one.place_id})
        known = people.lecturer_names({key for one in there for key in one.lecturers})
        parts = {key for one in there for key in one.parts}
        return cls(
            {key: site.name for key, site in sites.items()},
            {key: one.name for key, one in known.items()},
            {key: one.short_name for key, one in organisations.nodes(parts).items()},
        )


def _compared(
    line: Line, old: activities.PlannedSession | None, words: _Words, own: frozenset[UUID]
) -> Line:
    """Return a line with what changes against the session that is there."""
    if line.held:
        return replace(line, change=SAME)
    if old is None:
        return line
    was = []
    if old.starts_at != line.starts_at:
        was.append(f"{times.day_with_weekday(old.starts_at)} {times.hour_minute(old.starts_at)}")
    if old.place_id != line.at.venue_id:
        was.append(words.places.get(old.place_id, "—") if old.place_id else "—")
    if old.lecturers != (line.at.lecturer_id,):
        was.append("、".join(words.teachers.get(key, "—") for key in old.lecturers) or "—")
    before = set(old.parts) & own
    names = zip(line.units, line.unit_names, strict=True)
    joined = tuple(name for key, name in names if key not in before)
    left = tuple(words.units.get(key, "—") for key in old.parts if key in before - {*line.units})
    changed = bool(was or joined or left)
    kind = MOVED if changed else SAME
    return replace(line, change=kind, was=tuple(was), joined=joined, left=left)
