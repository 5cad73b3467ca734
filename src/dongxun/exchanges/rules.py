"""Who may do what about exchanges."""

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule


@rule("exchanges.plan")
def plan(actor: Actor, lft: int) -> bool:
    """Whoever organises a unit that takes part: office, organiser or secretary."""
    return actor.reaches(lft)


@rule("exchanges.set_checklist")
def set_checklist(actor: Actor, lft: int) -> bool:
    """The office of the season's root."""
    return actor.reaches(lft, (Role.OFFICE,))
