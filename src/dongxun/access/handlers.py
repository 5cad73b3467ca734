"""What access does when other rooms speak."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.access.services.phones import follow_lecturer, follow_merge
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Follow a merge of two rows of one person: ``kept_id`` stays, ``merged_id`` goes."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


def on_lecturer_merged(payload: Mapping[str, Any]) -> None:
    """Let the links of a lecturer who stood there twice open the one that stays."""
    follow_lecturer(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {
    "LecturerMerged": on_lecturer_merged,
    "PersonMerged": on_person_merged,
}
