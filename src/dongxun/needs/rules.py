"""Who may raise, see and move a need."""

from dataclasses import dataclass

from dongxun.kernel.actors import Actor, ActorKind, Role
from dongxun.kernel.rules import rule
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.needs.models import Need

AT_A_DESK = frozenset({NeedSource.BRANCH, NeedSource.CONSOLE})
NOT_BY_STRANGERS = AT_A_DESK | {NeedSource.VISIT, NeedSource.CHAT}
MANAGERS = (Role.OFFICE, Role.ORGANISER)


@dataclass(frozen=True, slots=True)
class Raising:
    """A need about to be raised, and where it is to be received."""

    draft: NeedDraft
    lft: int


@rule("needs.raise_need")
def raise_need(actor: Actor, raising: Raising) -> bool:
    """Anybody for themselves or others; a visit or a desk only who is known to us."""
    source = raising.draft.source
    if source in AT_A_DESK:
        return actor.is_account and bool(actor.intervals())
    return source not in NOT_BY_STRANGERS or actor.kind is not ActorKind.PUBLIC


@rule("needs.see_need")
def see_need(actor: Actor, need: Need) -> bool:
    """Organisers of where it was raised, of who leads, works on it or helps, whose turn it is."""
    places = [need.organisation, need.lead, need.holder, *([need.worker] if need.worker else [])]
    return any(actor.reaches(place.lft) for place in places) or any(
        actor.reaches(helper.organisation.lft)
        for helper in need.helpers.select_related("organisation")
    )


@rule("needs.lead_need")
def lead_need(actor: Actor, need: Need) -> bool:
    """Organisers of the organisation that leads, or of one above it."""
    return actor.reaches(need.lead.lft)


@rule("needs.work_on_need")
def work_on_need(actor: Actor, need: Need) -> bool:
    """Organisers of the organisation whose turn it is, of one above it, or of the lead."""
    return actor.reaches(need.holder.lft) or actor.reaches(need.lead.lft)


@rule("needs.set_up")
def set_up(actor: Actor, lft: int) -> bool:
    """Themes and services: the office and organisers of the owner."""
    return actor.reaches(lft, MANAGERS)


@rule("needs.run")
def run(actor: Actor, lft: int) -> bool:
    """Projects, enterprises and books of an organisation: its organisers of any kind."""
    return actor.reaches(lft)


@rule("needs.review")
def review(actor: Actor, lft: int) -> bool:
    """Review a project: office and organisers strictly above, or of the town itself."""
    return actor.reaches(lft, MANAGERS)


def is_own(actor: Actor, need: Need, workers: frozenset[object]) -> bool:
    """Return whether the actor raised this for themselves or has worked on it."""
    if actor.is_system:
        return False
    if need.person_id is not None and need.person_id in actor.persons:
        return True
    if actor.id is None:
        return False
    return (need.for_self and actor.id == need.raised_by) or actor.id in workers
