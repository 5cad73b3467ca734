"""Permissions by name: small predicates that services and queries ask.

A room writes ``@rule("activities.take_attendance")`` over a predicate
``(actor, thing) -> bool`` in its ``rules.py``. There is no default: an unknown
name is a bug and fails closed.
"""

from collections.abc import Callable
from typing import Any

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotAllowed

Predicate = Callable[[Actor, Any], bool]

_rules: dict[str, Predicate] = {}


def rule(name: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate under ``room.verb_thing``; a second one is a bug."""

    def register(predicate: Predicate) -> Predicate:
        if name in _rules:
            raise ValueError(name)
        _rules[name] = predicate
        return predicate

    return register


def allows(name: str, actor: Actor, thing: Any = None) -> bool:
    """Return whether ``actor`` may do ``name`` to ``thing``."""
    return actor.is_system or _rules[name](actor, thing)


def require(name: str, actor: Actor, thing: Any = None) -> None:
    """Let pass or raise.

    Raises:
        NotAllowed: the rule says no.
    """
    if not allows(name, actor, thing):
        raise NotAllowed


def names() -> list[str]:
    """Return all rule names, sorted; the rule table test walks them."""
    return sorted(_rules)
