"""Two rows were one person: who is on a list twice keeps the line that counts; none goes missing."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.packs.contracts import ListState
from dongxun.packs.models import IssueLine
from dongxun.packs.services import lists


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move lines to the survivor. Safe to repeat.

    Where both were on one issued list, two packs left the store: the survivor has the line that
    says more, the other stays with the row that was merged, to be handed over or noted as come
    back. From a list still drawn up it is taken off.
    """
    IssueLine.objects.filter(courier_id=merged_id).update(courier_id=kept_id)
    own = {line.list_id: line for line in IssueLine.objects.filter(person_id=kept_id)}
    for line in IssueLine.objects.filter(person_id=merged_id).select_related("list"):
        if line.list_id not in own:
            line.person_id = kept_id
            line.save(update_fields=["person"])
        elif line.list.state == ListState.DRAFT:
            lists.leave_out(by=Actor.system("person_merged"), line_id=line.id)
        else:
            _share_out(own[line.list_id], line)


def count_for_survivor(line: IssueLine) -> None:
    """Let what a line of a merged row says count for the person who stays, on the same list.

    Wants ``person`` selected.
    """
    kept_id = line.person.merged_into_id if line.person else None
    if kept_id is None:
        return
    own = IssueLine.objects.filter(list=line.list_id, person_id=kept_id).first()
    if own is not None:
        _share_out(own, line)


def _share_out(own: IssueLine, other: IssueLine) -> None:
    """Give the survivor the line that says more, and note on the other whose it is."""
    kept_id, merged_id = own.person_id, other.person_id
    if _says(other) > _says(own):
        own.person_id, own.name = None, str(own.id)  # a person is on a list once at any moment
        own.save(update_fields=["person", "name"])
        other.person_id, other.note = kept_id, ""
        other.save(update_fields=["person", "note"])
        own, other = other, own
    words = _("Same person as line %(n)d: note it as come back if it was not handed over.")
    other.person_id, other.name, other.note = merged_id, "", words % {"n": own.number}
    other.save(update_fields=["person", "name", "note"])


def _says(line: IssueLine) -> int:
    return 2 if line.received_at else 0 if line.returned_at else 1
