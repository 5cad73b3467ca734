"""What is to be carried to people: for rounds of visits and for couriers."""

from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from dongxun.kernel import bulk
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.packs.contracts import OUTSIDE, CarryLine, GuestHome, ListState
from dongxun.packs.models import IssueLine

_BATCH = 500


def to_carry(
    *, person_ids: Collection[UUID], by: Actor, carriers: Collection[UUID] = ()
) -> dict[UUID, list[CarryLine]]:
    """Return the open lines of these people, by person; people without any are left out.

    The calling room answers for it that ``by`` may see these people, as it does for a
    round's own stops; the public is given nothing.

    Args:
        carriers: persons and accounts who go; what somebody else carries is left out.
    """
    found: dict[UUID, list[CarryLine]] = {}
    if by.kind is ActorKind.PUBLIC:
        return found
    for part in bulk.chunks(list(person_ids), _BATCH):
        rows = IssueLine.objects.filter(
            _taken_by(carriers),
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


def _taken_by(carriers: Collection[UUID]) -> Q:
    """Return the condition on lines in nobody's bag, or in that of one of these."""
    who = list(carriers)
    return Q(courier_name="") | Q(courier_id__in=who) | Q(courier_account__in=who)


def to_guests(
    *, guests: Mapping[UUID, GuestHome], by: Actor, carriers: Collection[UUID] = ()
) -> dict[UUID, list[CarryLine]]:
    """Return the open lines of households and others who are on no roster, by the caller's key.

    Where two lines of one list fit a home, or one line two homes, none is shown: nobody can
    say which is meant. ``carriers`` as for :func:`to_carry`.
    """
    found: dict[UUID, list[CarryLine]] = {}
    if by.kind is ActorKind.PUBLIC or not guests:
        return found
    rows = IssueLine.objects.filter(
        kind__in=OUTSIDE,
        name__in={home.name for home in guests.values()},
        received_at=None,
        returned_at=None,
        list__state=ListState.ISSUED,
    )
    lines = list(rows.select_related("list__pack", "branch").order_by("list__issued_at", "id"))
    mine = set(rows.filter(_taken_by(carriers)).values_list("id", flat=True))
    meant = Counter(line.id for line in lines for home in set(guests.values()) if is_of(line, home))
    for key, home in guests.items():
        own = [line for line in lines if is_of(line, home)]
        times = Counter(line.list_id for line in own)
        carried = [
            CarryLine(line.id, line.list.pack.name, line.quantity)
            for line in own
            if times[line.list_id] == meant[line.id] == 1 and line.id in mine
        ]
        if carried:
            found[key] = carried
    return found


def is_of(line: IssueLine, home: GuestHome) -> bool:
    """Whether a line of somebody on no roster is this home's."""
    above = line.branch.lft <= home.lft and home.rgt <= line.branch.rgt
    below = home.lft <= line.branch.lft and line.branch.rgt <= home.rgt
    return line.person_id is None and line.name == home.name and (above or below)
