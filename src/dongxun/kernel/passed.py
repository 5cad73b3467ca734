"""Refusals that are no word on an item, for they hang on who sent it or on a fault of ours.

The item stays unanswered, for another may send it rightly; but the desk of the unit to which
the phone belongs sees that something lies there. Which unit that is, rooms that know phones
tell (``belong_with``), and where in the tree it stands ``stand_with``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, ActorKind, Role
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.models import SyncPassed

if TYPE_CHECKING:
    from dongxun.kernel.sync import ItemAnswer

FAULT = "server_fault"
"""The answer where something of ours went wrong."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """To which units a sender belongs, and what they are called."""

    units: tuple[UUID, ...] = ()
    label: str = ""


Teller = Callable[[Actor], Belonging]
_tellers: list[Teller] = []
_standing: list[Callable[[Collection[UUID]], Mapping[UUID, int]]] = []


def belong_with(teller: Teller) -> None:
    """Let a room say to which units a sender belongs; twice is once."""
    if teller not in _tellers:
        _tellers.append(teller)


def stand_with(find: Callable[[Collection[UUID]], Mapping[UUID, int]]) -> None:
    """Let a room say at which positions of the tree units stand; the last one counts."""
    _standing[:] = [find]


def note(answers: Iterable["ItemAnswer"], reasons: frozenset[str], *, by: Actor) -> None:
    """Keep which items were refused with a word that hangs on the sender. Safe to repeat.

    What strangers may not do is no work for anybody; what failed through us is.
    """
    codes = reasons if by.kind is not ActorKind.PUBLIC else reasons & {FAULT}
    found = {
        answer.id: answer.reason
        for answer in answers
        if answer.answer == SyncAnswer.REJECTED and answer.reason in codes and not answer.passing
    }
    if not found:
        return
    told = [teller(by) for teller in _tellers]
    own = [grant.organisation_id for grant in by.grants if grant.role in ORGANISERS]
    units = list(dict.fromkeys([*own, *(unit for one in told for unit in one.units)]))
    label = by.label or next((one.label for one in told if one.label), "")
    shared = {
        "sent_by": label[:120],
        "units": [str(unit) for unit in units],
        "at": clock.now(),
    }
    SyncPassed.objects.bulk_create(
        [SyncPassed(item_id=key, reason=found[key][:200], **shared) for key in found],
        ignore_conflicts=True,
    )


def reached(rows: Sequence[SyncPassed], by: Actor) -> list[SyncPassed]:
    """Return those whose sender belongs to a unit of the actor; of nobody's, offices."""
    wanted = {UUID(unit) for row in rows for unit in row.units}
    places = _standing[0](wanted) if _standing and wanted else {}
    return [row for row in rows if _is_own(row, places, by)]


def _is_own(row: SyncPassed, places: Mapping[UUID, int], by: Actor) -> bool:
    spots = [places[UUID(unit)] for unit in row.units if UUID(unit) in places]
    if not spots:
        return by.holds(Role.OFFICE)
    return any(by.reaches(lft, ORGANISERS) for lft in spots)
