"""A secretary or organiser looks at members' words before anybody else sees them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rules import allows
from dongxun.publishing.contracts import Audience, Decision, SoundState
from dongxun.publishing.models import Note, Writing
from dongxun.publishing.queries.console import to_decide
from dongxun.publishing.services.writing import DECIDED, tell_ledger, write_audit
from dongxun.seasons.contracts import SeasonClosed


@transaction.atomic
def decide(
    *,
    by: Actor,
    notes: Sequence[tuple[UUID, UUID]],
    decision: Decision,
    reason: str = "",
) -> int:
    """Decide about notes, each named with what was seen of it; return how many changed.

    Safe to repeat. What its author has changed since (``Note.seen``) is left waiting: nobody
    publishes what nobody has read. So is one whose recording cannot be heard yet, and what its
    author has taken back meanwhile is passed over.

    Raises:
        NotFound: a note is absent, was never for others, or is of a branch that ``by`` does
            not organise.
        SeasonClosed: it can be read, not changed; what arrived since is looked at all the same.
        Invalid: returned or hidden without a reason.
    """
    if decision != Decision.PUBLISH and not reason.strip():
        raise Invalid(_("Say why, so that the author knows."), where="reason")
    rows = Note.objects.select_for_update(of=("self",)).select_related("season", "branch")
    shown = Writing.objects.filter(note=OuterRef("pk")).exclude(audience=Audience.OWN)
    found = rows.filter(Exists(shown), id__in=[key for key, _seen in notes]).order_by("id")
    known = {note.id: note for note in found}
    may = to_decide(found)
    changed = 0
    for key, seen in notes:
        note = known.get(key)
        if note is None or not allows("publishing.moderate", by, note.branch.lft):
            raise NotFound
        if key not in may:
            raise SeasonClosed
        changed += _decide(note, seen, decision, reason.strip()[:200], by)
    return changed


def _decide(note: Note, seen: UUID, decision: Decision, reason: str, by: Actor) -> bool:
    same = (note.decision, note.decided, note.reason) == (decision, note.current, reason)
    is_early = decision == Decision.PUBLISH and note.sound_state == SoundState.WAITING
    is_gone = note.removed_at is not None or note.audience == Audience.OWN
    if note.seen != seen or same or is_early or is_gone:
        return False
    note.decision, note.decided, note.reason = decision, note.current, reason
    note.decided_at, note.decided_by = clock.now(), by.label[:120]
    note.state = DECIDED[decision]
    note.save()
    tell_ledger(note, by=by)
    if decision == Decision.PUBLISH:
        write_audit("publishing.publish", by, note)
    else:
        hidden = decision == Decision.HIDE
        write_audit("publishing.hide" if hidden else "publishing.return", by, note)
    return True
