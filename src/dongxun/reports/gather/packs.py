"""From the door of packs to the values of papers."""

from collections.abc import Iterator
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.packs import api as packs
from dongxun.packs.api import LineView, ListCard
from dongxun.packs.contracts import LineState
from dongxun.reports.contracts import (
    GiftRow,
    Imprint,
    IssueRow,
    IssueSheet,
    LeafletRow,
    PackBook,
    ThanksLetter,
)
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons

KINDS = {
    "person": "加油包",
    "branch": "加油包",
    "cooperative": "合作社",
    "farm": "家庭农场",
    "household": "农户",
    "enterprise": "企业",
    "other": "其他",
}
HOW = {
    "signed": "已签字",
    "thumb": "已按印",
    "proxy": "代领签字",
    "sheet": "已签字",
    "confirmed": "已确认",
}
SOURCE = "发放清单、签收记录"
RECEIVED = "有一条有效签收即为已领；同一清单每人一行"


def list_ids(order: Order) -> list[UUID]:
    """Return the lists whose sheets belong on paper, oldest first."""
    found = packs.paper_lists(order.season.id, by=order.by, inside=order.interval)
    return [card.id for card in found]


def issue_sheet(order: Order, list_id: UUID) -> IssueSheet:
    """Return the sheet of a list as the record has it, of the order's subtree."""
    imprint = order.imprint(SOURCE, RECEIVED)
    return _sheet(list_id, by=order.by, imprint=imprint, inside=order.interval)


def own_sheet(list_id: UUID, *, by: Actor, blank: bool) -> IssueSheet:
    """Return the sheet of one list: blank for signing, or as the record has it.

    Raises:
        NotFound: the list is absent or hidden.
    """
    imprint = Imprint(clock.now(), SOURCE, RECEIVED)
    return _sheet(list_id, by=by, imprint=imprint, blank=blank)


def _sheet(
    list_id: UUID,
    *,
    by: Actor,
    imprint: Imprint,
    inside: Interval | None = None,
    blank: bool = False,
) -> IssueSheet:
    card = packs.list_card(list_id, by=by)
    rows = packs.paper_lines(list_id, by=by, inside=inside)
    return IssueSheet(
        season=seasons.rules(card.season_id).name,
        organisation=card.organisation,
        title=card.title,
        contents=packs.content_words(list_id, by=by),
        blank=blank,
        rows=tuple(_row(card, row, blank=blank) for row in rows if not (blank and _done(row))),
        imprint=imprint,
    )


def _done(row: LineView) -> bool:
    return row.state in {LineState.RECEIVED, LineState.RETURNED}


def _row(card: ListCard, row: LineView, *, blank: bool) -> IssueRow:
    """Return a line; of a blank sheet nothing that is still to be written by hand."""
    same = row.name == row.branch
    words = [row.note, "" if same else row.branch]
    if row.state == LineState.RETURNED:
        words.append(f"退回：{row.reason}")
    received = row.state == LineState.RECEIVED and not blank
    return IssueRow(
        name=row.name,
        kind=KINDS.get(row.kind, "加油包"),
        quantity=row.quantity,
        unit=card.organisation,
        pack=card.pack,
        spec=card.pack_spec,
        branch=row.branch,
        signed=HOW.get(row.how, "") if received else "",
        remark="；".join(word for word in words if word),
        day=clock.day_of(row.received_at) if received and row.received_at else None,
        taken_by=row.received_by if received else "",
        relation=row.relation if received else "",
        handed_by=row.handed_by if received else row.courier,
    )


def issue_rows(order: Order) -> Iterator[IssueRow]:
    """Yield the rows of every list of the order's subtree."""
    for list_id in list_ids(order):
        yield from issue_sheet(order, list_id).rows


def book(order: Order, source: str, definition: str = "") -> PackBook:
    """Return what a workbook is about."""
    return PackBook(order.season.name, order.node.short_name, order.imprint(source, definition))


def gift_rows(order: Order) -> list[GiftRow]:
    """Return the donation ledger of the order's subtree."""
    found = []
    for line in packs.donation_lines(order.season.id, by=order.by, inside=order.interval):
        boxes = f"（{line.boxes} 箱）" if line.boxes else ""
        counted = f"{line.accepted} {line.accepted_by}" if line.accepted is not None else ""
        found.append(
            GiftRow(
                donor=line.donor,
                title=line.title,
                spec=line.spec,
                quantity=f"{line.quantity}{boxes}",
                accepted=counted,
                day=line.arrived_on or line.on,
                came_in=line.came_in,
                went_out=line.went_out,
                went_to=line.went_to,
                shown=line.shown,
            )
        )
    return found


def leaflet_rows(order: Order) -> list[LeafletRow]:
    """Return the leaflet log of the order's subtree."""
    return [
        LeafletRow(line.title, line.copies, line.households, line.area, line.on)
        for line in packs.leaflet_lines(order.season.id, by=order.by, inside=order.interval)
    ]


def thanks(donation_id: UUID, *, by: Actor) -> tuple[ThanksLetter, UUID] | None:
    """Return a letter of thanks and whose it is; None while none is written.

    Raises:
        NotFound: the donation is absent or hidden.
    """
    found = packs.letter(donation_id, by=by)
    if found is None:
        return None
    letter = ThanksLetter(
        donor=found.donor,
        consignee=found.consignee,
        given=found.given,
        words=found.words,
        number=found.number,
        issuer=found.organisation,
        day=found.on,
    )
    return letter, found.organisation_id
