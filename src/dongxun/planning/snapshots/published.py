"""What is published and ahead as a problem of repair, whoever planned it.

A session is taken with one place and one lecturer; people of the same units at the same place
are one group. Where two already want the same hall, lecturer or people at once, the later one
stays out: it is not for a repair to settle.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers import api as lecturers
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.planning.snapshots.expected import Audience, elsewhere, kin, people_at
from dongxun.planning.snapshots.resources import NO_HALLS, Busy, busy_of, halls_taken, teaches
from dongxun.planning.snapshots.slots import HALVES, KMH, PARTS, Grid, pauses
from dongxun.seasons import api as seasons
from dongxun_planner.calendar import teaching_days
from dongxun_planner.replan.problems import Bar, ReplanProblem
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Meeting,
    SeasonPlan,
    SeasonProblem,
    Unit,
    Venue,
)

Parts = tuple[tuple[UUID, int | None], ...]
"""Who takes part, each with how many they send; None: everybody. Last the cohort, if it is for one."""
LOAD, A_WEEK = 40, 5
"""What a lecturer takes at most when somebody is sought in a hurry."""


@dataclass(slots=True)
class Published:
    """The problem, the session behind each (group, topic), and what no planner can help.

    ``by_hand`` are those that have fallen through and stand outside the problem: with several
    lecturers, without hall or topic, online, today, or in each other's way.
    """

    problem: ReplanProblem
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_hand: list[dict[str, str]] = field(default_factory=list)


def key_of(cohort: int, topic: str) -> str:
    """Return how a session is called in what is kept besides."""
    return f"{cohort}:{topic}"


def hit(
    sessions: Sequence[PlannedSession], *, by: Actor, node: Node
) -> dict[UUID, tuple[PlannedSession, str]]:
    """Return which of these have fallen through, and why: ``away declined hall``."""
    times = lecturers.times_of({key for one in sessions for key in one.lecturers})
    sites = organisations.sites({one.place_id for one in sessions if one.place_id})
    open_ = {site.id for site in organisations.sites_for(by)}
    owners = organisations.nodes({site.organisation_id for site in sites.values()})
    found = {}
    for one in sessions:
        day = clock.day_of(one.starts_at)
        site = sites.get(one.place_id) if one.place_id else None
        owner = owners.get(site.organisation_id) if site else None
        if any(not times[key].can_come(day) for key in one.lecturers):
            found[one.id] = (one, "away")
        elif one.declined and not one.lecturers:
            found[one.id] = (one, "declined")
        elif site and owner and owner.interval.lft in node.interval and site.id not in open_:
            found[one.id] = (one, "hall")
    return found


def ahead(
    season_id: UUID, node: Node, *, by: Actor, ids: Collection[UUID] | None = None
) -> list[PlannedSession]:
    """Return what is published and has not begun, held by the unit or below it.

    Args:
        ids: of these sessions only.
    """
    found = activities.planned_sessions(season_id, by=by, within=node.interval, ahead=True, ids=ids)
    return [one for one in found if one.state == SessionState.PUBLISHED and not one.is_sub]


def take(season_id: UUID, node: Node, *, by: Actor) -> Published:
    """Freeze what is published ahead, with who is free when and which halls are open."""
    sessions = ahead(season_id, node, by=by)
    lost = hit(sessions, by=by, node=node)
    world = _World(_grid(season_id, sessions), set(lost))
    grid = world.grid
    for one in sessions:
        world.add(one)
    venues = _venues(by, node, world, _others(season_id, world))
    world.keep({venue.id for venue in venues})
    teachers = _teachers(by, season_id, world)
    units = _units(season_id, world, venues)
    problem = SeasonProblem(
        kind="season",
        topics=tuple(sorted({topic for _u, _p, topic in world.known})),
        days=tuple(day.isoformat() for day in grid.days),
        units=tuple(units),
        venues=tuple(_seated(venues, units, world)),
        lecturers=tuple(teachers),
        halves=HALVES,
        lecturer_a_week=A_WEEK,
        cohort_a_week=A_WEEK,
        kmh=KMH,
        pauses=pauses(world.longest()),
    )
    today = clock.today()
    first_slot = next((i * HALVES for i, day in enumerate(grid.days) if day > today), 0)
    plan = SeasonPlan(tuple(world.cohorts()))
    known = {one.id for one, slot, _who in world.known.values() if slot >= first_slot}
    return Published(
        ReplanProblem(
            "replan",
            problem,
            plan,
            first_slot=first_slot,
            barred=tuple(world.barred()),
            kin=kin(world.audiences(), world.fallen()),
        ),
        world.about(lost),
        [_outside(one, why) for key, (one, why) in lost.items() if key not in known],
    )


def _grid(season_id: UUID, sessions: Sequence[PlannedSession]) -> Grid:
    """Return the teaching days from tomorrow on, and those of the sessions."""
    first, last = clock.today() + timedelta(days=1), seasons.rules(season_id).ends_on
    days = {date.fromisoformat(day) for day in teaching_days(first, last)}
    return Grid(tuple(sorted(days | {clock.day_of(one.starts_at) for one in sessions})))


def _outside(one: PlannedSession, why: str) -> dict[str, str]:
    """Return a session that stands outside the problem, as JSON."""
    at = one.starts_at.isoformat()
    return {"id": str(one.id), "title": one.title, "starts_at": at, "why": why}


class _World:
    """Groups of sessions that can stand beside each other."""

    def __init__(self, grid: Grid, lost: set[UUID]) -> None:
        self.grid, self.lost = grid, lost
        self.known: dict[tuple[Parts, str, str], tuple[PlannedSession, int, str]] = {}
        self.busy: set[tuple[str, str, int]] = set()
        self.sizes: dict[UUID, int] = {}

    def add(self, one: PlannedSession) -> None:
        """Take a session in, unless something of it is known or wanted twice."""
        slot = self.grid.slot_of(one.starts_at)
        teachers = one.lecturers or one.declined[-1:]
        if slot is None or one.place_id is None or len(teachers) != 1 or not one.topics:
            return
        if one.is_online or one.is_attended:
            return
        parts = tuple(sorted(one.sent, key=str))
        if one.cohort_id:
            parts = (*parts, (one.cohort_id, None))
            self.sizes[one.cohort_id] = len(seasons.cohort_people(one.cohort_id))
        topic = "+".join(sorted(str(key) for key in one.topics))
        place, teacher = str(one.place_id), str(teachers[0])
        key = (parts, place, topic)
        wanted = {("hall", place, slot), ("day", f"{parts}{place}", slot // HALVES)}
        wanted |= set() if one.id in self.lost else {("lecturer", teacher, slot)}
        if key in self.known or wanted & self.busy:
            return
        self.busy |= wanted
        self.known[key] = (one, slot, teacher)

    def keep(self, venues: set[str]) -> None:
        """Leave out what is held at places nothing is known of."""
        self.known = {key: value for key, value in self.known.items() if key[1] in venues}

    def longest(self) -> int:
        """Return the minutes of the longest session."""
        spans = [one.ends_at - one.starts_at for one, _slot, _who in self.known.values()]
        return round(max(spans, default=timedelta()).total_seconds() / 60)

    def groups(self) -> list[tuple[Parts, str]]:
        """Return the groups: units and place, in a fixed order."""
        return sorted({(parts, place) for parts, place, _topic in self.known}, key=str)

    def audiences(self) -> list[Audience]:
        """Return who belongs to each group."""
        nodes = organisations.nodes({key for parts, _p in self.groups() for key, _q in parts})
        own: dict[tuple[Parts, str], set[UUID]] = {}
        for (parts, place, _topic), (one, _slot, _who) in self.known.items():
            own.setdefault((parts, place), set()).add(one.id)
        return [
            Audience(
                tuple(nodes[key].interval for key, n in parts if n is None and key in nodes),
                sum(n for _key, n in parts if n is not None),
                frozenset(own[parts, place]),
                next((self.sizes[key] for key, _n in parts if key in self.sizes), None),
            )
            for parts, place in self.groups()
        ]

    def fallen(self) -> set[int]:
        """Return the groups of which something has fallen through."""
        number_of = {group: number for number, group in enumerate(self.groups())}
        return {
            number_of[key[:2]] for key, (one, _s, _w) in self.known.items() if one.id in self.lost
        }

    def barred(self) -> Iterator[Bar]:
        """Yield who declined which session: it is not given to them again."""
        number_of = {group: number for number, group in enumerate(self.groups())}
        for (parts, place, topic), (one, _slot, _who) in self.known.items():
            for who in one.declined:
                yield Bar(number_of[parts, place], topic, str(who))

    def cohorts(self) -> list[Cohort]:
        """Return the groups with their sessions as they are published."""
        found = []
        for number, (parts, place) in enumerate(self.groups()):
            mine = [(k, v) for k, v in self.known.items() if k[:2] == (parts, place)]
            meetings = tuple(Meeting(k[2], v[2], v[1]) for k, v in mine)
            found.append(Cohort(place, 2, (str(number),), meetings))
        return found

    def about(self, lost: Mapping[UUID, tuple[PlannedSession, str]]) -> dict[str, dict[str, Any]]:
        """Return the session behind each (group, topic), as JSON."""
        number_of = {group: number for number, group in enumerate(self.groups())}
        return {
            key_of(number_of[parts, place], topic): {
                "id": str(one.id),
                "title": one.title,
                "starts_at": one.starts_at.isoformat(),
                "minutes": round((one.ends_at - one.starts_at).total_seconds() / 60),
                "slot": slot,
                "lecturers": [str(who) for who in (*one.lecturers, *one.declined)],
                "declined": [str(who) for who in one.declined],
                "why": lost[one.id][1] if one.id in lost else "",
            }
            for (parts, place, topic), (one, slot, _who) in self.known.items()
        }


def _others(season_id: UUID, world: _World) -> dict[str, set[int]]:
    """Return in which slots halls are taken by sessions that this problem does not hold."""
    mine = {one.id for one, _slot, _who in world.known.values()}
    taken = halls_taken(season_id, world.grid, mine)
    own = {
        (place, slot)
        for (_u, place, _t), (one, slot, _w) in world.known.items()
        if one.id not in world.lost
    }
    return {key: {slot for slot in slots if (key, slot) not in own} for key, slots in taken.items()}


def _venues(by: Actor, node: Node, world: _World, taken: Mapping[str, set[int]]) -> list[Venue]:
    """Return halls of the unit and those in use; those lost are closed throughout."""
    every = tuple(range(len(world.grid.days) * HALVES))
    used = {UUID(place) for _parts, place, _topic in world.known}
    open_ = {site.id: site for site in organisations.sites_for(by) if site.type not in NO_HALLS}
    owners = organisations.nodes({site.organisation_id for site in open_.values()})
    sites = organisations.sites(used) | {
        key: site
        for key, site in open_.items()
        if site.organisation_id in owners
        and owners[site.organisation_id].interval.lft in node.interval
    }
    gone = {
        str(one.place_id)
        for one, _slot, _who in world.known.values()
        if one.id in world.lost and one.place_id not in open_
    }
    return [
        Venue(
            str(site.id),
            site.latitude,
            site.longitude,
            site.capacity or 0,
            closed=every if str(site.id) in gone else tuple(sorted(taken.get(str(site.id), ()))),
            name=site.name,
        )
        for site in sites.values()
        if site.latitude is not None and site.longitude is not None
    ]


def _seated(venues: Sequence[Venue], units: Sequence[Unit], world: _World) -> list[Venue]:
    """Return halls with at least the seats that what is published there takes."""
    sizes: dict[str, int] = {}
    for unit, (_parts, place) in zip(units, world.groups(), strict=True):
        sizes[place] = max(sizes.get(place, 0), unit.members)
    return [replace(one, seats=max(one.seats, sizes.get(one.id, 0))) for one in venues]


def _units(season_id: UUID, world: _World, venues: Sequence[Venue]) -> list[Unit]:
    """Return each group as one unit at its place, with as many members as it brings.

    Those of which something has fallen through are busy where their people are expected
    besides: with others, with a unit above, or at what stands outside the problem.
    """
    sizes, audiences, fallen = people_at(season_id), world.audiences(), world.fallen()
    known = {one.id for one, _slot, _who in world.known.values()}
    closed = elsewhere(season_id, world.grid, [audiences[n] for n in sorted(fallen)], known)
    away = dict(zip(sorted(fallen), closed, strict=True))
    places = {venue.id: venue for venue in venues}
    found = []
    for number, (_parts, place) in enumerate(world.groups()):
        members, venue = audiences[number].people(sizes), places[place]
        at, busy = (venue.latitude, venue.longitude), tuple(sorted(away.get(number, ())))
        found.append(Unit(str(number), *at, max(members, 1), 2, closed=busy))
    return found


def _teachers(by: Actor, season_id: UUID, world: _World) -> list[Lecturer]:
    """Return who could step in, and who teaches already: free where they do."""
    rules = seasons.rules(season_id)
    pool = {str(one.id): one for one in people.lecturers(by=by, shared=True)}
    given = {UUID(who) for _one, _slot, who in world.known.values()}
    pool |= {str(key): one for key, one in people.lecturer_names(given).items()}
    times = lecturers.times_of([UUID(key) for key in pool])
    points = organisations.points_of({one.organisation_id for one in pool.values()})
    grid = world.grid
    busy = busy_of([UUID(key) for key in pool], grid)
    inside = {one.id for one, _slot, _who in world.known.values()}
    own: dict[str, set[int]] = {}
    topics: dict[str, set[str]] = {}
    for (_parts, _place, topic), (session, slot, who) in world.known.items():
        topics.setdefault(who, set()).add(topic)
        if session.id not in world.lost or not times[UUID(who)].can_come(grid.days[slot // HALVES]):
            continue
        if not session.declined:
            own.setdefault(who, set()).add(slot)
    wanted = {topic for _u, _p, topic in world.known}
    kept = {(who, slot) for s, slot, who in world.known.values() if s.id not in world.lost}
    found = []
    for key, person in pool.items():
        able, engaged = set(teaches(person, rules.topics)), busy.get(UUID(key), Busy())
        mine = {topic for topic in wanted if set(topic.split("+")) <= able}
        free = {
            i * HALVES + k
            for i, day in enumerate(grid.days)
            for k, part in enumerate(PARTS)
            if times[UUID(key)].is_free(day, part) and i * HALVES + k not in engaged.slots
        }
        free |= own.get(key, set()) | {slot for who, slot in kept if who == key}
        at = points.get(person.organisation_id, (0.0, 0.0))
        topics_of = tuple(sorted(mine | topics.get(key, set())))
        slots, lessons = tuple(sorted(free)), engaged.elsewhere(inside)
        found.append(Lecturer(key, *at, topics_of, slots, LOAD, person.name, lessons))
    return found
