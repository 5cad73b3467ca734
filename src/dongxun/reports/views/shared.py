"""What the views of this room share: who may come, and how a file is handed out."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.reports import orders
from dongxun.reports.forms import ScopeForm
from dongxun.reports.services.printing import Ready
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard


@dataclass(frozen=True, slots=True)
class Scope:
    """The season, unit and period that the page speaks of; ``form`` shows and checks them."""

    form: ScopeForm
    season: SeasonCard | None
    node: Node
    first: date | None
    last: date | None

    @property
    def query(self) -> dict[str, str]:
        """The fields by which another request finds the same scope."""
        found = {"unit": str(self.node.id)}
        if self.season:
            found["season"] = str(self.season.id)
        if self.first:
            found["first"] = self.first.isoformat()
        if self.last:
            found["last"] = self.last.isoformat()
        return found

    def order(self, by: Actor, paper: str, form: str, *, about: UUID | None = None) -> orders.Order:
        """Return an order for this scope.

        Raises:
            NotFound: there is no season yet.
        """
        if self.season is None:
            raise NotFound
        return orders.order(
            by=by,
            paper=paper,
            form=form,
            season_id=self.season.id,
            node_id=self.node.id,
            first=self.first,
            last=self.last,
            about=about,
        )


def scope_of(request: Request) -> Scope:
    """Return what the page speaks of; the running season and the actor's own unit by default.

    Raises:
        NotFound: an unknown or hidden season or unit was asked for.
    """
    asked = request.GET if request.method == "GET" else request.POST
    by = request.actor
    cards = seasons.seasons(by=by)
    current = seasons.current_season(by)
    season = current
    if wanted := asked.get("season"):
        season = next((card for card in cards if str(card.id) == wanted), None)
        if season is None:
            raise NotFound
    node = _unit(by, asked.get("unit", ""))
    data = {"season": str(season.id) if season else "", "unit": str(node.id)}
    data |= {name: asked.get(name, "") for name in ("first", "last")}
    offered: dict[str, Any] = {"seasons": cards, "units": organisations.own_units(by, node)}
    # nothing was asked yet, so nothing is wrong
    form = ScopeForm(data, **offered) if season else ScopeForm(initial=data, **offered)
    valid = form.is_valid()
    first, last = (form.cleaned_data.get(n) if valid else None for n in ("first", "last"))
    return Scope(form, season, node, first, last)


def _unit(by: Actor, wanted: str) -> Node:
    if not wanted:
        return organisations.own_top(by)
    return organisations.node_in_scope(wanted_id(wanted), by=by)


def hand_out(ready: Ready, *, inline: bool = False) -> HttpResponse:
    """Answer with a finished paper; ``inline`` papers open in the browser, to be printed."""
    answer = HttpResponse(ready.content, content_type=ready.content_type)
    header = content_disposition_header(not inline, ready.name)
    answer["Content-Disposition"] = header or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer
