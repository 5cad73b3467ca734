"""What the things are called that facts hang on; the rooms that state facts tell it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from dongxun.ledger.contracts import LiveFact

Namer = Callable[[Collection[UUID]], Mapping[UUID, str]]
_NAMERS: dict[str, Namer] = {}


def name_objects(kind: str, namer: Namer) -> None:
    """Let a room above say what its objects of ``kind`` are called."""
    _NAMERS[kind] = namer


def titles(facts: Iterable[LiveFact]) -> dict[UUID, str]:
    """Return what the objects of these facts are called, one query a kind; unknown left out.

    For whoever may already see the facts.
    """
    wanted: defaultdict[str, set[UUID]] = defaultdict(set)
    for fact in facts:
        wanted[fact.object_kind].add(fact.object_id)
    found: dict[UUID, str] = {}
    for kind, ids in wanted.items():
        if kind in _NAMERS:
            found.update(_NAMERS[kind](ids))
    return found
