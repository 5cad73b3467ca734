"""有误，去更正: a person says what is wrong in their record, the home secretary answers.

Nothing is changed here: the secretary corrects the roll or the walk-in and says so.
"""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import CorrectionState
from dongxun.activities.models import CorrectionRequest
from dongxun.activities.own.shapes import Correction
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rules import require
from dongxun.organisations.api import within
from dongxun.people import api as people

MOST: Final = 50
LONGEST: Final = 500


@transaction.atomic
def ask_correction(
    *, by: Actor, person_id: UUID, words: str, session_id: UUID | None = None
) -> UUID:
    """Send what is wrong to the home secretary. Safe to repeat on the same day.

    Raises:
        NotFound: the person is not the actor's, or the session is hidden.
        NotAllowed: their personal link was not opened here.
        Invalid: nothing was said.
    """
    if person_id not in by.persons:
        raise NotFound
    require("activities.read_own_record", by, person_id)
    words = words.strip()[:LONGEST]
    if not words:
        raise Invalid(_("Say in a few words what is wrong."), where="words")
    if session_id is not None and not visible(by).filter(id=session_id).exists():
        raise NotFound
    home = people.branches_of([person_id])[person_id]
    key = derived_id(clock.moment(clock.today()), "correction", person_id, session_id or "", words)
    row, created = CorrectionRequest.objects.get_or_create(
        id=key,
        defaults={
            "person_id": person_id,
            "branch_id": home.branch_id,
            "session_id": session_id,
            "words": words,
            "created_at": clock.now(),
        },
    )
    if created:
        audit.write(
            "activities.ask_correction",
            by=by,
            subject=("correction", row.id),
            organisation_id=home.branch_id,
        )
    return row.id


def _shape(row: CorrectionRequest) -> Correction:
    return Correction(
        id=row.id,
        person_id=row.person_id,
        person=row.person.name,
        branch=row.branch.short_name,
        words=row.words,
        session=row.session.title if row.session else "",
        state=row.state,
        answer=row.answer,
        created_at=row.created_at,
        answered_at=row.answered_at,
    )


def _rows() -> QuerySet[CorrectionRequest]:
    return CorrectionRequest.objects.select_related("person", "branch", "session")


def own_corrections(person_id: UUID, *, by: Actor) -> list[Correction]:
    """Return what a person asked and what was answered, newest first; level 2 only."""
    if person_id not in by.owned:
        return []
    rows = _rows().filter(person_id=person_id).order_by("-created_at", "-id")
    return [_shape(row) for row in rows[:MOST]]


def waiting_corrections(*, by: Actor) -> list[Correction]:
    """Return what people of the actor's branches asked and nobody answered, oldest first."""
    rows = _rows().filter(
        within(by.intervals(ORGANISERS), "branch__lft"), state=CorrectionState.OPEN
    )
    return [_shape(row) for row in rows.order_by("created_at", "id")[:MOST]]


@transaction.atomic
def answer_correction(*, by: Actor, correction_id: UUID, state: str, answer: str = "") -> None:
    """Say that it was put right, or why not. Safe to repeat.

    Raises:
        NotFound: not of the actor's branches.
        Invalid: declined without a reason, or no such state.
        Conflict: it was answered otherwise before.
    """
    row = _rows().filter(id=correction_id).first()
    if row is None or not by.reaches(row.branch.lft):
        raise NotFound
    answer = answer.strip()[:200]
    if state not in {CorrectionState.DONE, CorrectionState.DECLINED}:
        raise Invalid(where="state")
    if row.state == state:
        return
    if row.state != CorrectionState.OPEN:
        raise Conflict
    if state == CorrectionState.DECLINED and not answer:
        raise Invalid(_("Say why it stays as it is."), where="answer")
    changed = CorrectionRequest.objects.filter(id=row.id, state=CorrectionState.OPEN).update(
        state=state, answer=answer, answered_at=clock.now()
    )
    if not changed:
        raise Conflict
    audit.write(
        "activities.answer_correction",
        by=by,
        subject=("correction", row.id),
        organisation_id=row.branch_id,
        state=state,
    )
