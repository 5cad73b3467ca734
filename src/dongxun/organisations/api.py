"""The door of organisations."""

from dongxun.organisations.queries import (
    ancestors,
    branches_under,
    children,
    node,
    node_in_scope,
    nodes,
    roots_of,
    subtree,
    visible,
    within,
)
from dongxun.organisations.services import (
    create_organisation,
    ensure_types,
    move_organisation,
    pinyin_key,
)

__all__ = [
    "ancestors",
    "branches_under",
    "children",
    "create_organisation",
    "ensure_types",
    "move_organisation",
    "node",
    "node_in_scope",
    "nodes",
    "pinyin_key",
    "roots_of",
    "subtree",
    "visible",
    "within",
]
