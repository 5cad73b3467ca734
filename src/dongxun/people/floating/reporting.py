"""Reporting in at a station, and the two answers to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import queries, sealing
from dongxun.people.contracts import (
    COUNTED_CATEGORIES,
    NOT_ELIGIBLE,
    StayStep,
)
from dongxun.people.floating import queries as floating
from dongxun.people.floating.contracts import HostIsHome, NotRecognised, ReportOver
from dongxun.people.floating.joining import heard_of, is_overtaken, last_word, take_number
from dongxun.people.floating.standing import note, settle
from dongxun.people.floating.writing import mark_floating, open_line, write_audit
from dongxun.people.models import Person, ReportIn, Stay


@transaction.atomic
def report_in(
    *,
    by: Actor,
    person_id: UUID,
    place_id: UUID,
    phone: str = "",
    report_id: UUID | None = None,
    at: datetime | None = None,
) -> tuple[UUID, bool]:
    """Report somebody in at a station: by themselves, or by an organiser of home or host.

    Safe to repeat: a second report at the same host is the first one. A report at another
    host takes the place of the earlier one. Return the report and whether it was there.

    Args:
        at: when a phone without network reported it; of two hosts the later moment stands,
            whichever word comes first.

    Raises:
        ReportOver: the member has come back since ``at``.
        NotFound: no such station, or not the actor's person.
        HostIsHome: the station belongs to the member's own place.
    """
    person = wanted_row(
        Person.objects.select_related("branch").filter(id=person_id, merged_into=None)
    )
    place = station(place_id)
    host = organisations.node(place.organisation_id)
    is_theirs = person.id in by.persons or by.reaches(person.branch.lft)
    if not (is_theirs or floating.may_receive(host.id, host.interval.lft, by=by)):
        raise NotFound
    return _report(by, person, place, host, phone=phone, report_id=report_id, at=at)


@transaction.atomic
def report_in_by_digits(
    *,
    by: Actor,
    branch_id: UUID,
    name: str,
    digits: str,
    place_id: UUID,
    phone: str = "",
    report_id: UUID | None = None,
    at: datetime | None = None,
) -> tuple[UUID, bool]:
    """Report in with branch, name and the phone number's last four digits; no account.

    The caller limits the rate. Nobody learns more than that it was noted.

    Args:
        at: as in :func:`report_in`.

    Raises:
        NotFound: no such station.
        NotRecognised: nobody of that branch, or several.
        HostIsHome: the station belongs to the member's own place.
    """
    place = station(place_id)
    branch = organisations.nodes([branch_id]).get(branch_id)
    found = queries.match_by_digits(name, digits, [branch.interval]) if branch else []
    if len(found) != 1:
        raise NotRecognised
    person = Person.objects.select_related("branch").get(id=found[0].id)
    host = organisations.node(place.organisation_id)
    return _report(by, person, place, host, phone=phone, report_id=report_id, at=at)


def home_of_report(report_id: UUID) -> UUID | None:
    """Return the branch of whoever reported in, for the phone that gave the report its number."""
    rows = ReportIn.objects.filter(id=report_id)
    return rows.values_list("stay__person__branch_id", flat=True).first()


def _report(
    by: Actor,
    person: Person,
    place: organisations.Site,
    host: Node,
    *,
    phone: str,
    report_id: UUID | None = None,
    at: datetime | None = None,
) -> tuple[UUID, bool]:
    if person.category not in COUNTED_CATEGORIES or person.status in NOT_ELIGIBLE:
        raise NotRecognised
    if person.branch.lft in host.interval:
        raise HostIsHome(where="place")
    moment = min(at or clock.now(), clock.now())
    day = clock.day_of(moment)
    if at is not None and Stay.objects.filter(person=person, back_on__gt=day).exists():
        raise ReportOver
    stay = Stay.objects.select_for_update().filter(person=person, back_on=None).first()
    if stay is None:
        stay = open_line(person, is_confirmed=False, values={"left_on": day})
    sealed = secret.seal(phone.strip()[:30], sealing.PHONE) if phone.strip() else ""
    before = ReportIn.objects.filter(stay=stay, closed_at=None).first()
    if before is not None and (before.host_id == host.id or is_overtaken(host.id, moment, before)):
        key = _beside(before, place, host, moment, (report_id, sealed))
        if stay.lost_on is not None:
            heard_of(stay, moment, by)
        return key, True
    if before is not None:
        before.closed_at = moment
        before.save(update_fields=["closed_at"])
    row = ReportIn.objects.create(
        id=report_id or new_id(),
        stay=stay,
        place_id=place.id,
        host_id=host.id,
        phone=sealed,
        phone_at=moment if sealed else None,
        reported_at=moment,
    )
    heard_of(stay, moment, by)
    note(stay, StayStep.REPORTED, by, place=_at(place, host), at=moment)
    audit.write(
        "people.report_in",
        by=by,
        subject=("person", person.id),
        organisation_id=host.id,
        host=str(host.id),
    )
    return row.id, False


def _beside(
    stands: ReportIn,
    place: organisations.Site,
    host: Node,
    moment: datetime,
    given: tuple[UUID | None, str],
) -> UUID:
    """Keep a report that changes nothing any more: the same again, or an older one elsewhere.

    Args:
        given: its id, and the sealed number that they left.
    """
    report_id, phone = given
    if stands.host_id == host.id:
        take_number(stands, phone, moment)
        stands.last_at = max(last_word(stands), moment)
        stands.reported_at = min(stands.reported_at, moment)
        stands.save(update_fields=["reported_at", "last_at", "phone", "phone_at"])
        return stands.id
    row = ReportIn.objects.create(
        id=report_id or new_id(),
        stay_id=stands.stay_id,
        place_id=place.id,
        host_id=host.id,
        phone=phone,
        phone_at=moment if phone else None,
        reported_at=moment,
        closed_at=last_word(stands),
    )
    return row.id


def station(place_id: UUID) -> organisations.Site:
    """Return an open public place where members can report in.

    Raises:
        NotFound: there is none, or it is closed.
    """
    found = organisations.stations(ids=[place_id])
    if not found:
        raise NotFound
    return found[0]


def _at(place: organisations.Site, host: Node) -> str:
    return f"{host.short_name} {place.name}" if host.short_name not in place.name else place.name


@transaction.atomic
def answer_as_host(*, by: Actor, report_id: UUID, accept: bool, reason: str = "") -> None:
    """Receive a member who reported in at a station of one's own, or say why not.

    Safe to repeat.

    Raises:
        NotFound: not this actor's.
        Conflict: the other was said before, or the member reported in elsewhere since.
        Invalid: a refusal without a reason.
    """
    row = _open_report(report_id)
    if not floating.may_receive(row.host_id, row.host.lft, by=by):
        raise NotFound
    _answer(row, "host", by, accept=accept, reason=reason)


@transaction.atomic
def answer_as_home(*, by: Actor, report_id: UUID, accept: bool, reason: str = "") -> None:
    """Confirm that somebody who reported in elsewhere is one's own, or say why not.

    Safe to repeat. Confirmed, the season counts them as floating from today.

    Raises: as :func:`answer_as_host`.
    """
    row = _open_report(report_id)
    if not by.reaches(row.stay.person.branch.lft):
        raise NotFound
    _answer(row, "home", by, accept=accept, reason=reason)


@transaction.atomic
def open_left_phone(*, by: Actor, report_id: UUID) -> str:
    """Return the number that a member left for the host, empty if none; it leaves a trace.

    Raises:
        NotFound: not the actor's to receive, or no longer.
    """
    row = _open_report(report_id)
    if row.closed_at or not floating.may_receive(row.host_id, row.host.lft, by=by):
        raise NotFound
    audit.write(
        "people.open_left_phone",
        by=by,
        subject=("person", row.stay.person_id),
        organisation_id=row.host_id,
    )
    return secret.unseal(row.phone, sealing.PHONE)


def _open_report(report_id: UUID) -> ReportIn:
    rows = ReportIn.objects.select_for_update(of=("self",))
    return wanted_row(
        rows.select_related("host", "place", "stay__person__branch").filter(id=report_id)
    )


def _answer(row: ReportIn, side: str, by: Actor, *, accept: bool, reason: str) -> None:
    said = row.host_at if side == "host" else row.home_at
    stay = row.stay
    if row.closed_at is not None:
        if row.refused_by == side and not accept:
            return
        raise Conflict(_("This report is closed: it was refused, or they reported elsewhere."))
    if said is not None:
        if accept:
            return
        raise Conflict(_("This was confirmed before; write that the member came back instead."))
    reason = reason.strip()[:200]
    if not accept and not reason:
        raise Invalid(details=[("reason", _("Say why, so that the other side can help."))])
    if accept:
        setattr(row, f"{side}_at", clock.now())
    else:
        row.refused_by, row.closed_at = side, clock.now()
    row.save()
    note(stay, StayStep(f"{side}_{'yes' if accept else 'no'}"), by, words=reason)
    if side == "home" and not stay.is_confirmed:
        if accept:
            stay.is_confirmed = True
            mark_floating(stay, by)
        else:
            stay.back_on = clock.today()
    settle(stay)
    at_home = side == "home"
    write_audit(
        "people.answer_as_home" if at_home else "people.answer_as_host", by, stay, accept=accept
    )
