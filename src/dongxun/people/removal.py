"""People who came by mistake: rooms above take out what they keep only because somebody is there.

Nobody else is ever removed. What tells of learning, a check-in or a fact, is never
taken out here: it holds its person, who then stays and stands as transferred out.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

Clear = Callable[[Sequence[UUID]], object]
"""Takes out what follows from being on the roster alone; in the transaction of the removal."""

_clears: list[Clear] = []


def before_removal(clear: Clear) -> None:
    """Let ``clear`` run before people are removed; called once, when an app is ready."""
    if clear not in _clears:
        _clears.append(clear)


def clear(person_ids: Sequence[UUID]) -> None:
    """Ask every room, the lowest first; the caller rolls back if somebody is held after all."""
    for each in _clears:
        each(person_ids)
