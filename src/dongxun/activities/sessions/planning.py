"""Draw a session up, change it, publish it; its sub-venues follow it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.checks import check_plan
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.rows import (
    asked_today,
    bump,
    follow_main,
    open_rules,
    own_session,
    plan_of,
    subs_of,
    write_plan,
)
from dongxun.activities.sessions.shapes import SessionPlan, SubVenue
from dongxun.activities.sessions.venues import add_sub_venue
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations


@transaction.atomic
def save_session(
    *, by: Actor, plan: SessionPlan, session_id: UUID | None = None, reason: str = ""
) -> UUID:
    """Draw up a session as a draft, or change one; return its id.

    Who is affected by a change of time or place of a published session is
    told in the same transaction. Sub-venues take over time, topics and kind.
    Safe to repeat: the same plan changes nothing and tells nobody.

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
    plan = replace(plan, lecturers=asked_today(plan.lecturers))
    check_plan(plan, rules, row=row)
    before = telling.essentials(row) if row else None
    was = _shown(row) if row else {}
    had = expected(row) if row and row.state == SessionState.PUBLISHED else {}
    taught = telling.lecturing(row) if row else {}
    session = row or Session(created_at=clock.now())
    session.version += row is not None
    write_plan(session, plan)
    audit.write(
        "activities.save_session",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        reason=reason,
        changed=audit.changed(was, _shown(session)) if row else {},
    )
    if before and session.state == SessionState.PUBLISHED:
        _tell_of_changes(session, before, had, by=by, reason=reason)
        telling.tell_lecturers(session, taught, by=by, reason=reason)
    for sub in subs_of(session) if row else ():
        _take_over(sub, session, by=by, reason=reason)
    return session.id


def _shown(session: Session) -> dict[str, object]:
    """Return the fields whose change the audit spells out."""
    return {
        "title": session.title,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "place": session.place.name if session.place else "",
        "place_text": session.place_text,
        "online_url": session.online_url,
        "minutes": session.credit_minutes,
        "capacity": session.capacity,
    }


def _take_over(sub: Session, main: Session, *, by: Actor, reason: str) -> None:
    """Let a sub-venue follow its main one, and tell its people if they act on the change."""
    before = telling.essentials(sub)
    if not follow_main(sub, main) or sub.state != SessionState.PUBLISHED:
        return
    bump(sub, "edited")
    if telling.essentials(sub) != before:
        telling.tell(sub, "session_moved", expected(sub), by=by, reason=reason)


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


@transaction.atomic
def publish_session(*, by: Actor, session_id: UUID) -> int:
    """Make a draft known: everybody expected is told; return how many. Safe to repeat.

    Its sub-venues are made known with it.

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
    drafts = [sub for sub in subs_of(session) if sub.state == SessionState.DRAFT]
    told = sum(make_public(row, by=by) for row in (session, *drafts))
    audit.write(
        "activities.publish_session",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        people=told,
    )
    return told


def make_public(row: Session, *, by: Actor) -> int:
    """Publish one row and tell those expected there; return how many."""
    row.state = SessionState.PUBLISHED
    row.save(update_fields=["state"])
    bump(row, "published")
    coming = expected(row)
    if row.ends_at > clock.now():
        telling.tell(row, "session_published", coming, by=by)
        telling.tell_lecturers(row, {}, by=by)
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
    *,
    by: Actor,
    plan: SessionPlan,
    session_id: UUID | None,
    publish: bool,
    clash_reason: str = "",
    sub_venues: Sequence[SubVenue] = (),
) -> UUID:
    """Save a plan with its sub-venues and, if wanted, publish it: all or nothing.

    Args:
        clash_reason: why it stays although something is wanted twice; kept with it.
        sub_venues: those to open; one that its host holds already stays as it is.

    Raises: as ``save_session``, ``publish_session`` and ``venues.add_sub_venue``;
        ``where`` of a sub-venue begins with ``venues``.
    """
    saved = save_session(by=by, plan=plan, session_id=session_id)
    keep_clash_reason(by=by, session_id=saved, reason=clash_reason)
    for number, one in enumerate(sub_venues, start=1):
        try:
            add_sub_venue(
                by=by,
                session_id=saved,
                host_id=one.host_id,
                place_id=one.place_id,
                place_text=one.place_text,
                capacity=one.capacity,
            )
        except Invalid as error:
            said = [(f"venues.{number}.{where}", words) for where, words in error.details]
            raise Invalid(details=said) from error
    if publish:
        publish_session(by=by, session_id=saved)
    return saved


@transaction.atomic
def keep_clash_reason(*, by: Actor, session_id: UUID, reason: str) -> None:
    """Note why a session stays although a place, lecturer or people are wanted twice.

    Nothing said changes nothing. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    reason = reason.strip()[:200]
    session = own_session(session_id, by=by)
    if not reason or session.clash_reason == reason:
        return
    session.clash_reason = reason
    session.save(update_fields=["clash_reason"])
    audit.write(
        "activities.keep_clash",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        reason=reason,
    )


@transaction.atomic
def schedule_sessions(
    *, by: Actor, lines: Sequence[tuple[str, SessionPlan]], reason: str = ""
) -> list[UUID]:
    """Create or change sessions by plan line, as drafts; return their ids in order.

    Safe to repeat: a line met again changes its own session. A line whose
    session was cancelled or archived meanwhile is left as it is.

    Args:
        reason: why published ones change; everybody concerned is told.

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
            session_id = save_session(
                by=by, plan=plan, session_id=row.id if row else None, reason=reason
            )
        except Invalid as error:
            details = [(f"{line}.{where}", message) for where, message in error.details]
            raise Invalid(details=details) from error
        if row is None:
            Session.objects.filter(id=session_id).update(plan_line=line)
        found.append(session_id)
    return found
