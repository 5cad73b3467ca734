"""Who may look at members' words, and who may open a discussion."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("publishing.moderate")
def moderate(actor: Actor, lft: int) -> bool:
    """Whoever organises the author's branch."""
    return actor.reaches(lft)


@rule("publishing.open_thread")
def open_thread(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that is asked."""
    return actor.reaches(lft)
