"""What stood before an import said otherwise, and stands again when it is undone.

A correction before it is no part of that: what was said before a check-in was struck out
counts no more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from dongxun.activities import facts
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Claim, Leave, Session, SessionTopic
from dongxun.activities.presence import of_people, rows_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id, new_id
from dongxun.ledger import api as ledger


def said_of(
    session_id: UUID, rows: Mapping[UUID, Sequence[CheckIn]]
) -> dict[UUID, list[tuple[str, datetime]]]:
    """Return method and moment of what the check-ins of these people rest on, earliest first.

    Args:
        rows: check-ins that stand, by whose they are today.
    """
    owners = {row.person_id: owner for owner, own in rows.items() for row in own}
    struck = CheckIn.objects.filter(session=session_id, person_id__in=owners)
    struck = struck.exclude(voided_at=None)
    last = dict(struck.order_by().values_list("person_id").annotate(at=Max("voided_at")))
    said: defaultdict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    found = Claim.objects.filter(session=session_id, person_id__in=owners).order_by("occurred_at")
    columns = ("person_id", "method", "occurred_at", "recorded_at")
    for person_id, method, at, recorded_at in found.values_list(*columns):
        if person_id not in last or recorded_at >= last[person_id]:
            said[owners[person_id]].append((method, at))
    return said


def declare(session: Session, person_id: UUID, at: datetime) -> None:
    """Let a declaration stand again, to be confirmed, unless the person stands there already.

    No statement is written: the one that was made is still there.
    """
    if rows_of(session.id, [person_id]):
        return
    past = list(CheckIn.objects.filter(of_people([person_id]), session=session))
    own = [row for row in past if row.person_id == person_id] or past
    last = max(own, key=lambda row: row.generation)
    generation = last.generation + 1
    cause = ("check_in", session.id, last.person_id, generation)
    CheckIn.objects.create(
        id=derived_id(session.created_at, *cause),
        session=session,
        person_id=last.person_id,
        branch_id=last.branch_id,
        method=Method.DECLARED,
        occurred_at=at,
        confirmed=False,
        is_guest=last.is_guest,
        generation=generation,
    )


def excuse(session: Session, leave_id: UUID, *, by: Actor) -> None:
    """Let a leave stand again as it was approved, unless its person is here or on leave anyway."""
    old = Leave.objects.filter(id=leave_id, session=session).exclude(withdrawn_at=None).first()
    if old is None:
        return
    here = rows_of(session.id, [old.person_id])
    others = Leave.objects.filter(session=session, person_id=old.person_id, withdrawn_at=None)
    if any(row.confirmed for own in here.values() for row in own) or others.exists():
        return
    row = Leave.objects.create(
        id=new_id(),
        session=session,
        person_id=old.person_id,
        branch_id=old.branch_id,
        reason=old.reason,
        approved=old.approved,
        approved_by=old.approved_by,
        window_until=old.window_until,
        created_at=clock.now(),
    )
    topics = SessionTopic.objects.filter(session=session)
    ledger.record(facts.on_leave(session, topics, row), by=by)
