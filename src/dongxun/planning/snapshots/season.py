"""A season as a problem: who learns, where, from whom, when; frozen, with what was left out.

Places and lecturers are those that the actor may use. A unit is a branch; its point is its
own or that of the nearest unit above it. What it costs to use a hall nobody records, so a
price by its seats stands in.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers import api as lecturers
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, PlaceType, Point
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer as Person
from dongxun.planning.contracts import LINE, SeasonSettings
from dongxun.planning.snapshots.slots import HALVES, PARTS, Grid
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, StudyMode, TopicRule
from dongxun_planner.calendar import teaching_days
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Meeting,
    SeasonProblem,
    Unit,
    Venue,
)

NO_HALLS: Final = frozenset({PlaceType.HOME, PlaceType.VEHICLE, PlaceType.PARK, PlaceType.FIELD})
USUAL_DAY: Final = 2
"""The study day of a unit that has none: Wednesday."""
HALL_YUAN, SEAT_YUAN = 100.0, 0.5


@dataclass(slots=True)
class Snapshot:
    """A problem, and what its pages say besides.

    ``rows`` are the units of the timeline, ``row_of`` the one of each branch; ``left_out``
    counts what could not be used and why.
    """

    problem: SeasonProblem
    rows: dict[str, str]
    row_of: dict[str, str]
    topics: dict[str, dict[str, Any]]
    left_out: dict[str, int] = field(default_factory=dict)

    def about(self) -> dict[str, Any]:
        """Return what pages say besides, as JSON."""
        return {
            "rows": self.rows,
            "row_of": self.row_of,
            "topics": self.topics,
            "left_out": {key: n for key, n in self.left_out.items() if n},
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
    return f"{LINE}{season_id.hex}:{UUID(anchor).hex}:{UUID(topic).hex}"


def take(
    *, by: Actor, season_id: UUID, node: Node, asked: SeasonSettings, pinned: Sequence[Cohort] = ()
) -> Snapshot:
    """Freeze a unit's season as it stands.

    Args:
        pinned: cohorts and meetings that must stay; those already held are kept anyway.
    """
    rules = seasons.rules(season_id)
    topics = [topic for topic in rules.topics if topic.id in set(asked.topic_ids)]
    found = own_sessions(by, season_id, node, {str(topic.id) for topic in topics})
    past = [one for one in found if one.starts_at <= clock.now() or one.is_attended]
    grid = _grid(asked, past)
    counts, left = Counter[str](), _Left(node)
    units = _units(rules, node, left, counts, by)
    venues = _venues(by, node, counts)
    mine = {one.id for one in found}
    taken = halls_taken(season_id, grid, mine)
    pool = people.lecturers(by=by, shared=True)
    busy = _busy([one.id for one in pool], grid, mine)
    teachers = _lecturers(pool, topics, (asked, grid, busy, left), counts)
    held = _held(past, season_id, {unit.id for unit in units}, topics, grid)
    problem = SeasonProblem(
        kind="season",
        topics=tuple(str(topic.id) for topic in topics),
        days=tuple(day.isoformat() for day in grid.days),
        units=tuple(units),
        venues=tuple(replace(one, closed=tuple(sorted(taken.get(one.id, ())))) for one in venues),
        lecturers=tuple(_taught(teachers, held)),
        halves=HALVES,
        within_km=asked.within_km,
        lecturer_a_week=asked.lecturer_a_week,
        cohort_a_week=asked.cohort_a_week,
        pinned=tuple(_merged(held, pinned)),
    )
    return Snapshot(
        problem,
        left.rows,
        left.row_of,
        {str(t.id): {"name": t.name, "short": t.short_name, "minutes": t.minutes} for t in topics},
        dict(counts),
    )


def own_sessions(
    by: Actor, season_id: UUID, node: Node, topics: Collection[str]
) -> list[activities.PlannedSession]:
    """Return the live sessions that accepted plans of the unit made for these topics."""
    found = activities.planned_sessions(season_id, by=by, within=node.interval, line=LINE)
    return [one for one in found if one.topics and str(one.topics[0]) in topics]


def _grid(asked: SeasonSettings, past: Sequence[activities.PlannedSession]) -> Grid:
    """Return the teaching days asked for, and those on which sessions of the plan were held."""
    days = {date.fromisoformat(day) for day in teaching_days(asked.first, asked.last)}
    days |= {clock.day_of(one.starts_at) for one in past}
    return Grid(tuple(sorted(days)))


@dataclass(slots=True)
class _Left:
    """Where units belong on the timeline, and where they lie."""

    node: Node
    rows: dict[str, str] = field(default_factory=dict)
    row_of: dict[str, str] = field(default_factory=dict)
    points: dict[UUID, Point] = field(default_factory=dict)

    def point(self, path: Iterable[UUID]) -> Point | None:
        """Return the point of the lowest on a path that has one."""
        return next((self.points[key] for key in reversed([*path]) if key in self.points), None)


def _units(
    rules: SeasonRules, node: Node, left: _Left, counts: Counter[str], by: Actor
) -> list[Unit]:
    """Return the branches whose people learn together, in tree order."""
    parts = seasons.part_intervals(rules.id)
    sizes = seasons.eligible_counts(
        rules.id, clock.today(), [node.interval], modes=(StudyMode.GROUP,)
    )
    branches = [
        one
        for one in organisations.branches_under(node.interval)
        if sizes.get(one.id) and any(one.interval.lft in part for part in parts)
    ]
    paths = organisations.paths([one.id for one in branches])
    left.points = dict(organisations.points_of({key for path in paths.values() for key in path}))
    days = _study_days(rules.id, by)
    tops: dict[UUID, None] = {}
    found = []
    for one in branches:
        path = paths[one.id]
        point = left.point(path)
        if point is None:
            counts["units"] += 1
            continue
        at = path.index(node.id) if node.id in path else -1
        top = path[at + 1] if at + 1 < len(path) else one.id
        tops[top] = None
        left.row_of[str(one.id)] = str(top)
        day = next((days[key] for key in reversed(path) if key in days), USUAL_DAY)
        found.append(Unit(str(one.id), *point, sizes[one.id], day, one.short_name))
    names = organisations.nodes(tops)
    left.rows = {str(key): names[key].short_name for key in tops if key in names}
    return found


def _study_days(season_id: UUID, by: Actor) -> dict[UUID, int]:
    rows = seasons.study_days(season_id, clock.today(), by=by)
    return {row.organisation_id: row.weekday for row in rows if row.weekday is not None}


def _venues(by: Actor, node: Node, counts: Counter[str]) -> list[Venue]:
    """Return the halls of the unit with seats and a point."""
    sites = [site for site in organisations.sites_for(by) if site.type not in NO_HALLS]
    owners = organisations.nodes([site.organisation_id for site in sites])
    found = []
    for site in sites:
        owner = owners.get(site.organisation_id)
        if owner is None or owner.interval.lft not in node.interval:
            continue
        if not site.capacity or site.latitude is None or site.longitude is None:
            counts["venues"] += 1
            continue
        price = HALL_YUAN + SEAT_YUAN * site.capacity
        found.append(
            Venue(str(site.id), site.latitude, site.longitude, site.capacity, price, (), site.name)
        )
    return found


def halls_taken(season_id: UUID, grid: Grid, mine: Collection[UUID]) -> dict[str, set[int]]:
    """Return in which slots halls are taken, whoever holds a session there.

    Args:
        mine: sessions that take nothing: the plan moves them.
    """
    if not grid.days:
        return {}
    found: dict[str, set[int]] = {}
    for use in activities.uses_between(season_id, *_moments(grid)):
        if use.id not in mine and use.place_id:
            slots = grid.touched(use.starts_at, use.ends_at)
            found.setdefault(str(use.place_id), set()).update(slots)
    return found


def _moments(grid: Grid) -> tuple[datetime, datetime]:
    return clock.moment(grid.days[0]), clock.moment(grid.days[-1] + timedelta(days=1))


def teaches(person: Person, topics: Iterable[TopicRule]) -> tuple[str, ...]:
    """Return the topics that a lecturer's subjects speak of."""
    return tuple(
        str(topic.id) for topic in topics if person.speaks_of(topic.name, topic.short_name)
    )


def _lecturers(
    pool: Sequence[Person],
    topics: Sequence[TopicRule],
    world: tuple[SeasonSettings, Grid, Mapping[UUID, set[int]], _Left],
    counts: Counter[str],
) -> list[Lecturer]:
    """Return who teaches one of the topics and is free in a slot; their other lessons stay."""
    times, (asked, grid, busy, left) = lecturers.times_of([one.id for one in pool]), world
    paths = organisations.paths({one.organisation_id for one in pool})
    points = organisations.points_of({key for path in paths.values() for key in path})
    centre = left.point([left.node.id]) or next(iter(left.points.values()), (0.0, 0.0))
    begin = max(asked.first, clock.today() + timedelta(days=1))
    found = []
    for one in pool:
        mine = teaches(one, topics)
        counts["lecturers"] += not mine
        if not mine:
            continue
        at = next(
            (points[k] for k in reversed(paths.get(one.organisation_id, ())) if k in points), centre
        )
        free = tuple(
            i * HALVES + k
            for i, day in enumerate(grid.days)
            if begin <= day <= asked.last
            for k, part in enumerate(PARTS)
            if times[one.id].is_free(day, part) and i * HALVES + k not in busy.get(one.id, ())
        )
        found.append(Lecturer(str(one.id), *at, mine, free, asked.load, one.name))
    return found


def _busy(ids: Collection[UUID], grid: Grid, mine: Collection[UUID]) -> dict[UUID, set[int]]:
    """Return the slots in which lecturers teach something that this plan does not move."""
    if not grid.days:
        return {}
    found: dict[UUID, set[int]] = {}
    for one in activities.taken(ids, *_moments(grid)):
        if one.session_id not in mine:
            slots = grid.touched(one.starts_at, one.ends_at)
            found.setdefault(one.lecturer_id, set()).update(slots)
    return found


def _held(
    past: Sequence[activities.PlannedSession],
    season_id: UUID,
    units: Collection[str],
    topics: Sequence[TopicRule],
    grid: Grid,
) -> list[Cohort]:
    """Return the cohorts of the plan that have met, with the meetings that were held."""
    wanted = {str(topic.id) for topic in topics}
    groups: dict[tuple[str, ...], list[activities.PlannedSession]] = {}
    for one in past:
        mine = tuple(str(key) for key in one.parts if str(key) in units)
        if mine and one.place_id and one.lecturers:
            groups.setdefault(mine, []).append(one)
    found = []
    for mine, sessions in groups.items():
        slots = [(one, grid.slot_of(one.starts_at)) for one in sessions]
        meetings = tuple(
            Meeting(str(one.topics[0]), str(one.lecturers[0]), slot)
            for one, slot in slots
            if slot is not None and one.topics and str(one.topics[0]) in wanted
        )
        weekday = clock.day_of(sessions[0].starts_at).weekday()
        found.append(Cohort(str(sessions[0].place_id), weekday, mine, meetings))
    return found


def _taught(teachers: Iterable[Lecturer], held: Iterable[Cohort]) -> Iterable[Lecturer]:
    """Yield lecturers, free and able wherever they have taught already."""
    given: dict[str, list[Meeting]] = {}
    for cohort in held:
        for meeting in cohort.meetings:
            given.setdefault(meeting.lecturer, []).append(meeting)
    for one in teachers:
        mine = given.get(one.id, [])
        yield replace(
            one,
            topics=tuple(sorted({*one.topics, *(meeting.topic for meeting in mine)})),
            free=tuple(sorted({*one.free, *(meeting.slot for meeting in mine)})),
            load=max(one.load, len(mine)),
        )


def _merged(held: Sequence[Cohort], pinned: Sequence[Cohort]) -> Iterable[Cohort]:
    """Yield pinned cohorts with what they have held, then those that only have held."""
    known = {frozenset(cohort.units): cohort for cohort in held}
    for cohort in pinned:
        old = known.pop(frozenset(cohort.units), None)
        more = tuple(m for m in old.meetings if m not in cohort.meetings) if old else ()
        yield Cohort(cohort.venue, cohort.weekday, cohort.units, (*cohort.meetings, *more))
    taken = {unit for cohort in pinned for unit in cohort.units}
    yield from (cohort for cohort in known.values() if not taken & set(cohort.units))
