"""补学通知单 for people chosen on the make-up page: some of a unit, for one topic or all."""

from collections.abc import Collection
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rules import require
from dongxun.reports import orders, papers
from dongxun.reports.gather import persons
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.recipes import PDF, SLIPS_A_PART, NothingToPrint
from dongxun.reports.services.printing import Ready, pdf

PAPER = "makeup"


class TooManySlips(Invalid):
    """So many slips are made by a job."""

    code = "too_many_slips"
    message = _("More than %(n)d people: print them under dossier and exports, or tick some.")


def print_make_up(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    person_ids: Collection[UUID] = (),
    topic_id: UUID | None = None,
) -> Ready:
    """Return a slip for each of ``person_ids``, or of a unit, with something to make up.

    Raises:
        NotFound: season or organisation is absent or hidden.
        NotAllowed: ``by`` may not print here.
        NothingToPrint: none of them has anything open.
        TooManySlips.
    """
    order = orders.order(by=by, paper=PAPER, form=PDF, season_id=season_id, node_id=organisation_id)
    require("reports.print", by, order.node.interval.lft)
    with translation.override(FORM_LANGUAGE):
        slips = persons.make_up_slips(order, person_ids, topic_id)
        if not slips:
            raise NothingToPrint
        if len(slips) > SLIPS_A_PART:
            raise TooManySlips(TooManySlips.message % {"n": SLIPS_A_PART})
        made = papers.make_up(slips, at=order.at)
    name = f"{order.node.short_name}补学通知单"
    return pdf(name, made.pdf, by=by, organisation_id=order.node.id, paper=PAPER)
