"""What is to be carried to people: for rounds of visits and for couriers."""

from collections.abc import Collection
from uuid import UUID

from dongxun.kernel import bulk
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.packs.contracts import CarryLine, ListState
from dongxun.packs.models import IssueLine

_BATCH = 500


def to_carry(*, person_ids: Collection[UUID], by: Actor) -> dict[UUID, list[CarryLine]]:
    """Return the open lines of these people, by person; people without any are left out.

    The calling room answers for it that ``by`` may see these people, as it does for a
    round's own stops; the public is given nothing.
    """
    found: dict[UUID, list[CarryLine]] = {}
    if by.kind is ActorKind.PUBLIC:
        return found
    for part in bulk.chunks(list(person_ids), _BATCH):
        rows = IssueLine.objects.filter(
            person_id__in=part,
            received_at=None,
            returned_at=None,
            list__state=ListState.ISSUED,
        ).order_by("list__issued_at", "id")
        for line_id, person_id, pack, quantity in rows.values_list(
            "id", "person_id", "list__pack__name", "quantity"
        ):
            found.setdefault(person_id, []).append(CarryLine(line_id, pack, quantity))
    return found
