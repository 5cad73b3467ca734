"""What live classes do when lower rooms speak: a duplicate's presence moves to the survivor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.live.services import merging


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Count a merged person once."""
    merging.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
