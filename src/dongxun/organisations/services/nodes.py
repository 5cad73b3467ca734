"""Writes to the tree: add, correct, move, close."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import kinds, tree
from dongxun.organisations.contracts import Node, OrganisationId
from dongxun.organisations.models import Organisation, OrganisationType
from dongxun.organisations.queries import as_node

TYPES: tuple[tuple[str, str, str, int, bool], ...] = (
    ("province", "省", "province", 10, False),
    ("city", "市", "city", 20, False),
    ("district", "区县", "district", 30, False),
    ("agency_group", "区级机关", "agencies", 35, False),
    ("town", "镇", "town", 40, False),
    ("street", "街道", "street", 40, False),
    ("farm", "农场", "farm", 40, False),
    ("agency", "机关", "agency", 40, False),
    ("party_committee", "党委", "party committee", 45, False),
    ("village", "村", "village", 50, False),
    ("community", "社区", "community", 50, False),
    ("enterprise", "企业", "enterprise", 50, False),
    ("school", "学校", "school", 50, False),
    ("university", "高校", "university", 40, False),
    ("general_branch", "党总支", "general branch", 60, False),
    ("branch", "党支部", "branch", 70, True),
    ("joint_branch", "联合支部", "joint branch", 70, True),
    ("other", "其他", "other", 80, False),
)


def ensure_types() -> None:
    """Write the kinds of organisation that every installation begins with; repeatable."""
    OrganisationType.objects.bulk_create(
        [
            OrganisationType(code=c, name_zh=zh, name_en=en, rank=rank, has_members=members)
            for c, zh, en, rank, members in TYPES
        ],
        ignore_conflicts=True,
    )


def pinyin_key(name: str) -> str:
    """Return the initials a person types to find a name: 平潮镇 → pcz."""
    from pypinyin import Style, lazy_pinyin  # large, and seldom needed

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))[:60].lower()


def _lock_tree() -> None:
    """Let one writer at a time shape the tree (SQLite's immediate transactions do so anyway)."""
    list(Organisation.objects.select_for_update().filter(parent=None).values_list("id"))


def hold(organisation_id: UUID) -> None:
    """Let one writer at a time number what an organisation issues; wants a transaction."""
    rows = Organisation.objects.select_for_update(no_key=True)
    list(rows.filter(id=organisation_id).values_list("id"))


def _refuse_namesake(parent: Organisation | None, name: str) -> None:
    if Organisation.objects.filter(parent=parent, name=name, closed_on=None).exists():
        raise Conflict(_("There is one of this name here already."), where="name")


@transaction.atomic
def create_organisation(
    *,
    by: Actor,
    name: str,
    type_code: str,
    parent_id: OrganisationId | None = None,
    short_name: str = "",
    code: str | None = None,
    external: bool = False,
    order: int | None = None,
) -> Node:
    """Add a node as the last child of its parent.

    Safe to repeat for a ``code``: the node that has it is returned.

    Raises:
        NotAllowed: ``by`` does not manage the parent.
        NotFound: there is no such parent.
        Conflict: a sibling has the same name.
    """
    _lock_tree()
    parent = Organisation.objects.filter(id=parent_id).first() if parent_id else None
    if parent_id and parent is None:
        raise NotFound
    require("organisations.manage", by, parent)
    if code and (row := Organisation.objects.filter(code=code).select_related("type").first()):
        return as_node(row)
    _refuse_namesake(parent, name)
    count = Organisation.objects.filter(parent=parent).count()
    row = Organisation(
        name=name,
        short_name=short_name or name[:40],
        pinyin=pinyin_key(short_name or name),
        type_id=type_code,
        parent=parent,
        code=code,
        external=external,
        order=count if order is None else order,
        depth=parent.depth + 1 if parent else 0,
    )
    place = tree.room_under(parent)
    if place:
        row.lft, row.rgt = place.lft, place.rgt
    row.save(force_insert=True)
    if place is None:
        tree.renumber()
        row.refresh_from_db()
    audit.write(
        "organisations.create_organisation",
        by=by,
        subject=("organisation", row.id),
        organisation_id=row.id,
    )
    return as_node(row)


@transaction.atomic
def move_organisation(
    *, by: Actor, organisation_id: OrganisationId, parent_id: OrganisationId
) -> Node:
    """Hang a subtree under another parent; coverage hears of it by event.

    Raises:
        NotAllowed: ``by`` does not manage the unit, where it stands, and where it goes.
        Conflict: the new parent lies inside the subtree, is closed or outside the district,
            or has members itself and would have a branch below it.
    """
    _lock_tree()
    found = Organisation.objects.in_bulk([organisation_id, parent_id])
    if len(found) != len({organisation_id, parent_id}):
        raise NotFound
    row, parent = found[organisation_id], found[parent_id]
    for place in (row, parent):
        require("organisations.manage", by, place)
    if row.lft <= parent.lft <= row.rgt:
        raise Conflict(_("An organisation cannot stand below itself."), where="parent")
    if row.parent_id == parent.id:
        return as_node(row)
    require("organisations.manage", by, row.parent)
    _refuse_place(row, parent)
    _refuse_namesake(parent, row.name)
    old_parent = row.parent_id
    if not tree.carry(row, parent):
        row.parent = parent
        row.save(update_fields=["parent", "updated_at"])
        tree.renumber()
    row.refresh_from_db()
    announce(
        "OrganisationMoved",
        organisation_id=str(row.id),
        old_parent_id=str(old_parent) if old_parent else None,
        parent_id=str(parent.id),
    )
    audit.write(
        "organisations.move_organisation",
        by=by,
        subject=("organisation", row.id),
        organisation_id=row.id,
        changed=audit.changed({"parent": old_parent}, {"parent": parent.id}),
    )
    return as_node(row)


def _refuse_code(row: Organisation, code: object) -> None:
    if code and Organisation.objects.filter(code=code).exclude(id=row.id).exists():
        raise Conflict(_("A unit elsewhere has this code, or one that is closed."), where="code")


def _refuse_place(row: Organisation, parent: Organisation) -> None:
    if parent.closed_on or parent.external:
        raise Conflict(_("That unit is closed or outside the district."), where="parent")
    inside = Organisation.objects.filter(lft__gte=row.lft, lft__lte=row.rgt)
    if parent.type.has_members and inside.filter(type__has_members=True).exists():
        message = _("That unit has members of its own; a branch cannot stand below it.")
        raise Conflict(message, where="parent")


FIELDS = frozenset(
    {
        "name",
        "short_name",
        "type_id",
        "code",
        "tier",
        "brand",
        "situation",
        "secretary_name",
        "contact_name",
        "contact_phone",
        "latitude",
        "longitude",
    }
)
"""What may be corrected of an organisation."""
NOT_SHOWN = frozenset(
    {"code", "secretary_name", "contact_name", "contact_phone", "latitude", "longitude"}
)
"""Fields of which the audit says only that they were corrected."""


def _shown(row: Organisation) -> dict[str, object]:
    """Return the fields whose change the audit spells out."""
    return {name: getattr(row, name) for name in sorted(FIELDS - NOT_SHOWN)}


@transaction.atomic
def update_organisation(
    *, by: Actor, organisation_id: OrganisationId, changes: Mapping[str, object]
) -> Node:
    """Correct name, kind, tier or contacts of an organisation.

    Raises:
        NotFound: absent.
        NotAllowed: ``by`` does not manage it.
        Invalid: the name is empty.
        Conflict: a sibling has the same name, or members would stand on a kind without.
    """
    row = _managed(organisation_id, by)
    given = {name: value for name, value in changes.items() if name in FIELDS}
    if "name" in given and not str(given["name"]).strip():
        raise Invalid(_("A name is needed."), where="name")
    if "name" in given and given["name"] != row.name:
        _refuse_namesake(row.parent, str(given["name"]))
        given.setdefault("short_name", str(given["name"])[:40])
    if given.get("type_id", row.type_id) != row.type_id:
        refuse_kind(row, str(given["type_id"]))
    if "code" in given:
        _refuse_code(row, given["code"])
    before = _shown(row)
    for name, value in given.items():
        setattr(row, name, value)
    row.pinyin = pinyin_key(row.short_name)
    row.save()
    audit.write(
        "organisations.update_organisation",
        by=by,
        subject=("organisation", row.id),
        organisation_id=row.id,
        fields=sorted(given.keys() & NOT_SHOWN),
        changed=audit.changed(before, _shown(row)),
    )
    return as_node(Organisation.objects.select_related("type").get(id=row.id))


def refuse_kind(row: Organisation, type_code: str) -> None:
    """Let pass a kind that a unit may become.

    Raises:
        Invalid: there is no such kind.
        Conflict: members stand on the unit, and those of this kind have none.
    """
    kind = OrganisationType.objects.filter(code=type_code).first()
    if kind is None:
        raise Invalid(_("There is no such kind of unit."), where="type")
    if row.type.has_members and not kind.has_members and kinds.members_held(row.id):
        message = _("Units of this kind have no members. Move the members elsewhere first.")
        raise Conflict(message, where="type")


@transaction.atomic
def close_organisation(
    *, by: Actor, organisation_id: OrganisationId, on: date | None = None
) -> Node:
    """Close an organisation without members and with no open ones below it. Safe to repeat.

    Its place in the tree and its past stay.

    Raises:
        Conflict: something below is still open, or members stand on it.
    """
    row = _managed(organisation_id, by)
    if row.closed_on:
        return as_node(row)
    below = Organisation.objects.filter(lft__gt=row.lft, lft__lte=row.rgt, closed_on=None)
    if below.exists():
        raise Conflict(_("Close or move the organisations below it first."))
    if held := kinds.members_held(row.id):
        message = ngettext(
            "%(n)d member stands on this unit. Move them to another unit first.",
            "%(n)d members stand on this unit. Move them to another unit first.",
            held,
        )
        raise Conflict(message % {"n": held})
    row.closed_on = on or clock.today()
    row.save(update_fields=["closed_on", "updated_at"])
    audit.write(
        "organisations.close_organisation",
        by=by,
        subject=("organisation", row.id),
        organisation_id=row.id,
    )
    return as_node(row)


def _managed(organisation_id: OrganisationId, by: Actor) -> Organisation:
    found = Organisation.objects.select_related("type", "parent").filter(id=organisation_id)
    row = wanted_row(found)
    require("organisations.manage", by, row)
    return row
