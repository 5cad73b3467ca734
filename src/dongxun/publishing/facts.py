"""What publishing tells the ledger: a reflection that was accepted."""

from datetime import datetime
from uuid import UUID

from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.publishing.contracts import COUNTS, NoteState
from dongxun.publishing.models import Note

SOURCE = "publishing.reflected"
OBJECT = "note"


def reflected(note: Note) -> NewFact | None:
    """Return what an accepted reflection on a topic says; no time is counted for it."""
    stands = note.state == NoteState.PUBLISHED and note.removed_at is None
    if not (stands and note.kind in COUNTS and note.topic_id and note.decided_at):
        return None
    return NewFact(
        id=_key(note.decided_at, note.id),
        kind=FactKind.REFLECTED,
        person_id=note.person_id,
        branch_id=note.branch_id,
        season_id=note.season_id,
        topic_id=note.topic_id,
        seconds=0,
        mode=Mode.NONE,
        format="",
        occurred_at=note.written_at,
        object_kind=OBJECT,
        object_id=note.id,
        source=SOURCE,
    )


def _key(decided_at: datetime, note_id: UUID) -> UUID:
    """Hang the id on the decision: what was taken back once never comes back by itself."""
    return derived_id(decided_at, SOURCE, note_id)
