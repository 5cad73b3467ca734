"""The cells of the roster's grid: typed or pasted as text, read as a workbook is, saved by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.files.api import values
from dongxun.files.contracts import CellProblem
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.people import queries, services
from dongxun.people.contracts import Category, Details, Status
from dongxun.people.models import Person
from dongxun.people.roster import columns
from dongxun.people.roster.wishes import first_day

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class RowIn:
    """The changed cells of one person, as text; ``version`` is what the writer saw."""

    id: UUID
    version: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class RowOut:
    """What became of a row: its cells as they stand now, or why nothing of it was written."""

    id: UUID
    version: int = 0
    cells: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def shown(person: Person) -> dict[str, str]:
    """Return the cells of a person as the grid holds them."""
    return {
        "name": person.name,
        "category": str(person.get_category_display()),
        "status": str(person.get_status_display()),
        "joined_on": person.joined_on.isoformat() if person.joined_on else "",
        "duty": person.duty,
    }


def save_rows(rows: Sequence[RowIn], *, by: Actor) -> list[RowOut]:
    """Save each row that fits; answer the others cell by cell. Good rows never wait for bad ones.

    Raises:
        Invalid: more than ``MOST_ROWS``.
    """
    if len(rows) > MOST_ROWS:
        raise Invalid(_("At most %(n)d rows at once.") % {"n": MOST_ROWS})
    return [_save(row, by) for row in rows]


def _save(row: RowIn, by: Actor) -> RowOut:
    out = RowOut(row.id)
    known: dict[str, Any] = {}
    for name, text in row.cells.items():
        try:
            known[name] = _READ[name](text.strip())
        except KeyError:
            out.errors[name] = _("This cannot be changed here.")
        except CellProblem as problem:
            out.errors[name] = str(problem.message)
    if out.errors:
        return out
    emptied = tuple(name for name in ("joined_on",) if known.get(name, "") is None)
    try:
        details = Details(**known, emptied=emptied)
        services.update_person(by=by, person_id=row.id, details=details, version=row.version)
    except DomainError as error:
        out.errors[error.where if error.where in row.cells else ""] = str(error)
        return out
    person = queries.row(row.id, by=by)
    out.version, out.cells = person.version, shown(person)
    return out


def _category(text: str) -> str:
    said = {str(each.label): each for each in Category} | columns.CATEGORIES
    if text not in said:
        raise CellProblem("category", _("Write 正式党员, 预备党员, 入党积极分子 or 其他."))
    return said[text].value


def _status(text: str) -> str:
    said = {str(each.label): each.value for each in Status}
    found = said.get(text) or columns.status(text)
    if not found:
        raise CellProblem("status", _("Write 正常, 转出, 去世, 停止党籍 or 失联."))
    return str(found)


def _name(text: str) -> str:
    if not (found := values.name(text)):
        raise CellProblem("name", _("A name is needed."))
    return str(found)


def _joined(text: str) -> Any:
    found = columns.past(text)
    return first_day(str(found)) if found else None


def _duty(text: str) -> str:
    return text[:60]


_READ: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "category": _category,
    "status": _status,
    "joined_on": _joined,
    "duty": _duty,
}
