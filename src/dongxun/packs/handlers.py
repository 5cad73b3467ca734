"""What packs does when lower rooms speak: the lines of a duplicate move to the survivor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.packs.services import merging


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give lines and deliveries of the merged row to the survivor."""
    merging.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
