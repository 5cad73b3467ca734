"""Makers of plans for tests of sessions."""

from datetime import timedelta
from typing import Any

from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.organisations.contracts import Node
from dongxun.seasons.models import Season


def make_plan(season: Season, host: Node, **overrides: Any) -> SessionPlan:
    """Return a plan for two hours tomorrow on the season's first topic."""
    starts_at = clock.moment(clock.today() + timedelta(days=1)) + timedelta(hours=9)
    values: dict[str, Any] = {
        "season_id": season.id,
        "host_id": host.id,
        "title": "精神到我村",
        "type": "lecture",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "topics": ((season.topics.order_by("number")[0].id, 60),),
        "place_text": "文化礼堂",
    }
    return SessionPlan(**(values | overrides))


def organiser(node: Node, role: Role = Role.ORGANISER) -> Actor:
    """Return an actor with one role over one node."""
    return Actor(ActorKind.ACCOUNT, label=node.name, grants=(Grant(role, node.id, node.interval),))
