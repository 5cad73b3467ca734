"""A class that is over becomes a lesson: its recordings joined, brought to the library."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.files import api as files
from dongxun.kernel import clock, jobs, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.rows import wanted_row
from dongxun.library import api as library
from dongxun.library.contracts import LessonState
from dongxun.live import gateway
from dongxun.live.contracts import ClassState, Source
from dongxun.live.models import LiveClass
from dongxun.live.queries import KEY, SYSTEM, has_picture, replay_job, stream_key
from dongxun.live.services.drafting import write_replay
from dongxun.live.services.joining import Recording, began, join_recordings, lying
from dongxun.live.services.rows import held, note, own_class

JOB = "live.make_replay"
LOST_HOURS = 24


def begin_replay(row: LiveClass, *, by: Actor) -> None:
    """Begin to make the replay of a class that is over and was recorded; once for what lies there.

    While the camera still sends, its last recording is to come and begins it.
    """
    is_whole = row.state == ClassState.OVER and not has_picture(row)
    if is_whole and row.recordings and not row.replay_job_id:
        title = _("Replay: %(title)s") % {"title": row.session.title}
        row.replay_job_id = jobs.start(JOB, title, {"live": str(row.id)}, by=by).id
        row.save(update_fields=["replay_job_id"])


@transaction.atomic
def make_replay_again(*, by: Actor, live_id: UUID) -> None:
    """Begin to make the replay once more, after it failed. Safe to repeat while one is made.

    Recordings that lie here without a word of the gateway are found first.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: nothing was recorded, or the camera was here a moment ago.
    """
    row, airing = own_class(live_id, by=by)
    job = replay_job(row)
    if job is not None and job.state not in jobs.OVER:
        return
    if has_picture(row):
        raise Conflict(_("The camera was here a moment ago; try again in half a minute."))
    if row.state == ClassState.OVER:
        find_recordings(row)
    if row.state != ClassState.OVER or not row.recordings:
        raise Conflict(_("There is no recording that a replay could be made of."))
    row.replay_job_id = None
    begin_replay(row, by=by)
    note("live.make_replay_again", by, row, airing)


def find_recordings(row: LiveClass) -> None:
    """Note the recordings of a class that is held which lie here, but nobody told us of.

    The gateway says so when one is finished; killed before, it says nothing. While the camera
    sends, the last one is not whole. What ended before the class was on air is a rehearsal.
    """
    if row.source != Source.ENCODER or row.started_at is None or has_picture(row):
        return
    lost = [
        path.name
        for path in gateway.recordings_of(stream_key(row), since=row.started_at)
        if path.name not in row.recordings
    ]
    if lost:
        row.recordings = sorted([*row.recordings, *lost], key=began)
        row.replay_job_id = None
        row.save(update_fields=["recordings", "replay_job_id"])


def begin_lost_replays() -> None:
    """Begin the replays of classes whose recordings lie here without a word of the gateway."""
    since = clock.now() - timedelta(hours=LOST_HOURS)
    rows = LiveClass.objects.filter(
        state=ClassState.OVER, source=Source.ENCODER, ended_at__gt=since, replay=None
    )
    for live_id in rows.filter(replay_job_id=None).values_list("id", flat=True):
        with transaction.atomic():
            row = held(live_id)
            find_recordings(row)
            begin_replay(row, by=SYSTEM)


def forget_rehearsals() -> None:
    """Remove recordings of a day ago that ended before their class was on air, and all old ones."""
    gateway.forget_old()
    lie = gateway.written_before(clock.now() - timedelta(hours=LOST_HOURS))
    hashes = {path: secret.keyed_hash(key, KEY) for key, path in lie}
    found = LiveClass.objects.filter(key_hash__in=set(hashes.values()))
    rows = {row.key_hash: row for row in found}
    for path, key_hash in hashes.items():
        row = rows.get(key_hash)
        if row and _is_rehearsal(path, row):
            path.unlink(missing_ok=True)


def _is_rehearsal(path: Path, row: LiveClass) -> bool:
    if row.state == ClassState.READY or row.started_at is None:
        return True
    key = stream_key(row)
    return path.name not in row.recordings and path not in gateway.recordings_of(
        key, since=row.started_at
    )


def run_make_replay(run: JobRun) -> Mapping[str, Any]:
    """Join the recordings, bring them to the library, write the lesson as a draft to look at.

    Safe to repeat: the same recordings are the same file in the same chapter. One that comes
    late begins another job, which brings all of them unless the lesson is published by then;
    this one then leaves it to that.

    Raises:
        NotFound: there is no such class any more.
        Conflict: the session has no topic that a lesson could belong to.
    """
    gateway.forget_old()
    row = _wanted(run)
    if row is None:
        return {}
    if row.replay and row.replay.state != LessonState.DRAFT:
        return {"message": _("The replay is published already; it stays as it is.")}
    airing = activities.airing(row.session_id, by=SYSTEM)
    if not airing.topics:
        raise Conflict(_("The session has no topic. Give it one, then make the replay again."))
    lie = [gateway.folder() / "recordings" / name for name in row.recordings]
    media = [_joined(run, row, airing, parts) for parts in lying(lie, row.started_at) or [[]]]
    if None in media:
        return {}
    write_replay(row, airing, [key for key in media if key], by=run.actor)
    return {"message": _("The replay lies in the library; look at it, then publish it.")}


def _joined(
    run: JobRun, row: LiveClass, airing: activities.Airing, parts: Sequence[Recording]
) -> UUID | None:
    """Return the file of one chapter in the library; None where another job took over."""
    with tempfile.TemporaryDirectory(prefix="dongxun-replay-") as place:
        whole = Path(place) / "replay.mp4"
        join_recordings(parts, whole, run.beat)
        if _wanted(run) is None:
            return None
        return library.keep_media(
            by=run.actor,
            organisation_id=_unit_of(row, airing),
            name=f"{airing.title}.mp4",
            pieces=files.pieces_of(whole),
        )


def _wanted(run: JobRun) -> LiveClass | None:
    """Return the class while this job is the one that makes its replay."""
    row = wanted_row(LiveClass.objects.filter(id=UUID(run.payload["live"])))
    return row if row.replay_job_id == run.id else None


def bring_recording(*, by: Actor, live_id: UUID, name: str, pieces: Iterable[bytes]) -> UUID:
    """Make the replay of a class of a recording that was brought; return its lesson.

    For one that was shown elsewhere, or whose own recording was lost. Safe to repeat: the same
    file is the same lesson, another one takes its place while the lesson is a draft.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it is not over, its replay is published or being made, or the session has no
            topic.
        NoConverter, BadMedia: the file cannot be taken; nothing was kept.
    """
    with transaction.atomic():
        row, airing = own_class(live_id, by=by)
        _require_open(row, airing)
    media_id = library.keep_media(
        by=by, organisation_id=_unit_of(row, airing), name=name[:120], pieces=pieces
    )
    with transaction.atomic():
        row, airing = own_class(live_id, by=by)
        _require_open(row, airing)
        write_replay(row, airing, [media_id], by=by)
    return LiveClass.objects.values_list("replay_id", flat=True).get(id=live_id)


def _require_open(row: LiveClass, airing: activities.Airing) -> None:
    if row.state != ClassState.OVER:
        raise Conflict(_("A recording is brought once the class is over."))
    job = replay_job(row)
    if has_picture(row) or (job is not None and job.state not in jobs.OVER):
        raise Conflict(_("The replay is being made of what was recorded here; wait for it first."))
    if row.replay and row.replay.state != LessonState.DRAFT:
        raise Conflict(_("The replay is published already; it stays as it is."))
    if not airing.topics:
        raise Conflict(_("The session has no topic. Give it one, then bring the recording again."))


def _unit_of(row: LiveClass, airing: activities.Airing) -> UUID:
    """Return whose the files of a replay are: the lesson's, which may have been given elsewhere."""
    return row.replay.organisation_id if row.replay else airing.host_id
