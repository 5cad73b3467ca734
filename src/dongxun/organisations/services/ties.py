"""Ties between organisations: pairings of two, alliances of many, and partners outside."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require
from dongxun.organisations import queries
from dongxun.organisations.contracts import Node, OrganisationId, PairingKind
from dongxun.organisations.models import Alliance, Organisation, Pairing
from dongxun.organisations.services.nodes import create_organisation, ensure_types

OUTSIDE = "outside"
"""Code of the root under which partners outside the installation's districts stand."""


@transaction.atomic
def add_external(*, by: Actor, name: str, location: str = "") -> Node:
    """Enter an organisation outside, for pairings and alliances. Safe to repeat by name.

    Args:
        location: where it is, as people say it: 无锡江阴.

    Raises:
        NotAllowed: ``by`` is no organiser.
    """
    if not by.holds(Role.OFFICE, Role.ORGANISER):
        raise NotAllowed(role=Role.ORGANISER)
    ensure_types()
    system = Actor.system("organisations.add_external")
    top = create_organisation(
        by=system, name="区外单位", type_code="other", code=OUTSIDE, external=True
    )
    known = Organisation.objects.filter(parent_id=top.id, name=name).first()
    key = known.id if known else _new_external(OrganisationId(top.id), name)
    if location:
        Organisation.objects.filter(id=key).update(location=location[:120])
    return queries.node(key)


def _new_external(top_id: OrganisationId, name: str) -> UUID:
    made = create_organisation(
        by=Actor.system("organisations.add_external"),
        name=name,
        type_code="other",
        parent_id=top_id,
        external=True,
    )
    return made.id


@transaction.atomic
def save_pairing(
    *,
    by: Actor,
    kind: PairingKind,
    one_id: UUID,
    other_id: UUID,
    since: date,
    until: date | None = None,
    agreement: str = "",
) -> UUID:
    """Tie two organisations; the same two of one kind are one pairing. Safe to repeat.

    Raises:
        NotFound: one of them is absent.
        NotAllowed: ``by`` manages neither.
        Invalid: both are the same.
    """
    if one_id == other_id:
        raise Invalid(_("A pairing needs two organisations."), where="other")
    found = queries.nodes([one_id, other_id])
    if len(found) != 2:
        raise NotFound
    if not any(allows("organisations.manage", by, node.interval) for node in found.values()):
        raise NotAllowed(role=Role.ORGANISER)
    first, second = sorted(found)
    row, _made = Pairing.objects.update_or_create(
        kind=kind,
        a_id=first,
        b_id=second,
        defaults={"since": since, "until": until, "agreement": agreement},
    )
    audit.write(
        "organisations.save_pairing",
        by=by,
        subject=("pairing", row.id),
        organisation_id=one_id,
        other=str(other_id),
    )
    return row.id


@transaction.atomic
def pair_outside(
    *,
    by: Actor,
    kind: PairingKind,
    one_id: UUID,
    name: str,
    location: str,
    since: date,
    agreement: str = "",
) -> UUID:
    """Tie a unit to one outside, which is entered by the way. Safe to repeat.

    Raises:
        NotFound: the unit is absent.
        NotAllowed: ``by`` does not manage it.
    """
    other = add_external(by=by, name=name, location=location)
    return save_pairing(
        by=by, kind=kind, one_id=one_id, other_id=other.id, since=since, agreement=agreement
    )


@transaction.atomic
def end_pairing(*, by: Actor, pairing_id: UUID, on: date | None = None) -> UUID:
    """Let a pairing end; what it was stays on record. Safe to repeat.

    Raises:
        NotFound: absent, or of units elsewhere.
        NotAllowed: ``by`` manages neither unit.
        Invalid: the day lies before it began.
    """
    row = wanted_row(Pairing.objects.select_related("a", "b").filter(id=pairing_id))
    ours = [unit for unit in (row.a, row.b) if by.reaches(unit.lft)]
    if not ours:
        raise NotFound
    if not any(allows("organisations.manage", by, unit) for unit in ours):
        raise NotAllowed(role=Role.ORGANISER)
    _end(row, on)
    audit.write(
        "organisations.end_pairing",
        by=by,
        subject=("pairing", row.id),
        organisation_id=ours[0].id,
    )
    return row.id


@transaction.atomic
def end_alliance(*, by: Actor, alliance_id: UUID, on: date | None = None) -> UUID:
    """Let an alliance end; what it was stays on record. Safe to repeat.

    Raises:
        NotFound: absent, or owned elsewhere.
        NotAllowed: ``by`` does not manage its owner.
        Invalid: the day lies before it began.
    """
    row = wanted_row(Alliance.objects.select_related("owner").filter(id=alliance_id))
    if not by.reaches(row.owner.lft):
        raise NotFound
    require("organisations.manage", by, row.owner)
    _end(row, on)
    audit.write(
        "organisations.end_alliance",
        by=by,
        subject=("alliance", row.id),
        organisation_id=row.owner_id,
    )
    return row.id


def _end(row: Pairing | Alliance, on: date | None) -> None:
    day = on or clock.today()
    if day < row.since:
        raise Invalid(_("It cannot end before it began."), where="until")
    if row.until is None or row.until > day:
        row.until = day
        row.save(update_fields=["until"])


@transaction.atomic
def save_alliance(
    *,
    by: Actor,
    owner_id: UUID,
    name: str,
    member_ids: Iterable[UUID],
    since: date,
    until: date | None = None,
    purpose: str = "",
    alliance_id: UUID | None = None,
    outsiders: Iterable[tuple[str, str]] = (),
) -> UUID:
    """Write a league of organisations, some perhaps outside. Safe to repeat by id.

    Args:
        outsiders: name and place of units outside, entered by the way.

    Raises:
        NotFound: owner, alliance or a member is absent.
        Invalid: no name, fewer than two members, or an end before the beginning.
    """
    owner = queries.node_in_scope(owner_id, by=by)
    require("organisations.manage", by, owner.interval)
    made = [add_external(by=by, name=name, location=where).id for name, where in outsiders]
    wanted = {*member_ids, *made}
    if not name.strip():
        raise Invalid(_("A name is needed."), where="name")
    if len(wanted) < 2:
        raise Invalid(_("An alliance needs two units at least."), where="members")
    if until and until < since:
        raise Invalid(_("It cannot end before it began."), where="until")
    members = Organisation.objects.filter(id__in=wanted)
    if len(members) != len(wanted):
        raise NotFound
    row = Alliance.objects.filter(id=alliance_id).first() if alliance_id else None
    if row and row.owner_id != owner_id:
        raise NotFound
    row = row or Alliance(id=alliance_id or new_id(), owner_id=owner_id)
    row.name, row.purpose, row.since, row.until = name, purpose, since, until
    row.save()
    row.members.set(members)
    audit.write(
        "organisations.save_alliance",
        by=by,
        subject=("alliance", row.id),
        organisation_id=owner_id,
        members=len(members),
    )
    return row.id
