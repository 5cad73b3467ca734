"""A class is prepared, started, ended, put on air again; a notice is pinned."""

import secrets
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.marks import mark, require_seen
from dongxun.kernel.rules import require
from dongxun.live import gateway
from dongxun.live.contracts import MOST_PINNED, ClassState, EventKind, Source
from dongxun.live.models import LiveClass
from dongxun.live.queries import (
    KEY,
    SYSTEM,
    forget_key,
    has_picture,
    is_forgotten,
    mark_of,
    may_go_on,
)
from dongxun.live.services import crediting
from dongxun.live.services.drafting import follow_worth
from dongxun.live.services.replay import begin_replay, find_recordings
from dongxun.live.services.rows import held, note, own_class, tell
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import PaperShort
from dongxun.seasons.contracts import SeasonClosed


@transaction.atomic
def save_class(
    *,
    by: Actor,
    session_id: UUID,
    source: Source,
    url: str = "",
    is_moderated: bool = True,
    is_talking: bool = True,
    quiz_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Prepare the live class of a session, or change it; one class a session, so safe to repeat.

    Args:
        version: the mark of what the writer had before them (:func:`queries.mark_of`).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Invalid: a link of another platform that is none.
        Conflict: the source changes while it is on air, it is over, or others have answered the
            quiz of its short check.
        PaperShort: that quiz lacks questions.
    """
    airing = activities.own_airing(session_id, by=by)
    require("live.run_class", by, airing.host_lft)
    url = url.strip()
    if source == Source.LINK and not url:
        raise Invalid(
            details=[("url", _("Paste the link under which the other platform shows it."))]
        )
    if source == Source.LINK and (not url.startswith("https://") or len(url) > 300):
        raise Invalid(details=[("url", _("A link begins with https://."))])
    new = LiveClass(session_id=airing.id, created_at=clock.now())
    _new_key(new)
    LiveClass.objects.bulk_create([new], ignore_conflicts=True)
    row = LiveClass.objects.select_for_update().get(session_id=airing.id)
    if row.state == ClassState.OVER:
        raise Conflict(_("This class is over."))
    if row.state == ClassState.LIVE and source != row.source:
        raise Conflict(_("It is on air; the source stays until it is over."), where="source")
    values = {
        "source": source,
        "url": url if source == Source.LINK else "",
        "is_moderated": is_moderated,
        "is_talking": is_talking,
    }
    require_seen(version, mark_of(row), mark_of(LiveClass(**values, quiz_id=quiz_id)))
    for name, value in values.items():
        setattr(row, name, value)
    _choose_check(row, airing, quiz_id, by=by)
    row.save()
    tell(row, EventKind.STATE, state=row.state)
    note("live.save_class", by, row, airing)
    return row.id


def _choose_check(
    row: LiveClass, airing: activities.Airing, quiz_id: UUID | None, *, by: Actor
) -> None:
    """Keep a quiz for those who watch the class, and give the one before back."""
    if quiz_id == row.quiz_id:
        return
    before, row.quiz_id = row.quiz_id, quiz_id
    if before is not None:
        quizzes.release(by=SYSTEM, quiz_id=before)
    if quiz_id is None:
        return
    if LiveClass.objects.filter(quiz_id=quiz_id).exists():
        raise Conflict(_("This quiz is the check of another class."), where="quiz")
    if not airing.topics:
        words = _("The session has no topic yet, so nothing could be credited; give it one first.")
        raise Conflict(words, where="quiz")
    try:
        quizzes.keep_for_invited(by=by, quiz_id=quiz_id, season_id=airing.season_id)
        quizzes.open_quiz(by=by, quiz_id=quiz_id)
    except PaperShort as error:
        said = " ".join(str(words) for _where, words in error.details)
        raise PaperShort(said, where="quiz") from error


def _new_key(row: LiveClass) -> None:
    key = secrets.token_urlsafe(18)
    row.key, row.key_hash = secret.seal(key, KEY), secret.keyed_hash(key, KEY)


@transaction.atomic
def renew_key(*, by: Actor, live_id: UUID) -> None:
    """Make another stream key; the old one opens nothing any more.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: an encoder is sending with it.
    """
    row, airing = own_class(live_id, by=by)
    if has_picture(row):
        raise Conflict(_("The camera is sending with this key; stop it first."))
    find_recordings(row)  # their names begin with the old key
    _new_key(row)
    row.save(update_fields=["key", "key_hash"])
    note("live.renew_key", by, row, airing)


@transaction.atomic
def start_class(*, by: Actor, live_id: UUID) -> None:
    """Go on air. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it is over, or the session was called off.
    """
    row, airing = own_class(live_id, by=by)
    if row.state == ClassState.LIVE:
        return
    if row.state == ClassState.OVER:
        raise Conflict(_("This class is over."))
    if not airing.is_held:
        raise Conflict(_("Publish the session first; then people know of it."))
    row.state, row.started_at = ClassState.LIVE, clock.now()
    row.save(update_fields=["state", "started_at"])
    tell(row, EventKind.STATE, state=row.state)
    note("live.start_class", by, row, airing)


@transaction.atomic
def end_class(*, by: Actor, live_id: UUID) -> None:
    """End a class; nothing more is said in it. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it has not begun.
    """
    row, airing = own_class(live_id, by=by)
    if row.state == ClassState.OVER:
        return
    if row.state == ClassState.READY:
        raise Conflict(_("It has not begun."))
    _end(row, airing, by=by)


def _end(row: LiveClass, airing: activities.Airing, *, by: Actor) -> None:
    row.state, row.ended_at = ClassState.OVER, clock.now()
    row.save(update_fields=["state", "ended_at"])
    gateway.hide(row.session_id)  # kept on air after all, the next page shows it again
    forget_key(row.session_id)
    tell(row, EventKind.STATE, state=row.state)
    note("live.end_class", by, row, airing)
    find_recordings(row)
    begin_replay(row, by=by)
    if row.again_at:  # before that it may have been credited already
        crediting.settle_class(row)


@transaction.atomic
def go_on_air_again(*, by: Actor, live_id: UUID) -> None:
    """Put a class that was ended on air again, for it was not over. Safe to repeat.

    What its short check has credited meanwhile is struck until the class is over.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it has not begun, was over too long ago, its replay is out, or the session was
            called off.
    """
    row, airing = own_class(live_id, by=by)
    if row.state == ClassState.LIVE:
        return
    if not airing.is_held or not may_go_on(row):
        raise Conflict(_("This class can no longer be put on air again."))
    row.state, row.ended_at, row.again_at = ClassState.LIVE, None, clock.now()
    row.replay_job_id = None  # what it makes now lacks the rest; the end begins it anew
    row.save(update_fields=["state", "ended_at", "again_at", "replay_job_id"])
    tell(row, EventKind.STATE, state=row.state)
    note("live.go_on_air_again", by, row, airing)
    crediting.settle_class(row)


def end_forgotten() -> None:
    """End the classes that nobody ended; what was recorded becomes a replay as usual."""
    on_air = LiveClass.objects.filter(state=ClassState.LIVE).select_related("session")
    for row in on_air:
        if is_forgotten(row):
            _end_one(row.id)


@transaction.atomic
def _end_one(live_id: UUID) -> None:
    row = held(live_id)
    if row.state == ClassState.LIVE:
        _end(row, activities.airing(row.session_id, by=SYSTEM), by=SYSTEM)


@transaction.atomic
def follow_session(session_id: UUID) -> None:
    """Bring a class to what its session is now: called off ends it, another worth is credited.

    Its replay is worth the same. Called off, a short check that nobody was asked is given back.
    """
    row = LiveClass.objects.select_for_update().filter(session_id=session_id).first()
    if row is None:
        return
    airing = activities.airing(session_id, by=SYSTEM)
    is_unasked = row.state != ClassState.OVER and row.again_at is None
    if row.state == ClassState.LIVE and not airing.is_held:
        _end(row, airing, by=SYSTEM)
    crediting.settle_class(row)
    follow_worth(row, airing)
    if airing.is_called_off and is_unasked and row.quiz_id:
        with suppress(SeasonClosed):
            quizzes.release(by=SYSTEM, quiz_id=row.quiz_id)
        row.quiz_id = None
        row.save(update_fields=["quiz"])


@transaction.atomic
def pin(*, by: Actor, live_id: UUID, words: str, version: str | None = None) -> None:
    """Pin a notice above what is said; empty takes it away. Safe to repeat.

    Args:
        version: the mark of the words that the writer saw there.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Overtaken: somebody else has pinned something else since ``version``.
        Invalid: too long.
    """
    row, airing = own_class(live_id, by=by)
    words = " ".join(words.split())
    if len(words) > MOST_PINNED:
        text = _("At most %(n)d letters.") % {"n": MOST_PINNED}
        raise Invalid(details=[("words", text)])
    if words == row.pinned:
        return
    require_seen(version, mark(row.pinned), mark(words))
    row.pinned = words
    row.save(update_fields=["pinned"])
    tell(row, EventKind.PIN, text=words, mark=mark(words))
    note("live.pin", by, row, airing)
