"""The rows of a session: fetched for its own people, written from a plan, read back as one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from dongxun.activities.contracts import Audience, Part, SessionState
from dongxun.activities.models import (
    Booking,
    RunStep,
    Session,
    SessionOrganisation,
    SessionTopic,
)
from dongxun.activities.presence import is_attended
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan, Step
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.people import api as people
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


def asked_today(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return who is asked, each once and by the profile that they have today."""
    rows = list(asked)
    stays = people.standing_lecturers([one.lecturer_id for one in rows])
    found: dict[UUID, Asked] = {}
    for one in rows:
        key = stays[one.lecturer_id].id if one.lecturer_id in stays else one.lecturer_id
        found.setdefault(key, replace(one, lecturer_id=key))
    return tuple(found.values())


def write_plan(session: Session, plan: SessionPlan) -> None:
    """Write a checked plan into its rows; at another time its lecturers are asked anew."""
    moved = (session.starts_at, session.ends_at) != (plan.starts_at, plan.ends_at)
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
    if moved:
        ask_anew(session)


def ask_anew(session: Session) -> None:
    """Let who had confirmed another time answer again; that they had answered stays known."""
    Booking.objects.filter(session=session, state="confirmed").update(state="asked", reason="")


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


def subs_of(session: Session) -> list[Session]:
    """Return the live sub-venues of a session, in tree order; none of a sub-venue."""
    if session.main_session_id:
        return []
    rows = Session.objects.filter(main_session=session).exclude(state=SessionState.CANCELLED)
    return list(rows.select_related("host", "place", "season").order_by("host__lft", "id"))


_FOLLOWED = (
    "title",
    "type",
    "starts_at",
    "ends_at",
    "format",
    "campaign_id",
    "cascade_task_id",
    "is_first_lesson",
)


def follow_main(sub: Session, main: Session) -> bool:
    """Give a sub-venue the main one's time, topics and kind; return whether anything changed.

    Where people have already checked in, everything stays as it is.
    """
    plan = plan_of(sub)
    topics = tuple((t.topic_id, t.minutes) for t in main.topics.order_by("id"))
    values = {name: getattr(main, name) for name in _FOLLOWED}
    wanted = replace(plan, topics=topics, online_url=main.online_url, **values)
    if wanted == plan or is_attended(sub):
        return False
    write_plan(sub, wanted)
    return True
