"""What this room does when lower rooms speak: the records of a merged person move."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.volunteers.services.merging import follow_merge


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Follow a merge of two rows of one person: ``kept_id`` stays, ``merged_id`` goes."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
