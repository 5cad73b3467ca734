"""Lecturers: asked, confirmed, declined; what a lecturer sees of their own bookings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ORDERED, SessionState
from dongxun.activities.models import Booking, Session
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.rows import own_session
from dongxun.activities.sessions.telling import place_words
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.people import api as people

LECTURER = "lecturer"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One booking as its lecturer sees it."""

    id: UUID
    title: str
    subject: str
    starts_at: datetime
    ends_at: datetime
    place: str
    host: str
    contact: str
    state: str
    reason: str
    is_over: bool
    is_cancelled: bool
    is_anew: bool = False
    """Whether they had answered for another time."""

    @property
    def awaits_answer(self) -> bool:
        """Whether the lecturer has still to say whether they come."""
        return self.state == "asked" and not self.is_over and not self.is_cancelled


@transaction.atomic
def book_lecturer(*, by: Actor, session_id: UUID, lecturer_id: UUID, subject: str = "") -> UUID:
    """Ask a lecturer to teach at a session. Safe to repeat; who declined is asked anew.

    Raises:
        NotFound: session or lecturer absent or hidden.
        NotAllowed, SeasonClosed.
        Conflict: the session was cancelled or archived.
    """
    session = own_session(session_id, by=by)
    if session.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    lecturer = people.standing_lecturers([lecturer_id]).get(lecturer_id)
    if lecturer is None:
        raise NotFound
    taught = telling.lecturing(session)
    row, created = Booking.objects.get_or_create(
        session=session, lecturer_id=lecturer.id, defaults={"subject": subject.strip()[:160]}
    )
    if not created and row.state == "declined":
        row.state, row.reason, row.answered_at = "asked", "", None
        row.save(update_fields=["state", "reason", "answered_at"])
    if session.state == SessionState.PUBLISHED:
        telling.tell_lecturers(session, taught, by=by)
    audit.write(
        "activities.book_lecturer",
        by=by,
        subject=("booking", row.id),
        organisation_id=session.host_id,
    )
    return row.id


@transaction.atomic
def answer_booking(*, by: Actor, booking_id: UUID, confirmed: bool, reason: str = "") -> None:
    """Confirm or decline, as the lecturer by link or as the organiser who asked by phone.

    Safe to repeat; the last answer before the session counts.

    Raises:
        NotFound: absent, or not this lecturer's.
        Invalid: declining without a word why.
        Conflict: the session is over or cancelled.
    """
    row = (
        Booking.objects.select_for_update(of=("self",))
        .select_related("session__host")
        .filter(id=booking_id)
        .first()
    )
    if row is None or not _may_answer(by, row):
        raise NotFound
    if row.session.state == SessionState.CANCELLED or row.session.ends_at < clock.now():
        raise Conflict(_("This session is over or was cancelled."))
    if not confirmed and not reason.strip():
        raise Invalid(details=[("reason", _("Say in a word why not."))])
    state = "confirmed" if confirmed else "declined"
    if (row.state, row.reason) == (state, reason.strip()[:200]):
        return
    taught = telling.lecturing(row.session)
    row.state, row.reason, row.answered_at = state, reason.strip()[:200], clock.now()
    row.save(update_fields=["state", "reason", "answered_at"])
    telling.heard_answer(row.session, taught, by=by)
    audit.write(
        "activities.answer_booking",
        by=by,
        subject=("booking", row.id),
        organisation_id=row.session.host_id,
        answer=state,
    )


def _may_answer(by: Actor, row: Booking) -> bool:
    return by.has_link(LECTURER, row.lecturer_id) or by.reaches(row.session.host.lft)


def my_lessons(*, by: Actor) -> list[Lesson]:
    """Return the bookings of the lecturers whose link the actor opened.

    Those that await an answer stand first, then the next, at last what is over.

    Drafts are not shown, for nobody is asked before the session is known; one that an order
    asked for is: whether it is held hangs on the answer.
    """
    hidden = Q(session__state=SessionState.DRAFT) & (
        Q(session__plan_line=None) | ~Q(session__plan_line__startswith=ORDERED)
    )
    rows = (
        Booking.objects.filter(lecturer_id__in=by.linked(LECTURER))
        .exclude(hidden)
        .select_related("session__host", "session__place")
        .order_by("session__starts_at")
    )
    found = [_lesson(row, row.session) for row in rows]
    ahead = sorted((x for x in found if not x.is_over), key=lambda x: not x.awaits_answer)
    return ahead + [x for x in found if x.is_over][::-1]


def _lesson(row: Booking, session: Session) -> Lesson:
    return Lesson(
        id=row.id,
        title=session.title,
        subject=row.subject,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=place_words(session),
        host=session.host.short_name,
        contact=session.organiser_name,
        state=row.state,
        reason=row.reason,
        is_over=session.ends_at < clock.now(),
        is_cancelled=session.state == SessionState.CANCELLED,
        is_anew=row.state == "asked" and row.answered_at is not None,
    )


_WORTH = {"confirmed": 2, "declined": 1, "asked": 0}


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the bookings of a lecturer's second profile to the one that stays. Safe to repeat.

    Asked twice to one session they are asked once: who comes comes, and an answer stands.
    """
    own = {row.session_id: row for row in Booking.objects.filter(lecturer_id=kept_id)}
    for row in Booking.objects.filter(lecturer_id=merged_id):
        twin = own.get(row.session_id)
        if twin is None:
            Booking.objects.filter(id=row.id).update(lecturer_id=kept_id)
            continue
        better = max(twin, row, key=lambda one: _WORTH[one.state])
        Booking.objects.filter(id=twin.id).update(
            state=better.state,
            answered_at=better.answered_at,
            reason=better.reason,
            subject=twin.subject or row.subject,
        )
        row.delete()
