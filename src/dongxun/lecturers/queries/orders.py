"""Orders of lessons, and where each of them stands."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dongxun.activities import api as activities
from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.together import Question, only, totals
from dongxun.lecturers.contracts import CLOSED, TO_DISPATCH, OrderState
from dongxun.lecturers.models import Away, Order, Rating
from dongxun.lecturers.queries import profiles
from dongxun.organisations import api as organisations

GROUPS: dict[str, frozenset[OrderState]] = {
    "open": TO_DISPATCH,
    "asked": frozenset({OrderState.ASKED}),
    "accepted": frozenset({OrderState.ACCEPTED}),
    "held": frozenset({OrderState.HELD}),
    "rated": frozenset({OrderState.RATED}),
    "closed": CLOSED,
}
_DONE = frozenset({OrderState.HELD, OrderState.RATED})
_TAKEN = _DONE | {OrderState.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Line:
    """An order, where it stands, and who was asked for it, the latest last.

    ``away`` are those of them who said since that they cannot come on that day.
    """

    order: Order
    state: OrderState
    asked: tuple[activities.BookingLine, ...]
    away: tuple[activities.BookingLine, ...] = ()

    @property
    def lecturer(self) -> activities.BookingLine | None:
        """Who is asked or comes; None while nobody is."""
        live = [one for one in self.asked if one.state != "declined" and one not in self.away]
        return live[-1] if live else None

    @property
    def declined(self) -> tuple[activities.BookingLine, ...]:
        """Who said no."""
        return tuple(one for one in self.asked if one.state == "declined")

    @property
    def is_draft(self) -> bool:
        """Whether its lecturer comes and nobody has told the people yet."""
        session = self.order.session
        return bool(session and session.state == SessionState.DRAFT)

    @property
    def is_missed(self) -> bool:
        """Whether its time is over and nobody was ever told of it."""
        session = self.order.session
        return self.is_draft and session is not None and session.ends_at <= clock.now()


@dataclass(frozen=True, slots=True)
class Figures:
    """Orders of a season at a glance: each number is part of the one before, stars aside."""

    orders: int
    dispatched: int
    accepted: int
    held: int
    rated: int
    stars: float | None


def _rows(by: Actor) -> QuerySet[Order]:
    rows = Order.objects.select_related(
        "organisation", "topic", "lecturer", "session__place", "place", "season", "rating"
    )
    if by.is_system:
        return rows
    return rows.filter(organisations.within(by.intervals(ORGANISERS), "organisation__lft"))


def orders(season_id: UUID, *, by: Actor) -> list[Line]:
    """Return the orders of the actor's units, the first wanted first; three queries."""
    rows = _rows(by).filter(season_id=season_id).order_by("wanted_from", "created_at", "id")
    return lines(list(rows))


def order(order_id: UUID, *, by: Actor) -> Line:
    """Return one order.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    row = wanted_row(_rows(by).filter(id=order_id))
    return lines([row])[0]


def lines(rows: Sequence[Order]) -> list[Line]:
    """Return where orders stand; wants what ``_rows`` selects."""
    asked = activities.bookings_of([row.session_id for row in rows if row.session_id])
    who = {one.lecturer_id for own in asked.values() for one in own if one.state != "declined"}
    days = profiles.away(who)
    found = []
    for row in rows:
        own = tuple(asked.get(row.session_id, ())) if row.session_id else ()
        away = tuple(one for one in own if _is_away(row, one, days.get(one.lecturer_id, ())))
        found.append(Line(row, state_of(row, own, away), own, away))
    return found


def _is_away(row: Order, one: activities.BookingLine, days: Iterable[Away]) -> bool:
    """Whether somebody asked cannot come any more; what has begun is not spoken of."""
    session = row.session
    if one.state == "declined" or session is None or session.starts_at <= clock.now():
        return False
    day = clock.day_of(session.starts_at)
    return any(off.first <= day <= off.last for off in days)


def state_of(
    row: Order,
    asked: Iterable[activities.BookingLine],
    away: Collection[activities.BookingLine] = (),
) -> OrderState:
    """Return where an order stands; of whom asked, ``away`` cannot come any more."""
    if row.withdrawn_at is not None:
        return OrderState.WITHDRAWN
    if row.refused_at is not None:
        return OrderState.REFUSED
    session, states = row.session, {one.state for one in asked if one not in away}
    if session is None or session.state == SessionState.CANCELLED:
        return OrderState.WAITING
    if rating_of(row) is not None:
        return OrderState.RATED
    if states & {"asked", "confirmed"} and is_past(row):
        return OrderState.HELD
    is_over = session.ends_at <= clock.now()
    waits = OrderState.ACCEPTED if "confirmed" in states else OrderState.ASKED
    return OrderState.BACK if is_over or not states & {"asked", "confirmed"} else waits


def is_past(row: Order) -> bool:
    """Return whether people were told of an order's session and its time is over."""
    session = row.session
    if session is not None and session.state == SessionState.PUBLISHED:
        return session.ends_at <= clock.now()
    return session is not None and session.state == SessionState.ARCHIVED


def group_counts(found: Iterable[Line]) -> dict[str, int]:
    """Return how many orders each group of the list has."""
    states = Counter(line.state for line in found)
    return {name: sum(states[one] for one in group) for name, group in GROUPS.items()}


def figures(found: Iterable[Line]) -> Figures:
    """Return how far orders came; those withdrawn are left out."""
    live = [line for line in found if line.state != OrderState.WITHDRAWN]
    stars = [line.order.rating.stars for line in live if line.state == OrderState.RATED]
    return Figures(
        orders=len(live),
        dispatched=sum(bool(line.asked) for line in live),
        accepted=sum(line.state in _TAKEN for line in live),
        held=sum(line.state in _DONE for line in live),
        rated=len(stars),
        stars=sum(stars) / len(stars) if stars else None,
    )


def waiting(season_id: UUID, *, by: Actor) -> Question[int]:
    """Return how many orders of the actor's units wait to be dispatched."""
    [rows] = yield [totals(to_dispatch(_rows(by).filter(season_id=season_id)), n=Count("id"))]
    return only(rows, 0)[0]


def to_dispatch(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Return those of which :func:`state_of` says that they wait to be dispatched."""
    here = Order.objects.filter(pk=OuterRef("pk"))
    rated = Rating.objects.filter(order=OuterRef("pk"), session=OuterRef("session"))
    coming = here.filter(session__bookings__state__in=("asked", "confirmed")).annotate(
        who=F("session__bookings__lecturer")
    )
    away = Away.objects.filter(
        lecturer=OuterRef("who"),
        first__lte=OuterRef("session__starts_at__date"),
        last__gte=OuterRef("session__starts_at__date"),
    )
    gone = Q(Exists(away), session__starts_at__gt=clock.now())
    untold = Q(session__state=SessionState.DRAFT, session__ends_at__lte=clock.now())
    nobody = Q(session=None) | Q(session__state=SessionState.CANCELLED)
    back = ~Q(Exists(rated)) & (~Q(Exists(coming.exclude(gone))) | untold)
    return rows.filter(nobody | back, withdrawn_at=None, refused_at=None)


def rating_of(row: Order) -> Rating | None:
    """Return what the unit said of its lesson, if it has; not what it said of an earlier one."""
    rating: Rating | None = getattr(row, "rating", None)
    return rating if rating and rating.session_id == row.session_id else None
