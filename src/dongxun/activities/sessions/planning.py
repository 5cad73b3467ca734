"""Draw a session up, change it, publish it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import Audience, Part, SessionState
from dongxun.activities.models import (
    Booking,
    RunStep,
    Session,
    SessionOrganisation,
    SessionTopic,
)
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.checks import check_plan
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan, Step
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonRules, SeasonState

_PLAIN = (
    "season_id",
    "host_id",
    "type",
    "starts_at",
    "ends_at",
    "place_id",
    "format",
    "audience",
    "capacity",
    "sign_up",
    "open_to_all",
    "mask_names",
    "is_first_lesson",
    "is_group_viewing",
    "campaign_id",
    "cascade_task_id",
    "main_session_id",
    "note",
)
_CUT = {"title": 160, "place_text": 160, "online_url": 300, "organiser_name": 60}


def own_session(session_id: UUID, *, by: Actor) -> Session:
    """Return a session's row, locked, when the actor plans for its host.

    Raises:
        NotFound: absent, or hidden from the actor.
        NotAllowed: visible, but another's to plan.
        SeasonClosed: its season is over.
    """
    seen(session_id, by=by)
    row = (
        Session.objects.select_for_update(of=("self",))
        .select_related("host", "season")
        .get(id=session_id)
    )
    require("activities.plan_session", by, row.host.lft)
    if row.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return row


def open_rules(season_id: UUID, *, by: Actor) -> SeasonRules:
    """Return the rules of a season that the actor can see and that is not closed."""
    seasons.season(season_id, by=by)
    rules = seasons.rules(season_id)
    if rules.state == SeasonState.CLOSED:
        raise SeasonClosed
    return rules


@transaction.atomic
def save_session(
    *, by: Actor, plan: SessionPlan, session_id: UUID | None = None, reason: str = ""
) -> UUID:
    """Draw up a session as a draft, or change one; return its id.

    Who is affected by a change of time or place of a published session is
    told in the same transaction. Safe to repeat: the same plan changes nothing
    and tells nobody.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what does not fit, by field of ``SessionPlan``.
        Conflict: the session was cancelled or archived.
    """
    rules = open_rules(plan.season_id, by=by)
    row = own_session(session_id, by=by) if session_id else None
    host = organisations.node(plan.host_id)
    require("activities.plan_session", by, host.interval.lft)
    if row and row.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    check_plan(plan, rules, row=row)
    before = telling.essentials(row) if row else None
    had = expected(row) if row and row.state == SessionState.PUBLISHED else {}
    session = row or Session(created_at=clock.now())
    session.version += row is not None
    write_plan(session, plan)
    audit.write(
        "activities.save_session",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        reason=reason,
    )
    if before and session.state == SessionState.PUBLISHED:
        _tell_of_changes(session, before, had, by=by, reason=reason)
    return session.id


def _tell_of_changes(
    session: Session,
    before: telling.Essentials,
    had: dict[UUID, UUID],
    *,
    by: Actor,
    reason: str,
) -> None:
    now = expected(session)
    bump(session, "edited")
    if telling.essentials(session) != before:
        telling.tell(session, "session_moved", had | now, by=by, reason=reason)
        return
    gone = {key: branch for key, branch in had.items() if key not in now}
    come = {key: branch for key, branch in now.items() if key not in had}
    if come:
        telling.tell(session, "session_published", come, by=by)
    if gone:
        telling.tell(session, "session_not_yours", gone, by=by, reason=reason)


def bump(session: Session, change: str) -> None:
    """Raise the version of a session and announce the change."""
    session.version += 1
    session.updated_at = clock.now()
    session.save(update_fields=["version", "updated_at"])
    announce(
        "SessionChanged",
        session_id=str(session.id),
        season_id=str(session.season_id),
        change=change,
    )


def write_plan(session: Session, plan: SessionPlan) -> None:
    """Write a checked plan into its rows."""
    for name in _PLAIN:
        setattr(session, name, getattr(plan, name))
    for name, size in _CUT.items():
        setattr(session, name, getattr(plan, name).strip()[:size])
    session.cohort_id = plan.cohort_id if plan.audience == Audience.COHORT else None
    session.tags = list(dict.fromkeys(tag.strip()[:20] for tag in plan.tags if tag.strip()))
    session.credit_minutes = sum(minutes for _topic, minutes in plan.topics)
    session.updated_at = clock.now()
    session.save()
    _write_topics(session, plan.topics)
    _write_parts(session, plan)
    _write_steps(session, plan.steps)
    _write_bookings(session, plan.lecturers)


def _write_topics(session: Session, topics: Sequence[tuple[UUID, int]]) -> None:
    SessionTopic.objects.filter(session=session).exclude(topic_id__in=dict(topics)).delete()
    for topic_id, minutes in topics:
        SessionTopic.objects.update_or_create(
            session=session, topic_id=topic_id, defaults={"minutes": minutes}
        )


def _write_parts(session: Session, plan: SessionPlan) -> None:
    parts: dict[UUID, tuple[str, int | None]] = {plan.host_id: (Part.HOST, None)}
    for part, invited in ((Part.CO_HOST, plan.co_hosts), (Part.INVITED, plan.invited)):
        for one in invited:
            parts.setdefault(one.organisation_id, (part, one.quota))
    SessionOrganisation.objects.filter(session=session).exclude(organisation_id__in=parts).delete()
    for organisation_id, (kind, quota) in parts.items():
        SessionOrganisation.objects.update_or_create(
            session=session,
            organisation_id=organisation_id,
            defaults={"part": kind, "quota": quota},
        )


def _write_steps(session: Session, steps: Iterable[Step]) -> None:
    RunStep.objects.filter(session=session).delete()
    RunStep.objects.bulk_create(
        RunStep(
            session=session,
            order=order,
            title=step.title.strip()[:120],
            minutes=step.minutes,
            owner=step.owner.strip()[:60],
            is_oath=step.is_oath,
            note=step.note,
        )
        for order, step in enumerate(steps, start=1)
    )


def _write_bookings(session: Session, asked: Sequence[Asked]) -> None:
    wanted = {one.lecturer_id: one.subject.strip()[:160] for one in asked}
    Booking.objects.filter(session=session).exclude(lecturer_id__in=wanted).delete()
    for lecturer_id, subject in wanted.items():
        Booking.objects.update_or_create(
            session=session, lecturer_id=lecturer_id, defaults={"subject": subject}
        )


@transaction.atomic
def publish_session(*, by: Actor, session_id: UUID) -> int:
    """Make a draft known: everybody expected is told; return how many. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no topic, or neither place nor link.
        Conflict: the session was cancelled or archived.
    """
    session = own_session(session_id, by=by)
    if session.state == SessionState.PUBLISHED:
        return len(expected(session))
    if session.state != SessionState.DRAFT:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    bad: list[tuple[str, Any]] = []
    if not session.topics.exists() and session.audience != Audience.DELEGATES:
        bad.append(("topics", _("Choose at least one topic.")))
    if not (session.place_id or session.place_text or session.online_url):
        bad.append(("place_id", _("Say where it is held.")))
    if bad:
        raise Invalid(details=bad)
    session.state = SessionState.PUBLISHED
    session.save(update_fields=["state"])
    bump(session, "published")
    coming = expected(session)
    if session.ends_at > clock.now():
        telling.tell(session, "session_published", coming, by=by)
    audit.write(
        "activities.publish_session",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        people=len(coming),
    )
    return len(coming)


def make_known(session_id: UUID) -> None:
    """Publish a session that an import brought in, if it can be, without a notice.

    A workbook holds a plan that its people know already.
    """
    row = Session.objects.get(id=session_id)
    if row.topics.exists() and (row.place_id or row.place_text or row.online_url):
        row.state = SessionState.PUBLISHED
        row.save(update_fields=["state"])
        bump(row, "published")


@transaction.atomic
def save_and_publish(
    *, by: Actor, plan: SessionPlan, session_id: UUID | None, publish: bool
) -> UUID:
    """Save a plan and, if wanted, publish it: both or neither.

    Raises: as ``save_session`` and ``publish_session``.
    """
    saved = save_session(by=by, plan=plan, session_id=session_id)
    if publish:
        publish_session(by=by, session_id=saved)
    return saved


def plan_of(session: Session) -> SessionPlan:
    """Return a session as it would be typed."""
    parts = list(session.parts.order_by("id"))

    def of(kind: Part) -> tuple[Invited, ...]:
        return tuple(Invited(p.organisation_id, p.quota) for p in parts if p.part == kind)

    values: dict[str, Any] = {name: getattr(session, name) for name in (*_PLAIN, *_CUT)}
    return SessionPlan(
        **values,
        cohort_id=session.cohort_id,
        tags=tuple(session.tags),
        topics=tuple((t.topic_id, t.minutes) for t in session.topics.order_by("id")),
        co_hosts=of(Part.CO_HOST),
        invited=of(Part.INVITED),
        lecturers=tuple(Asked(b.lecturer_id, b.subject) for b in session.bookings.order_by("id")),
        steps=tuple(
            Step(s.title, s.minutes, s.owner, s.is_oath, s.note) for s in session.steps.all()
        ),
    )


@transaction.atomic
def schedule_sessions(*, by: Actor, lines: Sequence[tuple[str, SessionPlan]]) -> list[UUID]:
    """Create or change sessions by plan line, as drafts; return their ids in order.

    Safe to repeat: a line met again changes its own session. A line whose
    session was cancelled or archived meanwhile is left as it is.

    Raises:
        NotFound, NotAllowed, SeasonClosed, Invalid: as ``save_session``; ``where``
            begins with the line.
    """
    known = {
        row.plan_line: row
        for row in Session.objects.filter(plan_line__in=[line for line, _plan in lines])
    }
    found: list[UUID] = []
    for line, plan in lines:
        row = known.get(line)
        if row and row.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
            found.append(row.id)
            continue
        if row and plan_of(row) == plan:
            found.append(row.id)
            continue
        try:
            session_id = save_session(by=by, plan=plan, session_id=row.id if row else None)
        except Invalid as error:
            details = [(f"{line}.{where}", message) for where, message in error.details]
            raise Invalid(details=details) from error
        if row is None:
            Session.objects.filter(id=session_id).update(plan_line=line)
        found.append(session_id)
    return found


@transaction.atomic
def add_sub_venue(
    *, by: Actor, session_id: UUID, host_id: UUID, place_id: UUID | None, place_text: str = ""
) -> UUID:
    """Open a sub-venue of a session: same time and topics, its own host and roll.

    Its host's people leave the main venue's expected by coming here: the host
    is taken out of the main session's invited organisations. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed, Invalid.
        Conflict: a sub-venue has no sub-venues.
    """
    main = own_session(session_id, by=by)
    if main.main_session_id:
        raise Conflict(_("A sub-venue has no sub-venues of its own."))
    twin = Session.objects.filter(main_session=main, host_id=host_id)
    if found := twin.exclude(state=SessionState.CANCELLED).first():
        return found.id
    host = organisations.node(host_id)
    takes_part = main.parts.filter(organisation_id=host_id).exists()
    if not takes_part and not by.reaches(host.interval.lft):
        raise NotFound
    plan = plan_of(main)
    sub = Session(created_at=clock.now())
    values = {
        name: getattr(plan, name)
        for name in SessionPlan.__slots__
        if name not in {"host_id", "main_session_id", "place_id", "place_text", "co_hosts"}
    }
    values |= {"invited": (), "lecturers": (), "is_group_viewing": True}
    write_plan(
        sub,
        SessionPlan(
            **values,
            host_id=host_id,
            main_session_id=main.id,
            place_id=place_id,
            place_text=place_text,
        ),
    )
    main.parts.filter(organisation_id=host_id, part=Part.INVITED).delete()
    audit.write(
        "activities.add_sub_venue",
        by=by,
        subject=("session", sub.id),
        organisation_id=host_id,
    )
    return sub.id
