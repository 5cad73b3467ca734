"""What notices do when lower rooms speak: copies of a duplicate move to the survivor."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.notices import services


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the copies of the merged row to the survivor."""
    services.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
