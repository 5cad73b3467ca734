"""What the papers of volunteers are told."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.people import api as people
from dongxun.people.contracts import PrivatePurpose
from dongxun.reports.contracts.volunteers import (
    CertificateRow,
    DutyRoster,
    DutyRow,
    HoursRow,
    HoursSheet,
    RegisterRow,
    ServiceCertificate,
)
from dongxun.reports.gather.words import local
from dongxun.reports.orders import Order
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.contracts import RosterLine

COUNTED = "计划时间内签到的部分，不含路途，达到本季最低比例才计入"
BLANKS = 18


def period_of(first: date, last: date) -> str:
    """Write from which day to which."""
    return f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}" if first != last else f"{first:%Y-%m-%d}"


def roster_lines(order: Order, post_id: UUID | None = None) -> list[RosterLine]:
    """Return the lines of the shift table."""
    return volunteers.roster_lines(
        order.season.id,
        order.interval,
        by=order.by,
        first=order.first,
        last=order.last,
        post_id=post_id,
    )


def duty_roster(order: Order, post_id: UUID | None = None) -> DutyRoster:
    """Return the shift table; numbers are opened for it, and that is written down."""
    lines = roster_lines(order, post_id)
    phones = _phones(lines, order.by)
    return DutyRoster(
        season=order.season.name,
        organisation=order.node.name,
        period=period_of(order.first, order.last),
        rows=tuple(
            DutyRow(
                line.post,
                line.starts_at,
                line.ends_at,
                line.needed,
                line.name,
                phones.get(line.person_id, "") if line.person_id else "",
                line.handed_at,
                line.handover,
            )
            for line in lines
        ),
        imprint=order.imprint("岗点排班与交接记录"),
    )


def _phones(lines: Sequence[RosterLine], by: Actor) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for person_id in dict.fromkeys(line.person_id for line in lines if line.person_id):
        try:
            private = people.private_of(person_id, by=by, purpose=PrivatePurpose.EXPORT)
        except NotFound:  # a partner's member: their number is not ours to print
            continue
        found[person_id] = private.phone
    return found


def blank_roster(order: Order) -> DutyRoster:
    """Return a shift table to be written on."""
    return DutyRoster(
        order.season.name, order.node.name, "", (), order.imprint("空表"), blanks=BLANKS - 4
    )


def hours_sheet(order: Order) -> HoursSheet:
    """Return the hours sheet of everybody who came."""
    lines = volunteers.hours_lines(
        order.season.id, order.interval, by=order.by, first=order.first, last=order.last
    )
    return HoursSheet(
        season=order.season.name,
        organisation=order.node.name,
        period=period_of(order.first, order.last),
        rows=tuple(
            HoursRow(
                line.name,
                line.number,
                line.what,
                line.on_at,
                line.off_at,
                line.hours,
                line.source,
                line.confirmed_by,
            )
            for line in lines
        ),
        imprint=order.imprint("志愿服务签到记录", COUNTED),
    )


def blank_hours(order: Order) -> HoursSheet:
    """Return an hours sheet to be written on."""
    return HoursSheet(
        order.season.name, order.node.name, "", (), order.imprint("空表"), blanks=BLANKS
    )


def certificate(certificate_id: UUID, *, by: Actor) -> tuple[UUID, ServiceCertificate]:
    """Return the issuer and the certificate.

    Raises:
        NotFound: absent, or not the reader's.
    """
    found = volunteers.certificate(certificate_id, by=by)
    return found.issuer_id, ServiceCertificate(
        number=found.number,
        name=found.name,
        volunteer_number=found.volunteer_number,
        season=found.season,
        hours=found.hours,
        rows=tuple(
            CertificateRow(line.what, line.first, line.last, line.times, line.hours)
            for line in found.lines
        ),
        issuer=found.issuer,
        responsible=found.responsible,
        handler=found.handler,
        phone=found.phone,
        issued_on=found.issued_on,
    )


def register_rows(lines: Sequence[volunteers.EntryLine]) -> list[RegisterRow]:
    """Return the lines of a duty register."""
    return [
        RegisterRow(
            local(line.occurred_at),
            "进" if line.direction == "in" else "出",
            line.plate,
            line.person_note,
            line.remark,
            line.written_by,
        )
        for line in lines
    ]
