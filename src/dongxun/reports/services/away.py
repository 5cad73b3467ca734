"""The gap list of one exchange, and the empty register of floating members."""

from io import BytesIO
from uuid import UUID

from django.utils import translation

from dongxun.exchanges import api as exchanges
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.reports import orders
from dongxun.reports.gather import away as gather
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.papers import away as setting
from dongxun.reports.recipes import PDF, TYPES, XLSX, NothingToPrint
from dongxun.reports.services.printing import Ready, handed_out, pdf
from dongxun.reports.workbooks import away as workbooks


def print_gaps(*, by: Actor, exchange_id: UUID, form: str = PDF) -> Ready:
    """Return 对标找差清单 of one exchange.

    Raises:
        NotFound: absent, no unit of the actor takes part, or no such form.
        NothingToPrint: no gap was noted.
    """
    if form not in {PDF, XLSX}:
        raise NotFound
    row = exchanges.exchange(exchange_id, by=by)
    own = next(one for one in row.parties.all() if by.reaches(one.organisation.lft))
    order = orders.order(
        by=by, paper="gaps", form=form, season_id=row.season_id, node_id=own.organisation_id
    )
    with translation.override(FORM_LANGUAGE):
        found = gather.gap_list_of(order, exchange_id)
        if not found.rows:
            raise NothingToPrint
        name = f"{row.title}对标找差清单"
        if form == PDF:
            made = setting.gap_list(found)
            return pdf(name, made.pdf, by=by, organisation_id=order.node.id, paper="gaps")
        book = BytesIO()
        workbooks.gap_list(book, found)
    ready = Ready(f"{name}.xlsx", TYPES[XLSX], book.getvalue())
    return handed_out(ready, by=by, organisation_id=order.node.id, paper="gaps")


def print_blank_register(*, by: Actor, season_id: UUID, node_id: UUID) -> Ready:
    """Return an empty 流动党员登记表 to be written on.

    Raises:
        NotFound: the unit is not the actor's.
    """
    node = organisations.node_in_scope(node_id, by=by)
    require("reports.print", by, node.interval.lft)
    order = orders.order(by=by, paper="away", form=PDF, season_id=season_id, node_id=node.id)
    with translation.override(FORM_LANGUAGE):
        made = setting.away_register(gather.blank_register(order))
    name = "流动党员登记表（空表）"
    return pdf(name, made.pdf, by=by, organisation_id=node.id, paper="away")
