"""The door of access."""

from dongxun.access.guards import (
    console_required,
    holding,
    organiser_required,
    phone_required,
    signed_in,
)
from dongxun.access.phones import actor_of, device_of
from dongxun.access.sessions import client_address
from dongxun.access.throttle import attempt, forgive, sweep, throttle

__all__ = [
    "actor_of",
    "attempt",
    "client_address",
    "console_required",
    "device_of",
    "forgive",
    "holding",
    "organiser_required",
    "phone_required",
    "signed_in",
    "sweep",
    "throttle",
]
