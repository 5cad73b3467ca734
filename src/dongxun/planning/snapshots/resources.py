"""What a season is planned with: branches, halls and lecturers as they stand, and what is taken."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers import api as lecturers
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, PlaceType, Point
from dongxun.people.contracts import Lecturer as Person
from dongxun.planning.contracts import SeasonSettings
from dongxun.planning.snapshots.slots import HALVES, PARTS, Grid
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, StudyMode, TopicRule
from dongxun_planner.season.problems import Lecturer, Lesson, Unit, Venue

NO_HALLS: Final = frozenset({PlaceType.HOME, PlaceType.VEHICLE, PlaceType.PARK, PlaceType.FIELD})
USUAL_DAY: Final = 2
"""The study day of a unit that has none: Wednesday."""
HALL_YUAN, SEAT_YUAN = 100.0, 0.5
LeftOut = defaultdict[str, list[str]]
"""Names of what could not be used: ``units`` and ``venues`` without a point (or seats), ``lecturers``
of other subjects, and branches that ``had`` all topics or some of them (``partly``)."""


@dataclass(slots=True)
class Left:
    """Where units belong on the timeline, and where they lie."""

    node: Node
    rows: dict[str, str] = field(default_factory=dict)
    row_of: dict[str, str] = field(default_factory=dict)
    points: dict[UUID, Point] = field(default_factory=dict)
    branches: list[Node] = field(default_factory=list)

    def point(self, path: Iterable[UUID]) -> Point | None:
        """Return the point of the lowest on a path that has one."""
        return next((self.points[key] for key in reversed([*path]) if key in self.points), None)


@dataclass(slots=True)
class Busy:
    """What a lecturer teaches besides: the slots it takes, and where, if somebody knows."""

    slots: set[int] = field(default_factory=set)
    lessons: list[tuple[UUID, Lesson]] = field(default_factory=list)

    def elsewhere(self, mine: Collection[UUID] = ()) -> tuple[Lesson, ...]:
        """Return the lessons, one a slot, without those of some sessions."""
        found = {one.slot: one for key, one in self.lessons if key not in mine}
        return tuple(found.values())


def units(rules: SeasonRules, node: Node, left: Left, out: LeftOut, by: Actor) -> list[Unit]:
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
            out["units"].append(one.short_name)
            continue
        at = path.index(node.id) if node.id in path else -1
        top = path[at + 1] if at + 1 < len(path) else one.id
        tops[top] = None
        left.row_of[str(one.id)] = str(top)
        left.branches.append(one)
        day = next((days[key] for key in reversed(path) if key in days), USUAL_DAY)
        found.append(Unit(str(one.id), *point, sizes[one.id], day, one.short_name))
    names = organisations.nodes(tops)
    left.rows = {str(key): names[key].short_name for key in tops if key in names}
    return found


def _study_days(season_id: UUID, by: Actor) -> dict[UUID, int]:
    rows = seasons.study_days(season_id, clock.today(), by=by)
    return {row.organisation_id: row.weekday for row in rows if row.weekday is not None}


def venues(by: Actor, node: Node, out: LeftOut) -> list[Venue]:
    """Return the halls of the unit with seats and a point."""
    sites = [site for site in organisations.sites_for(by) if site.type not in NO_HALLS]
    owners = organisations.nodes([site.organisation_id for site in sites])
    found = []
    for site in sites:
        owner = owners.get(site.organisation_id)
        if owner is None or owner.interval.lft not in node.interval:
            continue
        if not site.capacity or site.latitude is None or site.longitude is None:
            out["venues"].append(site.name)
            continue
        price = HALL_YUAN + SEAT_YUAN * site.capacity
        found.append(
            Venue(str(site.id), site.latitude, site.longitude, site.capacity, price, (), site.name)
        )
    return found


def halls_taken(
    uses: Iterable[activities.Use], grid: Grid, mine: Collection[UUID]
) -> dict[str, set[int]]:
    """Return in which slots halls are taken, whoever holds a session there.

    Args:
        uses: what is held on the days of the grid.
        mine: sessions that take nothing: the plan moves them.
    """
    found: dict[str, set[int]] = {}
    for use in uses:
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


def homes(pool: Iterable[Person], centre: Point) -> dict[UUID, Point]:
    """Return where lecturers set out from: their unit or the nearest above with a point, else the centre."""
    units: dict[UUID, UUID] = {one.id: one.organisation_id for one in pool}
    paths = organisations.paths({*units.values()})
    points = organisations.points_of({key for path in paths.values() for key in path})
    found = {}
    for who, unit in units.items():
        near = (points[key] for key in reversed(paths.get(unit, ())) if key in points)
        found[who] = next(near, centre)
    return found


def lecturers_for(
    pool: Sequence[Person],
    topics: Sequence[TopicRule],
    world: tuple[SeasonSettings, Grid, Mapping[UUID, Busy], Left],
    out: LeftOut,
) -> list[Lecturer]:
    """Return who teaches one of the topics and is free in a slot; their other lessons stay."""
    times, (asked, grid, engaged, left) = lecturers.times_of([one.id for one in pool]), world
    centre = left.point([left.node.id]) or next(iter(left.points.values()), (0.0, 0.0))
    points = homes(pool, centre)
    begin = max(asked.first, clock.today() + timedelta(days=1))
    found = []
    for one in pool:
        mine = teaches(one, topics)
        if not mine:
            out["lecturers"].append(one.name)
            continue
        at, busy = points[one.id], engaged.get(one.id, Busy())
        free = tuple(
            i * HALVES + k
            for i, day in enumerate(grid.days)
            if begin <= day <= asked.last
            for k, part in enumerate(PARTS)
            if times[one.id].is_free(day, part) and i * HALVES + k not in busy.slots
        )
        found.append(
            Lecturer(
                str(one.id),
                *at,
                mine,
                free,
                asked.load,
                one.name,
                busy.elsewhere(),
                rather_not=unwanted(times[one.id], free, grid),
            )
        )
    return found


def unwanted(times: lecturers.Times, free: Iterable[int], grid: Grid) -> tuple[int, ...]:
    """Return those of a lecturer's slots in which they would rather not teach."""
    return tuple(
        slot
        for slot in free
        if times.would_rather_not(grid.days[slot // HALVES], PARTS[slot % HALVES])
    )


def busy_of(ids: Collection[UUID], grid: Grid, mine: Collection[UUID] = ()) -> dict[UUID, Busy]:
    """Return what lecturers teach on the days of a grid.

    Args:
        mine: sessions that take nobody: the plan moves them.
    """
    if not grid.days:
        return {}
    taken = [one for one in activities.taken(ids, *_moments(grid)) if one.session_id not in mine]
    sites = organisations.sites({one.place_id for one in taken if one.place_id})
    found: dict[UUID, Busy] = {}
    for one in taken:
        busy = found.setdefault(one.lecturer_id, Busy())
        slots = grid.touched(one.starts_at, one.ends_at)
        busy.slots.update(slots)
        site = sites.get(one.place_id) if one.place_id else None
        if site and site.latitude is not None and site.longitude is not None:
            at = (site.latitude, site.longitude)
            busy.lessons += [(one.session_id, Lesson(slot, *at)) for slot in slots]
    return found
