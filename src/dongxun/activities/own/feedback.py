"""课后反馈 from the phone: whoever was there says how it was, in two short answers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import RemarkKind, SessionState
from dongxun.activities.models import Remark, Session
from dongxun.activities.presence import rows_of
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.bulk import chunks
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonClosed, SeasonState, was_closed

MANY = 500
LONGEST = 200
TAKEN_OVER = ("kind", "session", "score", "words", "created_at", "said_at")
"""What a merge copies of a word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of this phone who was there, and what they have said already."""

    person_id: UUID
    name: str
    score: int | None = None
    words: str = ""


TookPart = Callable[[UUID, Collection[UUID]], set[UUID]]
_also: list[TookPart] = []


def _id(session: Session, person_id: UUID) -> UUID:
    return derived_id(session.created_at, "feedback", session.id, person_id)


def ask_also(took_part: TookPart) -> None:
    """Ask a room above who took part in a main session far from its rolls; twice is once."""
    if took_part not in _also:
        _also.append(took_part)


def _there(session: Session, person_ids: tuple[UUID, ...]) -> set[UUID]:
    """Return who of these checked in, at the session itself, or took part in it from afar."""
    found = set(rows_of(session.id, person_ids))
    for took_part in _also:
        found |= took_part(session.id, person_ids)
    return found


def asked(session_id: UUID, *, by: Actor) -> list[Asked]:
    """Return whom of this phone a session asks; nobody before it begins, or who was not there.

    Raises:
        NotFound: the session is absent or hidden.
    """
    session = seen(session_id, by=by)
    is_closed = session.season.state == SeasonState.CLOSED
    is_held = session.state != SessionState.CANCELLED and session.starts_at <= clock.now()
    if is_closed or not is_held:
        return []
    there = _there(session, by.persons)
    if not there:
        return []
    ids = {_id(session, key): key for key in there}
    known = {ids[row.id]: row for row in Remark.objects.filter(id__in=list(ids))}
    cards = people.names(there)
    return [
        Asked(key, cards[key].name, row.score if row else None, row.words if row else "")
        for key in by.persons
        if key in there
        for row in [known.get(key)]
    ]


@transaction.atomic
def give_feedback(
    *,
    by: Actor,
    session_id: UUID,
    person_id: UUID,
    score: int | None,
    words: str,
    said_at: datetime | None = None,
) -> UUID:
    """Keep what somebody who was there says; said again it replaces what they said before.

    It is read without a name and counts as one person. Safe to repeat, and in any order: what
    was said earlier and comes late replaces nothing.

    Args:
        said_at: when a phone without network took it down; before the closing it still counts.

    Raises:
        NotFound: the session is hidden, or not a person of this phone.
        SeasonClosed.
        Invalid: nothing said, or a score out of bounds.
        Conflict: they were not there, it has not begun, or was called off.
    """
    session = seen(session_id, by=by)
    if person_id not in by.persons:
        raise NotFound
    if was_closed(session.season, said_at or clock.now()):
        raise SeasonClosed
    words = words.strip()[:LONGEST]
    if score is None and not words:
        raise Invalid(_("Choose a score or write a word."), where="score")
    if score is not None and not 1 <= score <= 5:
        raise Invalid(_("A score is from 1 to 5."), where="score")
    is_held = session.state != SessionState.CANCELLED and session.starts_at <= clock.now()
    if not is_held or not _there(session, (person_id,)):
        raise Conflict(_("Whoever was there, or has watched it, says how it was."))
    key = _id(session, person_id)
    said: dict[str, Any] = {"score": score, "words": words}
    said["said_at"] = min(said_at or clock.now(), clock.now())
    if _keep(session, key, said):
        audit.write(
            "activities.give_feedback",
            by=by,
            subject=("session", session.id),
            organisation_id=session.host_id,
        )
    return key


def _keep(session: Session, key: UUID, said: Mapping[str, Any]) -> bool:
    """Write what was said, unless it is older than what stands; return whether it says more."""
    new = {"session": session, "kind": RemarkKind.FEEDBACK, "created_at": clock.now(), **said}
    row, made = Remark.objects.get_or_create(id=key, defaults=new)
    if made:
        return True
    stood = (row.score, row.words, row.withdrawn_at)
    changed = Remark.objects.filter(_by(said["said_at"]), id=key).update(withdrawn_at=None, **said)
    return bool(changed) and stood != (said["score"], said["words"], None)


def _by(moment: datetime) -> Q:
    """Return the condition that a word was said at that moment or before."""
    return Q(said_at__lte=moment) | Q(said_at=None, created_at__lte=moment)


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Let one person say how a session was once: the later word stands. Safe to repeat."""
    said = Remark.objects.filter(kind=RemarkKind.FEEDBACK, withdrawn_at=None)
    spoken_of = Session.objects.filter(id__in=said.values("session_id")).only("created_at")
    sessions = {_id(session, merged_id): session for session in spoken_of}
    theirs = [row for part in chunks(sessions, MANY) for row in said.filter(id__in=part)]
    for row in theirs:
        own = {name: getattr(row, name) for name in TAKEN_OVER}
        key = _id(sessions[row.id], kept_id)
        _kept, made = Remark.objects.get_or_create(id=key, defaults=own)
        if not made:
            earlier = Remark.objects.filter(_by(row.said_at or row.created_at), id=key)
            earlier.update(withdrawn_at=None, **own)
    said.filter(id__in=[row.id for row in theirs]).update(withdrawn_at=clock.now())
