"""What is published and ahead as a problem of repair, whoever planned it.

A session is taken with one place and one lecturer; people of the same units at the same place
are one group. Where two already want the same hall, lecturer or people at once, the later one
stays out: it is not for a repair to settle.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
from dongxun.organisations.contracts import Node, Point
from dongxun.people import api as people
from dongxun.planning.snapshots.besides import taught_besides
from dongxun.planning.snapshots.expected import elsewhere, kin, people_at, uses_on
from dongxun.planning.snapshots.missed import Missing, missed
from dongxun.planning.snapshots.resources import (
    NO_HALLS,
    Busy,
    busy_of,
    halls_taken,
    homes,
    teaches,
    unwanted,
)
from dongxun.planning.snapshots.seating import Ground, Owing, guests, owing
from dongxun.planning.snapshots.slots import HALVES, KMH, PARTS, Grid, pauses
from dongxun.planning.snapshots.world import World
from dongxun.seasons import api as seasons
from dongxun_planner.calendar import teaching_days
from dongxun_planner.replan.problems import ReplanProblem
from dongxun_planner.season.problems import (
    Lecturer,
    SeasonPlan,
    SeasonProblem,
    Unit,
    Venue,
)

MAKEUPS = 5
"""How many sessions more are proposed at most for those who missed a topic."""
LOAD, A_WEEK = 40, 5
"""What a lecturer takes at most when somebody is sought in a hurry."""


@dataclass(slots=True)
class Published:
    """The problem, the session behind each (group, topic), and what no planner can help.

    ``by_hand`` are those that have fallen through and stand outside the problem: with several
    lecturers, without hall or topic, online, today, longer than a part of the day, or in each
    other's way.
    """

    problem: ReplanProblem
    owing: Owing
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_hand: list[dict[str, str]] = field(default_factory=list)
    missed: list[Missing] = field(default_factory=list)

    def about(self) -> dict[str, Any]:
        """Return what is kept beside the problem, as JSON."""
        return {
            "sessions": self.sessions,
            "by_hand": self.by_hand,
            "missed": self.owing.about,
            "beyond": dict(self.owing.beyond),
        }


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


def sizes(season_id: UUID, sessions: Iterable[PlannedSession]) -> dict[UUID, int]:
    """Return how many come to each of these by now, with guests; nothing of one that no plan can hold."""
    here, signed = people_at(season_id), activities.signed_ahead(season_id)
    found = {}
    for one in sessions:
        world = World(Grid((clock.day_of(one.starts_at),)), {one.id})
        world.add([one])
        for at in world.numbered():
            members = world.audiences[0].people(here)
            rows = guests({at: one}, world.audiences, {0: members}, signed)
            found[one.id] = members + sum(row.members for row in rows)
    return found


def take(
    season_id: UUID,
    node: Node,
    *,
    by: Actor,
    topic_id: UUID | None = None,
    makeups: int = MAKEUPS,
) -> Published:
    """Freeze what is published ahead, with who is free when, which halls are open, who missed what.

    Args:
        topic_id: only who missed this topic is sought a seat for.
        makeups: so many sessions more may be held for them.
    """
    sessions = ahead(season_id, node, by=by)
    lost = hit(sessions, by=by, node=node)
    world = World(_grid(season_id, sessions), set(lost))
    world.add(sessions)
    uses = uses_on(season_id, world.grid)
    venues = _venues(by, node, world, _others(uses, world))
    world.keep({venue.id for venue in venues})
    signed = activities.signed_ahead(season_id)
    found = missed(season_id, node, sessions, signed, topic_id=topic_id)
    ground = Ground(world.grid, world.audiences, uses, world.ids, signed)
    owed = owing(season_id, node, found, ground)
    wanted = {topic for _u, _p, topic in world.known} | {one.topic for one in owed.missed}
    units = _units(season_id, world, venues, uses)
    teaching = taught_besides(uses, world.ids)
    teachers = _teachers(by, season_id, world, wanted, _centre(node, venues))
    season = SeasonProblem(
        kind="season",
        topics=tuple(sorted(wanted)),
        days=tuple(day.isoformat() for day in world.grid.days),
        units=(*units, *owed.units),
        venues=tuple(venues),
        lecturers=tuple(replace(one, besides=teaching.get(one.id, ())) for one in teachers),
        halves=HALVES,
        lecturer_a_week=A_WEEK,
        cohort_a_week=A_WEEK,
        kmh=KMH,
        pauses=pauses(world.longest()),
    )
    sizes = {number: unit.members for number, unit in enumerate(units)}
    rows = tuple(guests(world.numbered(), world.audiences, sizes, signed))
    problem = replace(_problem(season, world, owed), guests=rows, makeups=makeups)
    first = problem.first_slot
    known = {one.id for one, slot, _who in world.known.values() if slot >= first}
    outside = [_outside(one, why) for key, (one, why) in lost.items() if key not in known]
    return Published(problem, owed, world.about(lost), outside, found)


def _problem(season: SeasonProblem, world: World, owed: Owing) -> ReplanProblem:
    """Return what is published, from tomorrow on, with who missed what."""
    today, days = clock.today(), world.grid.days
    return ReplanProblem(
        "replan",
        season,
        SeasonPlan(tuple(world.cohorts())),
        missed=tuple(owed.missed),
        first_slot=HALVES * sum(day <= today for day in days),
        barred=tuple(world.barred()),
        kin=kin(world.audiences, world.fallen()),
        belongs=tuple(owed.belongs),
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


def _others(uses: Iterable[activities.Use], world: World) -> dict[str, set[int]]:
    """Return in which slots halls are taken by sessions that this problem does not hold."""
    mine = {one.id for one, _slot, _who in world.known.values()}
    taken = halls_taken(uses, world.grid, mine)
    own = {
        (place, slot)
        for (_u, place, _t), (one, slot, _w) in world.known.items()
        if one.id not in world.lost
    }
    return {key: {slot for slot in slots if (key, slot) not in own} for key, slots in taken.items()}


def _venues(by: Actor, node: Node, world: World, taken: Mapping[str, set[int]]) -> list[Venue]:
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


def _units(
    season_id: UUID, world: World, venues: Sequence[Venue], uses: Iterable[activities.Use]
) -> list[Unit]:
    """Return each group as one unit at its place, with as many members as it brings.

    Those of which something has fallen through are busy where their people are expected
    besides: with others, with a unit above, or at what stands outside the problem.
    """
    sizes, audiences, fallen = people_at(season_id), world.audiences, world.fallen()
    closed = elsewhere(uses, world.grid, [audiences[n] for n in sorted(fallen)], world.ids)
    away = dict(zip(sorted(fallen), closed, strict=True))
    places = {venue.id: venue for venue in venues}
    found = []
    for number, (_parts, place) in enumerate(world.groups):
        members, venue = audiences[number].people(sizes), places[place]
        at, busy = (venue.latitude, venue.longitude), tuple(sorted(away.get(number, ())))
        found.append(Unit(str(number), *at, max(members, 1), 2, closed=busy))
    return found


def _centre(node: Node, venues: Sequence[Venue]) -> Point:
    """Return where a unit lies, or else its first hall."""
    halls = ((one.latitude, one.longitude) for one in venues)
    return organisations.points_of([node.id]).get(node.id) or next(halls, (0.0, 0.0))


def _teachers(
    by: Actor, season_id: UUID, world: World, wanted: Collection[str], centre: Point
) -> list[Lecturer]:
    """Return who could step in, and who teaches already: free where they do."""
    rules = seasons.rules(season_id)
    pool = {str(one.id): one for one in people.lecturers(by=by, shared=True)}
    given = {UUID(who) for _one, _slot, who in world.known.values()}
    pool |= {str(key): one for key, one in people.lecturer_names(given).items()}
    times = lecturers.times_of([UUID(key) for key in pool])
    points = homes(pool.values(), centre)
    grid = world.grid
    busy = busy_of([UUID(key) for key in pool], grid)
    own: dict[str, set[int]] = {}
    topics: dict[str, set[str]] = {}
    for (_parts, _place, topic), (session, slot, who) in world.known.items():
        topics.setdefault(who, set()).add(topic)
        if session.id not in world.lost or not times[UUID(who)].can_come(grid.days[slot // HALVES]):
            continue
        if not session.declined:
            own.setdefault(who, set()).add(slot)
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
        topics_of = tuple(sorted(mine | topics.get(key, set())))
        slots, lessons = tuple(sorted(free)), engaged.elsewhere(world.ids)
        wishes, at = unwanted(times[UUID(key)], slots, grid), points[UUID(key)]
        found.append(Lecturer(key, *at, topics_of, slots, LOAD, person.name, lessons, (), wishes))
    return found
