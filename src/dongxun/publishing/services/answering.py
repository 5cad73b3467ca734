"""What others do with published words: thank for them, or take a suggestion on as a need."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require_own
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.publishing.contracts import NoteKind
from dongxun.publishing.models import Note, Thank
from dongxun.publishing.queries.reading import open_to
from dongxun.publishing.services.writing import speaks_for, write_audit


@transaction.atomic
def thank(*, by: Actor, note_id: UUID, person_id: UUID) -> int:
    """Thank for a note, or take that back; return how many people thank. One of a person.

    Raises:
        NotFound: not open to that person, or not this phone's person.
        LinkNeeded: their link was not opened on this phone.
        Conflict: these are one's own words.
    """
    require_own(by, person_id)
    note = wanted_row(open_to(person_id, by=by).filter(id=note_id))
    if note.person_id == person_id:
        raise Conflict(_("These are your own words."))
    row, created = Thank.objects.get_or_create(
        note=note, person_id=person_id, defaults={"at": clock.now()}
    )
    if not created:
        row.delete()
    return Thank.objects.filter(note=note).count()


@transaction.atomic
def make_need(*, by: Actor, note_id: UUID) -> str:
    """Make a need of a suggestion in one go; return the need's code. Safe to repeat.

    Its author may, and whoever looks at the words of the branch.

    Raises:
        NotFound: absent, taken back, or not theirs.
        Conflict: it is no suggestion.
    """
    rows = Note.objects.select_for_update(of=("self",)).select_related("branch")
    note = rows.filter(id=note_id, removed_at=None).first()
    if note is None or not speaks_for(note, by):
        raise NotFound
    if note.kind != NoteKind.SUGGESTION:
        raise Conflict(_("Only a suggestion becomes a need."))
    if note.need_code:
        return note.need_code
    draft = NeedDraft(
        id=derived_id(note.received_at, "publishing.need", note.id),
        text=note.text,
        source=NeedSource.PUBLIC if note.person_id in by.owned else NeedSource.BRANCH,
        organisation_id=note.branch_id,
        person_id=note.person_id,
        occurred_at=note.written_at,
        about_kind="note",
        about_id=note.id,
    )
    note.need_code = needs.raise_need(by=by, draft=draft).code
    note.save(update_fields=["need_code"])
    write_audit("publishing.make_need", by, note)
    return note.need_code
