"""Who may write lessons, who may learn them."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("library.write_lesson")
def write_lesson(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that the lesson is for."""
    return actor.reaches(lft)
