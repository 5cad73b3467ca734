"""Writes to the tree."""

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.organisations import tree
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
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))[:60].lower()


def _lock_tree() -> None:
    """Let one writer at a time shape the tree (SQLite's immediate transactions do so anyway)."""
    list(Organisation.objects.select_for_update().filter(parent=None).values_list("id"))


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
    if Organisation.objects.filter(parent=parent, name=name, closed_on=None).exists():
        raise Conflict(where="name")
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
        NotAllowed: ``by`` does not manage both places.
        Conflict: the new parent lies inside the subtree.
    """
    _lock_tree()
    found = Organisation.objects.in_bulk([organisation_id, parent_id])
    if len(found) != len({organisation_id, parent_id}):
        raise NotFound
    row, parent = found[organisation_id], found[parent_id]
    require("organisations.manage", by, row)
    require("organisations.manage", by, parent)
    if row.lft <= parent.lft <= row.rgt:
        raise Conflict(where="parent")
    if row.parent_id == parent.id:
        return as_node(row)
    old_parent = row.parent_id
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
    )
    return as_node(row)
