"""Reads of exchanges: of units that the actor organises, whatever side they are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dongxun.exchanges.contracts import (
    DEFAULT_ITEMS,
    ExchangeState,
    GapLine,
    GapState,
    PledgeState,
    Progress,
)
from dongxun.exchanges.models import (
    ChecklistItem,
    Exchange,
    Followed,
    Gap,
    MasterStation,
    Outcome,
    Party,
    Pledge,
    Slot,
)
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.together import Question, only, totals
from dongxun.organisations import api as organisations

T = TypeVar("T", bound=Followed)


@dataclass(frozen=True, slots=True)
class Due:
    """How many gaps and pledges of the actor's units are past their day."""

    gaps: int
    pledges: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What one exchange brought home."""

    gaps: list[Gap]
    pledges: list[Pledge]
    outcomes: list[Outcome]


def _own(by: Actor, field: str = "organisation__lft") -> Q:
    return Q() if by.is_system else organisations.within(by.intervals(ORGANISERS), field)


def exchanges(*, by: Actor, season_id: UUID, kind: str = "", state: str = "") -> QuerySet[Exchange]:
    """Return the exchanges in which a unit of the actor takes part, next first."""
    mine = Party.objects.filter(_own(by), exchange=OuterRef("pk"))
    rows = Exchange.objects.filter(season_id=season_id)
    if not by.is_system:
        rows = rows.filter(Exists(mine))
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    done = Count("slots", filter=~Q(slots__done_at=None), distinct=True)
    rows = rows.annotate(n_done=done, n_slots=Count("slots", distinct=True))
    return rows.prefetch_related("parties__organisation").order_by("-day", "id")


def exchange(exchange_id: UUID, *, by: Actor) -> Exchange:
    """Return one exchange with its parties, slots and what was brought home.

    Raises:
        NotFound: absent, or no unit of the actor takes part.
    """
    row = (
        Exchange.objects.filter(id=exchange_id)
        .select_related("season", "session")
        .prefetch_related("parties__organisation", "slots__upload", "slots__said__upload")
        .first()
    )
    if row is None or not any(by.reaches(p.organisation.lft) for p in row.parties.all()):
        raise NotFound
    return row


def slot(slot_id: int, *, by: Actor) -> Slot:
    """Return one item of an exchange.

    Raises:
        NotFound: absent, or no unit of the actor takes part.
    """
    row = Slot.objects.select_related("exchange", "upload").filter(id=slot_id).first()
    if row is None:
        raise NotFound
    exchange(row.exchange_id, by=by)
    return row


def checklist(season_id: UUID) -> list[tuple[str, str]]:
    """Return the items (code, label) that visits of a season do."""
    found = ChecklistItem.objects.filter(season_id=season_id).values_list("code", "label")
    return list(found) or list(DEFAULT_ITEMS)


def gaps(*, by: Actor, season_id: UUID, open_only: bool = False) -> QuerySet[Gap]:
    """Return the gaps of the actor's units, the first due first."""
    rows = Gap.objects.filter(_own(by), exchange__season_id=season_id, withdrawn_at=None)
    if open_only:
        rows = rows.exclude(state=GapState.CLOSED)
    return rows.select_related("organisation", "model", "exchange", "member__branch").order_by(
        "due_on", "id"
    )


def followed(
    kind: type[T], thing_id: UUID, *, by: Actor, withdrawn: bool = False, lock: bool = False
) -> T:
    """Return a gap, a pledge or an outcome of one of the actor's units.

    Args:
        withdrawn: one that was taken back will do, too.
        lock: hold it until the transaction ends.

    Raises:
        NotFound: absent, or not the actor's.
    """
    rows = kind.objects.select_related("organisation").filter(id=thing_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row: T | None = (rows if withdrawn else rows.filter(withdrawn_at=None)).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def gap_lines(
    *,
    by: Actor,
    season_id: UUID,
    interval: Interval | None = None,
    exchange_id: UUID | None = None,
) -> list[GapLine]:
    """Return the gaps of the actor's units inside a subtree, or of one exchange, as lines.

    Raises:
        NotFound: the exchange is absent, or no unit of the actor takes part.
    """
    if exchange_id is not None:
        row = exchange(exchange_id, by=by)
        rows = row.gaps.filter(withdrawn_at=None).select_related(
            "organisation", "model", "exchange"
        )
        rows = rows.order_by("due_on", "id")
    else:
        rows = gaps(by=by, season_id=season_id)
    if interval is not None:
        rows = rows.filter(organisations.within([interval], "organisation__lft"))
    return [_gap_line(one) for one in rows]


def _gap_line(row: Gap) -> GapLine:
    return GapLine(
        unit=row.organisation.short_name,
        gap=row.gap,
        model=row.model.short_name,
        practice=row.practice,
        measure=row.measure,
        person=row.person,
        due_on=row.due_on,
        state=row.state,
        result=row.result,
        closed_on=row.closed_on,
        exchange=row.exchange.title,
    )


def pledges(*, by: Actor, season_id: UUID) -> QuerySet[Pledge]:
    """Return the pledges of the actor's units, the first to be followed up first."""
    rows = Pledge.objects.filter(_own(by), season_id=season_id, withdrawn_at=None)
    rows = rows.select_related("organisation", "exchange", "session", "member__branch")
    return rows.order_by("follow_on", "id")


def outcomes(*, by: Actor, season_id: UUID) -> QuerySet[Outcome]:
    """Return what study turned into at the actor's units, newest first."""
    rows = Outcome.objects.filter(_own(by), season_id=season_id, withdrawn_at=None)
    rows = rows.select_related("organisation", "exchange", "member__branch")
    return rows.order_by("-on", "id")


def stations(*, by: Actor) -> QuerySet[MasterStation]:
    """Return the stations of master lecturers at the actor's units, open ones first."""
    rows = MasterStation.objects.filter(_own(by, "host__lft"))
    return rows.select_related("lecturer", "host", "place").order_by("until", "-since", "id")


def teaching_at(place_id: UUID) -> list[MasterStation]:
    """Return who teaches regularly at a place, for anybody: who teaches is no secret."""
    rows = MasterStation.objects.filter(place_id=place_id, until=None)
    return list(rows.select_related("lecturer").order_by("since", "id"))


def due(*, by: Actor, season_id: UUID, on: date | None = None) -> Question[Due]:
    """Return how many gaps and pledges of the actor's units are past their day."""
    day = on or clock.today()
    late = gaps(by=by, season_id=season_id, open_only=True).filter(due_on__lt=day)
    promised = pledges(by=by, season_id=season_id).filter(state=PledgeState.OPEN, follow_on__lt=day)
    counts = yield [totals(rows, n=Count("id")) for rows in (late, promised)]
    return Due(*(only(rows, 0)[0] for rows in counts))


def progress(*, season_id: UUID, interval: Interval) -> Progress:
    """Return the counts of a subtree; they name nobody."""
    inside = organisations.within([interval], "organisation__lft")
    mine = Party.objects.filter(inside, exchange=OuterRef("pk"))
    rows = Exchange.objects.filter(Exists(mine), season_id=season_id)
    rows = rows.exclude(state=ExchangeState.CANCELLED)
    live = Q(withdrawn_at=None)
    found = Gap.objects.filter(inside, live, exchange__season_id=season_id)
    said = Pledge.objects.filter(inside, live, season_id=season_id)
    hosts = organisations.within([interval], "host__lft")
    return Progress(
        exchanges=rows.count(),
        complete=rows.filter(state=ExchangeState.COMPLETE).count(),
        gaps=found.count(),
        gaps_closed=found.filter(state=GapState.CLOSED).count(),
        pledges=said.count(),
        pledges_kept=said.filter(state=PledgeState.KEPT).count(),
        outcomes=Outcome.objects.filter(inside, live, season_id=season_id).count(),
        stations=MasterStation.objects.filter(hosts, until=None).count(),
    )


def brought_home(row: Exchange) -> Brought:
    """Return what one exchange brought home: gaps by due day, pledges, outcomes."""
    who, live = ("organisation", "member__branch"), {"withdrawn_at": None}
    gaps = row.gaps.filter(**live).select_related("model", *who).order_by("due_on", "id")
    pledges = row.pledges.filter(**live).select_related(*who).order_by("follow_on", "id")
    outcomes = row.outcomes.filter(**live).select_related(*who)
    return Brought(list(gaps), list(pledges), list(outcomes))


def missing(row: Exchange) -> Sequence[str]:
    """Return the items that have no evidence yet."""
    return [one.label for one in row.slots.all() if one.done_at is None]
