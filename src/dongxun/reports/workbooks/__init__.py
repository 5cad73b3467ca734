"""The workbooks: the same facts as the papers, for those who calculate on.

Like a paper, a workbook is Chinese whatever the language of the screen: its headings
are those the imports recognise.
"""

from dongxun.reports.workbooks.outputs import (
    coverage,
    dossier_index,
    open_names,
    roster,
    season_plan,
    sign_in,
)

__all__ = ["coverage", "dossier_index", "open_names", "roster", "season_plan", "sign_in"]
