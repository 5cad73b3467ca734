"""A pledge is followed up: was it kept? Its author says so, or whoever organises the branch."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.publishing.contracts import AGAIN_DAYS, MOST_OUTCOME, Kept, NoteKind
from dongxun.publishing.models import Note
from dongxun.publishing.services.writing import speaks_for, write_audit


@transaction.atomic
def say_kept(*, by: Actor, note_id: UUID, kept: Kept | None, words: str = "") -> None:
    """Note what became of a pledge; None asks again later. Safe to repeat, the last word stands.

    A pledge outlives its season, and no fact is written: it is answered after the end as well.

    Raises:
        NotFound: absent, taken back, private, or not theirs.
        Conflict: it is no pledge.
    """
    rows = Note.objects.select_for_update(of=("self",)).select_related("branch")
    note = rows.filter(id=note_id, removed_at=None).first()
    if note is None or not speaks_for(note, by):
        raise NotFound
    if note.kind != NoteKind.PLEDGE:
        raise Conflict(_("Only a pledge is kept or not."))
    if kept is None:
        note.follow_on = clock.today() + timedelta(days=AGAIN_DAYS)
        note.kept_at, note.kept_by = None, ""
    else:
        note.kept_at, note.kept_by = clock.now(), by.label[:120]
    note.kept, note.kept_words = kept or "", words.strip()[:MOST_OUTCOME]
    note.save(update_fields=["follow_on", "kept", "kept_words", "kept_at", "kept_by"])
    write_audit("publishing.say_kept", by, note)
