"""Rounds as the console shows them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations.api import within
from dongxun.visits.contracts import REACHED, RoundState, StopState
from dongxun.visits.models import Claim, Round, Stop, Visitor

LIVE = ~Q(stops__state=StopState.DROPPED)


def visited_homes(season_id: UUID, interval: Interval) -> tuple[int, int]:
    """Return how many homes of a subtree were visited, of those on rounds; it names nobody."""
    rows = Stop.objects.filter(within([interval], "branch__lft"), round__season_id=season_id)
    rows = rows.exclude(state=StopState.DROPPED)
    rows = rows.filter(~Q(round__state=RoundState.CANCELLED) | Q(state=StopState.DONE))
    homes = rows.order_by().values("person_id", "guest", "branch_id").distinct()
    return homes.filter(state=StopState.DONE).count(), homes.count()


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list: how many homes, how many reached, who goes."""

    row: Round
    stops: int
    reached: int
    done: int
    visitors: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens on it."""
        return self.row.state != RoundState.OPEN or self.row.day < clock.today()


def _mine(by: Actor) -> QuerySet[Round]:
    rows = Round.objects.select_related("organisation", "season", "sound")
    if by.is_system:
        return rows
    return rows.filter(within(by.intervals(ORGANISERS), "organisation__lft"))


def _visitors() -> Prefetch[str, QuerySet[Visitor], str]:
    return Prefetch("visitors", Visitor.objects.filter(gone_at=None).order_by("id"))


def rounds_of(
    *, by: Actor, season_id: UUID, interval: Interval, past: bool = False
) -> QuerySet[Round]:
    """Return the rounds of a subtree of the actor: from today on by day, or past ones newest first.

    Each carries ``stop_count``, ``reached_count`` and ``done_count``.
    """
    rows = _mine(by).filter(within([interval], "organisation__lft"), season_id=season_id)
    today = clock.today()
    coming = Q(day__gte=today, state=RoundState.OPEN)
    rows = rows.exclude(coming) if past else rows.filter(coming)
    rows = rows.annotate(
        stop_count=Count("stops", filter=LIVE),
        reached_count=Count("stops", filter=Q(stops__state__in=REACHED)),
        done_count=Count("stops", filter=Q(stops__state=StopState.DONE)),
    )
    order = ("-day", "-id") if past else ("day", "starts_at", "id")
    return rows.prefetch_related(_visitors()).order_by(*order)


def as_line(row: Round) -> RoundLine:
    """Return a row of :func:`rounds_of` as a list shows it."""
    counts = (int(getattr(row, name)) for name in ("stop_count", "reached_count", "done_count"))
    stops, reached, done = counts
    names = tuple(visitor.name for visitor in row.visitors.all())
    return RoundLine(row, stops, reached, done, names)


def loads(*, by: Actor, season_id: UUID, interval: Interval, day: date) -> list[tuple[str, int]]:
    """Return how many homes each visitor has on a day, the heaviest load first."""
    load: Counter[str] = Counter()
    for row in rounds_of(by=by, season_id=season_id, interval=interval).filter(day=day):
        for visitor in row.visitors.all():
            load[visitor.name] += as_line(row).stops
    return sorted(load.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Engaged:
    """A round that somebody goes on; without hours it takes the day."""

    person_id: UUID
    day: date
    begins: time | None
    ends: time | None

    def overlaps(self, day: date, begins: time, ends: time) -> bool:
        """Whether something else is at the same time."""
        mine = (self.begins or time.min, self.ends or time.max)
        return self.day == day and mine[0] < ends and begins < mine[1]


def engaged(
    person_ids: Collection[UUID], days: Collection[date], *, besides: UUID | None = None
) -> list[Engaged]:
    """Return the open rounds on which these people go on some days, whoever opened them; one query.

    The caller has checked that these people are the actor's.

    Args:
        besides: a round that is left out.
    """
    rows = Visitor.objects.filter(
        person_id__in=list(person_ids),
        gone_at=None,
        round__state=RoundState.OPEN,
        round__day__in=list(days),
    )
    if besides is not None:
        rows = rows.exclude(round_id=besides)
    rows = rows.order_by("round__day", "round__starts_at", "id")
    fields = ("person_id", "round__day", "round__starts_at", "round__ends_at")
    return [Engaged(*row) for row in rows.values_list(*fields)]


def round_page(round_id: UUID, *, by: Actor) -> tuple[Round, list[Stop]]:
    """Return a round with its visitors and topics, and its stops in order.

    Raises:
        NotFound: absent or outside.
    """
    row = _mine(by).filter(id=round_id).prefetch_related(_visitors(), "topics__topic").first()
    if row is None:
        raise NotFound
    stops = Stop.objects.filter(round=row).exclude(state=StopState.DROPPED)
    stops = stops.select_related("person", "branch", "pair__young").order_by("order", "id")
    return row, list(stops)


def stops_of(round_id: UUID, *, by: Actor) -> list[Stop]:
    """Return the homes of a round in order.

    Raises:
        NotFound: absent or outside.
    """
    return round_page(round_id, by=by)[1]


def disputed(*, by: Actor, interval: Interval) -> list[tuple[Stop, list[Claim]]]:
    """Return the doors of a subtree about which records differ, each with its open claims.

    A home that was taken off its round is among them when a phone has been there all the same.
    """
    rows = Stop.objects.filter(within([interval], "round__organisation__lft"), disputed=True)
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "round__organisation__lft"))
    found = list(
        rows.select_related("person", "branch", "round").order_by("round__day", "id")[:200]
    )
    claims: dict[UUID, list[Claim]] = {stop.id: [] for stop in found}
    wanted = Claim.objects.filter(stop__in=found).filter(
        ~Q(outcome="") | Q(waits=True) | Q(stop__state=StopState.DROPPED, settled=False)
    )
    for claim in wanted.order_by("occurred_at", "id"):
        claims[claim.stop_id].append(claim)
    return [(stop, claims[stop.id]) for stop in found]
