"""Papers about members who live elsewhere, and the page for reporting on the spot."""

from dongxun.reports.contracts.away import AwayRegister, Brief, GapList
from dongxun.reports.contracts.common import Paper
from dongxun.reports.typesetting import paper, plain

TAGGED_ROWS = 300


def away_register(register: AwayRegister) -> Paper:
    """Set 流动党员登记表, landscape."""
    return paper("away", plain(register), tagged=len(register.rows) <= TAGGED_ROWS)


def gap_list(found: GapList) -> Paper:
    """Set 对标找差清单, landscape."""
    return paper("gap_list", plain(found), tagged=len(found.rows) <= TAGGED_ROWS)


def brief(page: Brief) -> Paper:
    """Set 一页汇报."""
    return paper("brief", plain(page))
