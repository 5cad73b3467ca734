"""Slips to be cut apart: make-up notices, account activations, personal links."""

from collections.abc import Iterable
from datetime import datetime

from dongxun.reports.contracts import ActivationSlip, LinkSlip, MakeUpSlip, Paper
from dongxun.reports.typesetting import paper, plain, qr


def make_up(slips: Iterable[MakeUpSlip], *, at: datetime | None = None) -> Paper:
    """Set make-up notices, three a page."""
    listed = [plain(slip) | {"qr": qr(slip.url) if slip.url else ""} for slip in slips]
    return paper("make_up", {"slips": listed}, at=at)


def activation(slips: Iterable[ActivationSlip]) -> Paper:
    """Set account activation slips, six a page, in the order given."""
    return paper("activation", {"slips": [plain(slip) | {"qr": qr(slip.url)} for slip in slips]})


def links(slips: Iterable[LinkSlip]) -> Paper:
    """Set personal link slips, eight a page, in the order given."""
    return paper("links", {"slips": [plain(slip) | {"qr": qr(slip.url)} for slip in slips]})
