"""Makers of orders, nominations and terms for tests."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers.contracts import CandidateDraft, OrderDraft
from dongxun.lecturers.models import Candidate, Order
from dongxun.lecturers.services import appointing
from dongxun.lecturers.services import orders as services
from dongxun.organisations.contracts import Node
from dongxun.seasons.models import Season, Topic

SYSTEM = Actor.system("tests")


def soon(days: int = 4, hour: int = 14) -> datetime:
    """Return a moment some days ahead."""
    return clock.moment(clock.today() + timedelta(days=days), time(hour))


def make_order(season: Season, node: Node, *, by: Actor = SYSTEM, **overrides: Any) -> Order:
    """Return an order of a lesson on the season's first topic, for the coming week."""
    topic = Topic.objects.filter(season=season).order_by("number").first()
    values: dict[str, Any] = {
        "wish": "专题1讲给村里听",
        "wanted_from": clock.today() + timedelta(days=3),
        "wanted_until": clock.today() + timedelta(days=7),
        "topic_id": topic.id if topic else None,
        "place_text": "村部会议室",
    }
    key = services.place_order(
        by=by,
        season_id=season.id,
        organisation_id=node.id,
        draft=OrderDraft(**(values | overrides)),
    )
    return Order.objects.get(id=key)


def send(order: Order, lecturer_id: UUID, *, by: Actor = SYSTEM, **overrides: Any) -> UUID:
    """Ask a lecturer for an order, four days ahead at two."""
    values: dict[str, Any] = {"starts_at": soon(), "minutes": 60}
    return services.dispatch(
        by=by, order_id=order.id, lecturer_id=lecturer_id, **(values | overrides)
    )


def make_candidate(node: Node, *, by: Actor = SYSTEM, **overrides: Any) -> Candidate:
    """Return somebody nominated."""
    values: dict[str, Any] = {
        "name": "郑大为",
        "kind": "folk",
        "reason": "讲得明白，村里人爱听",
        "subjects": ("乡村治理",),
        "phone": "19900001234",
    }
    key = appointing.nominate(
        by=by, organisation_id=node.id, draft=CandidateDraft(**(values | overrides))
    )
    return Candidate.objects.get(id=key)
