"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.reports.contracts.documents import DocumentKind

PAPERS = {
    "sign_in_sheet": _("Sign-in sheet"),
    "attendance_book": _("Attendance as a workbook"),
    "poster": _("Code for the door"),
    "errands": _("To be told face to face"),
    "activation_slips": _("Slips for a first sign-in"),
    "link_slips": _("Personal links"),
    "sheets": _("Sign-in sheets of all branches"),
    "plan": _("Season schedule"),
    "roster": _("Roster of those who take part"),
    "open": _("Names not yet trained"),
    "makeup": _("Make-up notices"),
    "attendance": _("Attendance and leave"),
    "coverage": _("Coverage workbook"),
    "years": _("Hours by calendar year"),
    "known_now": _("A past day, as known now"),
    "weekly": _("Weekly report of the season"),
    "dossier": _("Dossier"),
    "booth_sheets": _("Codes of booths"),
    "stamp_cards": _("Paper stamp cards"),
    "award_certificate": _("Certificates of a contest"),
}
audit.describe(
    acts={
        "reports.print_paper": _("Printed a paper"),
        "reports.start_printing": _("Began a long paper"),
        "reports.attach_document": _("Attached a document"),
        "reports.open_document": _("Opened a document"),
        "reports.remove_document": _("Removed a document"),
        "reports.make_poster": _("Made a study poster"),
        "reports.remove_poster": _("Removed a study poster"),
    },
    values={
        "paper": PAPERS,
        "kind": {f"reports.{key}": words for key, words in PAPERS.items()}
        | dict(DocumentKind.choices),
    },
    things={
        "document": _("document"),
        "poster": _("study poster"),
        "job": _("job"),
    },
)
