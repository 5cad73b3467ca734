"""Dividing a district into zones, anew from a day on."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import queries
from dongxun.organisations.contracts import ZoneDraft, ZoneKind, ZoneSetId
from dongxun.organisations.models import Organisation, Zone, ZoneMember, ZoneSet


@transaction.atomic
def save_zone_set(
    *,
    by: Actor,
    root_id: UUID,
    kind: ZoneKind,
    name: str,
    valid_from: date,
    zones: Sequence[ZoneDraft],
    zone_set_id: UUID | None = None,
) -> ZoneSetId:
    """Write a whole division into zones; zones keep their identity by name. Safe to repeat.

    Raises:
        NotFound: root, set or a member is absent or outside the root.
        NotAllowed: ``by`` is not the office of the root.
        Invalid: an organisation is in two zones, or two zones share a name.
    """
    root = queries.node_in_scope(root_id, by=by)
    require("organisations.divide", by, root.interval)
    _check(zones)
    row = ZoneSet.objects.filter(id=zone_set_id, root_id=root_id).first() if zone_set_id else None
    if zone_set_id and row is None and ZoneSet.objects.filter(id=zone_set_id).exists():
        raise NotFound
    row = row or ZoneSet(id=zone_set_id or new_id(), root_id=root_id)
    row.kind, row.name, row.valid_from = kind, name, valid_from
    row.save()
    wanted = {member for zone in zones for member in zone.member_ids}
    inside = Organisation.objects.filter(queries.within([root.interval]), id__in=wanted)
    if inside.count() != len(wanted):
        raise NotFound
    ZoneMember.objects.filter(zone_set=row).delete()
    known = {zone.name: zone for zone in row.zones.all()}
    for order, draft in enumerate(zones):
        zone = known.pop(draft.name, None) or Zone(zone_set=row, name=draft.name)
        zone.order, zone.lead_id = order, draft.lead_id
        zone.save()
        ZoneMember.objects.bulk_create(
            [
                ZoneMember(zone_set=row, zone=zone, organisation_id=member)
                for member in draft.member_ids
            ]
        )
    Zone.objects.filter(id__in=[zone.id for zone in known.values()]).delete()
    audit.write(
        "organisations.save_zone_set",
        by=by,
        subject=("zone_set", row.id),
        organisation_id=root_id,
        zones=len(zones),
        members=len(wanted),
    )
    return ZoneSetId(row.id)


@transaction.atomic
def put_into_zone(
    *, by: Actor, organisation_id: UUID, zone_set_id: UUID, zone_id: UUID | None
) -> None:
    """Put one organisation into a zone of a set, or with None out of it. Safe to repeat.

    Raises:
        NotFound: the set, its zone or the organisation below its root is absent.
        NotAllowed: ``by`` is not the office of the set's root.
    """
    found = wanted_row(ZoneSet.objects.select_related("root").filter(id=zone_set_id))
    require("organisations.divide", by, found.root)
    root = Interval(found.root.lft, found.root.rgt)
    wanted_row(Organisation.objects.filter(queries.within([root]), id=organisation_id))
    zone = wanted_row(found.zones.filter(id=zone_id)) if zone_id else None
    members = ZoneMember.objects.filter(zone_set=found, organisation_id=organisation_id)
    old = members.select_related("zone").first()
    if (old.zone_id if old else None) == zone_id:
        return
    if zone:
        members.update_or_create(
            zone_set=found, organisation_id=organisation_id, defaults={"zone": zone}
        )
    else:
        members.delete()
    before = {"zone": old.zone.name if old else ""}
    audit.write(
        "organisations.put_into_zone",
        by=by,
        subject=("organisation", organisation_id),
        organisation_id=organisation_id,
        changed=audit.changed(before, {"zone": zone.name if zone else ""}),
    )


def _check(zones: Sequence[ZoneDraft]) -> None:
    names = Counter(zone.name.strip() for zone in zones)
    if "" in names or any(count > 1 for count in names.values()):
        raise Invalid(_("Each zone needs a name of its own."), where="zones")
    members = Counter(member for zone in zones for member in zone.member_ids)
    twice = [member for member, count in members.items() if count > 1]
    if twice:
        labels = queries.nodes(twice)
        raise Invalid(
            _("An organisation is in one zone only: %(names)s.")
            % {"names": "、".join(node.short_name for node in labels.values())},
            where="zones",
        )
