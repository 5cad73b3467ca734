"""请假: an approved absence, and the window in which it is to be made up."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from dongxun.activities import facts
from dongxun.activities.attendance import rolls
from dongxun.activities.attendance.claims import void_rows, withdraw_leaves
from dongxun.activities.models import Leave, SessionTopic
from dongxun.activities.presence import rows_of
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rules import require
from dongxun.ledger import api as ledger
from dongxun.seasons import api as seasons


@transaction.atomic
def grant_leave(*, by: Actor, session_id: UUID, person_id: UUID, reason: str) -> Leave:
    """Approve an absence; the window runs from the session's day by the season's rule.

    Safe to repeat: the live leave is returned, with its first reason. A presence
    that was only declared, and that nobody confirmed, gives way to it.

    Raises:
        NotFound: no such session, or not this actor's person.
        Invalid: no reason given.
        Conflict: the person is already checked in.
    """
    session = rolls.open_row(session_id)
    require("activities.take_attendance", by, session)
    home = rolls.people_allowed(session, [person_id], by=by).get(person_id)
    if home is None:
        raise NotFound
    if not reason.strip():
        raise Invalid(where="reason")
    here = rows_of(session.id, [person_id]).get(person_id, [])
    if any(row.confirmed for row in here):
        raise Conflict(code="already_present")
    if here:
        void_rows(session, here, by=by, reason="on leave")
    days = seasons.rules(session.season_id).parameters.makeup_window_days
    leave, created = Leave.objects.get_or_create(
        session=session,
        person_id=person_id,
        withdrawn_at=None,
        defaults={
            "branch_id": home.branch_id,
            "reason": reason.strip()[:200],
            "approved_by": by.label[:120],
            "window_until": clock.day_of(session.starts_at) + timedelta(days=days),
            "created_at": clock.now(),
        },
    )
    if created:
        topics = SessionTopic.objects.filter(session=session)
        ledger.record(facts.on_leave(session, topics, leave), by=by)
        audit.write(
            "activities.grant_leave",
            by=by,
            subject=("session", session.id),
            organisation_id=session.host_id,
        )
    return leave


@transaction.atomic
def withdraw_leave(*, by: Actor, session_id: UUID, person_id: UUID) -> None:
    """Take a leave back. Safe to repeat.

    Raises:
        NotFound: no such session, or not this actor's person.
    """
    session = rolls.open_row(session_id)
    require("activities.take_attendance", by, session)
    if person_id not in rolls.people_allowed(session, [person_id], by=by):
        raise NotFound
    withdraw_leaves(session, [person_id], by=by)
