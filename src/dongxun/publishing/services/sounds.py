"""The recording of a note: made fit for phones by a job, sealed, heard by who may read the note."""

import hashlib
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
from dongxun.publishing.contracts import MOST_SOUND_BYTES, MOST_SOUND_S, SoundState
from dongxun.publishing.models import Note
from dongxun.publishing.services.pictures import kept_until, may_see
from dongxun.publishing.services.writing import own_note, settle, write_audit

JOB = "publishing.convert_sound"
KIND = "publishing.sound"
SYSTEM = Actor.system("publishing")


@transaction.atomic
def add_sound(*, by: Actor, note_id: UUID, pieces: Iterable[bytes]) -> None:
    """Keep the recording of one's own note, in place of an earlier one. Sent twice, it is one.

    A new recording is listened to like new words.

    Raises:
        NotFound: not this phone's note.
        BadMedia: empty, or too large.
        NoConverter: this machine cannot make it fit; nothing was kept.
    """
    note = own_note(note_id, by=by)
    raw = _whole(pieces)
    if not files.can_convert():
        raise NoConverter(where="sound")
    digest = hashlib.sha256(raw).hexdigest()
    if note.sound_sha256 == digest and note.sound_state != SoundState.REFUSED:
        return
    _put(note, by, digest, raw)
    note.sound_sha256, note.sound_state, note.sound_words = digest, SoundState.WAITING, ""
    note.decided = None
    settle(note, by=by)
    write_audit("publishing.add_sound", by, note)
    jobs.start(JOB, _("Recording"), {"note": str(note.id), "sha256": digest}, by=SYSTEM)


def _whole(pieces: Iterable[bytes]) -> bytes:
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > MOST_SOUND_BYTES:
            words = _("At most %(n)d MB a file.") % {"n": MOST_SOUND_BYTES // 1024 // 1024}
            raise BadMedia(words, where="sound")
    if not raw:
        raise BadMedia(_("This file is empty."), where="sound")
    return bytes(raw)


def _put(note: Note, by: Actor, name: str, raw: bytes) -> None:
    if note.sound_id:
        files.drop_upload(note.sound_id)
    note.sound = files.keep_upload(
        by=by,
        kind=KIND,
        name=f"{name[:12]}.m4a",
        raw=raw,
        expires_at=kept_until(note),
        organisation_id=note.branch_id,
    )


def run_convert(run: JobRun) -> Mapping[str, Any]:
    """Make a recording fit for phones; a refusal is kept in words at the note. Safe to repeat."""
    note_id, digest = UUID(run.payload["note"]), run.payload["sha256"]
    waiting = Note.objects.filter(id=note_id, sound_sha256=digest, sound_state=SoundState.WAITING)
    note = waiting.first()
    if note is None or note.sound_id is None:
        return {}
    _upload, raw = files.read_upload(note.sound_id)
    try:
        made, words = _converted(raw, run), ""
    except (BadMedia, NoConverter) as error:
        made, words = b"", str(error)[:200]
    with transaction.atomic():
        note = waiting.select_for_update().first()
        if note is None:  # taken back, or another one was sent
            return {}
        if words and note.sound_id:
            files.drop_upload(note.sound_id)
            note.sound = None
        else:
            _put(note, SYSTEM, digest, made)
        note.sound_state = SoundState.REFUSED if words else SoundState.READY
        note.sound_words = words
        note.save(update_fields=["sound", "sound_state", "sound_words"])
    return {"message": words or _("Ready.")}


def _converted(raw: bytes, run: JobRun) -> bytes:
    with tempfile.TemporaryDirectory(prefix="dongxun-sound-") as place:
        path, folder = Path(place) / "original", Path(place) / "made"
        path.write_bytes(raw)
        found = files.look_at_media(path)
        if found.kind != MediaKind.AUDIO:
            raise BadMedia(_("This is no sound."))
        if found.seconds > MOST_SOUND_S:
            raise BadMedia(_("Longer than %(n)d minutes.") % {"n": MOST_SOUND_S // 60})
        return (folder / files.convert_media(path, found, folder, run.beat).name).read_bytes()


def open_sound(note_id: UUID, *, by: Actor) -> bytes:
    """Return the sound of a note, as phones play it.

    Raises:
        NotFound: there is none to hear, or the note is not theirs to read.
    """
    note = Note.objects.select_related("branch").filter(id=note_id, removed_at=None).first()
    if note is None or note.sound_id is None or note.sound_state != SoundState.READY:
        raise NotFound
    if not may_see(note, by):
        raise NotFound
    return files.read_upload(note.sound_id)[1]
