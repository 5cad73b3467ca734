"""Makers of needs for tests."""

from datetime import timedelta
from typing import Any

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.needs import api
from dongxun.needs.contracts import NeedAct, NeedDraft, NeedReceipt, NeedSource
from dongxun.needs.models import Need, Theme
from dongxun.organisations.contracts import Node

SYSTEM = Actor.system("tests")


def make_theme(owner: Node, name: str = "饮水") -> Theme:
    """Return a theme of a season's root."""
    return Theme.objects.create(owner_id=owner.id, name=name)


def draft(node: Node, **overrides: Any) -> NeedDraft:
    """Return a need of somebody on the road, received by ``node``."""
    values: dict[str, Any] = {
        "id": new_id(),
        "text": "网格驿站没有热水",
        "source": NeedSource.PUBLIC,
        "organisation_id": node.id,
        "requester_name": "路人甲",
        "requester_phone": "19900001234",
        "occurred_at": clock.now(),
    }
    return NeedDraft(**(values | overrides))


def heard(node: Node, *, by: Actor | None = None, **overrides: Any) -> NeedReceipt:
    """Raise a need and return its receipt."""
    return api.raise_need(by=by or Actor.public(), draft=draft(node, **overrides))


def make_need(node: Node, *, by: Actor | None = None, **overrides: Any) -> Need:
    """Raise a need and return its row."""
    return Need.objects.get(id=heard(node, by=by, **overrides).id)


def step(need: Need, act: str, *, by: Actor | None = None, **overrides: Any) -> Need:
    """Do one act to a need and return its row as it is then."""
    move = api.Move(NeedAct(act), **({"words": "办了"} | overrides))
    api.move_need(by=by or SYSTEM, need_id=need.id, move=move)
    need.refresh_from_db()
    return need


WAY: dict[str, list[str]] = {
    "registered": [],
    "accepted": ["accept"],
    "dispatched": ["accept", "dispatch"],
    "in_work": ["accept", "dispatch", "begin"],
    "done_unchecked": ["accept", "dispatch", "begin", "finish"],
    "callback": ["accept", "dispatch", "begin", "finish", "check"],
    "redo": ["accept", "dispatch", "begin", "finish", "redo"],
    "escalated": ["escalate"],
    "suspended": ["accept", "suspend"],
    "closed": ["accept", "dispatch", "begin", "finish", "check", "call_back", "close"],
}
"""The acts that bring a fresh need to a state."""

MORE: dict[str, dict[str, Any]] = {
    "call_back": {"satisfaction": "satisfied"},
    "suspend": {"until": clock.today() + timedelta(days=20)},
}


def bring_to(need: Need, state: str, *, by: Actor | None = None) -> Need:
    """Bring a fresh need to a state."""
    for act in WAY[state]:
        step(need, act, by=by, **MORE.get(act, {}))
    return need
