"""Move, cancel, go online, archive: with a reason, and told to exactly who is affected."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.attendance.claims import withdraw_leaves
from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Leave, MakeupItem, Session
from dongxun.activities.presence import is_attended
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.checks import check_plan
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.rows import (
    ask_anew,
    bump,
    follow_main,
    own_session,
    plan_of,
    subs_of,
)
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.notices import api as notices
from dongxun.seasons import api as seasons

MOST_KINDS = 12


def _need(reason: str) -> str:
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why; everybody concerned is told."))])
    return reason.strip()[:200]


def _open(session_id: UUID, *, by: Actor) -> Session:
    """Return a session that is neither cancelled nor archived nor attended yet."""
    session = own_session(session_id, by=by)
    if session.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    return session


def _unattended(session: Session) -> None:
    if is_attended(session):
        raise Conflict(_("People have checked in; strike their check-ins out first."))


def _note(name: str, session: Session, by: Actor, reason: str) -> None:
    audit.write(
        f"activities.{name}",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        reason=reason,
    )


@transaction.atomic
def move_session(
    *,
    by: Actor,
    session_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    place_id: UUID | None = None,
    place_text: str = "",
) -> None:
    """Hold a session at another time or place; without a place it keeps its own.

    Its sub-venues move in time with it and keep their places.
    Safe to repeat: the same move again tells nobody.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: the time does not fit, or no reason.
        Conflict: cancelled, archived, or people have checked in.
    """
    session = _open(session_id, by=by)
    reason = _need(reason)
    plan = plan_of(session)
    moved = replace(
        plan,
        starts_at=starts_at,
        ends_at=ends_at,
        place_id=place_id if (place_id or place_text) else plan.place_id,
        place_text=place_text if (place_id or place_text) else plan.place_text,
    )
    if moved == plan:
        return
    subs = subs_of(session)
    for row in (session, *subs):
        _unattended(row)
    check_plan(moved, seasons.rules(session.season_id), row=session)
    if (session.starts_at, session.ends_at) != (starts_at, ends_at):
        ask_anew(session)
    session.starts_at, session.ends_at = starts_at, ends_at
    session.place_id, session.place_text = moved.place_id, moved.place_text
    session.save()
    bump(session, "moved")
    session.refresh_from_db(fields=["place"])
    if session.state == SessionState.PUBLISHED:
        telling.tell(session, "session_moved", expected(session), by=by, reason=reason)
    for sub in subs:
        _follow(sub, session, by, reason)
    _note("move_session", session, by, reason)


def _follow(sub: Session, main: Session, by: Actor, reason: str) -> None:
    if follow_main(sub, main):
        bump(sub, "moved")
        if sub.state == SessionState.PUBLISHED:
            telling.tell(sub, "session_moved", expected(sub), by=by, reason=reason)


@transaction.atomic
def go_online(*, by: Actor, session_id: UUID, url: str, reason: str) -> None:
    """Hold a session online instead, its sub-venues with it: 少聚集，不停学. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no link, or no reason.
        Conflict: cancelled or archived.
    """
    session = _open(session_id, by=by)
    reason = _need(reason)
    if not url.startswith(("https://", "http://")) or len(url) > 300:
        raise Invalid(details=[("online_url", _("A link begins with https://."))])
    rows = (session, *subs_of(session))
    changed = [row for row in rows if not (row.went_online_reason and row.online_url == url)]
    for row in changed:
        _put_online(row, url, by, reason)
    if changed:
        _note("go_online", session, by, reason)


def _put_online(row: Session, url: str, by: Actor, reason: str) -> None:
    row.online_url, row.went_online_reason = url, reason
    row.save(update_fields=["online_url", "went_online_reason"])
    bump(row, "online")
    if row.state == SessionState.PUBLISHED:
        telling.tell(row, "session_online", expected(row), by=by, reason=reason)


@transaction.atomic
def cancel_session(*, by: Actor, session_id: UUID, reason: str) -> None:
    """Call a session off with its sub-venues; earlier notices are withdrawn. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason.
        Conflict: archived, or people have checked in.
    """
    session = own_session(session_id, by=by)
    if session.state == SessionState.CANCELLED:
        return
    session = _open(session_id, by=by)
    reason = _need(reason)
    rows = (session, *subs_of(session))
    for row in rows:
        _unattended(row)
    people = [expected(row) for row in rows]
    for row, coming in zip(rows, people, strict=True):
        _call_off(row, coming, by, reason)
    _note("cancel_session", session, by, reason)


def _call_off(row: Session, coming: dict[UUID, UUID], by: Actor, reason: str) -> None:
    """Cancel one; nobody is on leave from it any more, and what it was to make up is open again."""
    was_known = row.state == SessionState.PUBLISHED
    row.state, row.state_reason = SessionState.CANCELLED, reason
    row.save(update_fields=["state", "state_reason"])
    bump(row, "cancelled")
    on_leave = Leave.objects.filter(session=row, withdrawn_at=None)
    away = list(on_leave.values_list("person_id", flat=True))
    withdraw_leaves(row, away, by=by, reason="session cancelled")
    offers = MakeupItem.objects.filter(offered_session=row, done_at=None)
    offered = dict(offers.values_list("person_id", "branch_id"))
    offers.update(offered_session=None)
    if was_known:
        notices.withdraw(by=by, object_id=row.id, kinds=(*telling.OPEN_KINDS, telling.TEACHING))
        coming = offered | coming
        telling.tell(row, "session_cancelled", coming, by=by, reason=reason)


@transaction.atomic
def count_public(
    *,
    by: Actor,
    session_id: UUID,
    public: int | None,
    minors: int | None,
    others: Mapping[str, int] | None = None,
) -> None:
    """Note how many of the public, minors and others by kind came: counts only, no names.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: a count is out of bounds.
    """
    session = own_session(session_id, by=by)
    limits = {"low": 0, "high": 100_000}
    kinds = dict(others or {})
    values = [("public_count", public), ("minors_count", minors)]
    values += [("others", n) for n in kinds.values()]
    bad = [
        (name, _("Between %(low)s and %(high)s.") % limits)
        for name, value in values
        if value is not None and not 0 <= value <= 100_000
    ]
    if len(kinds) > MOST_KINDS:
        bad.append(("others", _("At most %(n)d kinds.") % {"n": MOST_KINDS}))
    if bad:
        raise Invalid(details=bad)
    session.public_count, session.minors_count, session.others_count = public, minors, kinds
    session.save(update_fields=["public_count", "minors_count", "others_count"])
    _note("count_public", session, by, "")


@transaction.atomic
def archive_session(*, by: Actor, session_id: UUID) -> None:
    """Put a session that is over away; its credit stays. Safe to repeat.

    The roll is shown to hosts and co-hosts for another fourteen days.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it is not over, was never published, or was cancelled.
    """
    session = own_session(session_id, by=by)
    if session.state == SessionState.ARCHIVED:
        return
    if session.state != SessionState.PUBLISHED or session.ends_at > clock.now():
        raise Conflict(_("Only a session that was held can be archived."))
    session.state, session.archived_at = SessionState.ARCHIVED, clock.now()
    session.save(update_fields=["state", "archived_at"])
    bump(session, "archived")
    _note("archive_session", session, by, "")
