"""Rows that name their unit by a code: lists of administrative divisions.

Such a list may reach far beyond the place that it is imported for; what does not lie
below that place is left out, and said to be.
"""

import re

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Action, Finding, Problem, RowIn
from dongxun.organisations.importing.index import TreeIndex
from dongxun.organisations.models import Organisation
from dongxun.organisations.names import name_key

LEVELS = frozenset({"province", "city", "district", "town", "village"})
"""Kinds that a list of divisions names, whatever its rows are exactly: a street is a town there."""
_LABEL = re.compile(r"(.*)（([0-9A-Za-z-]+)）")


def label_of(name: str, code: str) -> str:
    """Return what a row is called; :func:`parts_of` takes it apart again."""
    return f"{name}（{code}）" if code else name


def parts_of(label: str) -> tuple[str, str]:
    """Return name and code, the code empty for a row without."""
    found = _LABEL.fullmatch(label)
    return (found[1], found[2]) if found else (label, "")


def is_list_of_divisions(row: RowIn) -> bool:
    """Return whether the list says by code what each row stands below."""
    return bool(row.values.get("code")) and "parent_code" in row.values


def known(tree: TreeIndex, row: RowIn) -> Organisation | None:
    """Return the unit that has the row's code, or the place of the import, which has none yet."""
    code = str(row.values.get("code") or "")
    if found := tree.coded(code):
        return found
    root = tree.root
    names = {name_key(root.name), name_key(root.short_name)}
    is_root = not root.code and name_key(str(row.values["name"])) in names
    return root if code and is_root else None


def among(hits: list[Organisation], code: str, finding: Finding) -> Organisation | None:
    """Return the unit of the row's name at its place, if it has no other code."""
    if not hits:
        return None
    if hits[0].code and hits[0].code != code:
        message = _("A unit of this name stands here with another code, %(code)s.")
        words = message % {"code": hits[0].code}
        finding.problems.append(
            Problem("code", "code_differs", words, heading=_("Units here have other codes"))
        )
    return hits[0]


def leave_out(finding: Finding) -> Finding:
    """Say that a row speaks of somewhere else."""
    finding.action = Action.SKIP
    message = _("Not below the place that the list is imported for; left out.")
    finding.problems.append(Problem("", "outside", message, note=True))
    return finding


def note_place(finding: Finding, row: RowIn, now: Organisation, tree: TreeIndex) -> None:
    """Say where a unit stays as it is, although the list says otherwise."""
    above = tree.coded(str(row.values.get("parent_code") or ""))
    if above and now.id != tree.root.id and now.parent_id != above.id:
        message = _("It stands below another unit here, and stays there.")
        finding.problems.append(Problem("parent_code", "place_stays", message, note=True))
    name = name_key(str(row.values["name"]))
    if name not in {name_key(now.name), name_key(now.short_name)}:
        message = _("It has another name here, and keeps it.")
        finding.problems.append(Problem("name", "name_stays", message, note=True))
