"""Who may change the tree."""

from uuid import UUID

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule
from dongxun.organisations.models import Organisation


@rule("organisations.manage")
def manage(actor: Actor, organisation: Organisation | None) -> bool:
    """Office and organisers, inside their own subtree; the roots belong to the system."""
    if organisation is None:
        return False
    return actor.reaches(organisation.lft, (Role.OFFICE, Role.ORGANISER))


@rule("organisations.divide")
def divide(actor: Actor, organisation: Organisation | None) -> bool:
    """The office alone: a season's zones are one division for the whole district."""
    return organisation is not None and actor.reaches(organisation.lft, (Role.OFFICE,))


@rule("organisations.set_kinds")
def set_kinds(actor: Actor, _thing: object) -> bool:
    """The office: kinds are the same for the whole installation."""
    return actor.holds(Role.OFFICE)


@rule("organisations.import")
def import_organisations(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whoever may change the organisation that the list is for, and what is below it."""
    found = Organisation.objects.filter(id=organisation_id).first() if organisation_id else None
    return manage(actor, found)
