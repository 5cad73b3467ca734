"""A returned paper sheet: entered whole, and safe to enter again corrected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.activities.attendance import again, claims, leave, rolls
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Leave, Session
from dongxun.activities.presence import rows_of
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
    """What entering a sheet changed.

    ``present`` are newly so, ``corrected`` have another time now; those of
    ``kept_stronger`` stay present, those of ``kept_times`` keep their moment,
    because more than a sheet had stated it.
    """

    present: int = 0
    on_leave: int = 0
    taken_back: int = 0
    corrected: int = 0
    kept_stronger: tuple[UUID, ...] = ()
    kept_times: tuple[UUID, ...] = ()


@transaction.atomic
def enter_sheet(*, by: Actor, session_id: UUID, marks: Mapping[UUID, Mark]) -> Entered:
    """Make the record say what the sheet says.

    Entered again unchanged it writes nothing. Somebody present on it is
    confirmed, if only declared before. A person marked absent whose presence
    only a sheet had stated, or a declaration nobody confirmed, is taken back,
    and a corrected time is taken; what a phone or a roll call also stated is
    kept and named.

    Raises:
        NotFound: there is no such session.
        NotAllowed: ``by`` may not take attendance here.
        Invalid: the session was cancelled, or a time is outside its window; nothing is written.
    """
    session = rolls.session_row(session_id)
    require("activities.take_attendance", by, session)
    allowed = rolls.people_allowed(session, marks, by=by)
    rows = rows_of(session.id, allowed)
    live = {person_id: own[0] for person_id, own in rows.items()}
    known = {p for p, row in live.items() if row.confirmed}
    absent = {p for p in live if marks[p].state != PRESENT}
    moved = {p for p, row in live.items() if p not in absent and _moves(marks[p], row)}
    stronger = _seen_otherwise(session, {p: rows[p] for p in absent | moved})
    wrong = (absent | moved) - stronger
    if wrong:
        struck = [row for p in wrong for row in rows[p]]
        claims.void_rows(session, struck, by=by, reason="sheet corrected")
    missing = set(allowed) - absent - (known - wrong)
    present = _present(session, {p: marks[p] for p in missing if marks[p].state == PRESENT}, live)
    answers = claims.Writing(by, rolls.frame(id=session.id), None).run(present)
    refused = [answer for answer in answers if answer.answer == SyncAnswer.REJECTED]
    if refused:
        raise Invalid(code=refused[0].reason, where="sheet")
    corrected = len(wrong & moved & known)
    return Entered(
        present=len(present) - corrected,
        on_leave=_leaves(session, marks, set(allowed) - stronger, by),
        taken_back=len(wrong & absent),
        corrected=corrected,
        kept_stronger=tuple(sorted(stronger & absent, key=str)),
        kept_times=tuple(sorted(stronger & moved, key=str)),
    )


def _moves(mark: Mark, row: CheckIn) -> bool:
    """Return whether a sheet names another minute than the record."""
    return mark.at is not None and _minute(mark.at) != _minute(row.occurred_at)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _seen_otherwise(session: Session, rows: Mapping[UUID, Sequence[CheckIn]]) -> set[UUID]:
    """Return whose presence something stated that a sheet does not take back.

    That is a phone, a roll call or a workbook, or whoever confirmed a declaration. What was
    said before an earlier check-in was struck out counts no more.
    """
    said = {owner: {str(row.method) for row in own} for owner, own in rows.items()}
    for owner, found in again.said_of(session.id, rows).items():
        said[owner].update(method for method, _at in found)
    return {p for p, own in rows.items() if _stands(said[p], confirmed=own[0].confirmed)}


def _stands(methods: AbstractSet[str], *, confirmed: bool) -> bool:
    return bool(methods - {Method.SHEET, Method.DECLARED}) or (
        confirmed and Method.SHEET not in methods
    )


def _present(
    session: Session, marks: Mapping[UUID, Mark], live: Mapping[UUID, CheckIn]
) -> list[Presence]:
    """Return claims for people the sheet shows and the record does not, or not confirmed.

    The id counts what was struck out of the person, so the same sheet sent twice
    at once is one claim, and a later correction is a new one.
    """
    struck = CheckIn.objects.filter(session=session, person_id__in=marks).exclude(voided_at=None)
    before = Counter(struck.values_list("person_id", flat=True))
    found = []
    for person_id in sorted(marks, key=str):
        declared = live.get(person_id)
        at = marks[person_id].at or (declared.occurred_at if declared else session.starts_at)
        cause = ("sheet", session.id, person_id, before[person_id])
        found.append(
            Presence(
                id=derived_id(session.created_at, *cause),
                person_id=person_id,
                method=Method.SHEET,
                occurred_at=at,
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
