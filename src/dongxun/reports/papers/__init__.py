"""The papers: one function each, from contracts to a finished PDF.

A paper is an official form and is Chinese whatever the language of the screen; its
fixed words stand in the templates beside this file.
"""

from dongxun.reports.papers.books import bind, parts
from dongxun.reports.papers.names import attendance, errands, open_names, roster
from dongxun.reports.papers.needs import booklet, problems
from dongxun.reports.papers.packs import blank_gifts, gifts, issue_sheet, thanks
from dongxun.reports.papers.season import cover, dossier_index, season_plan, weekly_report
from dongxun.reports.papers.sheets import poster, sign_in_sheets
from dongxun.reports.papers.slips import activation, links, make_up

__all__ = [
    "activation",
    "attendance",
    "bind",
    "blank_gifts",
    "booklet",
    "cover",
    "dossier_index",
    "errands",
    "gifts",
    "issue_sheet",
    "links",
    "make_up",
    "open_names",
    "parts",
    "poster",
    "problems",
    "roster",
    "season_plan",
    "sign_in_sheets",
    "thanks",
    "weekly_report",
]
