"""The door of organisations."""

from dongxun.organisations.queries import (
    ancestors,
    branches_under,
    children,
    find_branches,
    ids_within,
    node,
    node_in_scope,
    nodes,
    paths,
    roots_of,
    subtree,
    visible,
    within,
    zone_organisations_led_by,
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
    "find_branches",
    "ids_within",
    "move_organisation",
    "node",
    "node_in_scope",
    "nodes",
    "paths",
    "pinyin_key",
    "roots_of",
    "subtree",
    "visible",
    "within",
    "zone_organisations_led_by",
]
