"""Who has not learned a topic and has no session of it ahead, and whose session could take them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, Point
from dongxun.planning.snapshots import published
from dongxun.planning.snapshots.expected import Audience, people_at
from dongxun.planning.snapshots.standing import lacking
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class Seat:
    """A published session of the topic with seats left; ``left`` None where nobody knows."""

    session: PlannedSession
    hall: str
    left: int | None
    km: float | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A branch whose people missed a topic; ``seat`` is the nearest session that holds them."""

    branch: Node
    people: int
    seat: Seat | None


def missed(season_id: UUID, topic_id: UUID, node: Node, *, by: Actor) -> list[Missing]:
    """Return the branches of a unit whose people need another session, the most people first.

    People who learn together count; each branch is taken to a session whole, so that no seat is
    promised twice.
    """
    ahead = [one for one in published.ahead(season_id, node, by=by) if topic_id in one.topics]
    cohorts = {one.cohort_id for one in ahead if one.cohort_id}
    waiting = {person for key in cohorts for person in seasons.cohort_people(key)}
    need = lacking(season_id, topic_id, node, waiting)
    nodes = organisations.nodes(need)
    spans = activities.audiences_ahead(season_id, topic_id, within=node.interval)
    alone = [
        (nodes[key], n)
        for key, n in need.most_common()
        if key in nodes and not any(nodes[key].interval.lft in span for span in spans)
    ]
    points = _points([branch.id for branch, _n in alone])
    seats = _seats(season_id, ahead)
    return [Missing(branch, n, _take(seats, points.get(branch.id), n)) for branch, n in alone]


def _points(ids: Iterable[UUID]) -> Mapping[UUID, Point]:
    """Return where branches lie: their own point, or that of the nearest unit above."""
    paths = organisations.paths([*ids])
    near = organisations.points_of({key for path in paths.values() for key in path})
    found = {key: [near[k] for k in path if k in near] for key, path in paths.items()}
    return {key: known[-1] for key, known in found.items() if known}


def _seats(season_id: UUID, ahead: Iterable[PlannedSession]) -> list[tuple[Seat, Point | None]]:
    """Return the sessions with a hall, and the seats that those expected leave."""
    held = [one for one in ahead if one.place_id]
    sites = organisations.sites([one.place_id for one in held if one.place_id])
    nodes = organisations.nodes({part for one in held for part in one.parts})
    people = people_at(season_id) if held else {}
    found: list[tuple[Seat, Point | None]] = []
    for one in held:
        site = sites.get(one.place_id) if one.place_id else None
        if site is None:
            continue
        whole = tuple(nodes[key].interval for key, n in one.sent if n is None and key in nodes)
        taken = Audience(whole, sum(n or 0 for _key, n in one.sent)).people(people)
        left = None if site.capacity is None else max(0, site.capacity - taken)
        known = site.latitude is not None and site.longitude is not None
        at = (site.latitude or 0.0, site.longitude or 0.0) if known else None
        found.append((Seat(one, site.name, left, None), at))
    return found


def _take(seats: list[tuple[Seat, Point | None]], point: Point | None, people: int) -> Seat | None:
    """Return the nearest session that holds so many more, and take these seats of it."""
    able = [
        (organisations.distance_km(point, at) if point and at else None, n)
        for n, (seat, at) in enumerate(seats)
        if seat.left is None or seat.left >= people
    ]
    if not able:
        return None
    km, n = min(able, key=lambda one: (one[0] is None, one[0] or 0.0, one[1]))
    seat, at = seats[n]
    if seat.left is not None:
        seats[n] = (Seat(seat.session, seat.hall, seat.left - people, None), at)
    return Seat(seat.session, seat.hall, seat.left, km)
