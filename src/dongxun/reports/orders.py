"""What somebody wants on paper: which paper, in which form, about what, as of when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.reports.contracts import Imprint
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules


@dataclass(frozen=True, slots=True)
class Order:
    """One paper to be made, for whoever asked for it; ``at`` is printed on it.

    ``about`` is the one thing it speaks of, where unit and period do not say.
    """

    paper: str
    form: str
    season: SeasonRules
    node: Node
    first: date
    last: date
    at: datetime
    by: Actor
    about: UUID | None = None

    @property
    def interval(self) -> Interval:
        """The subtree it speaks of."""
        return self.node.interval

    @property
    def day(self) -> date:
        """The local day it speaks of."""
        return clock.day_of(self.at)

    def imprint(self, source: str, definition: str = "") -> Imprint:
        """Return the small line at the foot."""
        return Imprint(self.at, source, definition)

    def payload(self) -> dict[str, Any]:
        """Return the order as JSON values, for a job."""
        return {
            "paper": self.paper,
            "form": self.form,
            "season": str(self.season.id),
            "node": str(self.node.id),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "at": self.at.isoformat(),
            "about": str(self.about) if self.about else None,
        }


def order(
    *,
    by: Actor,
    paper: str,
    form: str,
    season_id: UUID,
    node_id: UUID,
    first: date | None = None,
    last: date | None = None,
    at: datetime | None = None,
    about: UUID | None = None,
) -> Order:
    """Return an order for something the actor may see; the period is the season's by default.

    Raises:
        NotFound: season or organisation is absent or hidden.
    """
    seasons.season(season_id, by=by)
    rules = seasons.rules(season_id)
    node = organisations.node_in_scope(node_id, by=by)
    return Order(
        paper=paper,
        form=form,
        season=rules,
        node=node,
        first=first or rules.starts_on,
        last=last or rules.ends_on,
        at=(at or clock.now()).replace(microsecond=0),
        by=by,
        about=about,
    )


def from_payload(payload: Mapping[str, Any], *, by: Actor) -> Order:
    """Return the order that a job was started with, asked for anew."""
    return order(
        by=by,
        paper=payload["paper"],
        form=payload["form"],
        season_id=UUID(payload["season"]),
        node_id=UUID(payload["node"]),
        first=date.fromisoformat(payload["first"]),
        last=date.fromisoformat(payload["last"]),
        at=datetime.fromisoformat(payload["at"]),
        about=UUID(payload["about"]) if payload.get("about") else None,
    )
