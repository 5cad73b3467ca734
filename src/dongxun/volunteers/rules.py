"""Who may do what with volunteers."""

from uuid import UUID

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule


@rule("volunteers.manage")
def manage(actor: Actor, lft: int) -> bool:
    """Office, organisers and the secretary, of their own subtree."""
    return actor.reaches(lft)


@rule("volunteers.speak_for")
def speak_for(actor: Actor, who: tuple[UUID, int]) -> bool:
    """A phone or account of the person, or whoever organises their branch: (person, lft)."""
    person_id, lft = who
    return person_id in actor.persons or actor.reaches(lft)


@rule("volunteers.see_addresses")
def see_addresses(actor: Actor, person_id: UUID) -> bool:
    """Only a phone on which the person's own link was opened learns where somebody lives."""
    return person_id in actor.owned


@rule("volunteers.shape_types")
def shape_types(actor: Actor, _thing: object) -> bool:
    """The training office says which kinds of service there are."""
    return actor.holds(Role.OFFICE)
