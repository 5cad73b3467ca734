"""Who may do what at a session."""

from typing import cast
from uuid import UUID

from dongxun.activities.attendance import rolls
from dongxun.activities.models import Session
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.rules import rule
from dongxun.organisations import api as organisations


@rule("activities.take_attendance")
def take_attendance(actor: Actor, session: Session | rolls.Frame) -> bool:
    """Organisers of any organisation that takes part, the session's helper, own phones.

    For whom each of them may speak is decided person by person, in
    ``rolls.people_allowed``.
    """
    return bool(actor.persons) or open_roll(actor, session)


@rule("activities.open_roll")
def open_roll(actor: Actor, session: Session | rolls.Frame) -> bool:
    """Read the roll: organisers of any organisation that takes part, and the helper.

    Being somebody's phone, or an account tied to a person, opens no roll.
    """
    known = session if isinstance(session, rolls.Frame) else None
    session = known.session if known else cast(Session, session)
    if actor.has_link("helper", session.id):
        return True
    taking = known.taking if known else rolls.taking_part(session)
    return any(
        actor.reaches(interval.lft)
        or any(interval.lft <= own.lft <= interval.rgt for own in actor.intervals())
        for interval in taking.all
    )


@rule("activities.run_check_in")
def run_check_in(actor: Actor, session: Session) -> bool:
    """Show the screen, confirm declared people: hosts, co-hosts and the helper."""
    return rolls.is_host(actor, session, rolls.taking_part(session))


@rule("activities.plan_session")
def plan_session(actor: Actor, host_lft: int) -> bool:
    """Whoever organises the host: office, organiser or secretary of it or of one above."""
    return actor.reaches(host_lft)


@rule("activities.import_attendance")
def import_attendance(actor: Actor, _organisation_id: object) -> bool:
    """Organisers of any kind; for which session is decided row by row."""
    return actor.holds(*ORGANISERS)


@rule("activities.read_own_record")
def read_own_record(actor: Actor, person_id: UUID) -> bool:
    """Only on the phone where the person's own link was opened, or by their own account."""
    return person_id in actor.owned


@rule("activities.import_sessions")
def import_sessions(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whoever organises the organisation that the plan is for."""
    if organisation_id is None:
        return bool(actor.intervals())
    return actor.reaches(organisations.node(organisation_id).interval.lft)
