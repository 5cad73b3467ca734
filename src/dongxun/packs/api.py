"""The door of packs."""

from dongxun.packs.queries.carrying import to_carry, to_guests
from dongxun.packs.queries.donations import LedgerLine
from dongxun.packs.queries.lists import (
    LineView,
    ListCard,
    ReceiptView,
    deliveries_of_late,
    deliveries_waiting,
    list_card,
    lists,
    own_deliveries,
    season_tally,
    waiting_in,
)
from dongxun.packs.queries.papers import (
    LeafletLine,
    Letter,
    content_words,
    donation_lines,
    leaflet_lines,
    letter,
    paper_lines,
    paper_lists,
)
from dongxun.packs.services.definitions import release_edition, save_pack
from dongxun.packs.services.donations import (
    accept_donation,
    open_drive,
    promise_donation,
    ship_donation,
    show_donation,
    thank_donor,
)
from dongxun.packs.services.history import write_receipts
from dongxun.packs.services.leaflets import log_leaflets
from dongxun.packs.services.lists import Courier, draw_up_list, give_to_courier, issue_list
from dongxun.packs.services.receipts import Signed, sign_for
from dongxun.packs.services.stock import add_article, receive_stock, transfer_stock

__all__ = [
    "Courier",
    "LeafletLine",
    "LedgerLine",
    "Letter",
    "LineView",
    "ListCard",
    "ReceiptView",
    "Signed",
    "accept_donation",
    "add_article",
    "content_words",
    "deliveries_of_late",
    "deliveries_waiting",
    "donation_lines",
    "draw_up_list",
    "give_to_courier",
    "issue_list",
    "leaflet_lines",
    "letter",
    "list_card",
    "lists",
    "log_leaflets",
    "open_drive",
    "own_deliveries",
    "paper_lines",
    "paper_lists",
    "promise_donation",
    "receive_stock",
    "release_edition",
    "save_pack",
    "season_tally",
    "ship_donation",
    "show_donation",
    "sign_for",
    "thank_donor",
    "to_carry",
    "to_guests",
    "transfer_stock",
    "waiting_in",
    "write_receipts",
]
