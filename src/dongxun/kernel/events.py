"""Upward speech: facts in the past tense, written with their cause, told after commit.

The names and who listens stand in ``docs/architecture/events.md``. A room
registers its handlers in its ``apps.py`` from one visible dictionary in
``handlers.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from dongxun.kernel import bulk, clock
from dongxun.kernel.models import Event

Handler = Callable[[Mapping[str, Any]], None]

NAMES = frozenset(
    {
        "FactsRecorded",
        "FactsVoided",
        "PersonMerged",
        "LecturerMerged",
        "MembershipChanged",
        "ParticipationChanged",
        "OrganisationMoved",
        "SessionChanged",
        "RequirementChanged",
        "StandingChanged",
        "StampsChanged",
    }
)

_handlers: defaultdict[str, list[Handler]] = defaultdict(list)


def announce(name: str, **payload: Any) -> None:
    """Put an event into the outbox, in the caller's transaction.

    Args:
        payload: JSON values only; ids as strings.
    """
    if name not in NAMES:
        raise ValueError(name)
    row = (name, payload, clock.now(), 0, "")
    bulk.insert(Event, ("name", "payload", "created_at", "tries", "error"), [row])


def listen(handlers: Mapping[str, Handler]) -> None:
    """Register a room's handlers; called once, when its app is ready."""
    for name, handler in handlers.items():
        if name not in NAMES:
            raise ValueError(name)
        if handler not in _handlers[name]:
            _handlers[name].append(handler)


def handlers_of(name: str) -> tuple[Handler, ...]:
    """Return the handlers of an event, in order of registration."""
    return tuple(_handlers[name])
