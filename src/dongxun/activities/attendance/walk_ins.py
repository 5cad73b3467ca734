"""People from elsewhere: noted at the door, confirmed at home, then credited at home."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.attendance import claims, rolls
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.models import Session, SignUp, WalkIn
from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card

DIGITS = "walk-in"
NOT_WRITTEN = {
    "session_cancelled": _(
        "Not confirmed: the session was cancelled, so there is nothing to credit. "
        "It stays here until you refuse it."
    ),
    "outside_window": _(
        "Not confirmed: the session was moved, and check-in was not open when they were noted. "
        "It stays here; have them noted again at the new time."
    ),
}


@transaction.atomic
def note_walk_in(
    *,
    by: Actor,
    session_id: UUID,
    branch_id: UUID,
    name: str,
    digits: str,
    method: Method,
    occurred_at: datetime | None = None,
    device_id: UUID | None = None,
) -> WalkIn:
    """Note somebody who says which branch they belong to; nothing is confirmed or denied.

    Safe to repeat: the same name, digits and branch at a session are one note.

    Raises:
        NotFound: there is no such session.
        Invalid: a name or the four digits are missing, or check-in is not open.
    """
    session = rolls.open_row(session_id)
    branch = organisations.node(branch_id)
    problems = [("name", "")] if not name.strip() else []
    if len(digits) != 4 or not digits.isdigit():
        problems.append(("digits", ""))
    if problems:
        raise Invalid(where=problems[0][0], details=problems)
    at = occurred_at or clock.now()
    if not rolls.window_holds(session, at):
        raise Invalid(where="occurred_at", code="outside_window")
    cause = ("walk_in", session.id, branch.id, name.strip(), secret.keyed_hash(digits, DIGITS))
    row, created = WalkIn.objects.get_or_create(
        id=derived_id(session.created_at, *cause),
        defaults={
            "session": session,
            "branch_id": branch.id,
            "name": name.strip()[:80],
            "digits": secret.seal(digits, DIGITS),
            "method": method,
            "occurred_at": at,
            "device_id": device_id,
        },
    )
    if created:
        audit.write(
            "activities.note_walk_in",
            by=by,
            subject=("session", session.id),
            organisation_id=branch.id,
        )
    return row


def waiting(*, by: Actor) -> Sequence[WalkIn]:
    """Return the walk-ins whose home secretary is this actor, oldest first."""
    mine = organisations.within(by.intervals(ORGANISERS), "branch__lft")
    rows = WalkIn.objects.filter(state="pending").select_related("session", "branch")
    return list((rows if by.is_system else rows.filter(mine)).order_by("occurred_at"))


def candidates(row: WalkIn) -> list[Card]:
    """Return who of the named branch it could be: same name and digits first, else same name."""
    inside = [Interval(row.branch.lft, row.branch.rgt)]
    digits = secret.unseal(row.digits, DIGITS)
    exact = people.match_by_digits(row.name, digits, inside)
    return exact or people.namesakes(row.name, inside)


def noted(session: Session) -> list[WalkIn]:
    """Return the walk-ins of one session, newest first, for those who run it."""
    rows = WalkIn.objects.filter(session=session).select_related("branch")
    return list(rows.order_by("-occurred_at", "-id"))


def _row_of(walk_in_id: UUID, by: Actor) -> WalkIn:
    row = WalkIn.objects.select_related("session", "branch").filter(id=walk_in_id).first()
    if row is None or not by.reaches(row.branch.lft):
        raise NotFound
    return row


@transaction.atomic
def confirm_walk_in(*, by: Actor, walk_in_id: UUID, person_id: UUID) -> None:
    """Say who it was; the presence is written and credited at home. Safe to repeat.

    Raises:
        NotFound: not this actor's walk-in, or not this actor's person.
        Conflict: it was refused before, or confirmed as somebody else; or the session was
            moved or cancelled since, so that nothing can be written: it stays waiting.
    """
    row = _row_of(walk_in_id, by)
    if row.state == "confirmed" and row.person_id == person_id:
        return
    if row.state != "pending":
        raise Conflict
    home = rolls.people_allowed(row.session, [person_id], by=by).get(person_id)
    if home is None:
        raise NotFound
    SignUp.objects.get_or_create(
        session=row.session,
        person_id=person_id,
        defaults={"branch_id": home.branch_id, "created_at": clock.now()},
    )
    item = Presence(
        id=derived_id(row.occurred_at, "walk_in", row.id),
        person_id=person_id,
        method=Method(row.method),
        occurred_at=row.occurred_at,
    )
    [answer] = claims.Writing(by, rolls.frame(id=row.session_id), row.device_id).run([item])
    if answer.answer == SyncAnswer.REJECTED:
        raise Conflict(NOT_WRITTEN.get(answer.reason), code=answer.reason)
    row.state, row.person_id, row.answered_at = "confirmed", person_id, clock.now()
    row.save(update_fields=["state", "person_id", "answered_at"])
    audit.write(
        "activities.confirm_walk_in",
        by=by,
        subject=("walk_in", row.id),
        organisation_id=row.branch_id,
    )


@transaction.atomic
def refuse_walk_in(*, by: Actor, walk_in_id: UUID, reason: str) -> None:
    """Say that this is nobody of ours. Safe to repeat.

    Raises:
        NotFound: not this actor's walk-in.
        Conflict: it was confirmed before.
    """
    row = _row_of(walk_in_id, by)
    if row.state == "confirmed":
        raise Conflict
    if row.state == "refused":
        return
    row.state, row.answer_reason, row.answered_at = "refused", reason[:200], clock.now()
    row.save(update_fields=["state", "answer_reason", "answered_at"])
    audit.write(
        "activities.refuse_walk_in",
        by=by,
        subject=("walk_in", row.id),
        organisation_id=row.branch_id,
    )
