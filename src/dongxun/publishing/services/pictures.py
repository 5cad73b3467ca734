"""The pictures of a note: cleaned of place and device, sealed, shown to who may read the note."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.publishing.contracts import MOST_PICTURES, Audience, NoteState, WordsRefused
from dongxun.publishing.models import Note
from dongxun.publishing.queries.reading import open_to
from dongxun.publishing.services.writing import (
    own_note,
    require_changeable,
    settle,
    speaks_for,
    write_audit,
)
from dongxun.seasons import api as seasons

KIND = "publishing.picture"


@transaction.atomic
def add_picture(*, by: Actor, note_id: UUID, raw: bytes) -> None:
    """Keep one more picture of one's own note. Sent twice, it is one.

    A new picture is looked at like new words.

    Raises:
        NotFound: not this phone's note.
        PictureRefused: it cannot be kept; says why.
        SeasonClosed: the words were looked at, and the season is closed since.
        WordsRefused: there are as many as there may be.
    """
    note = own_note(note_id, by=by)
    clean = files.clean_picture(raw)
    digest = hashlib.sha256(clean).hexdigest()
    known = {sha256 for _key, sha256 in note.more_pictures}
    if digest in known or (note.picture and note.picture.sha256 == digest):
        return
    require_changeable(note)
    if len(note.pictures) >= MOST_PICTURES:
        words = _("At most %(n)d pictures; take one out first.") % {"n": MOST_PICTURES}
        raise WordsRefused(words, where="picture", code="pictures_full")
    upload = files.keep_upload(
        by=by,
        kind=KIND,
        name=f"{digest[:12]}.{files.picture_type(clean).rsplit('/', 1)[-1]}",
        raw=clean,
        expires_at=kept_until(note),
        organisation_id=note.branch_id,
    )
    if note.picture_id is None:
        note.picture = upload
    else:
        note.more_pictures = [*note.more_pictures, [str(upload.id), digest]]
    note.decided = None
    settle(note, by=by)
    write_audit("publishing.add_picture", by, note)


@transaction.atomic
def remove_picture(*, by: Actor, note_id: UUID, upload_id: UUID) -> None:
    """Take a picture out of one's own note; what stays needs no other look. Safe to repeat.

    Raises:
        NotFound: not this phone's note.
    """
    note = own_note(note_id, by=by)
    if upload_id not in note.pictures:
        return
    files.drop_upload(upload_id)
    more = [[key, digest] for key, digest in note.more_pictures if key != str(upload_id)]
    if note.picture_id == upload_id:
        note.picture_id = UUID(more.pop(0)[0]) if more else None
    note.more_pictures = more
    note.save(update_fields=["picture", "more_pictures"])
    write_audit("publishing.remove_picture", by, note)


def kept_until(note: Note) -> datetime:
    """Return until when what belongs to a note is kept: some years after its season."""
    rules = seasons.rules(note.season_id)
    years = timedelta(days=366 * rules.parameters.retention_years)
    return max(clock.moment(rules.ends_on), clock.now()) + years


def open_picture(note_id: UUID, *, by: Actor, place: int = 1) -> tuple[str, bytes]:
    """Return the content type and bytes of a note's picture, the first or the one at ``place``.

    Raises:
        NotFound: there is none, or the note is not theirs to read.
    """
    note = Note.objects.select_related("branch").filter(id=note_id, removed_at=None).first()
    if note is None or not 1 <= place <= len(note.pictures) or not may_see(note, by):
        raise NotFound
    _upload, raw = files.read_upload(note.pictures[place - 1])
    return files.picture_type(raw), raw


def may_see(note: Note, by: Actor) -> bool:
    """Return whether somebody may see or hear what belongs to a note."""
    if speaks_for(note, by):
        return True
    is_public = note.audience == Audience.ALL and note.thread_id is None
    if note.state == NoteState.PUBLISHED and is_public:
        return True
    return any(open_to(key, by=by).filter(id=note.id).exists() for key in by.persons)
