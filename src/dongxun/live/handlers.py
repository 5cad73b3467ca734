"""What live classes do when lower rooms speak: what counts once and as much; duplicates become one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.live.services import classes, crediting, merging


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Count a merged person once."""
    merging.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


def on_session_changed(payload: Mapping[str, Any]) -> None:
    """Follow a session that was called off, or is worth other minutes now."""
    classes.follow_session(UUID(payload["session_id"]))


def on_facts_changed(payload: Mapping[str, Any]) -> None:
    """Let a class count once for people whose rolls, checks or replays changed."""
    person_ids = [UUID(key) for key in payload["person_ids"]]
    crediting.settle(season_id=UUID(payload["season_id"]), person_ids=person_ids)


HANDLERS: Mapping[str, Handler] = {
    "PersonMerged": on_person_merged,
    "SessionChanged": on_session_changed,
    "FactsRecorded": on_facts_changed,
    "FactsVoided": on_facts_changed,
}
