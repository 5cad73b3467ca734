"""Donations: what came from whom, where it lies and where it went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.rows import wanted_row
from dongxun.organisations.api import within
from dongxun.packs.contracts import DonationKind, DonationState, MovementKind
from dongxun.packs.models import Donation, DonationLine, Drive, Movement


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the donation ledger; a number is None where nothing is stored."""

    donation_id: UUID
    on: date
    donor: str
    kind: str
    title: str
    spec: str
    quantity: str
    boxes: int
    accepted: int | None
    accepted_by: str
    arrived_on: date | None
    came_in: int | None
    went_out: int | None
    went_to: str
    shown: str
    consignee: str
    state: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What a season was given: sets of goods, boxes, yuan, people who gave blood.

    ``donors`` counts each name once; ``matched`` are needs for which somebody gives, of ``asked``.
    """

    donations: int
    donors: int
    sets: int
    boxes: int
    yuan: int
    blood: int
    waiting: int
    matched: int
    asked: int


WITH = {
    "goods": Q(kind=DonationKind.GOODS),
    "money": Q(kind=DonationKind.MONEY),
    "blood": Q(kind=DonationKind.BLOOD),
    "matched": Q(drive__need_id__isnull=False),
}
"""Which donations stand behind a figure; withdrawn ones behind none."""


def behind(rows: QuerySet[Donation], what: str) -> QuerySet[Donation]:
    """Return the donations behind a figure, all of them for one that is not known."""
    return rows.filter(WITH[what]).exclude(state=DonationState.WITHDRAWN) if what in WITH else rows


def _own(by: Actor) -> Q:
    if by.is_system:
        return Q()
    intervals = by.intervals(ORGANISERS)
    return within(intervals, "organisation__lft") | within(intervals, "consignee__lft")


def donations(season_id: UUID, *, by: Actor, inside: Interval | None = None) -> QuerySet[Donation]:
    """Return the donations that the actor's units look after or receive, newest first."""
    rows = Donation.objects.filter(_own(by), season_id=season_id)
    if inside:
        rows = rows.filter(
            within([inside], "organisation__lft") | within([inside], "consignee__lft")
        )
    found = rows.select_related("consignee", "organisation", "drive")
    return found.order_by("-on", "-id").prefetch_related("lines")


def donation(donation_id: UUID, *, by: Actor) -> Donation:
    """Return one donation.

    Raises:
        NotFound: absent or hidden.
    """
    rows = Donation.objects.filter(_own(by), id=donation_id)
    found = rows.select_related("consignee", "organisation", "drive", "place", "season")
    return wanted_row(found.prefetch_related("lines__article"))


def drives(season_id: UUID, *, by: Actor) -> QuerySet[Drive]:
    """Return what is wanted in the actor's units, open ones first."""
    rows = Drive.objects.filter(_own(by), season_id=season_id)
    found = rows.select_related("consignee", "organisation").prefetch_related("donations")
    return found.order_by("closed_at", "-created_at")


def totals(season_id: UUID, *, by: Actor) -> Totals:
    """Return the sums of a season; what was withdrawn is not among them."""
    rows = donations(season_id, by=by).exclude(state=DonationState.WITHDRAWN).order_by()
    lines = DonationLine.objects.filter(donation__in=rows.values("id"))
    goods = lines.aggregate(sets=Sum("sets"), boxes=Sum("boxes"))
    others = rows.aggregate(yuan=Sum("amount_yuan"), blood=Sum("people"))
    waiting = rows.filter(kind=DonationKind.GOODS, arrived_on=None).count()
    asked = Drive.objects.filter(_own(by), season_id=season_id, need_id__isnull=False)
    given = rows.filter(WITH["matched"]).values("drive__need_id").distinct()
    return Totals(
        donations=rows.count(),
        donors=rows.values("donor_name").distinct().count(),
        sets=goods["sets"] or 0,
        boxes=goods["boxes"] or 0,
        yuan=others["yuan"] or 0,
        blood=others["blood"] or 0,
        waiting=waiting,
        matched=given.count(),
        asked=asked.values("need_id").distinct().count(),
    )


def ledger_lines(season_id: UUID, *, by: Actor, inside: Interval | None = None) -> list[LedgerLine]:
    """Return the donation ledger, oldest first: a line for each kind of goods, sum or count."""
    rows = list(donations(season_id, by=by, inside=inside))
    rows.reverse()
    moved = _moved({line.article_id for row in rows for line in row.lines.all()})
    found: list[LedgerLine] = []
    for row in rows:
        lines = list(row.lines.all())
        found += [_goods(row, line, moved) for line in lines] or [_other(row)]
    return found


def _moved(ids: Collection[UUID | None]) -> dict[UUID, tuple[int, int, str]]:
    """Return of each article how many came in, how many went out, and where to."""
    known = [key for key in ids if key]
    found: dict[UUID, tuple[int, int, str]] = {}
    rows = Movement.objects.filter(article_id__in=known).order_by("recorded_at")
    for row in rows:
        came, went, to = found.get(row.article_id, (0, 0, ""))
        if row.kind == MovementKind.RECEIPT:
            came += row.change
        elif row.kind in {MovementKind.ISSUE, MovementKind.RETURN}:
            went -= row.change
            if row.kind == MovementKind.ISSUE and row.note not in to.split("、"):
                to = "、".join(filter(None, [to, row.note]))
        found[row.article_id] = (came, went, to)
    return found


def _shown(row: Donation) -> str:
    return f"{row.shown_on.isoformat()} {row.shown_where}" if row.shown_on else ""


def _goods(
    row: Donation, line: DonationLine, moved: dict[UUID, tuple[int, int, str]]
) -> LedgerLine:
    came, went, to = moved.get(line.article_id, (0, 0, "")) if line.article_id else (0, 0, "")
    return LedgerLine(
        donation_id=row.id,
        on=row.on,
        donor=row.donor_name,
        kind=row.kind,
        title=line.title,
        spec=line.spec,
        quantity=f"{line.sets} {line.unit}",
        boxes=line.boxes,
        accepted=line.accepted,
        accepted_by=row.accepted_by,
        arrived_on=row.arrived_on,
        came_in=came if line.article_id else None,
        went_out=went if line.article_id else None,
        went_to=to or str(row.consignee.short_name),
        shown=_shown(row),
        consignee=row.consignee.short_name,
        state=row.state,
    )


def _other(row: Donation) -> LedgerLine:
    is_money = row.kind == DonationKind.MONEY
    return LedgerLine(
        donation_id=row.id,
        on=row.on,
        donor=row.donor_name,
        kind=row.kind,
        title="捐资" if is_money else "献血",
        spec="",
        quantity=f"{row.amount_yuan or 0} 元" if is_money else f"{row.people or 0} 人次",
        boxes=0,
        accepted=None,
        accepted_by="",
        arrived_on=None,
        came_in=None,
        went_out=None,
        went_to=row.consignee.short_name,
        shown=_shown(row),
        consignee=row.consignee.short_name,
        state=row.state,
    )
