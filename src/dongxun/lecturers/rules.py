"""Who may nominate, vet and appoint; who orders, who dispatches."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.rules import rule

DESK = (Role.OFFICE, Role.ORGANISER)


@rule("lecturers.nominate")
def nominate(actor: Actor, lft: int) -> bool:
    """Whoever organises the unit: office, organiser or secretary."""
    return actor.reaches(lft)


@rule("lecturers.appoint")
def appoint(actor: Actor, lft: int) -> bool:
    """Office and organisers vet, appoint and end terms in their subtree."""
    return actor.reaches(lft, DESK)


@rule("lecturers.order")
def order(actor: Actor, lft: int) -> bool:
    """Whoever organises the unit that orders, and rates."""
    return actor.reaches(lft)


@rule("lecturers.dispatch")
def dispatch(actor: Actor, lft: int) -> bool:
    """Office and organisers, for orders of their subtree."""
    return actor.reaches(lft, DESK)


@rule("lecturers.set_times")
def set_times(actor: Actor, about: tuple[UUID, Iterable[int]]) -> bool:
    """The lecturer on the phone of their link, and who looks after lecturers of such a unit."""
    lecturer_id, units = about
    return actor.has_link("lecturer", lecturer_id) or looks_after(actor, units)


def looks_after(actor: Actor, units: Iterable[int]) -> bool:
    """Return whether the actor's desk looks after the lecturers of one of these units."""
    return any(actor.reaches(lft, DESK) for lft in units)
