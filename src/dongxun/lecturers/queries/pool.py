"""派课: who can teach this, then, there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers.contracts import PART_ENDS, DayPart, Moment, Score
from dongxun.lecturers.models import Appointment, Away, Order
from dongxun.lecturers.queries import profiles
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Point
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer

MOST_DAYS = 10
FREE, BUSY, AWAY, UNUSUAL, OVER = "free", "busy", "away", "unusual", "over"
UNWANTED = "unwanted"
RANK = {FREE: 0, UNWANTED: 1, UNUSUAL: 2, BUSY: 3, AWAY: 4, OVER: 5}
CAN_COME = frozenset({FREE, UNWANTED, UNUSUAL})


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a day of one lecturer."""

    day: date
    part: str
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One lecturer for an order: whether they can come, and what speaks for them.

    ``answer`` is what they said to this order: ``asked`` while nothing, ``confirmed``,
    ``declined`` (then ``declined`` is the reason, if they gave one); empty who was not asked.
    """

    lecturer: Lecturer
    state: str
    fits: bool
    wished: bool
    is_shared: bool
    km: float | None
    load: int
    score: Score | None
    cells: tuple[Cell, ...]
    busy: tuple[activities.Taken, ...]
    until: date | None
    answer: str
    declined: str

    @property
    def can_come(self) -> bool:
        """Whether nothing stands against asking."""
        return self.state in CAN_COME

    def count(self, state: str) -> int:
        """Return how many parts of the days shown are so."""
        return sum(cell.state == state for cell in self.cells)

    @property
    def free(self) -> int:
        """Parts of the days in which they can come."""
        return self.count(FREE)

    @property
    def taken(self) -> int:
        """Parts of the days in which they teach."""
        return self.count(BUSY)


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is known of the lecturers at once; a query each."""

    taken: Mapping[UUID, Sequence[activities.Taken]]
    free: Mapping[UUID, set[tuple[int, str]]]
    unwanted: Mapping[UUID, set[tuple[int, str]]]
    away: Mapping[UUID, Sequence[Away]]
    terms: Mapping[UUID, Sequence[Appointment]]
    scores: Mapping[UUID, Score]
    load: Mapping[UUID, int]
    points: Mapping[UUID, Point]
    own: frozenset[UUID]
    asked: Mapping[UUID, activities.BookingLine]
    path: tuple[UUID, ...]
    there: Point | None = None


def days_of(row: Order) -> list[date]:
    """Return the days that are drawn for an order: those wanted, from today on."""
    first = max(row.wanted_from, clock.today())
    count = min(max((row.wanted_until - first).days + 1, 1), MOST_DAYS)
    return [first + timedelta(days=number) for number in range(count)]


def choices(
    row: Order, moment: Moment, asked: Iterable[activities.BookingLine], *, by: Actor
) -> list[Choice]:
    """Return the lecturers that the actor may send, the best for this time first.

    Args:
        asked: who was asked for this order, and what they said.
    """
    pool = people.lecturers(by=by, shared=True)
    days = days_of(row)
    known = _known(pool, row, [*days, clock.day_of(moment.starts_at)], by)
    said = {one.lecturer_id: one for one in asked}
    known = replace(known, asked=said, there=_point_of(row, known))
    found = [_choice(one, row, moment, days, known) for one in pool]
    return sorted(found, key=_rank)


def _rank(one: Choice) -> tuple[int, bool, bool, bool, float, int, str]:
    near = one.km if one.km is not None else 999
    return (
        RANK[one.state],
        one.answer == "declined",
        not one.wished,
        not one.fits,
        round(near / 5),
        one.load,
        one.lecturer.name,
    )


def _known(pool: Sequence[Lecturer], row: Order, days: Sequence[date], by: Actor) -> _Known:
    ids = [one.id for one in pool]
    first, last = clock.moment(min(days)), clock.moment(max(days) + timedelta(days=1))
    path = organisations.ancestors(row.organisation_id)
    taken: dict[UUID, list[activities.Taken]] = {}
    for one in activities.taken(ids, first, last):
        if one.session_id != row.session_id:
            taken.setdefault(one.lecturer_id, []).append(one)
    places = {one.organisation_id for one in pool} | {node.id for node in path}
    return _Known(
        taken=taken,
        free=profiles.free_parts(ids),
        unwanted=profiles.unwanted_parts(ids),
        away=profiles.away(ids),
        terms=profiles.live_terms(ids),
        scores=profiles.scores(ids),
        load=activities.lessons_of(row.season_id),
        points=organisations.points_of(places),
        own=frozenset(one.id for one in people.lecturers(by=by)),
        asked={},
        path=tuple(node.id for node in reversed(path)),
    )


def _point_of(row: Order, known: _Known) -> Point | None:
    """Return where an order is to be held: its place, else the nearest unit whose point is known."""
    if row.place and row.place.latitude is not None and row.place.longitude is not None:
        return (row.place.latitude, row.place.longitude)
    above = (known.points[key] for key in known.path if key in known.points)
    return next(above, None)


def _choice(
    one: Lecturer,
    row: Order,
    moment: Moment,
    days: Sequence[date],
    known: _Known,
) -> Choice:
    terms, here = known.terms.get(one.id, ()), known.points.get(one.organisation_id)
    said = known.asked.get(one.id)
    lasting = profiles.covering(terms, clock.day_of(moment.starts_at))
    term = lasting or max(terms, key=profiles.last_day, default=None)
    busy = tuple(known.taken.get(one.id, ()))
    return Choice(
        lecturer=one,
        state=state_at(one.id, moment, known),
        fits=fits(one, row),
        wished=one.id == row.lecturer_id,
        is_shared=one.id not in known.own,
        km=organisations.distance_km(here, known.there) if here and known.there else None,
        load=known.load.get(one.id, 0),
        score=known.scores.get(one.id),
        cells=tuple(
            Cell(day, part, state_at(one.id, _whole(day, part), known))
            for day in days
            for part in DayPart
        ),
        busy=busy,
        until=profiles.last_day(term) if term else None,
        answer=said.state if said else "",
        declined=said.reason if said and said.state == "declined" else "",
    )


def _whole(day: date, part: DayPart) -> Moment:
    begins, ends = PART_ENDS[part]
    return Moment(clock.moment(day, begins), clock.moment(day, ends))


def part_of(at: datetime) -> DayPart:
    """Return the part of the day in which something begins."""
    local = clock.local(at).time()
    return next(part for part in DayPart if local < PART_ENDS[part][1] or part == DayPart.EVENING)


def state_at(lecturer_id: UUID, moment: Moment, known: _Known) -> str:
    """Return whether a lecturer can come: ``free busy away unusual unwanted over``.

    Who never said when they can teach is free; ``unusual`` is a time beside those named,
    ``unwanted`` one at which they would rather not.
    """
    day = clock.day_of(moment.starts_at)
    terms = known.terms.get(lecturer_id, ())
    if terms and profiles.covering(terms, day) is None:
        return OVER
    if any(one.first <= day <= one.last for one in known.away.get(lecturer_id, ())):
        return AWAY
    if clashing(known.taken.get(lecturer_id, ()), moment):
        return BUSY
    parts, then = known.free.get(lecturer_id), (day.weekday(), part_of(moment.starts_at))
    if parts and then not in parts:
        return UNUSUAL
    return UNWANTED if then in known.unwanted.get(lecturer_id, ()) else FREE


def clashing(taken: Iterable[activities.Taken], moment: Moment) -> list[activities.Taken]:
    """Return what a lecturer does at a time."""
    return [
        one for one in taken if one.starts_at < moment.ends_at and moment.starts_at < one.ends_at
    ]


def fits(one: Lecturer, row: Order) -> bool:
    """Return whether a subject of the lecturer is spoken of in the order, or the other way."""
    topic = (row.topic.name, row.topic.short_name) if row.topic else ()
    return one.speaks_of(row.wish, *topic)


@dataclass(frozen=True, slots=True)
class Tier:
    """One task at one level, for the unit that orders: held of asked."""

    unit: str
    title: str
    held: int
    asked: int


def tiers_of(row: Order, *, by: Actor) -> list[Tier]:
    """Return what is asked of the unit that orders, and of those above it, and how much was held."""
    path = {node.id: node.short_name for node in organisations.ancestors(row.organisation_id)}
    return [
        Tier(line.name, board.task.title, line.times, board.task.target)
        for board in activities.task_boards(row.season_id, by=by)
        if board.task.ended_on is None
        for line in board.lines
        if line.organisation_id in path
    ]


@dataclass(frozen=True, slots=True)
class Level:
    """What is asked of one level: sessions held of sessions asked, units that are done of all."""

    level: str
    title: str
    task_id: UUID
    held: int
    asked: int
    done: int
    units: int


def levels(season_id: UUID, *, by: Actor) -> list[Level]:
    """Return the season's tasks by level, as far as the actor's units go."""
    return [
        Level(
            board.task.level,
            board.task.title,
            board.task.id,
            board.times,
            board.times_asked,
            board.held,
            len(board.lines),
        )
        for board in activities.task_boards(season_id, by=by)
        if board.task.ended_on is None and board.lines
    ]
