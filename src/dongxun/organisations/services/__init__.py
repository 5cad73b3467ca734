"""Writes to the tree, its zones, ties and places."""

from dongxun.organisations.services.divisions import (
    DIVISIONS,
    load_divisions,
    short_name,
    type_of,
)
from dongxun.organisations.services.founding import NodeDraft, found
from dongxun.organisations.services.kinds import save_kind
from dongxun.organisations.services.nodes import (
    close_organisation,
    create_organisation,
    ensure_types,
    hold,
    move_organisation,
    pinyin_key,
    refuse_kind,
    update_organisation,
)
from dongxun.organisations.services.places import close_place, save_place
from dongxun.organisations.services.tiers import save_guides
from dongxun.organisations.services.ties import (
    add_external,
    end_alliance,
    end_pairing,
    pair_outside,
    save_alliance,
    save_pairing,
)
from dongxun.organisations.services.zones import put_into_zone, save_zone_set

__all__ = [
    "DIVISIONS",
    "NodeDraft",
    "add_external",
    "close_organisation",
    "close_place",
    "create_organisation",
    "end_alliance",
    "end_pairing",
    "ensure_types",
    "found",
    "hold",
    "load_divisions",
    "move_organisation",
    "pair_outside",
    "pinyin_key",
    "put_into_zone",
    "refuse_kind",
    "save_alliance",
    "save_guides",
    "save_kind",
    "save_pairing",
    "save_place",
    "save_zone_set",
    "short_name",
    "type_of",
    "update_organisation",
]
