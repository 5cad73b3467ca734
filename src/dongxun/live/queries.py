"""What may be seen of live classes, and what happened in one since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import clock, jobs, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.marks import of_row
from dongxun.kernel.models import Job
from dongxun.kit.times import when
from dongxun.library import api as library
from dongxun.library.contracts import LessonState
from dongxun.live.contracts import (
    AGAIN_HOURS,
    GRACE_HOURS,
    MOST_HOURS,
    NEAR_HOURS,
    NOW_S,
    REHEARSAL_DAYS,
    STALE_S,
    ClassState,
    SaidState,
    Source,
)
from dongxun.live.models import Event, LiveClass, Said
from dongxun.quizzes import api as quizzes

KEY = "live.stream_key"
LAST_SHOWN = 50
MOST_EVENTS = 200
AT_HAND_S = 5
SYSTEM = Actor.system("live")


@dataclass(frozen=True, slots=True)
class Watching:
    """How many see a class; each person once, wherever they are.

    ``now`` and ``ever`` watch on a phone of their own, ``venues`` sit in one,
    ``people`` are both together.
    """

    now: int
    ever: int
    venues: int
    people: int


def classes(*, by: Actor) -> QuerySet[LiveClass]:
    """Return the classes of the sessions the actor sees, what is on air first, then the latest."""
    rows = LiveClass.objects.filter(session_id__in=activities.airing_ids(by=by))
    is_live = Case(When(state=ClassState.LIVE, then=0), default=1)
    rows = rows.select_related("session", "session__host")
    return rows.order_by(is_live, "-session__starts_at", "id")


def live_class(session_id: UUID, *, by: Actor) -> tuple[LiveClass, activities.Airing]:
    """Return the class of a session, or of the one whose sub-venue it is.

    Raises:
        NotFound: absent, hidden, a draft, or it has no class.
    """
    airing = activities.airing(session_id, by=by)
    rows = LiveClass.objects.select_related("replay__organisation", "quiz", "session")
    row = rows.filter(session_id=airing.id).first()
    is_known = airing.is_held or airing.is_called_off
    if row is None or not (is_known or by.reaches(airing.host_lft)):
        raise NotFound
    return row, airing


def mark_of(row: LiveClass) -> str:
    """Return the mark of how a class was prepared; of one not written yet, that of the usual."""
    return of_row(row, ("source", "url", "is_moderated", "is_talking", "quiz_id"))


def shown(row: LiveClass) -> list[Said]:
    """Return the last words that everybody sees, oldest first."""
    rows = row.said.filter(state=SaidState.SHOWN).order_by("-said_at", "-id")[:LAST_SHOWN]
    return list(reversed(rows))


def waiting(row: LiveClass) -> list[Said]:
    """Return what waits for a look, oldest first."""
    return list(row.said.filter(state=SaidState.WAITING).select_related("branch")[:LAST_SHOWN])


def own_words(row: LiveClass, person_id: UUID) -> list[Said]:
    """Return what a person said that others do not see yet."""
    return list(row.said.filter(person_id=person_id, state=SaidState.WAITING)[:LAST_SHOWN])


def hidden(row: LiveClass) -> list[Said]:
    """Return the last words that were hidden, the latest first."""
    return list(row.said.filter(state=SaidState.HIDDEN).order_by("-said_at", "-id")[:LAST_SHOWN])


def tallies(row: LiveClass) -> dict[str, int]:
    """Return how many words wait, are shown, are hidden."""
    found = row.said.order_by().values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(SaidState.values, 0) | dict(found)


def events_after(live_id: UUID, seq: int, most: int = MOST_EVENTS) -> list[dict[str, Any]]:
    """Return what happened in a class since ``seq``, in order; one statement."""
    rows = Event.objects.filter(live_id=live_id, seq__gt=seq).order_by("seq")[:most]
    return [
        {"seq": number, "kind": kind, **body}
        for number, kind, body in rows.values_list("seq", "kind", "body")
    ]


def latest(live_id: UUID) -> int:
    """Return the number of the last event of a class, 0 when there is none."""
    found = LiveClass.objects.filter(id=live_id).values_list("last_seq", flat=True).first()
    return found or 0


def on_air_now() -> list[UUID]:
    """Return the classes whose pages are told what happens: on air, or over a moment ago."""
    lately = clock.now() - timedelta(seconds=NOW_S)
    rows = LiveClass.objects.filter(Q(state=ClassState.LIVE) | Q(ended_at__gte=lately))
    return list(rows.values_list("id", flat=True))


def watching(row: LiveClass) -> Watching:
    """Return how many see a class now and saw it at all."""
    since = clock.now() - timedelta(seconds=NOW_S)
    counts = row.presences.aggregate(
        now=Count("id", filter=Q(last_at__gte=since)), ever=Count("id")
    )
    here = activities.people_at_venues(row.session_id)
    alone = set(row.presences.values_list("person_id", flat=True))
    return Watching(counts["now"], counts["ever"], len(here), len(here | alone))


def watched_alone(session_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people watched the class of a main session, live or later, alone.

    Who stands on the roll of a venue sat there.
    """
    row = LiveClass.objects.filter(session_id=session_id).first()
    if row is None:
        return set()
    present = row.presences.filter(person__in=list(person_ids))
    found = set(present.values_list("person_id", flat=True))
    if row.replay_id:
        found |= library.finished(row.replay_id, person_ids)
    return found - activities.people_at_venues(session_id, found) if found else found


@dataclass(frozen=True, slots=True)
class Counted:
    """How a class that is over counts for somebody: at most one of these is true."""

    on_roll: bool
    passed: bool
    to_check: bool
    is_shut: bool
    """Its short check is missing and cannot be answered now."""


def counted(row: LiveClass, person_id: UUID) -> Counted:
    """Return how a class that is over counts for a person, or what is still missing."""
    on_roll = person_id in activities.people_at_venues(row.session_id, [person_id])
    if on_roll or row.quiz_id is None:
        return Counted(on_roll, passed=False, to_check=False, is_shut=False)
    passed = bool(quizzes.passes([row.quiz_id], [person_id]))
    watched = row.presences.filter(person_id=person_id).exists()
    is_missing = watched and not passed
    to_check = is_missing and quizzes.can_answer(row.quiz_id, person_id)
    return Counted(False, watched and passed, to_check, is_missing and not to_check)


def replay_open(row: LiveClass, person_id: UUID, *, by: Actor) -> bool:
    """Return whether a person of this phone may see the replay: it is a lesson of one unit."""
    return bool(row.replay_id and library.is_open(row.replay_id, person_id, by=by))


def passed_checks(row: LiveClass) -> int:
    """Return how many of those who watched alone have passed the short check."""
    if row.quiz_id is None:
        return 0
    alone = set(row.presences.values_list("person_id", flat=True))
    return len(alone & {key for _quiz, key, _at in quizzes.passes([row.quiz_id])})


def has_picture(row: LiveClass) -> bool:
    """Return whether the encoder is sending, as far as is known."""
    seen = row.encoder_seen_at
    return bool(row.encoder and seen and (clock.now() - seen).total_seconds() < STALE_S)


def begun_at(row: LiveClass) -> datetime | None:
    """Return since when a class has been on air, counted anew where it was put on air again."""
    return row.again_at or row.started_at


def rehearsed_since(row: LiveClass) -> datetime | None:
    """Return since when a camera rehearses today, counted anew shortly before its session."""
    at, now = row.picture_at, clock.now()
    is_of_today = at and (row.encoder or clock.day_of(at) == clock.day_of(now))
    if at is None or not is_of_today:
        return None
    near = row.session.starts_at - timedelta(hours=NEAR_HOURS)
    return max(at, near) if now >= near else at


def shut_out(row: LiveClass) -> str:
    """Return why the camera of a class that has not begun may not send; empty where it may."""
    session, now, longest = row.session, clock.now(), timedelta(hours=MOST_HOURS)
    opens = session.starts_at - timedelta(days=REHEARSAL_DAYS)
    if now < opens:
        return _("The camera is let in from %(when)s on.") % {"when": when(opens)}
    if now > session.ends_at + longest:
        return _("The session was over long ago. Go on air first, then start the camera.")
    since = rehearsed_since(row)
    if since and now - since >= longest:
        return _("The camera has rehearsed long enough. It is let in again tomorrow, or on air.")
    return ""


def is_forgotten(row: LiveClass) -> bool:
    """Return whether nobody thought of ending a class that is on air.

    It has been on air longer than any class is; or it has no picture of ours, and both its
    session's time and as much again since it began were over long ago.
    """
    now, begun = clock.now(), begun_at(row) or row.session.starts_at
    if begun < now - timedelta(hours=MOST_HOURS):
        return True
    planned = row.session.ends_at - row.session.starts_at
    due = max(row.session.ends_at, begun + planned)
    return not has_picture(row) and due < now - timedelta(hours=GRACE_HOURS)


def is_missed(row: LiveClass) -> bool:
    """Return whether a class has not begun although its session's time is over."""
    return row.state == ClassState.READY and row.session.ends_at < clock.now()


def may_go_on(row: LiveClass) -> bool:
    """Return whether a class that is over may be put on air again."""
    if row.state != ClassState.OVER or row.ended_at is None:
        return False
    is_out = row.replay is not None and row.replay.state != LessonState.DRAFT
    until = max(row.ended_at, row.session.ends_at) + timedelta(hours=AGAIN_HOURS)
    return clock.now() < until and not is_out


def may_bring(row: LiveClass) -> bool:
    """Return whether a recording may be brought: none is being made into a replay, none is out."""
    if row.state != ClassState.OVER or has_picture(row):
        return False
    if row.replay is not None and row.replay.state != LessonState.DRAFT:
        return False
    job = replay_job(row)
    return job is None or job.state in jobs.OVER


def stream_key(row: LiveClass) -> str:
    """Return what the encoder is to show."""
    return secret.unseal(row.key, KEY)


def key_of(session_id: UUID, *, rehearsing: bool = False) -> str:
    """Return the stream key of a class that is on air with our own picture, else nothing.

    Whoever prepares it sees it before as well (``rehearsing``).
    Every viewer asks for every piece: the sealed key is at hand for some seconds.
    """
    at = _at_hand(session_id, rehearsing=rehearsing)
    sealed: str = cache.get(at, "")
    if not sealed:
        rows = LiveClass.objects.filter(session_id=session_id, source=Source.ENCODER)
        states = [ClassState.LIVE, *([ClassState.READY] if rehearsing else [])]
        sealed = rows.filter(state__in=states).values_list("key", flat=True).first() or ""
        cache.set(at, sealed, AT_HAND_S)
    return secret.unseal(sealed, KEY) if sealed else ""


def forget_key(session_id: UUID) -> None:
    """Let the picture of a class that ends be closed now, not when its key is asked for anew."""
    cache.delete_many(_at_hand(session_id, rehearsing=which) for which in (False, True))


def _at_hand(session_id: UUID, *, rehearsing: bool) -> str:
    return f"live:key:{session_id}:{rehearsing}"


def replay_job(row: LiveClass) -> Job | None:
    """Return the job that makes the replay, or made it last; whoever began it."""
    try:
        return jobs.get(row.replay_job_id, by=SYSTEM) if row.replay_job_id else None
    except NotFound:
        return None
