"""Papers of booths."""

from collections.abc import Sequence

from dongxun.reports.contracts import Paper
from dongxun.reports.contracts.booths import BoothPage, PaperCard
from dongxun.reports.typesetting import paper, plain, qr


def sheets(pages: Sequence[BoothPage]) -> Paper:
    """Set the sheets of booths, a page each; the code is scanned or typed."""
    listed = [plain(one) | {"qr": qr(one.url) if one.url else ""} for one in pages]
    return paper("booth_sheets", {"pages": listed})


def cards(card: PaperCard) -> Paper:
    """Set a page of paper cards to be cut apart."""
    return paper("stamp_cards", plain(card))
