"""Reads of people. Rooms that compute get keys; pages get what the actor may see."""

from collections.abc import Iterable
from uuid import UUID

from dongxun.people.contracts import BranchOf
from dongxun.people.models import Person


def branches_of(person_ids: Iterable[UUID]) -> dict[UUID, BranchOf]:
    """Return the home branch of each person and its position in the tree; unknown left out.

    For rooms that compute; nothing personal in it.
    """
    rows = Person.objects.filter(id__in=list(person_ids)).values_list(
        "id", "branch_id", "branch__lft"
    )
    return {person_id: BranchOf(branch_id, lft) for person_id, branch_id, lft in rows}
