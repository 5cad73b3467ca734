"""Issue lists and their lines: how far each is, and who stands behind every figure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.lately import kept
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.together import Question, only, totals
from dongxun.organisations.api import nodes, within
from dongxun.packs.contracts import AudienceRule, LineKind, LineState, ListState, ReceiptHow, Tally
from dongxun.packs.models import IssueLine, IssueList, ListContent, PackContent, Receipt
from dongxun.people import api as people

OPEN = Q(received_at=None, returned_at=None)
CARRIED = OPEN & ~Q(courier_name="")
STATES = {
    LineState.OPEN: OPEN,
    LineState.CARRIED: CARRIED,
    LineState.RECEIVED: Q(received_at__isnull=False),
    LineState.RETURNED: Q(returned_at__isnull=False),
}
COUNTED = ~Q(kind=LineKind.PARCEL)


@dataclass(frozen=True, slots=True)
class ListCard:
    """An issue list as tables show it. ``mine`` says whether the actor may change it."""

    id: UUID
    title: str
    pack_id: UUID
    pack: str
    pack_spec: str
    organisation_id: UUID
    organisation: str
    place: str
    route: str
    state: str
    due_on: date | None
    issued_at: datetime | None
    issued_by: str
    tally: Tally
    mine: bool
    season_id: UUID


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One receipt of a line, as it was told."""

    how: str
    at: datetime
    by: str
    received_by: str
    relation: str
    note: str
    skewed: bool
    withdrawn: bool
    reason: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One recipient of a list as pages and papers show it."""

    id: UUID
    number: int
    kind: str
    name: str
    note: str
    branch_id: UUID
    branch: str
    quantity: int
    courier: str
    state: LineState
    received_at: datetime | None
    how: str
    received_by: str
    relation: str
    handed_by: str
    reason: str
    receipts: tuple[ReceiptView, ...] = field(default=())
    list_id: UUID | None = None
    pack: str = ""


def visible_lines(by: Actor) -> Q:
    """Return the condition on lines of the actor's subtrees."""
    return Q() if by.is_system else within(by.intervals(ORGANISERS), "branch__lft")


def lines_of(list_id: UUID, *, by: Actor) -> QuerySet[IssueLine]:
    """Return the lines of a list that the actor may see, in order."""
    rows = IssueLine.objects.filter(visible_lines(by), list_id=list_id)
    return rows.select_related("list", "branch").order_by("number")


def tally(rows: QuerySet[IssueLine]) -> Tally:
    """Return how far these lines are; parcels and what came back are not among the total."""
    found = rows.filter(COUNTED).aggregate(
        received=Count("id", filter=STATES[LineState.RECEIVED]),
        total=Count("id", filter=Q(returned_at=None)),
        carried=Count("id", filter=CARRIED),
        returned=Count("id", filter=STATES[LineState.RETURNED]),
    )
    return Tally(**found)


def tallies(list_ids: Collection[UUID], *, by: Actor) -> dict[UUID, Tally]:
    """Return the same for several lists, of the actor's lines, in one query."""
    rows = IssueLine.objects.filter(visible_lines(by), COUNTED, list_id__in=list(list_ids))
    found = (
        rows.order_by()
        .values("list_id")
        .annotate(
            received=Count("id", filter=STATES[LineState.RECEIVED]),
            total=Count("id", filter=Q(returned_at=None)),
            carried=Count("id", filter=CARRIED),
            returned=Count("id", filter=STATES[LineState.RETURNED]),
        )
    )
    return {
        row["list_id"]: Tally(row["received"], row["total"], row["carried"], row["returned"])
        for row in found
    }


def lists(
    season_id: UUID, *, by: Actor, pack_id: UUID | None = None, within_unit: Interval | None = None
) -> list[ListCard]:
    """Return the lists of a season that concern the actor, newest first.

    One's own; and those issued by a unit above, with lines in one's own subtree.
    """
    rows = IssueList.objects.filter(pack__season_id=season_id)
    if pack_id:
        rows = rows.filter(pack_id=pack_id)
    if not by.is_system:
        own = within(by.intervals(ORGANISERS), "organisation__lft")
        shared = IssueLine.objects.filter(visible_lines(by)).values("list_id")
        rows = rows.filter(own | (~Q(state=ListState.DRAFT) & Q(id__in=shared)))
    if within_unit:
        inside = IssueLine.objects.filter(within([within_unit], "branch__lft")).values("list_id")
        rows = rows.filter(id__in=inside)
    found = list(
        rows.select_related("pack", "organisation", "place").order_by("-created_at", "-id")
    )
    counted = tallies([row.id for row in found], by=by)
    return [_card(row, counted.get(row.id, Tally()), by) for row in found]


def list_card(list_id: UUID, *, by: Actor) -> ListCard:
    """Return one list.

    Raises:
        NotFound: absent, of another subtree, or a draft of a unit above.
    """
    rows = IssueList.objects.select_related("pack", "organisation", "place")
    row = wanted_row(rows.filter(id=list_id))
    mine = by.reaches(row.organisation.lft)
    own = lines_of(list_id, by=by)
    if not mine and (row.state == ListState.DRAFT or not own.exists()):
        raise NotFound
    return _card(row, tally(own), by)


def _card(row: IssueList, counted: Tally, by: Actor) -> ListCard:
    return ListCard(
        id=row.id,
        title=row.title,
        pack_id=row.pack_id,
        pack=row.pack.name,
        pack_spec=row.pack.spec,
        organisation_id=row.organisation_id,
        organisation=row.organisation.short_name,
        place=row.place.name,
        route=row.route,
        state=row.state,
        due_on=row.due_on,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        tally=counted,
        mine=by.reaches(row.organisation.lft),
        season_id=row.pack.season_id,
    )


def state_of(row: IssueLine) -> LineState:
    """Return where a line stands."""
    if row.received_at:
        return LineState.RECEIVED
    if row.returned_at:
        return LineState.RETURNED
    return LineState.CARRIED if row.courier_name else LineState.OPEN


def as_views(rows: Iterable[IssueLine]) -> list[LineView]:
    """Return lines with names and receipts, in three queries; their reader may see them."""
    lines = list(rows)
    names = people.names({row.person_id for row in lines if row.person_id})
    units = nodes({row.branch_id for row in lines})
    told: dict[UUID, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(line__in=lines).order_by("occurred_at", "id"):
        told.setdefault(receipt.line_id, []).append(receipt)
    found = []
    for row in lines:
        unit = units[row.branch_id].short_name
        name = names[row.person_id].name if row.person_id in names else (row.name or unit)
        found.append(_view(row, name, unit, told.get(row.id, [])))
    return found


def _view(row: IssueLine, name: str, unit: str, told: list[Receipt]) -> LineView:
    shown = next(
        (r for r in told if r.withdrawn_at is None and r.occurred_at == row.received_at), None
    )
    return LineView(
        id=row.id,
        number=row.number,
        kind=row.kind,
        name=name,
        note=row.note,
        branch_id=row.branch_id,
        branch=unit,
        quantity=row.quantity,
        courier=row.courier_name,
        state=state_of(row),
        received_at=row.received_at,
        how=row.how,
        received_by=shown.received_by if shown else "",
        relation=shown.relation if shown else "",
        handed_by=row.courier_name or (shown.recorded_by if shown else ""),
        reason=row.return_reason,
        receipts=tuple(_receipt(r) for r in told),
        list_id=row.list_id,
    )


def _receipt(row: Receipt) -> ReceiptView:
    return ReceiptView(
        how=ReceiptHow(row.how).value,
        at=row.occurred_at,
        by=row.recorded_by,
        received_by=row.received_by,
        relation=row.relation,
        note=row.note,
        skewed=row.skewed,
        withdrawn=row.withdrawn_at is not None,
        reason=row.withdrawn_reason,
    )


def season_tally(season_id: UUID, *, by: Actor, within_unit: Interval | None = None) -> Tally:
    """Return how far everything issued in a season is, of the actor's lines."""
    rows = season_lines(season_id, by=by)
    if within_unit:
        rows = rows.filter(within([within_unit], "branch__lft"))
    return tally(rows)


def season_lines(season_id: UUID, *, by: Actor) -> QuerySet[IssueLine]:
    """Return the lines of issued and closed lists of a season that the actor may see."""
    rows = IssueLine.objects.filter(visible_lines(by), list__pack__season_id=season_id)
    return rows.exclude(list__state=ListState.DRAFT)


def _carried_by(by: Actor) -> Q:
    """Return the condition on lines given to this account, or to whose link this phone opened."""
    mine = Q(pk__in=[])
    if by.is_account and by.id:
        mine |= Q(courier_account=by.id)
    if by.owned:
        mine |= Q(courier_id__in=by.owned)
    return mine & Q(list__state=ListState.ISSUED, returned_at=None)


def couriers_known(organisation_id: UUID, *, by: Actor) -> list[str]:
    """Return who of the actor's people has carried for a unit before, for a list to choose from."""
    rows = IssueLine.objects.filter(
        visible_lines(by), list__organisation_id=organisation_id, courier__isnull=False
    )
    cards = people.names(set(rows.order_by().values_list("courier_id", flat=True).distinct()))
    return sorted(f"{card.name}（{card.branch_name}）" for card in cards.values())


def deliveries_waiting(*, by: Actor) -> int:
    """Return how many lines the actor has still to carry."""
    if not (by.owned or by.is_account):
        return 0
    return IssueLine.objects.filter(_carried_by(by), received_at=None).count()


def deliveries_of_late(*, by: Actor) -> Question[int]:
    """Return the same as of a minute ago at most, for a page that is asked for all day."""
    return kept("packs.deliveries", by.kind, by.id, count=lambda: _deliveries(by))


def _deliveries(by: Actor) -> Question[int]:
    mine = IssueLine.objects.filter(_carried_by(by), received_at=None)
    [rows] = yield [totals(mine, n=Count("id"))]
    return only(rows, 0)[0]


def own_deliveries(*, by: Actor) -> list[LineView]:
    """Return what the actor is to carry, and what of it was received, of lists going on.

    By account, or by the persons whose personal link was opened on this phone.
    """
    rows = IssueLine.objects.filter(_carried_by(by))
    found = list(rows.select_related("list__pack", "branch").order_by("branch__lft", "number"))
    packs = {row.id: row.list.pack.name for row in found}
    return [replace(view, pack=packs[view.id]) for view in as_views(found)]


def rule_of(list_id: UUID) -> AudienceRule | None:
    """Return the rule a list was drawn up by; None when only outsiders were named."""
    kept = IssueList.objects.values_list("rule", flat=True).get(id=list_id)
    if not kept:
        return None
    return AudienceRule(
        veteran_years=kept.get("veteran_years"),
        mode=kept.get("mode", ""),
        tag=kept.get("tag", ""),
        cohort_id=UUID(kept["cohort"]) if kept.get("cohort") else None,
        unit_ids=tuple(UUID(key) for key in kept.get("units", [])),
        branches=bool(kept.get("branches")),
    )


def line(line_id: UUID, *, by: Actor) -> IssueLine | None:
    """Return a line of the actor's subtrees; None when absent or elsewhere."""
    rows = IssueLine.objects.filter(visible_lines(by), id=line_id)
    return rows.select_related("list", "branch").first()


def contents_of(list_id: UUID, pack_id: UUID) -> str:
    """Return what lies in one pack: as the list was issued, else as the pack is now."""
    frozen = ListContent.objects.filter(list_id=list_id).select_related("article")
    now = PackContent.objects.filter(pack_id=pack_id).select_related("article")
    rows: list[ListContent | PackContent] = [*frozen]
    rows = rows or [*now]
    return "、".join(f"{c.article.title} {c.quantity} {c.article.unit}" for c in rows)


def waiting_in(season_id: UUID, interval: Interval, *, by: Actor) -> int:
    """Return how many lines of a subtree are still open in lists being handed out, parcels too."""
    rows = IssueLine.objects.filter(
        visible_lines(by),
        OPEN,
        within([interval], "branch__lft"),
        list__state=ListState.ISSUED,
        list__pack__season_id=season_id,
    )
    return rows.count()
