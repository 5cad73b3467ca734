"""Who may manage accounts and grants, hand out links, and read the audit log.

Nobody gives more than they hold, nobody manages themselves, and the three
administrators stay apart: the system administrator sees neither accounts nor
audit, the audit administrator sees the audit only.
"""

from dataclasses import dataclass
from uuid import UUID

from dongxun.access.contracts import ADMINISTRATORS
from dongxun.kernel.actors import ORGANISERS, Actor, Interval, Role
from dongxun.kernel.rules import rule

GIVEN_BY_OFFICE = frozenset({Role.ORGANISER, Role.ZONE_LEAD, Role.SECRETARY})
GIVEN_BY_ORGANISER = frozenset({Role.ORGANISER, Role.SECRETARY})
PRINTS_SLIPS = frozenset({Role.SECURITY_ADMIN, Role.OFFICE, Role.ORGANISER})


@dataclass(frozen=True, slots=True)
class Wish:
    """A role that somebody shall hold, or hold no longer, at a place of the tree."""

    role: Role
    lft: int
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """An account to be changed: where it belongs and what it holds."""

    account_id: UUID
    lft: int | None
    holds: tuple[Wish, ...] = ()


def _above(actor: Actor, lft: int, *roles: Role) -> bool:
    """Return whether ``lft`` lies strictly below one of the actor's nodes."""
    return any(interval.lft < lft <= interval.rgt for interval in actor.intervals(roles))


@rule("access.create_account")
def create_account(actor: Actor, lft: int) -> bool:
    """The security administrator inside the subtree; office and organisers strictly below."""
    return actor.reaches(lft, (Role.SECURITY_ADMIN,)) or _above(
        actor, lft, Role.OFFICE, Role.ORGANISER
    )


@rule("access.grant_role")
def grant_role(actor: Actor, wish: Wish) -> bool:
    """Never to oneself. Security: all roles. Office and organisers: lesser ones, below them."""
    if wish.account_id is not None and wish.account_id == actor.id:
        return False
    if actor.reaches(wish.lft, (Role.SECURITY_ADMIN,)):
        return True
    return (wish.role in GIVEN_BY_OFFICE and _above(actor, wish.lft, Role.OFFICE)) or (
        wish.role in GIVEN_BY_ORGANISER and _above(actor, wish.lft, Role.ORGANISER)
    )


@rule("access.manage_account")
def manage_account(actor: Actor, managed: Managed) -> bool:
    """Disable and reset: whoever could have given the account all that it holds."""
    if managed.account_id == actor.id or managed.lft is None:
        return False
    if actor.reaches(managed.lft, (Role.SECURITY_ADMIN,)):
        return True
    return create_account(actor, managed.lft) and all(
        grant_role(actor, wish) for wish in managed.holds
    )


@rule("access.reset_second_factor")
def reset_second_factor(actor: Actor, managed: Managed) -> bool:
    """Only a security administrator, and never one's own."""
    if managed.account_id == actor.id or managed.lft is None:
        return False
    return actor.reaches(managed.lft, (Role.SECURITY_ADMIN,))


@rule("access.prepare_secretaries")
def prepare_secretaries(actor: Actor, interval: Interval) -> bool:
    """Print slips for the secretaries of a subtree."""
    return actor.reaches(interval.lft, PRINTS_SLIPS)


@rule("access.see_accounts")
def see_accounts(actor: Actor, _thing: object) -> bool:
    """Open the lists of accounts and grants."""
    return actor.holds(Role.SECURITY_ADMIN, Role.OFFICE, Role.ORGANISER)


@rule("access.read_audit")
def read_audit(actor: Actor, _thing: object) -> bool:
    """Open the audit log: the audit administrator all of it, the office its own subtree."""
    return actor.holds(Role.AUDIT_ADMIN, Role.OFFICE)


@rule("access.issue_link")
def issue_link(actor: Actor, lft: int) -> bool:
    """Hand out personal links in one's own subtree."""
    return actor.reaches(lft, ORGANISERS)


def excludes(role: Role, held: frozenset[Role]) -> bool:
    """Return whether ``role`` may not be held beside ``held``: administrators do nothing else."""
    return bool(held - {role}) and bool((held | {role}) & ADMINISTRATORS) and held != {role}
