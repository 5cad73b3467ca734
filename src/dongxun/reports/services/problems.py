"""The empty 问题清单, to be written on."""

from uuid import UUID

from django.utils import translation

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.reports import papers
from dongxun.reports.gather import needs as gather
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.orders import order
from dongxun.reports.recipes import PDF
from dongxun.reports.services.printing import Ready, pdf

PAPER = "problems"


def print_blank(*, by: Actor, season_id: UUID, node_id: UUID) -> Ready:
    """Return an empty ledger of problems with its columns.

    Raises:
        NotFound: the unit is not the actor's.
    """
    wanted = order(by=by, paper=PAPER, form=PDF, season_id=season_id, node_id=node_id)
    require("reports.print", by, wanted.node.interval.lft)
    with translation.override(FORM_LANGUAGE):
        made = papers.problems(gather.blank_problems(wanted), ())
    name = f"{wanted.node.short_name}问题清单（空表）"
    return pdf(name, made.pdf, by=by, organisation_id=wanted.node.id, paper=PAPER)
