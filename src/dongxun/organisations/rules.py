"""Who may change the tree."""

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule
from dongxun.organisations.models import Organisation


@rule("organisations.manage")
def manage(actor: Actor, organisation: Organisation | None) -> bool:
    """Office and organisers, inside their own subtree; the roots belong to the system."""
    if organisation is None:
        return False
    return actor.reaches(organisation.lft, (Role.OFFICE, Role.ORGANISER))
