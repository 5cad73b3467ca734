"""Papers of one issue list or one donation, and the empty donation ledger."""

from io import BytesIO
from uuid import UUID

from django.utils import translation

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.packs import api as packs
from dongxun.reports import papers, workbooks
from dongxun.reports.contracts import PackBook
from dongxun.reports.gather import packs as gather
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.orders import order
from dongxun.reports.recipes import PDF, TYPES, XLSX, NothingToPrint
from dongxun.reports.services.printing import Ready, handed_out, pdf


def print_issue_sheet(*, by: Actor, list_id: UUID, blank: bool, form: str) -> Ready:
    """Return 物资发放签收表 of a list: blank for signing, or as the record has it.

    Raises:
        NotFound: the list is absent or hidden.
        NothingToPrint: nobody is left to sign.
    """
    card = packs.list_card(list_id, by=by)
    with translation.override(FORM_LANGUAGE):
        sheet = gather.own_sheet(list_id, by=by, blank=blank)
        if not sheet.rows:
            raise NothingToPrint
        if form == XLSX:
            made = BytesIO()
            head = PackBook(sheet.season, sheet.organisation, sheet.imprint)
            workbooks.issue_sheets(made, head, sheet.rows)
            name = f"{card.title}签收表（{clock.today().isoformat()}）.xlsx"
            ready = Ready(name, TYPES[XLSX], made.getvalue())
            place = card.organisation_id
            return handed_out(ready, by=by, organisation_id=place, paper="issue_sheet")
        content = papers.issue_sheet(sheet).pdf
    name = f"{card.title}签收表"
    place = card.organisation_id
    return pdf(name, content, by=by, organisation_id=place, paper="issue_sheet")


def print_thanks(*, by: Actor, donation_id: UUID) -> Ready:
    """Return the letter of thanks for a donation.

    Raises:
        NotFound: the donation is absent or hidden.
        NothingToPrint: no letter is written yet.
    """
    with translation.override(FORM_LANGUAGE):
        found = gather.thanks(donation_id, by=by)
        if found is None:
            raise NothingToPrint
        letter, place = found
        content = papers.thanks(letter).pdf
    name = f"致{letter.donor}感谢信"
    return pdf(name, content, by=by, organisation_id=place, paper="thanks")


def print_blank_gifts(*, by: Actor, season_id: UUID, node_id: UUID) -> Ready:
    """Return an empty donation ledger to be written on.

    Raises:
        NotFound: the unit is not the actor's.
    """
    wanted = order(by=by, paper="gifts", form=PDF, season_id=season_id, node_id=node_id)
    require("reports.print", by, wanted.node.interval.lft)
    with translation.override(FORM_LANGUAGE):
        book = PackBook(wanted.season.name, wanted.node.name, wanted.imprint("空表"))
        content = papers.blank_gifts(book).pdf
    name = f"{wanted.node.short_name}捐赠台账（空表）"
    return pdf(name, content, by=by, organisation_id=wanted.node.id, paper="gifts")
