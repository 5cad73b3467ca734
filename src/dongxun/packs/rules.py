"""Who hands out, who keeps the store, who signs for whom."""

from dataclasses import dataclass
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule
from dongxun.packs.contracts import LineKind


@dataclass(frozen=True, slots=True)
class Signing:
    """A line somebody would sign for, and the people their own room answers for."""

    branch_lft: int
    kind: str
    person_id: UUID | None = None
    courier_id: UUID | None = None
    courier_account: UUID | None = None
    vouched: frozenset[UUID] = frozenset()
    is_guests: bool = False


@rule("packs.manage")
def manage(actor: Actor, organisation_lft: int) -> bool:
    """Articles, packs, stock, lists and donations of the own subtree: whoever organises it."""
    return actor.reaches(organisation_lft)


@rule("packs.sign_for")
def sign_for(actor: Actor, signing: Signing) -> bool:
    """Organisers of the branch, the courier of the line, a visitor of a round with this person.

    A parcel is received by the branch alone. A visitor is taken at the word of the room
    that keeps the round: it gives ``vouched``, the people it has checked, or says that the line
    ``is_guests``, of a home on its round of somebody on no roster.
    """
    if actor.reaches(signing.branch_lft):
        return True
    if signing.kind == LineKind.PARCEL:
        return False
    if is_courier(actor, signing):
        return True
    may_visit = actor.is_account or bool(actor.linked("visitor"))
    return may_visit and (signing.is_guests or signing.person_id in signing.vouched)


def is_courier(actor: Actor, signing: Signing) -> bool:
    """Whether the line was given to this account, or to the person whose own link it opened."""
    if signing.courier_account and actor.is_account and actor.id == signing.courier_account:
        return True
    return signing.courier_id is not None and signing.courier_id in actor.owned
