"""The record sheet of one round of visits."""

from io import BytesIO
from uuid import UUID

from django.utils import translation

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.reports import orders
from dongxun.reports.contracts.visits import VisitBook
from dongxun.reports.gather import visits as gather
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.papers import visits as papers
from dongxun.reports.recipes import PDF, TYPES, XLSX, NothingToPrint
from dongxun.reports.services.printing import Ready, handed_out, pdf
from dongxun.reports.workbooks import visits as workbooks


def print_round(*, by: Actor, round_id: UUID, blank: bool, form: str) -> Ready:
    """Return 送学上门记录表 of a round: blank for writing on, or as the record has it.

    Raises:
        NotFound: the round is absent or hidden.
        NothingToPrint: no home is left on it.
    """
    with translation.override(FORM_LANGUAGE):
        found, head = gather.own_sheet(round_id, by=by, blank=blank)
        place = head.organisation_id
        require("reports.print", by, organisations.node(place).interval.lft)
        [sheet] = found.sheets
        if not sheet.rows:
            raise NothingToPrint
        name = f"{head.title}{sheet.heading}{'（空表）' if blank else ''}"
        if form == XLSX:
            made = BytesIO()
            about = VisitBook(sheet.heading, sheet.season, sheet.organisation, found.imprint)
            workbooks.home_study(made, about, sheet.rows)
            name = f"{name}（{clock.today().isoformat()}）.xlsx"
            ready = Ready(name, TYPES[XLSX], made.getvalue())
            return handed_out(ready, by=by, organisation_id=place, paper="home_study")
        content = papers.home_study(found).pdf
    return pdf(name, content, by=by, organisation_id=place, paper="home_study")


def print_blank(*, by: Actor, season_id: UUID, node_id: UUID) -> Ready:
    """Return an empty 送学上门记录表 of a unit, for visits that no round was planned for.

    Raises:
        NotFound: the unit is not the actor's.
    """
    node = organisations.node_in_scope(node_id, by=by)
    require("reports.print", by, node.interval.lft)
    order = orders.order(
        by=by, paper="home_study_blank", form=PDF, season_id=season_id, node_id=node.id
    )
    with translation.override(FORM_LANGUAGE):
        made = papers.home_study(gather.blank_sheets(order))
    name = "送学上门记录表（空表）"
    return pdf(name, made.pdf, by=by, organisation_id=node.id, paper="home_study")
