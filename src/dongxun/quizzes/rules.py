"""Who may write questions and quizzes."""

from uuid import UUID

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations


@rule("quizzes.write")
def write(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that the bank or the quiz belongs to."""
    return actor.reaches(lft)


@rule("quizzes.enter_paper")
def enter_paper(actor: Actor, asked: Interval) -> bool:
    """Whoever organises the unit that a survey asks, or a part of it: for their own people."""
    return actor.reaches(asked.lft) or any(own.lft in asked for own in actor.intervals())


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
