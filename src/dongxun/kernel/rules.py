"""Permissions by name: small predicates that services and queries ask.

A room writes ``@rule("activities.take_attendance")`` over a predicate
``(actor, thing) -> bool`` in its ``rules.py``. There is no default: an unknown
name is a bug and fails closed.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from dongxun.kernel.actors import Actor, Grant, Role
from dongxun.kernel.errors import LinkNeeded, NotAllowed, NotFound

Predicate = Callable[[Actor, Any], bool]

LADDER: Final = (
    Role.SECRETARY,
    Role.ORGANISER,
    Role.ZONE_LEAD,
    Role.OFFICE,
    Role.SECURITY_ADMIN,
    Role.SYSTEM_ADMIN,
    Role.AUDIT_ADMIN,
)
"""Roles, the least first."""
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
        raise NotAllowed(role=_enough(name, actor, thing))


def require_own(actor: Actor, person_id: UUID) -> None:
    """Let pass what only people themselves may do: on a phone where their link was opened.

    Raises:
        NotFound: not a person of this phone.
        LinkNeeded: it knows them by their name and digits, which others know too.
    """
    if person_id in actor.owned:
        return
    if person_id in actor.persons:
        raise LinkNeeded
    raise NotFound


def least(roles: Iterable[Role]) -> Role:
    """Return the least of some roles."""
    return min(roles, key=LADDER.index)


def _enough(name: str, actor: Actor, thing: Any) -> Role | None:
    """Return the least role that would do over what is the account's own already."""
    held = {grant.role for grant in actor.grants}
    for role in LADDER:
        if role in held:
            continue
        own = (Grant(role, grant.organisation_id, grant.interval) for grant in actor.grants)
        raised = replace(actor, grants=(*actor.grants, *own), second_factor=True)
        if raised.grants != actor.grants and _rules[name](raised, thing):
            return role
    return None


def names() -> list[str]:
    """Return all rule names, sorted; the rule table test walks them."""
    return sorted(_rules)
