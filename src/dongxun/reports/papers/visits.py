"""Papers of visits."""

from dongxun.reports.contracts import Paper
from dongxun.reports.contracts.visits import VisitSheets
from dongxun.reports.typesetting import paper, plain

TAGGED_ROWS = 300


def home_study(found: VisitSheets) -> Paper:
    """Set 送学上门记录表, landscape: blank for writing on, or as the record has it."""
    rows = sum(len(sheet.rows) for sheet in found.sheets)
    return paper("home_study", plain(found), tagged=rows <= TAGGED_ROWS)
