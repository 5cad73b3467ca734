"""Who writes stamp cards and gives stamps."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("booths.run")
def run(actor: Actor, lft: int) -> bool:
    """Whoever organises the unit that the card belongs to."""
    return actor.reaches(lft)
