"""Who may write lessons, who may learn them."""

from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations


@rule("library.write_lesson")
def write_lesson(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that the lesson is for."""
    return actor.reaches(lft)


@rule("library.import_outside")
def import_outside(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whoever organises the unit whose people learned elsewhere."""
    if organisation_id is None:
        return bool(actor.intervals())
    return actor.reaches(organisations.node(organisation_id).interval.lft)
