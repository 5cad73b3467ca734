"""What a room above says beside a thing of a room below, on that room's own pages.

A place of ``organisations`` shows which lecturers have a station there, which only
``exchanges`` knows. The room above registers, when its app is ready, who tells it::

    beside.tell("place", stations_at)
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from dongxun.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Beside:
    """A line beside a thing; ``href`` is empty for whoever may not open more.

    ``is_way_in`` leads into the thing and counts there: its page leaves its own way out.
    ``is_afterwards`` looks back on a session: it is not said before that has begun.
    """

    words: str
    href: str = ""
    is_way_in: bool = False
    is_afterwards: bool = False


Teller = Callable[[Collection[UUID], Actor], dict[UUID, list[Beside]]]
_TELLERS: dict[str, list[Teller]] = {}


def tell(kind: str, teller: Teller) -> None:
    """Let a room above speak beside things of ``kind``; twice is once."""
    known = _TELLERS.setdefault(kind, [])
    if teller not in known:
        known.append(teller)


def lines(kind: str, ids: Collection[UUID], *, by: Actor) -> dict[UUID, list[Beside]]:
    """Return what is to be said beside these things, for a page of them; one query a room."""
    found: dict[UUID, list[Beside]] = {}
    for teller in _TELLERS.get(kind, []) if ids else []:
        for key, said in teller(ids, by).items():
            found.setdefault(key, []).extend(said)
    return found
