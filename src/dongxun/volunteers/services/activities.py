"""志愿服务活动: what is done for whom, when and where; and what a service task found."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.volunteers.contracts import DEFAULT_TYPES, ServiceDraft, TeamState, TurnsOverlap
from dongxun.volunteers.models import Service, ServiceResult, ServiceType, Team, Turn
from dongxun.volunteers.reach import arranged
from dongxun.volunteers.services import telling
from dongxun.volunteers.services.posts import MOST_HEADS
from dongxun.volunteers.services.rows import lock_person, managed, open_season, own_service
from dongxun.volunteers.services.turns import refuse_overlap

LONGEST_HOURS = 24


def ensure_types() -> None:
    """Write the usual service types where there are none. Safe to repeat."""
    if ServiceType.objects.exists():
        return
    rows = [
        ServiceType(name=name, takes_results=takes, order=number)
        for number, (name, takes) in enumerate(DEFAULT_TYPES)
    ]
    ServiceType.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def save_type(*, by: Actor, name: str, takes_results: bool, type_id: UUID | None = None) -> UUID:
    """Add a service type, or change one. Safe to repeat.

    Raises:
        NotAllowed; Invalid: no name; Conflict: the name is taken.
    """
    require("volunteers.shape_types", by)
    if not name.strip():
        raise Invalid(_("What is the service called?"), where="name")
    named = ServiceType.objects.filter(name=name.strip()).exclude(Q(id=type_id))
    if named.exists():
        raise Conflict(_("There is one of this name already."), where="name")
    row = ServiceType.objects.filter(id=type_id).first() if type_id else None
    if type_id and row is None:
        raise NotFound
    row = row or ServiceType(order=ServiceType.objects.count())
    row.name, row.takes_results = name.strip()[:40], takes_results
    row.save()
    audit.write("volunteers.save_type", by=by, subject=("service_type", row.id))
    return row.id


@transaction.atomic
def close_type(*, by: Actor, type_id: UUID) -> None:
    """Offer a service type no more; what was done stays. Safe to repeat."""
    require("volunteers.shape_types", by)
    if ServiceType.objects.filter(id=type_id, closed_at=None).update(closed_at=clock.now()):
        audit.write("volunteers.close_type", by=by, subject=("service_type", type_id))


@transaction.atomic
def save_service(
    *, by: Actor, season_id: UUID, draft: ServiceDraft, service_id: UUID | None = None
) -> UUID:
    """Arrange an activity, or change one that has not begun.

    Raises:
        NotFound, SeasonClosed; Invalid: what does not fit, or somebody who signed up is on duty
            elsewhere at the new time.
        Conflict: it has begun or was called off.
    """
    open_season(season_id)
    node = managed(draft.organisation_id, by=by)
    _check(draft, by)
    values = {
        "organisation_id": node.id,
        "type_id": draft.type_id,
        "team_id": draft.team_id,
        "title": draft.title.strip()[:120],
        "place_text": draft.place_text.strip()[:160],
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "needed": draft.needed,
        "for_whom": draft.for_whom.strip()[:80],
        "tags": list(draft.tags),
        "note": draft.note.strip()[:500],
    }
    if service_id is None:
        row = Service.objects.create(season_id=season_id, created_at=clock.now(), **values)
    else:
        row = own_service(service_id, by=by)
        if row.cancelled_at is not None or row.turns.exclude(on_at=None).exists():
            raise Conflict(_("It has begun or was called off; it no longer changes."))
        _change(row, values, by)
    row.partners.set(organisations.nodes(draft.partner_ids))
    _tell("volunteers.save_service", by, row)
    return row.id


def _change(row: Service, values: Mapping[str, Any], by: Actor) -> None:
    """Write what an activity has become; whoever signed up goes along and is told.

    Raises:
        Invalid: somebody of them is on duty elsewhere at the new time; says who.
    """
    before = (row.starts_at, row.ends_at, row.place_text)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    if before == (row.starts_at, row.ends_at, row.place_text):
        return
    live = Turn.objects.filter(service=row, given_back_at=None)
    bad: list[tuple[str, Text]] = []
    for turn in live.select_related("person").order_by("taken_at", "id"):
        lock_person(turn.person_id)
        try:
            refuse_overlap(turn.person_id, row.starts_at, row.ends_at, but=turn.id)
        except TurnsOverlap as error:
            bad.append(("start", f"{turn.person.name}：{error}"))
    if bad:
        raise Invalid(details=bad)
    live.update(starts_at=row.starts_at, ends_at=row.ends_at)
    if row.ends_at > clock.now():
        telling.moved(row, list(live), by=by)


def _check(draft: ServiceDraft, by: Actor) -> None:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("What is the activity called?")))
    if not ServiceType.objects.filter(id=draft.type_id).exists():
        bad.append(("type", _("Choose the kind of service.")))
    if draft.ends_at <= draft.starts_at:
        bad.append(("ends_at", _("The end comes after the start.")))
    elif (draft.ends_at - draft.starts_at).total_seconds() > LONGEST_HOURS * 3600:
        bad.append(("ends_at", _("At most %(n)d hours; make one for each day.") % {"n": 24}))
    if draft.needed is not None and not 1 <= draft.needed <= 10 * MOST_HEADS:
        bounds = {"low": 1, "high": 10 * MOST_HEADS}
        bad.append(("needed", _("Between %(low)s and %(high)s.") % bounds))
    teams = Team.objects.filter(arranged(by), state=TeamState.APPROVED)
    if draft.team_id is not None and not teams.filter(id=draft.team_id).exists():
        bad.append(("team", _("Choose one of the approved teams.")))
    if bad:
        raise Invalid(details=bad)


@transaction.atomic
def cancel_service(*, by: Actor, service_id: UUID, reason: str) -> None:
    """Call an activity off; whoever signed up is free again. Safe to repeat.

    Raises:
        NotFound; Invalid: no reason; Conflict: somebody was there.
    """
    row = own_service(service_id, by=by)
    if row.cancelled_at is not None:
        return
    if not reason.strip():
        raise Invalid(_("Say why it is called off."), where="reason")
    live = Turn.objects.filter(service=row, given_back_at=None)
    if live.exclude(on_at=None).exists():
        raise Conflict(_("Somebody was there already; it stays."))
    now = clock.now()
    telling.called_off(row, list(live), reason, by=by)
    live.update(given_back_at=now, give_back_reason=reason.strip()[:200])
    Service.objects.filter(id=row.id).update(cancelled_at=now, cancel_reason=reason.strip()[:200])
    _tell("volunteers.cancel_service", by, row)


@transaction.atomic
def write_result(
    *, by: Actor, service_id: UUID, result_id: UUID, sample: str, result: str, passed: bool | None
) -> UUID:
    """Record what a service task found of one sample. Safe to repeat with the same id.

    Raises:
        NotFound; Conflict: this kind of service records nothing; Invalid: what is missing.
    """
    row = own_service(service_id, by=by)
    if not row.type.takes_results:
        raise Conflict(_("This kind of service records no results."))
    bad: list[tuple[str, Text]] = []
    if not sample.strip():
        bad.append(("sample", _("What was looked at?")))
    if not result.strip():
        bad.append(("result", _("What was found?")))
    if bad:
        raise Invalid(details=bad)
    made, created = ServiceResult.objects.get_or_create(
        id=result_id,
        defaults={
            "service": row,
            "sample": sample.strip()[:120],
            "result": result.strip()[:200],
            "passed": passed,
            "written_by": by.label[:120],
            "created_at": clock.now(),
        },
    )
    if made.service_id != row.id:
        raise Conflict
    if created:
        _tell("volunteers.write_result", by, row)
    return made.id


@transaction.atomic
def withdraw_result(*, by: Actor, result_id: UUID) -> None:
    """Take a result back that was entered wrongly. Safe to repeat."""
    found = wanted_row(ServiceResult.objects.filter(id=result_id))
    row = own_service(found.service_id, by=by)
    if ServiceResult.objects.filter(id=result_id, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    ):
        _tell("volunteers.withdraw_result", by, row)


def _tell(action: str, by: Actor, service: Service) -> None:
    audit.write(
        action,
        by=by,
        subject=("service", service.id),
        organisation_id=service.organisation_id,
    )
