"""What the papers of this room print: plain values, read for whoever may print them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dongxun.kernel.actors import Actor, Interval
from dongxun.packs.contracts import LineKind, ListState
from dongxun.packs.queries import donations as donation_queries
from dongxun.packs.queries import leaflets as leaflet_queries
from dongxun.packs.queries import lists as list_queries
from dongxun.packs.queries.donations import LedgerLine
from dongxun.packs.queries.lists import LineView, ListCard


@dataclass(frozen=True, slots=True)
class LeafletLine:
    """One line of the leaflet log."""

    title: str
    kind: str
    copies: int
    households: int
    area: str
    on: date
    organisation: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter of thanks says."""

    donor: str
    consignee: str
    organisation: str
    organisation_id: UUID
    given: tuple[str, ...]
    arrived_on: date | None
    on: date
    number: str
    words: str


def paper_lists(season_id: UUID, *, by: Actor, inside: Interval) -> list[ListCard]:
    """Return issued and closed lists that touch a subtree, oldest first."""
    found = list_queries.lists(season_id, by=by, within_unit=inside)
    return [card for card in reversed(found) if card.state != ListState.DRAFT]


def paper_lines(list_id: UUID, *, by: Actor, inside: Interval | None = None) -> list[LineView]:
    """Return the lines of a list as its sheet prints them; parcels have no line of their own."""
    rows = list_queries.lines_of(list_id, by=by).exclude(kind=LineKind.PARCEL)
    if inside:
        rows = rows.filter(branch__lft__gte=inside.lft, branch__lft__lte=inside.rgt)
    return list_queries.as_views(rows)


def content_words(list_id: UUID, *, by: Actor) -> str:
    """Return what lies in a pack of a list: as it was issued, or as it is to be."""
    card = list_queries.list_card(list_id, by=by)
    return list_queries.contents_of(card.id, card.pack_id)


def leaflet_lines(season_id: UUID, *, by: Actor, inside: Interval) -> list[LeafletLine]:
    """Return the leaflet log of a subtree, oldest first."""
    rows = leaflet_queries.leaflets(season_id, by=by, inside=inside).order_by("on", "id")
    return [
        LeafletLine(
            title=row.title,
            kind=row.kind,
            copies=row.copies,
            households=row.households,
            area=row.area,
            on=row.on,
            organisation=row.organisation.short_name,
        )
        for row in rows
    ]


def donation_lines(season_id: UUID, *, by: Actor, inside: Interval) -> list[LedgerLine]:
    """Return the donation ledger of a subtree, oldest first."""
    return donation_queries.ledger_lines(season_id, by=by, inside=inside)


def letter(donation_id: UUID, *, by: Actor) -> Letter | None:
    """Return what a letter of thanks says; None while none is written.

    Raises:
        NotFound: the donation is absent or hidden.
    """
    row = donation_queries.donation(donation_id, by=by)
    if row.thanked_on is None:
        return None
    given = [f"{line.title} {line.accepted or line.sets} {line.unit}" for line in row.lines.all()]
    if row.amount_yuan:
        given = [f"捐资 {row.amount_yuan} 元"]
    if row.people:
        given = [f"无偿献血 {row.people} 人次"]
    return Letter(
        donor=row.donor_name,
        consignee=row.consignee.short_name,
        organisation=row.organisation.name,
        organisation_id=row.organisation_id,
        given=tuple(given),
        arrived_on=row.arrived_on,
        on=row.thanked_on,
        number=row.letter_number,
        words=row.letter_words,
    )
