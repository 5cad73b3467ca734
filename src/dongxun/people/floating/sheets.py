"""A filled 流动党员登记表 entered whole: once or again corrected, each member has one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, one_by_one
from dongxun.people.floating.contracts import StayDraft
from dongxun.people.floating.services import change_stay, note_contact, register_stay
from dongxun.people.models import Stay


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the paper, found on the roster; what is not written there leaves what stands."""

    person_id: UUID
    draft: StayDraft
    contacted_on: date | None = None
    contacted_by: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """How many lines were new, changed, or said what stood there already."""

    new: int
    changed: int
    same: int

    @property
    def in_all(self) -> int:
        """Return how many lines the sheet had."""
        return self.new + self.changed + self.same


@transaction.atomic
def enter_sheet(*, by: Actor, lines: Sequence[SheetLine]) -> Entered:
    """Write every line of a sheet, or none. Safe to repeat, and to enter again corrected.

    Raises:
        NotFound: somebody is not the actor's.
        Invalid: nothing written, a field that does not fit, a member twice; each with
            ``<number>.<field>``, counted from 0.
    """
    seen: set[UUID] = set()

    def enter(line: SheetLine) -> str:
        if line.person_id in seen:
            raise Invalid(_("This member stands on another line of this sheet."), where="name")
        seen.add(line.person_id)
        return _enter(line, by=by)

    became = one_by_one(lines, enter)
    return Entered(*(became.count(word) for word in ("new", "changed", "same")))


def _enter(line: SheetLine, *, by: Actor) -> str:
    """Write one line; return what became of it."""
    known = Stay.objects.filter(person_id=line.person_id, back_on=None).first()
    if known is None:
        stay_id = register_stay(by=by, person_id=line.person_id, draft=line.draft)
    else:
        stay_id = change_stay(by=by, stay_id=known.id, draft=line.draft)
    if line.contacted_on or line.contacted_by:
        _contact(stay_id, line, by=by)
    if known is None:
        return "new"
    is_same = Stay.objects.filter(id=known.id, version=known.version).exists()
    return "same" if is_same else "changed"


def _contact(stay_id: UUID, line: SheetLine, *, by: Actor) -> None:
    if line.contacted_on is None:
        raise Invalid(_("Say on which day."), where="contacted_on")
    try:
        note_contact(by=by, stay_id=stay_id, on=line.contacted_on, way=line.contacted_by)
    except Invalid as error:
        fields = {"on": "contacted_on", "way": "contacted_by"}
        raise Invalid(details=[(fields[at], words) for at, words in error.details]) from error
