"""Tickets: what a page may show to the edge instead of a session, for a short while.

The text is ``<kind>.<object>.<person>.<end>.<seal>``; who holds it may do one thing for one
object and one person until then. Nothing is asked of the database to believe it.
"""

import time
from dataclasses import dataclass
from uuid import UUID

from dongxun.kernel import secret

PURPOSE = "kernel.ticket"
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One thing that may be done; ``person_id`` is ``NOBODY`` where none is meant."""

    kind: str
    object_id: UUID
    person_id: UUID
    ends: int


def mint(kind: str, object_id: UUID, person_id: UUID = NOBODY, *, seconds: int) -> str:
    """Return a ticket that holds for so many seconds."""
    text = f"{kind}.{object_id.hex}.{person_id.hex}.{int(time.time()) + seconds}"
    return f"{text}.{secret.keyed_hash(text, PURPOSE)}"


def read(text: str, kind: str) -> Ticket | None:
    """Return what a ticket says; None when it is forged, of another kind, or over."""
    said, _dot, seal = text.rpartition(".")
    parts = said.split(".")
    if len(text) > 200 or len(parts) != 4 or parts[0] != kind:
        return None
    if not secret.same(seal, secret.keyed_hash(said, PURPOSE)):
        return None
    ends = int(parts[3])
    return Ticket(kind, UUID(parts[1]), UUID(parts[2]), ends) if ends > time.time() else None
