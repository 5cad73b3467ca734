"""What access does when other rooms speak."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.access.services.phones import follow_merge
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Follow a merge of two rows of one person: ``kept_id`` stays, ``merged_id`` goes."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
