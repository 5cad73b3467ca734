"""Who may see and change people."""

from typing import Protocol
from uuid import UUID

from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations


class _Placed(Protocol):
    lft: int


@rule("people.manage")
def manage(actor: Actor, branch: _Placed) -> bool:
    """Office, organisers and the branch's secretary, inside their own subtree."""
    return actor.reaches(branch.lft, ORGANISERS)


@rule("people.open_private")
def open_private(actor: Actor, branch: _Placed) -> bool:
    """The same people; each opening leaves a trace."""
    return actor.reaches(branch.lft, ORGANISERS)


@rule("people.manage_lecturers")
def manage_lecturers(actor: Actor, organisation: _Placed) -> bool:
    """Office and organisers, for organisations of their subtree."""
    return actor.reaches(organisation.lft, (Role.OFFICE, Role.ORGANISER))


@rule("people.set_lecturer_kinds")
def set_lecturer_kinds(actor: Actor, _thing: object) -> bool:
    """The office: kinds are the same for the whole installation."""
    return actor.holds(Role.OFFICE)


@rule("people.import_roster")
def import_roster(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whoever may manage the people of the organisation that the roster is for."""
    if organisation_id is None or not actor.holds(*ORGANISERS):
        return False
    return actor.reaches(organisations.node(organisation_id).interval.lft, ORGANISERS)
