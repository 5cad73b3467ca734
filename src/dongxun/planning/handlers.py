"""What planning does when other rooms speak."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.planning.services.placing import place_newcomers


def on_participation_changed(payload: Mapping[str, Any]) -> None:
    """Give whoever joined a branch that learns in study groups a place in one."""
    ids = [UUID(key) for key in payload["person_ids"]]
    place_newcomers(UUID(payload["season_id"]), ids)


HANDLERS: Mapping[str, Handler] = {"ParticipationChanged": on_participation_changed}
