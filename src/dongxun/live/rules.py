"""Who runs a live class."""

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("live.run_class")
def run_class(actor: Actor, host_lft: int) -> bool:
    """Whoever organises the host of the main session."""
    return actor.reaches(host_lft)
