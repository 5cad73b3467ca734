"""Who may see whose numbers, and who may see the names behind them."""

from typing import Protocol
from uuid import UUID

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.rules import rule


class _Node(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def interval(self) -> Interval: ...


@rule("coverage.see_counts")
def see_counts(actor: Actor, node: _Node) -> bool:
    """Organisers see their own subtree; a zone lead the organisations of the zone."""
    return actor.reaches(node.interval.lft, ORGANISERS) or node.id in actor.zone_organisations


@rule("coverage.see_names")
def see_names(actor: Actor, subtree: Interval) -> bool:
    """Organisers, of their own subtree; a zone lead sees counts only."""
    return actor.reaches(subtree.lft, ORGANISERS)


@rule("coverage.reckon")
def reckon(actor: Actor, subtree: Interval) -> bool:
    """Whoever may see the names may have a day worked out anew; the result holds names."""
    return see_names(actor, subtree)
