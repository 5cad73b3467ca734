"""What activities does when lower rooms speak: make-up is done once the topic is learned."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.activities.attendance import makeup
from dongxun.kernel.events import Handler


def on_standing_changed(payload: Mapping[str, Any]) -> None:
    """Close the items of whoever has met the topic since; others stay as they are."""
    makeup.follow_standings(
        UUID(payload["season_id"]), [UUID(key) for key in payload["person_ids"]]
    )


HANDLERS: Mapping[str, Handler] = {"StandingChanged": on_standing_changed}
