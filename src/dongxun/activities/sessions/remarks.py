"""课后反馈、交流发言、对标找差: what was said at or after a session, and what it leads to."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import RemarkKind, SessionState
from dongxun.activities.models import Booking, Remark, Session
from dongxun.activities.sessions.rows import own_session
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id

MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class RemarkDraft:
    """A remark as it is typed; ``speaker`` is a kind of participant, never a name."""

    kind: str
    words: str = ""
    speaker: str = ""
    people: int = 1
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is known of a session's feedback; ``score`` is the mean of ``scored`` people."""

    remarks: tuple[Remark, ...]
    scored: int
    score: float | None


@transaction.atomic
def write_remark(*, by: Actor, session_id: UUID, draft: RemarkDraft) -> UUID:
    """Note one remark, gathered on paper or read aloud. Safe to repeat on the same day.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: nothing said, or out of bounds.
        Conflict: the session has not begun, or was called off.
    """
    session = own_session(session_id, by=by)
    _check(draft)
    now = clock.now()
    if session.state == SessionState.CANCELLED or session.starts_at > now:
        raise Conflict(_("What was said is noted once the session has begun."))
    words = draft.words.strip()[:500]
    key = (session.id, draft.kind, draft.speaker, draft.people, draft.score, words)
    row, created = Remark.objects.get_or_create(
        id=derived_id(clock.moment(clock.day_of(now)), *key),
        defaults={
            "session": session,
            "kind": draft.kind,
            "speaker": draft.speaker.strip()[:60],
            "people": draft.people,
            "score": draft.score,
            "words": words,
            "written_by": by.label[:120],
            "created_at": now,
        },
    )
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        row.save(update_fields=["withdrawn_at"])
    if created:
        _note("write_remark", session, by)
    return row.id


def _check(draft: RemarkDraft) -> None:
    bad = []
    if draft.kind not in RemarkKind.values:
        bad.append(("kind", _("Choose what it is.")))
    if not draft.words.strip() and draft.score is None:
        bad.append(("words", _("Write what was said, or give a score.")))
    if draft.score is not None and not 1 <= draft.score <= 5:
        bad.append(("score", _("A score is from 1 to 5.")))
    if not 1 <= draft.people <= MOST_PEOPLE:
        bad.append(("people", _("At least one person.")))
    if bad:
        raise Invalid(details=bad)


def _note(name: str, session: Session, by: Actor) -> None:
    audit.write(
        f"activities.{name}",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
    )


@transaction.atomic
def withdraw_remark(*, by: Actor, session_id: UUID, remark_id: UUID) -> None:
    """Take a remark back; it stays in the record, unseen. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    session = own_session(session_id, by=by)
    row = Remark.objects.filter(id=remark_id, session=session).first()
    if row is None:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        _note("withdraw_remark", session, by)


def said(season_id: UUID, *, by: Actor) -> QuerySet[Remark]:
    """Return what was said at the sessions of a season that the actor may see, newest first."""
    shown = visible(by).filter(season_id=season_id)
    rows = Remark.objects.filter(session__in=shown, withdrawn_at=None)
    return rows.select_related("session__host").order_by("-created_at", "-id")


def counts_of(rows: QuerySet[Remark]) -> dict[str, int]:
    """Return how many remarks there are of each kind."""
    return dict(rows.order_by().values_list("kind").annotate(n=Count("id")))


def score_of(rows: QuerySet[Remark]) -> tuple[int, float | None]:
    """Return how many people gave a score, and its mean over people."""
    found = rows.exclude(score=None).order_by()
    sums = found.aggregate(n=Sum("people"), points=Sum(F("people") * F("score")))
    n = sums["n"] or 0
    return n, sums["points"] / n if n else None


def feedback(session: Session) -> Feedback:
    """Return what was said at a session that the actor may see, oldest first."""
    rows = tuple(Remark.objects.filter(session=session, withdrawn_at=None).order_by("created_at"))
    scored = sum(row.people for row in rows if row.score is not None)
    total = sum(row.people * row.score for row in rows if row.score is not None)
    return Feedback(rows, scored, total / scored if scored else None)


@dataclass(frozen=True, slots=True)
class Heard:
    """What those who came said of a lecturer's sessions: the mean of ``people``, at ``sessions``."""

    sessions: int
    people: int
    mean: float


def heard_of(lecturer_id: UUID) -> Heard | None:
    """Return the after-class feedback of the sessions that one lecturer taught alone.

    Where several taught nobody says of whom they speak. Sub-venues are their session.
    """
    booked = Booking.objects.exclude(state="declined")
    others = booked.filter(session=OuterRef("session")).exclude(lecturer_id=lecturer_id)
    own = booked.filter(~Exists(others), lecturer_id=lecturer_id).values("session_id")
    rows = Remark.objects.filter(kind=RemarkKind.FEEDBACK, withdrawn_at=None)
    rows = rows.annotate(main=Coalesce("session__main_session_id", "session_id"))
    rows = rows.filter(main__in=own).exclude(session__state=SessionState.CANCELLED)
    people, mean = score_of(rows)
    if mean is None:
        return None
    return Heard(
        rows.exclude(score=None).order_by().values("main").distinct().count(), people, mean
    )
