"""Papers of contests: certificates of awards."""

from collections.abc import Sequence

from dongxun.reports.contracts import Paper
from dongxun.reports.contracts.contests import AwardPage
from dongxun.reports.typesetting import paper, plain

TAGGED_PAGES = 200


def award_certificates(pages: Sequence[AwardPage]) -> Paper:
    """Set certificates, a page for each."""
    values = {"pages": [plain(one) for one in pages]}
    return paper("award_certificate", values, tagged=len(pages) <= TAGGED_PAGES)
