"""What was typed so far in the step list: kept at each step, turned into a plan at the end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.activities.models import Draft, Session
from dongxun.activities.sessions.rows import asked_today, own_session, plan_of
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan, Step
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations

Typed = dict[str, Any]
FEW = 5


def draft_row(draft_id: UUID, *, by: Actor) -> Draft:
    """Return the actor's own draft.

    Raises:
        NotFound: absent, or somebody else's.
    """
    row = Draft.objects.filter(id=draft_id, owner_id=by.id).first() if by.id else None
    if row is None:
        raise NotFound
    return row


def unfinished(season_id: UUID, *, by: Actor) -> list[Draft]:
    """Return the actor's sessions begun and not saved yet, the latest first, at most ``FEW``."""
    if by.id is None:
        return []
    own = Draft.objects.filter(owner_id=by.id, season=season_id, session=None)
    return list(own.order_by("-updated_at", "id")[:FEW])


@transaction.atomic
def keep(*, by: Actor, season_id: UUID, typed: Typed, draft_id: UUID | None = None) -> Draft:
    """Keep what was typed; begins a draft when there is none.

    Raises:
        NotFound: the draft is somebody else's, or nobody is signed in.
    """
    if by.id is None:
        raise NotFound
    row = draft_row(draft_id, by=by) if draft_id else Draft(owner_id=by.id, season_id=season_id)
    row.typed = row.typed | typed
    row.updated_at = clock.now()
    row.save()
    return row


@transaction.atomic
def reopen(*, by: Actor, session_id: UUID) -> Draft:
    """Begin to change an existing session; an open draft of it is taken up again.

    Raises:
        NotFound, NotAllowed, SeasonClosed: as for changing it.
    """
    session = own_session(session_id, by=by)
    if by.id is None:
        raise NotFound
    row = Draft.objects.filter(owner_id=by.id, session=session).first()
    if row is None:
        row = Draft(owner_id=by.id, season_id=session.season_id, session=session)
    row.typed, row.updated_at = typed_of(session), clock.now()
    row.save()
    return row


@transaction.atomic
def forget(*, by: Actor, draft_id: UUID) -> None:
    """Throw a draft away. Safe to repeat."""
    if by.id is not None:
        Draft.objects.filter(id=draft_id, owner_id=by.id).delete()


def typed_of(session: Session) -> Typed:
    """Return a session as the steps hold it: JSON values."""
    plan = plan_of(session)
    return {
        "title": plan.title,
        "type": plan.type,
        "format": plan.format,
        "campaign_id": str(plan.campaign_id or ""),
        "cascade_task_id": str(plan.cascade_task_id or ""),
        "main_session_id": str(plan.main_session_id or ""),
        "topics": {str(key): minutes for key, minutes in plan.topics},
        "is_first_lesson": plan.is_first_lesson,
        "tags": "、".join(plan.tags),
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": plan.ends_at.isoformat(),
        "place_id": str(plan.place_id or ""),
        "place_text": plan.place_text,
        "online_url": plan.online_url,
        "capacity": plan.capacity,
        "lecturers": [[str(a.lecturer_id), a.subject] for a in plan.lecturers],
        "organiser_name": plan.organiser_name,
        "steps": [[s.title, s.minutes, s.owner, s.is_oath, s.note] for s in plan.steps],
        "host_id": str(plan.host_id),
        "co_hosts": [str(part.organisation_id) for part in plan.co_hosts],
        "invited": [str(part.organisation_id) for part in plan.invited],
        "quotas": {
            str(part.organisation_id): part.quota
            for part in (*plan.co_hosts, *plan.invited)
            if part.quota is not None
        },
        "audience": plan.audience,
        "cohort_id": str(plan.cohort_id or ""),
        "sign_up": plan.sign_up,
        "open_to_all": plan.open_to_all,
        "mask_names": plan.mask_names,
        "is_group_viewing": plan.is_group_viewing,
        "note": plan.note,
    }


def default_host(by: Actor) -> str:
    """Return the top organisation of the actor, as the steps hold it."""
    tops = organisations.roots_of(by)
    return str(tops[0].id) if tops else ""


def plan_from(typed: Mapping[str, Any], season_id: UUID, *, by: Actor) -> SessionPlan | None:
    """Return the plan of what was typed so far; None while time is missing."""
    if not typed.get("starts_at") or not typed.get("ends_at"):
        return None
    quotas = typed.get("quotas", {})

    def invited(name: str) -> tuple[Invited, ...]:
        return tuple(Invited(UUID(key), quotas.get(key)) for key in typed.get(name, ()))

    return SessionPlan(
        season_id=season_id,
        host_id=UUID(typed.get("host_id") or default_host(by)),
        title=typed.get("title", ""),
        type=typed.get("type", ""),
        starts_at=datetime.fromisoformat(typed["starts_at"]),
        ends_at=datetime.fromisoformat(typed["ends_at"]),
        topics=tuple((UUID(key), n) for key, n in typed.get("topics", {}).items()),
        co_hosts=invited("co_hosts"),
        invited=invited("invited"),
        place_id=_id(typed, "place_id"),
        place_text=typed.get("place_text", ""),
        format=typed.get("format", "hall"),
        audience=typed.get("audience", "all"),
        cohort_id=_id(typed, "cohort_id"),
        capacity=typed.get("capacity"),
        sign_up=typed.get("sign_up", False),
        open_to_all=typed.get("open_to_all", False),
        mask_names=typed.get("mask_names", False),
        is_first_lesson=typed.get("is_first_lesson", False),
        is_group_viewing=typed.get("is_group_viewing", typed.get("type") == "group_viewing"),
        online_url=typed.get("online_url", ""),
        organiser_name=typed.get("organiser_name", ""),
        tags=tuple(typed.get("tags", "").replace(",", "、").replace("，", "、").split("、")),
        note=typed.get("note", ""),
        campaign_id=_id(typed, "campaign_id"),
        cascade_task_id=_id(typed, "cascade_task_id"),
        main_session_id=_id(typed, "main_session_id"),
        lecturers=asked_today(Asked(UUID(key), words) for key, words in typed.get("lecturers", ())),
        steps=tuple(Step(*step) for step in typed.get("steps", ())),
    )


def _id(typed: Mapping[str, Any], name: str) -> UUID | None:
    return UUID(typed[name]) if typed.get(name) else None
