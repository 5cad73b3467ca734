"""The lesson of a round to be played at a door: one sound file, known by its content."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ranges import Content
from dongxun.kernel.rules import allows
from dongxun.visits.contracts import LATE_DAYS
from dongxun.visits.models import Round
from dongxun.visits.services.rounds import note, open_row

MOST_BYTES = 10 * 1024 * 1024
KIND = "visits.lesson"


class SoundRefused(Invalid):
    """A file cannot be played at a door; the message says why."""

    code = "sound_refused"


def type_of(raw: Content, *, is_known: bool = False) -> str:
    """Return the type of a sound by its content, "" when an older phone could not play it."""
    found = files.sound_type(raw, is_known=is_known)
    return "" if found == "audio/webm" else found


def _checked(raw: bytes, size: int) -> None:
    if size > MOST_BYTES:
        words = _("This sound is larger than %(n)d MB. Three to five minutes are enough.")
        raise SoundRefused(words % {"n": MOST_BYTES // 1024**2}, where="sound")
    if not raw:
        raise SoundRefused(_("The file is empty."), where="sound")
    if not type_of(raw):
        words = _("Phones cannot play this file. Send a recording as MP3, M4A, AAC, OGG or WAV.")
        raise SoundRefused(words, where="sound")


@transaction.atomic
def save_sound(*, by: Actor, round_id: UUID, name: str, raw: bytes, size: int) -> None:
    """Put the lesson's sound on a round; an earlier one goes. The same file again is no change.

    Args:
        size: of the whole file, of which nothing was read when it is too large.

    Raises:
        NotFound: not this actor's.
        RoundOver: closed or cancelled.
        SoundRefused: empty, too large, or nothing that a phone plays.
    """
    row = open_row(round_id, by=by)
    _checked(raw, size)
    if row.sound and row.sound.sha256 == hashlib.sha256(raw).hexdigest():
        return
    upload = files.keep_upload(
        by=by,
        kind=KIND,
        name=name,
        raw=raw,
        expires_at=clock.moment(row.day) + timedelta(days=LATE_DAYS),
        organisation_id=row.organisation_id,
    )
    before = row.sound_id
    Round.objects.filter(id=row.id).update(sound=upload)
    _drop(before)
    note("save_sound", by, row, sha256=upload.sha256)


@transaction.atomic
def remove_sound(*, by: Actor, round_id: UUID) -> None:
    """Take the lesson's sound off a round. Safe to repeat.

    Raises:
        NotFound: not this actor's.
        RoundOver: closed or cancelled.
    """
    row = open_row(round_id, by=by)
    if row.sound_id:
        Round.objects.filter(id=row.id).update(sound=None)
        _drop(row.sound_id)
        note("remove_sound", by, row)


def _drop(upload_id: UUID | None) -> None:
    """Let a sound go that no round plays any more; rounds that were split share one."""
    if upload_id and not Round.objects.filter(sound_id=upload_id).exists():
        files.drop_upload(upload_id)


def open_sound(*, by: Actor, round_id: UUID) -> tuple[Content, str]:
    """Return the sound of a round and its type, to its visitors and to who plans it.

    Only the parts that are asked for are opened.

    Raises:
        NotFound: absent, or not this actor's.
    """
    found = Round.objects.select_related("organisation").prefetch_related("visitors")
    row = found.filter(id=round_id).exclude(sound=None).first()
    if row is None or row.sound_id is None or not allows("visits.record_visit", by, [row]):
        raise NotFound
    raw = files.open_upload(row.sound_id)
    return raw, type_of(raw, is_known=True) or "application/octet-stream"
