"""Ties between organisations: pairings of two, alliances of many, and partners outside."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import allows, require
from dongxun.organisations import queries
from dongxun.organisations.contracts import Node, PairingKind
from dongxun.organisations.models import Alliance, Organisation, Pairing
from dongxun.organisations.services.nodes import create_organisation, ensure_types

OUTSIDE = "outside"
"""Code of the root under which partners outside the installation's districts stand."""


@transaction.atomic
def add_external(*, by: Actor, name: str) -> Node:
    """Enter an organisation outside, for pairings and alliances. Safe to repeat by name.

    Raises:
        NotAllowed: ``by`` is no organiser.
    """
    if not by.holds(Role.OFFICE, Role.ORGANISER):
        raise NotAllowed
    ensure_types()
    system = Actor.system("organisations.add_external")
    top = create_organisation(
        by=system, name="区外单位", type_code="other", code=OUTSIDE, external=True
    )
    known = Organisation.objects.filter(parent_id=top.id, name=name).first()
    if known:
        return queries.node(known.id)
    return create_organisation(
        by=system, name=name, type_code="other", parent_id=top.id, external=True
    )


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
        raise NotAllowed
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
) -> UUID:
    """Write a league of organisations, some perhaps outside. Safe to repeat by id.

    Raises:
        NotFound: owner, alliance or a member is absent.
    """
    owner = queries.node_in_scope(owner_id, by=by)
    require("organisations.manage", by, owner.interval)
    wanted = set(member_ids)
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
