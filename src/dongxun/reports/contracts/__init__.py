"""What each paper and workbook needs to be told: frozen values, no database behind them.

Times are aware and are printed in the installation's zone. Text is data whatever it
holds: it reaches the setter as JSON and can never become markup.
"""

from dongxun.reports.contracts.books import (
    CoverageBook,
    Definition,
    LedgerRow,
    SignInBook,
    SignInState,
    YearBook,
)
from dongxun.reports.contracts.common import Figure, Imprint, OfYear, Paper, PaperError
from dongxun.reports.contracts.dossier import Cover, DossierFile, DossierIndex, DossierSection
from dongxun.reports.contracts.names import (
    AttendanceRow,
    AttendanceSummary,
    Errand,
    Errands,
    LeaveRow,
    OpenGroup,
    OpenNames,
    OpenRow,
    Roster,
    RosterGroup,
    RosterRow,
)
from dongxun.reports.contracts.needs import Booklet, BookletPart, ProblemBook, ProblemRow
from dongxun.reports.contracts.packs import (
    GiftRow,
    IssueRow,
    IssueSheet,
    LeafletRow,
    PackBook,
    ThanksLetter,
)
from dongxun.reports.contracts.sheets import PlanRow, Poster, SeasonPlan, SignInRow, SignInSheet
from dongxun.reports.contracts.slips import ActivationSlip, LinkSlip, MakeUpSlip
from dongxun.reports.contracts.week import Cell, Grid, GridRow, WeeklyReport, WeekSession

__all__ = [
    "ActivationSlip",
    "AttendanceRow",
    "AttendanceSummary",
    "Booklet",
    "BookletPart",
    "Cell",
    "Cover",
    "CoverageBook",
    "Definition",
    "DossierFile",
    "DossierIndex",
    "DossierSection",
    "Errand",
    "Errands",
    "Figure",
    "GiftRow",
    "Grid",
    "GridRow",
    "Imprint",
    "IssueRow",
    "IssueSheet",
    "LeafletRow",
    "LeaveRow",
    "LedgerRow",
    "LinkSlip",
    "MakeUpSlip",
    "OfYear",
    "OpenGroup",
    "OpenNames",
    "OpenRow",
    "PackBook",
    "Paper",
    "PaperError",
    "PlanRow",
    "Poster",
    "ProblemBook",
    "ProblemRow",
    "Roster",
    "RosterGroup",
    "RosterRow",
    "SeasonPlan",
    "SignInBook",
    "SignInRow",
    "SignInSheet",
    "SignInState",
    "ThanksLetter",
    "WeekSession",
    "WeeklyReport",
    "YearBook",
]
