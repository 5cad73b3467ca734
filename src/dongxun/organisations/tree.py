"""The arithmetic of positions: nested intervals with room to grow.

Each node owns ``lft..rgt``; its children own disjoint parts of it. Fresh
numbering leaves ``GAP`` free positions in each node, so most inserts touch
one row; when a node is full, the whole tree is numbered anew.
"""

from collections import defaultdict
from uuid import UUID

from dongxun.kernel.actors import Interval
from dongxun.organisations.models import Organisation

GAP = 1 << 20
SHARE = 64
"""A new child takes this part of its parent's free positions."""


def room_under(parent: Organisation | None) -> Interval | None:
    """Return a free interval for a new last child, None when there is no room."""
    siblings = Organisation.objects.filter(parent=parent)
    last = siblings.order_by("-rgt").values_list("rgt", flat=True).first()
    if parent is None:
        start = (last or 0) + 1
        return Interval(start, start + GAP * GAP // SHARE)
    start = (parent.lft if last is None else last) + 1
    width = (parent.rgt - start) // SHARE
    return Interval(start, start + width) if width >= SHARE else None


def renumber() -> int:
    """Number the whole tree anew, children by ``order`` then id; return the rows changed."""
    rows = Organisation.objects.order_by("order", "id").only(
        "id", "parent_id", "lft", "rgt", "depth"
    )
    children: defaultdict[UUID | None, list[Organisation]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    changed: list[Organisation] = []
    position = 1
    stack = [(row, False, 0) for row in reversed(children[None])]
    while stack:
        row, leaving, depth = stack.pop()
        if not leaving:
            row.depth, row.lft = depth, position
            position += 1
            stack.append((row, True, depth))
            stack.extend((child, False, depth + 1) for child in reversed(children[row.id]))
            continue
        position += GAP
        row.rgt = position - 1
        changed.append(row)
    Organisation.objects.bulk_update(changed, ["lft", "rgt", "depth"], batch_size=500)
    return len(changed)
