"""Who may write questions and quizzes."""

from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations


@rule("quizzes.write")
def write(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that the bank or the quiz belongs to."""
    return actor.reaches(lft)


@rule("quizzes.import_items")
def import_items(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whoever organises the organisation into whose bank the questions go."""
    if organisation_id is None:
        return False
    try:
        node = organisations.node(organisation_id)
    except NotFound:
        return False
    return actor.reaches(node.interval.lft)
