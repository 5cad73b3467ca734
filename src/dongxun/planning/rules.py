"""Who may have something planned, and accept it."""

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule

DESK = (Role.OFFICE, Role.ORGANISER)


@rule("planning.plan")
def plan(actor: Actor, lft: int) -> bool:
    """Office and organisers, for their own subtree."""
    return actor.reaches(lft, DESK)


@rule("planning.divide")
def divide(actor: Actor, lft: int) -> bool:
    """The office alone, as for every division into zones."""
    return actor.reaches(lft, (Role.OFFICE,))
