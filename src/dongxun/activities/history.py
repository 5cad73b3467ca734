"""Sessions and presence in bulk: a history brought in at once, and nobody told of it.

For the demo district and for what other systems kept. The rows and ids are the same
as :mod:`activities.sessions.planning` and :mod:`activities.attendance.claims` write;
the caller rebuilds coverage afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from dongxun.activities import facts
from dongxun.activities.contracts import Audience, Part, SessionState
from dongxun.activities.models import (
    Booking,
    CheckIn,
    Leave,
    MakeupItem,
    RunStep,
    Session,
    SessionOrganisation,
    SessionTopic,
    SignUp,
)
from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.kernel import audit, bulk
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotAllowed
from dongxun.kernel.ids import derived_id, new_id
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import NewFact

_APART = frozenset({"topics", "co_hosts", "invited", "lecturers", "steps", "tags"})
_SIZE, _MANY = 500, 5000


@dataclass(frozen=True, slots=True)
class Past:
    """A session as it went: its plan, and what became of it.

    ``answers`` are the lecturers' by id; ``sign_ups`` are (person, home branch).
    """

    plan: SessionPlan
    planned_at: datetime
    state: str = SessionState.PUBLISHED
    public_count: int | None = None
    minors_count: int | None = None
    answers: Mapping[UUID, str] = field(default_factory=dict)
    sign_ups: Sequence[tuple[UUID, UUID]] = ()


class Came(NamedTuple):
    """Somebody who was present; ``makeup`` when it made a missed topic good."""

    session_id: UUID
    person_id: UUID
    branch_id: UUID
    method: str
    occurred_at: datetime
    makeup: bool = False
    confirmed: bool = True
    is_guest: bool = False


class Away(NamedTuple):
    """Somebody on leave, and until when it can be made up."""

    session_id: UUID
    person_id: UUID
    branch_id: UUID
    reason: str
    until: date
    created_at: datetime


class Owed(NamedTuple):
    """A topic that somebody missed; ``done_at`` when it is made up."""

    topic_id: UUID
    person_id: UUID
    branch_id: UUID
    missed_id: UUID | None
    offered_id: UUID | None
    until: date
    created_at: datetime
    done_at: datetime | None = None


def _only_system(by: Actor) -> None:
    if not by.is_system:
        raise NotAllowed


@transaction.atomic
def write_sessions(*, by: Actor, pasts: Sequence[Past]) -> list[UUID]:
    """Write sessions with all their rows; return their ids in order.

    Raises:
        NotAllowed: only the installation itself writes history.
    """
    _only_system(by)
    rows = [_session(past) for past in pasts]
    pairs = list(zip(rows, pasts, strict=True))
    Session.objects.bulk_create(rows, batch_size=_SIZE)
    SessionOrganisation.objects.bulk_create(
        part for row, past in pairs for part in _parts(row, past.plan)
    )
    SessionTopic.objects.bulk_create(
        SessionTopic(session=row, topic_id=topic_id, minutes=minutes)
        for row, past in pairs
        for topic_id, minutes in past.plan.topics
    )
    RunStep.objects.bulk_create(step for row, past in pairs for step in _steps(row, past.plan))
    Booking.objects.bulk_create(ask for row, past in pairs for ask in _bookings(row, past))
    SignUp.objects.bulk_create(
        SignUp(session=row, person_id=person_id, branch_id=branch_id, created_at=past.planned_at)
        for row, past in pairs
        for person_id, branch_id in past.sign_ups
    )
    audit.write("activities.write_sessions", by=by, count=len(rows))
    return [row.id for row in rows]


def _steps(row: Session, plan: SessionPlan) -> Iterator[RunStep]:
    for order, step in enumerate(plan.steps, start=1):
        yield RunStep(
            session=row,
            order=order,
            title=step.title,
            minutes=step.minutes,
            owner=step.owner,
            is_oath=step.is_oath,
            note=step.note,
        )


def _bookings(row: Session, past: Past) -> Iterator[Booking]:
    for asked in past.plan.lecturers:
        answer = past.answers.get(asked.lecturer_id)
        yield Booking(
            session=row,
            lecturer_id=asked.lecturer_id,
            subject=asked.subject,
            state=answer or "asked",
            answered_at=past.planned_at if answer else None,
        )


def _session(past: Past) -> Session:
    plan = past.plan
    values: dict[str, Any] = {
        name: getattr(plan, name) for name in SessionPlan.__slots__ if name not in _APART
    }
    if plan.audience != Audience.COHORT:
        values["cohort_id"] = None
    return Session(
        **values,
        tags=list(plan.tags),
        credit_minutes=sum(minutes for _topic, minutes in plan.topics),
        state=past.state,
        public_count=past.public_count,
        minors_count=past.minors_count,
        archived_at=plan.ends_at if past.state == SessionState.ARCHIVED else None,
        created_at=past.planned_at,
        updated_at=past.planned_at,
    )


def _parts(row: Session, plan: SessionPlan) -> Iterator[SessionOrganisation]:
    yield SessionOrganisation(session=row, organisation_id=plan.host_id, part=Part.HOST)
    for part, invited in ((Part.CO_HOST, plan.co_hosts), (Part.INVITED, plan.invited)):
        for one in invited:
            yield SessionOrganisation(
                session=row, organisation_id=one.organisation_id, part=part, quota=one.quota
            )


@transaction.atomic
def write_presence(*, by: Actor, rows: Iterable[Came]) -> int:
    """Write check-ins and their facts; lock the credit of their sessions; return how many.

    Each person once a session. Announces nothing: rebuild coverage afterwards.

    Raises:
        NotAllowed: only the installation itself writes history.
    """
    _only_system(by)
    sessions = {row.id: row for row in Session.objects.all()}
    topics: dict[UUID, list[SessionTopic]] = {}
    for part in SessionTopic.objects.order_by("id"):
        topics.setdefault(part.session_id, []).append(part)
    attended: set[UUID] = set()
    present = _written(rows, sessions, attended)
    ledger.record_many(_facts(present, sessions, topics), by=by, quiet=True)
    held = [row for key, row in sessions.items() if key in attended]
    for session in held:
        session.credit_locked_at = session.credit_locked_at or session.starts_at
    Session.objects.bulk_update(held, ["credit_locked_at"], batch_size=_SIZE)
    count = CheckIn.objects.filter(session__in=held).count()
    audit.write("activities.write_presence", by=by, sessions=len(held), count=count)
    return count


class _Row(NamedTuple):
    """A check-in as its table has it."""

    id: UUID
    session_id: UUID
    person_id: UUID
    branch_id: UUID
    method: str
    occurred_at: datetime
    confirmed: bool
    is_guest: bool
    is_makeup: bool
    generation: int
    void_reason: str


def _written(
    rows: Iterable[Came], sessions: Mapping[UUID, Session], attended: set[UUID]
) -> Iterator[tuple[Came, _Row]]:
    """Insert check-ins, some thousand at a time, and hand them on."""
    for chunk in bulk.chunks(rows, _MANY):
        made = [(came, _check_in(sessions[came.session_id], came)) for came in chunk]
        bulk.insert(CheckIn, _Row._fields, (row for _came, row in made))
        attended.update(came.session_id for came in chunk)
        yield from made


def _check_in(session: Session, came: Came) -> _Row:
    cause = ("check_in", session.id, came.person_id, 1)
    return _Row(
        id=derived_id(session.created_at, *cause),
        session_id=session.id,
        person_id=came.person_id,
        branch_id=came.branch_id,
        method=str(came.method),
        occurred_at=came.occurred_at,
        confirmed=came.confirmed,
        is_guest=came.is_guest,
        is_makeup=came.makeup,
        generation=1,
        void_reason="",
    )


def _facts(
    rows: Iterable[tuple[Came, _Row]],
    sessions: Mapping[UUID, Session],
    topics: Mapping[UUID, Sequence[SessionTopic]],
) -> Iterator[NewFact]:
    for came, row in rows:
        parts = topics.get(came.session_id, ())
        if came.confirmed:
            owed = frozenset(part.topic_id for part in parts) if came.makeup else frozenset()
            yield from facts.attended(sessions[came.session_id], parts, row, owed)


@transaction.atomic
def write_leaves(*, by: Actor, rows: Sequence[Away]) -> int:
    """Write approved leaves and their facts; return how many.

    Raises:
        NotAllowed: only the installation itself writes history.
    """
    _only_system(by)
    sessions = Session.objects.in_bulk({row.session_id for row in rows})
    topics: dict[UUID, list[SessionTopic]] = {}
    for part in SessionTopic.objects.filter(session__in=sessions).order_by("id"):
        topics.setdefault(part.session_id, []).append(part)
    leaves = [
        Leave(
            id=new_id(),
            session_id=row.session_id,
            person_id=row.person_id,
            branch_id=row.branch_id,
            reason=row.reason,
            window_until=row.until,
            created_at=row.created_at,
        )
        for row in rows
    ]
    Leave.objects.bulk_create(leaves, batch_size=_SIZE)
    told = (
        fact
        for leave in leaves
        for fact in facts.on_leave(
            sessions[leave.session_id], topics.get(leave.session_id, ()), leave
        )
    )
    ledger.record_many(told, by=by, quiet=True)
    audit.write("activities.write_leaves", by=by, count=len(leaves))
    return len(leaves)


@transaction.atomic
def write_makeup(*, by: Actor, season_id: UUID, rows: Sequence[Owed]) -> int:
    """Write make-up items, open and done; return how many.

    Raises:
        NotAllowed: only the installation itself writes history.
    """
    _only_system(by)
    MakeupItem.objects.bulk_create(
        (
            MakeupItem(
                season_id=season_id,
                topic_id=row.topic_id,
                person_id=row.person_id,
                branch_id=row.branch_id,
                missed_session_id=row.missed_id,
                offered_session_id=row.offered_id,
                window_until=row.until,
                created_at=row.created_at,
                done_at=row.done_at,
            )
            for row in rows
        ),
        batch_size=_SIZE,
    )
    audit.write("activities.write_makeup", by=by, count=len(rows))
    return len(rows)
