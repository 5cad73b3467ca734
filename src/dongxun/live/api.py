"""The door of live."""

from dongxun.live.queries import events_after, latest, on_air_now
from dongxun.live.services.classes import (
    end_class,
    go_on_air_again,
    pin,
    save_class,
    start_class,
)
from dongxun.live.services.presence import keep_presence
from dongxun.live.services.taking import take_on
from dongxun.live.services.talking import judge, say

__all__ = [
    "end_class",
    "events_after",
    "go_on_air_again",
    "judge",
    "keep_presence",
    "latest",
    "on_air_now",
    "pin",
    "save_class",
    "say",
    "start_class",
    "take_on",
]
