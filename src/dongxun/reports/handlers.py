"""What reports do when lower rooms speak: posters of a duplicate are the survivor's."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.reports.services.posters import follow_merge


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the posters of the merged row to the survivor."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
