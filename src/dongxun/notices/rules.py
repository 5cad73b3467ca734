"""Who may hand notices out."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("notices.hand_out")
def hand_out(actor: Actor, branch_lft: int) -> bool:
    """Whoever organises the branch."""
    return actor.reaches(branch_lft)
