"""Who may have something planned, and accept it."""

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule

DESK = (Role.OFFICE, Role.ORGANISER)


@rule("planning.plan")
def plan(actor: Actor, lft: int) -> bool:
    """Office and organisers, for their own subtree."""
    return actor.reaches(lft, DESK)
