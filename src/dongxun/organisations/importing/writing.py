"""Rows into the tree by the room's own services, and back out while nobody wrote later."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Change
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotAllowed, NotFound, Text
from dongxun.organisations.contracts import OrganisationId, Tier
from dongxun.organisations.importing.index import TreeIndex, ZoneRef
from dongxun.organisations.models import Organisation, OrganisationType, Zone, ZoneMember
from dongxun.organisations.services import (
    create_organisation,
    move_organisation,
    put_into_zone,
    update_organisation,
)

KIND = "organisation"
LABELS: Mapping[str, Text] = {
    "type_id": _("Kind of organisation"),
    "code": _("Unit code"),
    "secretary_name": _("Secretary"),
    "contact_name": _("Contact"),
    "contact_phone": _("Phone"),
    "tier": _("Tier"),
    "situation": _("The unit it stands in"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A row in the terms of the tables; ``parent`` is None when no longer to be found."""

    name: str
    short_name: str
    target_id: UUID | None
    parent: Organisation | None
    has_moved: bool
    fields: Mapping[str, str]
    zones: tuple[ZoneRef, ...]


def differences(tree: TreeIndex, row: Organisation, wish: Wish) -> list[tuple[Text, str, str]]:
    """Return (label, before, after) of what the row would change; blanks erase nothing."""
    rows: list[tuple[Text, str, str]] = [
        (LABELS[name], _shown(name, getattr(row, name) or ""), _shown(name, value))
        for name, value in wish.fields.items()
        if getattr(row, name) != value
    ]
    for zone in wish.zones:
        before = tree.zone_after(zone.set_id, row, wish.parent)
        names = dict(Zone.objects.filter(id=before).values_list("id", "name")) if before else {}
        after = f"{zone.name}（{zone.set_name}）"
        rows.append((_("Zone"), names.get(before, "") if before else "", after))
    return rows


def _shown(name: str, value: str) -> str:
    if name == "tier":
        return str(Tier(value).label) if value else ""
    if name == "type_id":
        found = OrganisationType.objects.filter(code=value).first()
        return found.label if found else value
    return value


def write(by: Actor, tree: TreeIndex, wish: Wish) -> Change:
    """Write one row and tell what changed.

    Raises:
        NotFound: the organisation above is gone.
        DomainError: as the services raise.
    """
    if wish.parent is None:
        raise NotFound
    before: dict[str, Any] = {}
    fields = dict(wish.fields)
    if wish.target_id is None:
        kind = fields.pop("type_id")
        parent_id = OrganisationId(wish.parent.id)
        node = create_organisation(
            by=by,
            name=wish.name,
            short_name=wish.short_name,
            type_code=kind,
            parent_id=parent_id,
            code=fields.pop("code", None),
        )
        key = node.id
    else:
        key = OrganisationId(wish.target_id)
        before = snapshot(key)
        if wish.has_moved:
            move_organisation(by=by, organisation_id=key, parent_id=OrganisationId(wish.parent.id))
            tree.by_id[key].parent_id = wish.parent.id
    if fields:
        update_organisation(by=by, organisation_id=key, changes=fields)
        if code := fields.get("code"):
            tree.give_code(key, code)
    for zone in wish.zones:
        put_into_zone(by=by, organisation_id=key, zone_set_id=zone.set_id, zone_id=zone.id)
        tree.put(zone, key)
    after = snapshot(key)
    if not before:
        tree.enter(Organisation.objects.get(id=key))
    return Change(KIND, key, before, after, version(after), wish.name)


def snapshot(key: UUID) -> dict[str, Any]:
    """Return what an import may write of an organisation, as JSON."""
    names = ("name", "short_name", "parent_id", *LABELS)
    row = Organisation.objects.values(*names).get(id=key)
    members = ZoneMember.objects.filter(organisation_id=key).order_by("zone_set_id")
    zones = {str(one.zone_set_id): str(one.zone_id) for one in members}
    parent = str(row["parent_id"]) if row["parent_id"] else None
    return {**row, "parent_id": parent, "zones": zones}


def version(content: Mapping[str, Any]) -> int:
    """Return a number that tells later writes: organisations carry none of their own."""
    said = {name: value for name, value in content.items() if name != "code"}
    return zlib.crc32(json.dumps(said, sort_keys=True).encode()) >> 1


def take_back(by: Actor, change: Change) -> Text | None:
    """Undo one change; return why it has to stay, if it has to."""
    key = OrganisationId(change.target_id)
    if not Organisation.objects.filter(id=key).exists():
        return None
    if version(snapshot(key)) != change.version:
        return _("Somebody has changed this organisation since.")
    try:
        with transaction.atomic():
            if change.before:
                _restore(by, key, change.before)
            else:
                _put_back(by, key, {})
                Organisation.objects.filter(id=key).delete()
    except NotAllowed:
        return _("Only the training office divides into zones.")
    except (ProtectedError, DomainError):
        return _("Records refer to this organisation.")
    return None


def _restore(by: Actor, key: OrganisationId, before: Mapping[str, Any]) -> None:
    row = Organisation.objects.get(id=key)
    if before["parent_id"] and str(row.parent_id) != before["parent_id"]:
        parent = OrganisationId(UUID(before["parent_id"]))
        move_organisation(by=by, organisation_id=key, parent_id=parent)
    names = ("name", "short_name", *LABELS)
    fields = {name: before[name] for name in names if name in before}
    update_organisation(by=by, organisation_id=key, changes=fields)
    _put_back(by, key, before["zones"])


def _put_back(by: Actor, key: OrganisationId, zones: Mapping[str, str]) -> None:
    """Put an organisation into these zones by their sets, and out of all others."""
    now = dict(ZoneMember.objects.filter(organisation_id=key).values_list("zone_set", "zone"))
    then = {UUID(zone_set): UUID(zone) for zone_set, zone in zones.items()}
    for zone_set in now.keys() | then.keys():
        put_into_zone(by=by, organisation_id=key, zone_set_id=zone_set, zone_id=then.get(zone_set))
