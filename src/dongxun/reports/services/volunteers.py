"""Papers of one post, one certificate, and the blank forms."""

from datetime import date
from io import BytesIO
from uuid import UUID

from django.utils import translation

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require
from dongxun.reports import orders
from dongxun.reports.gather import volunteers as gather
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.orders import Order
from dongxun.reports.papers import volunteers as setting
from dongxun.reports.recipes import PDF, TYPES, XLSX, NothingToPrint
from dongxun.reports.services.printing import Ready, handed_out, pdf
from dongxun.reports.workbooks import volunteers as workbooks
from dongxun.volunteers import api as volunteers

MOST_DAYS = 62


def print_post(*, by: Actor, post_id: UUID, first: date, last: date, form: str = PDF) -> Ready:
    """Return the shift table of one post for some days.

    Raises:
        NotFound: not the actor's post, or days that cannot be.
        NothingToPrint: no shift is laid in these days.
    """
    post = volunteers.post_row(post_id, by=by)
    if not 0 <= (last - first).days < MOST_DAYS or form not in {PDF, XLSX}:
        raise NotFound
    order = _order(by, post.season_id, post.organisation_id, (first, last), form)
    with translation.override(FORM_LANGUAGE):
        table = gather.duty_roster(order, post.id)
        if not table.rows:
            raise NothingToPrint
        if form == PDF:
            made = setting.duty_roster(table)
            return _pdf(by, order, f"{post.name}志愿者排班表", made.pdf, "duty_roster")
        book = BytesIO()
        workbooks.duty_roster(book, table)
    name = f"{post.name}志愿者排班表（{first.isoformat()}）.xlsx"
    ready = Ready(name, TYPES[XLSX], book.getvalue())
    return handed_out(ready, by=by, organisation_id=order.node.id, paper="duty_roster")


def _order(
    by: Actor, season_id: UUID, node_id: UUID, days: tuple[date, date], form: str = PDF
) -> Order:
    return orders.order(
        by=by,
        paper="duty_roster",
        form=form,
        season_id=season_id,
        node_id=node_id,
        first=days[0],
        last=days[1],
    )


def _pdf(by: Actor, order: Order, name: str, content: bytes, paper: str) -> Ready:
    return pdf(name, content, by=by, organisation_id=order.node.id, paper=paper)


def print_blank(*, by: Actor, season_id: UUID, node_id: UUID, which: str) -> Ready:
    """Return an empty shift table or hours sheet to be written on.

    Raises:
        NotFound: no such form, or the unit is not the actor's.
    """
    today = clock.today()
    order = _order(by, season_id, node_id, (today, today))
    require("reports.print", by, order.node.interval.lft)
    with translation.override(FORM_LANGUAGE):
        if which == "roster":
            made = setting.duty_roster(gather.blank_roster(order))
            return _pdf(by, order, "志愿者排班表（空表）", made.pdf, "duty_roster")
        if which == "hours":
            made = setting.hours_sheet(gather.blank_hours(order))
            return _pdf(by, order, "志愿服务时长表（空表）", made.pdf, "hours_sheet")
    raise NotFound


def print_certificate(*, by: Actor, certificate_id: UUID) -> Ready:
    """Return a service certificate, to its issuer or on the person's own phone.

    Raises:
        NotFound: absent, or neither.
    """
    with translation.override(FORM_LANGUAGE):
        issuer_id, told = gather.certificate(certificate_id, by=by)
        made = setting.service_certificate(told)
    name = f"{told.name}志愿服务记录证明"
    return pdf(name, made.pdf, by=by, organisation_id=issuer_id, paper="service_certificate")


def export_register(*, by: Actor, post_id: UUID, first: date, last: date, notes: bool) -> Ready:
    """Return some days of a duty register; that it was taken out is written down.

    Raises:
        NotFound: not the actor's post, or days that cannot be.
    """
    if not 0 <= (last - first).days < MOST_DAYS:
        raise NotFound
    post, lines = volunteers.take_out_register(
        by=by, post_id=post_id, first=first, last=last, notes=notes
    )
    book = BytesIO()
    period = gather.period_of(first, last)
    rows = gather.register_rows(lines)
    workbooks.duty_register(book, post.name, period, rows, at=clock.now())
    name = f"{post.name}出入登记（{first.isoformat()}）.xlsx"
    ready = Ready(name, TYPES[XLSX], book.getvalue())
    return handed_out(ready, by=by, organisation_id=post.organisation_id, paper="duty_register")
