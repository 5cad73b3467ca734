"""Who may run a contest."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("contests.run")
def run(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that holds the contest."""
    return actor.reaches(lft)
