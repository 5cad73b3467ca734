"""What contests do when lower rooms speak: count anew, and follow a duplicate."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.contests.services import counting, merging
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give what the merged row entered, judged or won to the survivor."""
    kept, merged = UUID(payload["kept_id"]), UUID(payload["merged_id"])
    merging.follow_merge(kept, merged)
    counting.count_everywhere([kept, merged])


def on_facts_changed(payload: Mapping[str, Any]) -> None:
    """Count anew what these people did; facts that were taken back earn nothing."""
    ids = [UUID(key) for key in payload["person_ids"]]
    counting.count(season_id=UUID(payload["season_id"]), person_ids=ids)


HANDLERS: Mapping[str, Handler] = {
    "PersonMerged": on_person_merged,
    "FactsRecorded": on_facts_changed,
    "FactsVoided": on_facts_changed,
    "StampsChanged": on_facts_changed,
}
