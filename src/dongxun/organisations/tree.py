"""The arithmetic of positions: nested intervals with room to grow.

Each node owns ``lft..rgt``; its children own disjoint parts of it. Fresh
numbering leaves ``GAP`` free positions in each node, so most inserts touch
one row; when a node is full, the whole tree is numbered anew.
"""

from collections import defaultdict
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from dongxun.kernel import bulk, clock, hot
from dongxun.kernel.actors import Interval
from dongxun.organisations.models import Organisation, TreeVersion

TREE_VERSION = hot.statement("COALESCE((SELECT MAX(number) FROM {tree}), 0)", tree=TreeVersion)
"""For a statement of a hot path: a number that every change of positions raises."""
GAP = 1 << 36
ROOT = 1 << 54
"""Positions of a new root; 500 of them fit below ``LIMIT``, the end of a 64-bit column."""
LIMIT = (1 << 63) - 1
SHARE = 64
"""A new child takes this part of its parent's free positions."""


def room_under(parent: Organisation | None) -> Interval | None:
    """Return a free interval for a new last child, None when there is no room."""
    siblings = Organisation.objects.filter(parent=parent)
    last = siblings.order_by("-rgt").values_list("rgt", flat=True).first()
    if parent is None:
        start = (last or 0) + 1
        return Interval(start, start + ROOT) if start + ROOT < LIMIT else None
    start = (parent.lft if last is None else last) + 1
    width = (parent.rgt - start) // SHARE
    return Interval(start, start + width) if width >= SHARE else None


def renumber() -> int:
    """Number the whole tree anew, children by ``order`` then id; return the rows changed."""
    children = _children(Organisation.objects.all())
    return _lay_out(children, children[None], start=1, gap=GAP, depth=0)


def carry(row: Organisation, parent: Organisation) -> bool:
    """Number one subtree into free positions of another parent; False when it does not fit."""
    room = room_under(parent)
    inside = Organisation.objects.filter(lft__gte=row.lft, lft__lte=row.rgt)
    gap = (room.rgt - room.lft) // inside.count() - 1 if room else 0
    if room is None or gap < SHARE:
        return False
    children = _children(inside)
    last = Organisation.objects.filter(parent=parent).order_by("-order").first()
    _lay_out(children, [row], start=room.lft, gap=gap, depth=parent.depth + 1)
    Organisation.objects.filter(id=row.id).update(
        parent=parent, order=last.order + 1 if last else 0, updated_at=clock.now()
    )
    return True


Children = defaultdict[UUID | None, list[Organisation]]


def _children(rows: QuerySet[Organisation]) -> Children:
    found: Children = defaultdict(list)
    for row in rows.order_by("order", "id").only("id", "parent_id", "lft", "rgt", "depth"):
        found[row.parent_id].append(row)
    return found


def _lay_out(
    children: Children, tops: list[Organisation], *, start: int, gap: int, depth: int
) -> int:
    """Give each node its interval, ``gap`` free positions behind its children."""
    changed: list[Organisation] = []
    position = start
    stack = [(row, False, depth) for row in reversed(tops)]
    while stack:
        row, leaving, at = stack.pop()
        if not leaving:
            row.depth, row.lft = at, position
            position += 1
            stack.append((row, True, at))
            stack.extend((child, False, at + 1) for child in reversed(children[row.id]))
            continue
        position += gap
        row.rgt = position - 1
        changed.append(row)
    _place(changed)
    return len(changed)


def _place(rows: list[Organisation]) -> None:
    """Write positions, one short statement for all rows: a tree may have 25,000."""
    TreeVersion.objects.get_or_create(id=1)
    TreeVersion.objects.filter(id=1).update(number=F("number") + 1)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {bulk.table(Organisation)} SET lft = %s, rgt = %s, depth = %s WHERE id = %s",  # noqa: S608
            [(row.lft, row.rgt, row.depth, bulk.value(row.id)) for row in rows],
        )
