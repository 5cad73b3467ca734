"""What the library does when lower rooms speak: progress of a duplicate moves to the survivor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.library.services import merging


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the progress of the merged row to the survivor."""
    merging.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
