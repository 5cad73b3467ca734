"""Voice notes of needs: kept sealed, heard by whoever works on them, put in words by a person."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.needs.contracts import SPOKEN
from dongxun.needs.models import Need, Voice
from dongxun.needs.queries.tickets import need_row
from dongxun.needs.services.pictures import FRESH
from dongxun.needs.services.raising import MOST_WORDS
from dongxun.seasons import api as seasons

KIND = "needs.voice"
MOST_BYTES = 6 * 1024 * 1024
MOST_VOICES = 5


class VoiceRefused(Invalid):
    """A voice note cannot be kept; the message says why."""

    code = "voice_refused"


def check_voice(raw: bytes) -> None:
    """Let pass what can be kept and played.

    Raises:
        VoiceRefused: too long, or no recording; says why.
    """
    if len(raw) > MOST_BYTES:
        words = _("This recording is larger than %(n)d MB. Say it in a few minutes.")
        raise VoiceRefused(words % {"n": MOST_BYTES // 1024**2}, where="voice")
    if not files.sound_type(raw):
        raise VoiceRefused(_("This is no recording that can be played."), where="voice")


@transaction.atomic
def add_voice(*, by: Actor, need_id: UUID, raw: bytes) -> UUID:
    """Keep what somebody said of a need; sent twice, it is there once.

    Raises:
        NotFound: the need is absent or hidden.
        NotAllowed: the actor may not add to it.
        VoiceRefused: too long, no recording, or too many; says why.
    """
    need = _need(need_id, by)
    Need.objects.select_for_update().get(id=need.id)  # two at once: the second finds the first
    check_voice(raw)
    digest = hashlib.sha256(raw).hexdigest()
    known = Voice.objects.filter(need=need)
    if found := known.filter(sha256=digest).first():
        return found.id
    if known.count() >= MOST_VOICES:
        raise VoiceRefused(_("A need has at most %(n)d recordings.") % {"n": MOST_VOICES})
    rules = seasons.rules(need.season_id)
    years = timedelta(days=366 * rules.parameters.retention_years)
    upload = files.keep_upload(
        by=by,
        kind=KIND,
        name=f"{digest[:12]}.{files.sound_type(raw).rsplit('/', 1)[-1]}",
        raw=raw,
        expires_at=max(clock.moment(rules.ends_on), clock.now()) + years,
        organisation_id=need.organisation_id,
    )
    row = Voice.objects.create(need=need, upload=upload, sha256=digest, added_at=clock.now())
    _note("add_voice", by, row, sha256=digest)
    return row.id


def _need(need_id: UUID, by: Actor) -> Need:
    """Return a need to which the actor may speak: theirs to work on, or just raised by them."""
    fresh = Need.objects.filter(id=need_id, recorded_at__gte=clock.now() - FRESH).first()
    if fresh is not None and fresh.raised_by == by.id:
        return fresh
    need = need_row(need_id, by=by)
    require("needs.work_on_need", by, need)
    return need


def need_of(voice_id: UUID, *, by: Actor) -> Need:
    """Return the need that a recording is of.

    Raises:
        NotFound: absent, or of a need that is hidden.
    """
    return need_row(wanted_row(Voice.objects.filter(id=voice_id)).need_id, by=by)


def open_voice(voice_id: UUID, *, by: Actor) -> tuple[str, bytes]:
    """Return a recording's content type and bytes.

    Raises:
        NotFound: absent, or of a need that is hidden.
    """
    row = wanted_row(Voice.objects.filter(id=voice_id))
    need_row(row.need_id, by=by)
    _upload, raw = files.read_upload(row.upload_id)
    return files.sound_type(raw) or "application/octet-stream", raw


@transaction.atomic
def write_down(*, by: Actor, voice_id: UUID, words: str) -> UUID:
    """Put in words what was said; return the need's id. Safe to repeat, and to correct.

    They become the need's own words where nothing was typed.

    Raises:
        NotFound: absent, or of a need that is hidden.
        NotAllowed: not the actor's to work on.
        Invalid: nothing written, or too much.
    """
    row = wanted_row(Voice.objects.select_for_update().filter(id=voice_id))
    need = need_row(row.need_id, by=by)
    require("needs.work_on_need", by, need)
    words = words.strip()
    if not words:
        raise Invalid(_("Write down what is said."), where="words")
    if len(words) > MOST_WORDS:
        raise Invalid(_("At most 2,000 characters."), where="words")
    if need.text in {SPOKEN, row.words}:
        Need.objects.filter(id=need.id).update(text=words)
    if row.words != words:
        row.words, row.heard_at, row.heard_by = words, clock.now(), by.label[:120]
        row.save(update_fields=["words", "heard_at", "heard_by"])
        _note("write_down", by, row)
    return need.id


def _note(name: str, by: Actor, row: Voice, **detail: str) -> None:
    audit.write(
        f"needs.{name}",
        by=by,
        subject=("need", row.need_id),
        organisation_id=row.need.organisation_id,
        **detail,
    )
