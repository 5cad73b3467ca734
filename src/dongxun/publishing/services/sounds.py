"""The recording of a note, sound or a short video: made fit for phones by a job, sealed, heard by who may read the note."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.files.contracts import BadMedia, MediaKind, NoConverter
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.models import Job
from dongxun.kernel.ranges import Content
from dongxun.publishing.contracts import (
    MOST_SOUND_BYTES,
    MOST_SOUND_S,
    MOST_VIDEO_S,
    SoundState,
)
from dongxun.publishing.models import Note
from dongxun.publishing.services.pictures import kept_until, may_see
from dongxun.publishing.services.writing import (
    own_note,
    require_changeable,
    settle,
    write_audit,
)
from dongxun.seasons.contracts import SeasonClosed

JOB = "publishing.convert_sound"
KIND = "publishing.sound"
AT_ONCE = 100
SYSTEM = Actor.system("publishing")


def add_sound(*, by: Actor, note_id: UUID, pieces: Iterable[bytes]) -> None:
    """Keep the recording of one's own note, in place of an earlier one. Sent twice, it is one.

    Sound, or a short video; once it can be heard it is listened to like new words. Until then
    the earlier one is heard, and what was said of it stands.

    Raises:
        NotFound: not this phone's note.
        BadMedia: empty, or too large.
        NoConverter: this machine cannot make it fit; nothing was kept.
        SeasonClosed: the words were looked at, and the season is closed since.
    """
    with transaction.atomic():
        own_note(note_id, by=by)
    kept = files.keep_media(pieces, most=MOST_SOUND_BYTES, where="sound")
    is_taken = False
    try:
        is_taken = _take(note_id, kept.sha256, kept.path, by)
    finally:
        if not is_taken:
            files.drop_bytes(kept.path)


@transaction.atomic
def _take(note_id: UUID, digest: str, path: str, by: Actor) -> bool:
    """Let a recording wait to be made fit; False when the note has it already."""
    note = own_note(note_id, by=by)
    is_there = note.sound_sha256 == digest and note.sound_state != SoundState.REFUSED
    if is_there and not _is_stuck(note):
        return False
    require_changeable(note)
    before = jobs.last_about(JOB, note=str(note.id), sha256=note.sound_sha256)
    if before is not None and jobs.is_over(before):
        _forget_original(before)
    note.sound_sha256, note.sound_state, note.sound_words = digest, SoundState.WAITING, ""
    note.save(update_fields=["sound_sha256", "sound_state", "sound_words"])
    write_audit("publishing.add_sound", by, note)
    payload = {"note": str(note.id), "sha256": digest, "path": path}
    jobs.start(JOB, _("Recording"), payload, by=SYSTEM)
    return True


def _is_stuck(note: Note) -> bool:
    """Return whether a recording waits for a job that was stopped or given up."""
    job = jobs.last_about(JOB, note=str(note.id), sha256=note.sound_sha256)
    return note.sound_state == SoundState.WAITING and jobs.is_over(job)


def take_up() -> None:
    """Let recordings that wait for a job given up have another one; say so where it was stopped."""
    waiting = Note.objects.filter(sound_state=SoundState.WAITING, removed_at=None)
    for key, digest in waiting.order_by("written_at").values_list("id", "sound_sha256")[:AT_ONCE]:
        if jobs.go_on(JOB, note=str(key), sha256=digest) is not None:
            continue
        _stop(key, digest)


@transaction.atomic
def _stop(note_id: UUID, digest: str) -> None:
    """Say that a recording was stopped on its way, and forget what was sent."""
    rows = Note.objects.select_for_update(of=("self",))
    note = rows.filter(id=note_id, sound_sha256=digest, sound_state=SoundState.WAITING).first()
    if note is None:
        return
    words = _("It was stopped before it could be heard. Send the recording again.")
    stopped = jobs.last_about(JOB, note=str(note_id), sha256=digest)
    if stopped is not None:
        _forget_original(stopped)
    _refuse(note, words)


def _forget_original(job: Job) -> None:
    """Remove what was sent with a job that will not run any more."""
    if path := job.payload.get("path"):  # jobs of before kept none
        transaction.on_commit(lambda: files.drop_bytes(path))


def _put(note: Note, by: Actor, name: str, raw: bytes) -> None:
    note.sound = files.keep_upload(
        by=by,
        kind=KIND,
        name=name,
        raw=raw,
        expires_at=kept_until(note),
        organisation_id=note.branch_id,
    )


def run_convert(run: JobRun) -> Mapping[str, Any]:
    """Make a recording fit for phones; a refusal is kept in words at the note. Safe to repeat."""
    note_id, digest = UUID(run.payload["note"]), run.payload["sha256"]
    waiting = Note.objects.filter(id=note_id, sound_sha256=digest, sound_state=SoundState.WAITING)
    path = run.payload["path"]
    if not waiting.exists():  # another one was sent before it was this one's turn
        files.drop_bytes(path)
        return {}
    try:
        (made, is_video), words = _converted(path, run), ""
    except (BadMedia, NoConverter) as error:
        made, is_video, words = b"", False, str(error)[:200]
    with transaction.atomic():
        note = waiting.select_for_update().first()
        if note is not None:  # else taken back, or another one was sent
            try:
                require_changeable(note)
            except SeasonClosed as error:  # nobody may listen to it any more
                words = words or str(error.message)
            if words:
                _refuse(note, words)
            else:
                _settle(note, digest, made, is_video=is_video)
    files.drop_bytes(path)
    return {"message": words or _("Ready.")}


def _settle(note: Note, digest: str, made: bytes, *, is_video: bool) -> None:
    if note.sound_id:
        files.drop_upload(note.sound_id)
    _put(note, SYSTEM, f"{digest[:12]}.{'mp4' if is_video else 'm4a'}", made)
    note.sound_state, note.sound_words, note.is_video = SoundState.READY, "", is_video
    note.decided = None
    settle(note, by=SYSTEM)


def _refuse(note: Note, words: str) -> None:
    """Say why a recording cannot be played; an earlier one that can be stays."""
    note.sound_state = SoundState.READY if note.sound_id else SoundState.REFUSED
    note.sound_words, note.sound_sha256 = words, ""
    note.save(update_fields=["sound_state", "sound_words", "sound_sha256"])


def _converted(kept: str, run: JobRun) -> tuple[bytes, bool]:
    """Return what phones play, and whether it is a video.

    Raises:
        BadMedia, NoConverter.
    """
    with tempfile.TemporaryDirectory(prefix="dongxun-sound-") as place:
        path, folder = Path(place) / "original", Path(place) / "made"
        files.copy_out(kept, path)
        found = files.look_at_media(path)
        is_video = found.kind == MediaKind.VIDEO
        if found.kind == MediaKind.PICTURE:
            raise BadMedia(_("This is neither a recording nor a video."))
        most = MOST_VIDEO_S if is_video else MOST_SOUND_S
        if found.seconds > most:
            raise BadMedia(_("Longer than %(n)d minutes.") % {"n": most // 60})
        if is_video:
            clip = Path(place) / "clip.mp4"
            files.convert_clip(path, found, clip, run.beat)
            return clip.read_bytes(), True
        return (
            folder / files.convert_media(path, found, folder, run.beat).name
        ).read_bytes(), False


def open_sound(note_id: UUID, *, by: Actor) -> tuple[Content, str]:
    """Return the recording of a note as phones play it, and its content type.

    Raises:
        NotFound: there is none to hear, or the note is not theirs to read.
    """
    note = Note.objects.select_related("branch").filter(id=note_id, removed_at=None).first()
    if note is None or note.sound_id is None:
        raise NotFound
    if not may_see(note, by):
        raise NotFound
    return files.open_upload(note.sound_id), "video/mp4" if note.is_video else "audio/mp4"
