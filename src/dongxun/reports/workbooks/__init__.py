"""The workbooks: the same facts as the papers, for those who calculate on.

Like a paper, a workbook is Chinese whatever the language of the screen: its headings
are those the imports recognise.
"""

from dongxun.reports.workbooks.needs import problems
from dongxun.reports.workbooks.outputs import (
    coverage,
    dossier_index,
    open_names,
    roster,
    season_plan,
    sign_in,
)
from dongxun.reports.workbooks.packs import donation_ledger, issue_sheets, leaflet_log

__all__ = [
    "coverage",
    "donation_ledger",
    "dossier_index",
    "issue_sheets",
    "leaflet_log",
    "open_names",
    "problems",
    "roster",
    "season_plan",
    "sign_in",
]
