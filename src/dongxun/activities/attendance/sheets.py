"""A returned paper sheet: entered whole, and safe to enter again corrected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.activities.attendance import claims, leave, rolls
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Claim, Leave, Session
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rules import require

PRESENT, ON_LEAVE, ABSENT = "present", "leave", "absent"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the sheet says of one person; ``at`` is None when no time was written."""

    state: str
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a sheet changed."""

    present: int = 0
    on_leave: int = 0
    taken_back: int = 0
    kept_stronger: tuple[UUID, ...] = ()


@transaction.atomic
def enter_sheet(*, by: Actor, session_id: UUID, marks: Mapping[UUID, Mark]) -> Entered:
    """Make the record say what the sheet says.

    Entered again unchanged it writes nothing. A person marked absent whose
    presence only a sheet had stated is taken back; a presence that a phone or
    a roll call also stated is kept and named in ``kept_stronger``.

    Raises:
        NotFound: there is no such session.
        NotAllowed: ``by`` may not take attendance here.
        Invalid: the session was cancelled, or a time is outside its window; nothing is written.
    """
    session = rolls.session_row(session_id)
    require("activities.take_attendance", by, session)
    allowed = rolls.people_allowed(session, marks, by=by)
    live = {
        row.person_id: row
        for row in CheckIn.objects.filter(session=session, person_id__in=allowed, voided_at=None)
    }
    absent = {p for p in allowed if marks[p].state != PRESENT and p in live}
    stronger = _seen_otherwise(session, absent)
    wrong = [live[p] for p in absent - stronger]
    if wrong:
        claims.void_rows(session, wrong, by=by, reason="sheet corrected")
    present = _present(session, marks, set(allowed) - live.keys())
    answers = claims.Writing(by, rolls.frame(id=session.id), None).run(present)
    refused = [answer for answer in answers if answer.answer == SyncAnswer.REJECTED]
    if refused:
        raise Invalid(code=refused[0].reason, where="sheet")
    on_leave = _leaves(session, marks, set(allowed) - stronger, by)
    return Entered(len(present), on_leave, len(wrong), tuple(sorted(stronger, key=str)))


def _seen_otherwise(session: Session, people: set[UUID]) -> set[UUID]:
    """Return those of ``people`` whose presence something other than a sheet stated."""
    others = Claim.objects.filter(session=session, person_id__in=people)
    return set(others.exclude(method=Method.SHEET).values_list("person_id", flat=True))


def _present(session: Session, marks: Mapping[UUID, Mark], missing: set[UUID]) -> list[Presence]:
    """Return claims for people the sheet shows and the record does not.

    The id counts earlier check-ins of the person, so the same sheet sent twice
    at once is one claim, and a later correction is a new one.
    """
    before: dict[UUID, int] = {}
    for person_id in CheckIn.objects.filter(session=session, person_id__in=missing).values_list(
        "person_id", flat=True
    ):
        before[person_id] = before.get(person_id, 0) + 1
    found = []
    for person_id in sorted(missing, key=str):
        mark = marks[person_id]
        if mark.state != PRESENT:
            continue
        cause = ("sheet", session.id, person_id, before.get(person_id, 0))
        found.append(
            Presence(
                id=derived_id(session.created_at, *cause),
                person_id=person_id,
                method=Method.SHEET,
                occurred_at=mark.at or session.starts_at,
            )
        )
    return found


def _leaves(session: Session, marks: Mapping[UUID, Mark], people: set[UUID], by: Actor) -> int:
    live = set(
        Leave.objects.filter(session=session, person_id__in=people, withdrawn_at=None).values_list(
            "person_id", flat=True
        )
    )
    wanted = {p for p in people if marks[p].state == ON_LEAVE}
    for person_id in sorted(wanted - live, key=str):
        reason = marks[person_id].reason or "sheet"
        leave.grant_leave(by=by, session_id=session.id, person_id=person_id, reason=reason)
    gone = live - wanted
    if gone:
        claims.withdraw_leaves(session, gone, by=by)
    return len(wanted)
