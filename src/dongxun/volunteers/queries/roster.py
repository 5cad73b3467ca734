"""The roster: who stands where and when, where nobody does, where two shifts meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.volunteers import reckoning
from dongxun.volunteers.models import Handover, Post, Shift, Turn
from dongxun.volunteers.reach import arranged

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OnIt:
    """Somebody on a shift; ``state`` is ``coming here gone missing``."""

    turn_id: UUID
    person_id: UUID
    name: str
    branch: str
    state: str
    offered: bool
    turn: Turn


@dataclass(frozen=True, slots=True)
class ShiftCard:
    """A shift as the roster shows it; ``phase`` is ``coming running over``."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    needed: int
    people: tuple[OnIt, ...]
    phase: str
    doubled: bool = False
    notes: tuple[Handover, ...] = ()

    @property
    def missing(self) -> int:
        """How many are still wanted."""
        return max(self.needed - len(self.people), 0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the strip, in minutes of the day; ``kind`` is ``full short empty hole``."""

    x: int
    width: int
    y: int
    kind: str


@dataclass(frozen=True, slots=True)
class DayStrip:
    """A day of a post: its shifts, its holes, and where two shifts meet."""

    day: date
    shifts: tuple[ShiftCard, ...]
    holes: tuple[reckoning.Stretch, ...]
    doubles: tuple[reckoning.Stretch, ...]
    bars: tuple[Bar, ...]
    lanes: int = 1
    going_on: tuple[ShiftCard, ...] = ()
    """Shifts that began the day before and run now."""

    @property
    def listed(self) -> tuple[ShiftCard, ...]:
        """Whoever is on duty since yesterday, then the shifts that begin today."""
        return self.going_on + self.shifts

    @property
    def empty(self) -> int:
        """How many shifts have nobody."""
        return sum(not shift.people for shift in self.shifts)

    @property
    def missing(self) -> int:
        """How many people are still wanted."""
        return sum(shift.missing for shift in self.shifts)

    @property
    def height(self) -> int:
        """The height of the drawing, a lane being 40 high."""
        return self.lanes * 40


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post with its days."""

    id: UUID
    name: str
    organisation: str
    organisation_id: UUID
    place: str
    is_open: bool
    days: tuple[DayStrip, ...] = field(default=())

    @property
    def today(self) -> DayStrip:
        """Its first day."""
        return self.days[0]


def posts(by: Actor) -> QuerySet[Post]:
    """Return the posts that the actor arranges."""
    rows = Post.objects.filter(arranged(by)).select_related("organisation", "place", "season")
    return rows.order_by("organisation__lft", "name", "id")


def post_row(post_id: UUID, *, by: Actor) -> Post:
    """Return a post that the actor arranges.

    Raises:
        NotFound: absent or another's.
    """
    return wanted_row(posts(by).filter(id=post_id))


def with_days(rows: Iterable[Post], first: date, number: int) -> list[PostCard]:
    """Return posts with so many days from ``first``; three queries whatever their number."""
    listed = list(rows)
    begin, end = clock.moment(first), clock.moment(first + number * DAY)
    cards = _cards(
        Shift.objects.filter(
            post__in=listed, cancelled_at=None, starts_at__lt=end, ends_at__gt=begin
        )
    )
    return [
        PostCard(
            id=row.id,
            name=row.name,
            organisation=row.organisation.short_name,
            organisation_id=row.organisation_id,
            place=row.place.name,
            is_open=row.closed_at is None,
            days=tuple(
                strip(row, cards.get(row.id, []), first + offset * DAY) for offset in range(number)
            ),
        )
        for row in listed
    ]


def _cards(rows: QuerySet[Shift]) -> dict[UUID, list[ShiftCard]]:
    live = Turn.objects.filter(given_back_at=None).select_related("person__branch")
    found = rows.prefetch_related(
        Prefetch("turns", queryset=live.order_by("taken_at", "id"), to_attr="live_turns"),
        Prefetch("handovers", queryset=Handover.objects.order_by("occurred_at")),
    )
    by_post: dict[UUID, list[ShiftCard]] = {}
    for row in found.order_by("starts_at", "ends_at", "id"):
        by_post.setdefault(row.post_id, []).append(_card(row))
    return by_post


def _card(row: Shift) -> ShiftCard:
    now = clock.now()
    turns: Sequence[Turn] = getattr(row, "live_turns", ())
    phase = "over" if row.ends_at <= now else "running" if row.starts_at <= now else "coming"
    return ShiftCard(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        needed=row.needed,
        people=tuple(on_it(turn) for turn in turns),
        phase=phase,
        notes=tuple(row.handovers.all()),
    )


def on_it(turn: Turn) -> OnIt:
    """Return somebody on a shift or at a service."""
    now = clock.now()
    if turn.off_at is not None:
        state = "gone"
    elif turn.on_at is not None:
        state = "here"
    else:
        state = "coming" if turn.starts_at > now else "missing"
    return OnIt(
        turn_id=turn.id,
        person_id=turn.person_id,
        name=turn.person.name,
        branch=turn.person.branch.short_name,
        state=state,
        offered=turn.offered_at is not None,
        turn=turn,
    )


def shift_times(post_id: UUID, *, by: Actor) -> list[tuple[UUID, datetime, datetime]]:
    """Return the shifts of a post, (id, start, end), in order.

    Raises:
        NotFound: not the actor's post.
    """
    rows = Shift.objects.filter(post=post_row(post_id, by=by), cancelled_at=None)
    return list(rows.order_by("starts_at", "id").values_list("id", "starts_at", "ends_at"))


def shift_card(shift_id: UUID, *, by: Actor) -> tuple[Post, ShiftCard]:
    """Return one shift of a post that the actor arranges.

    Raises:
        NotFound: absent, called off, or another's.
    """
    rows = Shift.objects.filter(id=shift_id, cancelled_at=None)
    found = [(key, cards[0]) for key, cards in _cards(rows).items()]
    if not found:
        raise NotFound
    [(post_id, card)] = found
    return post_row(post_id, by=by), card


def strip(post: Post, cards: Sequence[ShiftCard], day: date) -> DayStrip:
    """Return one day of a post; times outside the days it is open are no hole."""
    begin, end = clock.day_bounds(day)
    here = [card for card in cards if card.starts_at < end and card.ends_at > begin]
    times = [(max(card.starts_at, begin), min(card.ends_at, end)) for card in here]
    is_open = post.from_day <= day <= post.until_day and post.closed_at is None
    doubles = reckoning.doubles(times)
    holes = reckoning.holes((begin, end), times) if is_open else []
    lanes, placed = _lanes(times)
    bars = [
        Bar(_at(a, begin), _at(b, begin) - _at(a, begin), lane * 40, _kind(card))
        for card, (a, b), lane in zip(here, times, placed, strict=True)
    ]
    bars += [Bar(_at(a, begin), _at(b, begin) - _at(a, begin), 0, "hole") for a, b in holes]
    own = [card for card in here if clock.day_of(card.starts_at) == day]
    marked = tuple(_marked(card, doubles) for card in own)
    since = tuple(card for card in here if card.starts_at < begin and card.phase == "running")
    return DayStrip(day, marked, tuple(holes), tuple(doubles), tuple(bars), lanes, since)


def _marked(card: ShiftCard, doubles: Sequence[reckoning.Stretch]) -> ShiftCard:
    doubled = any(card.starts_at < b and a < card.ends_at for a, b in doubles)
    if not doubled:
        return card
    return ShiftCard(
        card.id,
        card.starts_at,
        card.ends_at,
        card.needed,
        card.people,
        card.phase,
        doubled=True,
        notes=card.notes,
    )


def _at(moment: datetime, begin: datetime) -> int:
    return int((moment - begin) / MINUTE)


def _kind(card: ShiftCard) -> str:
    if not card.people:
        return "empty"
    return "short" if card.missing else "full"


def _lanes(times: Sequence[reckoning.Stretch]) -> tuple[int, list[int]]:
    """Return how many lanes the strip needs, and the lane of each shift."""
    ends: list[datetime] = []
    placed: list[int] = []
    for begin, end in times:
        lane = next((n for n, last in enumerate(ends) if last <= begin), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        placed.append(lane)
    return max(len(ends), 1), placed
