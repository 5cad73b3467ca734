"""What booths do when lower rooms speak: follow a duplicate."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.booths.services import merging
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the stamps of the merged row to the survivor."""
    merging.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
