"""Units by the words that people type: one name, or a line of names.

Two branches may share a name; then the unit above is written before it,
"平潮镇 / 第一党支部".
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from dongxun.kernel.errors import Invalid
from dongxun.organisations import queries
from dongxun.organisations.contracts import Node
from dongxun.organisations.models import Organisation

_ABOVE = re.compile(r"\s*[/／>＞]\s*")
_BETWEEN = re.compile(r"[,，、;；\n]+")
_MOST = 5
_LONGEST = 200
"""A longer text is no name, and no database looks for it."""


class NoUnit(Invalid):
    """No unit is called so; or several are."""

    code = "no_unit"


def words_in(text: str) -> list[str]:
    """Return the names of a text, whatever stands between them, each once."""
    return list(dict.fromkeys(word.strip() for word in _BETWEEN.split(text) if word.strip()))


def typed(nodes: Iterable[Node]) -> dict[Node, str]:
    """Return for each unit the shortest words that :func:`named` understands."""
    units = list(nodes)
    names = [unit.name for unit in units]
    known = Organisation.objects.filter(Q(name__in=names) | Q(short_name__in=names), closed_on=None)
    counts: Counter[str] = Counter()
    for name, short in known.values_list("name", "short_name"):
        counts.update({name, short})
    return {unit: _path(unit) if counts[unit.name] > 1 else unit.name for unit in units}


def named(words: str, reach: Q | None = None) -> Node:
    """Return the one open unit that is called so, by full or short name; an id is taken too.

    Args:
        reach: the condition on organisations that may be meant; all when None.

    Raises:
        NoUnit: there is none, or there are several; the message says what to write.
    """
    if len(words) > _LONGEST:
        message = _("There is no unit called %(names)s here.")
        raise NoUnit(message % {"names": f"{words[:20]}…"})
    if key := _id_in(words):
        row = Organisation.objects.filter(reach or Q(), id=key, closed_on=None)
        if found_by_id := row.select_related("type").first():
            return queries.as_node(found_by_id)
    *above, name = (part.strip() for part in _ABOVE.split(words.strip()))
    within = Organisation.objects.filter(reach or Q(), closed_on=None).select_related("type")
    rows = within.filter(Q(name=name) | Q(short_name=name)).order_by("depth", "lft")
    found = [queries.as_node(row) for row in rows[:50]]
    found = [unit for unit in found if _stands_under(unit, above)] if above else found
    exact = [unit for unit in found if unit.name == name]
    found = exact if len(exact) == 1 else found
    if len(found) == 1:
        return found[0]
    if found:
        shown = "；".join(_path(unit) for unit in found[:_MOST])
        message = _("Several units are called %(name)s. Write one of: %(paths)s")
        raise NoUnit(message % {"name": name, "paths": shown})
    alike = queries.search(name, reach=reach or Q(), most=_MOST) or _alike(name, reach or Q())
    message = _("There is no unit called %(names)s here.") % {"names": name}
    if alike:
        names = "、".join(unit.name for unit in alike)
        message += " " + _("Perhaps: %(names)s") % {"names": names}
    raise NoUnit(message)


def _id_in(words: str) -> UUID | None:
    try:
        return UUID(words.strip())
    except ValueError:
        return None


def _alike(name: str, reach: Q) -> list[Node]:
    """Return units that begin like a name: 平潮 for 平潮乡."""
    return queries.search(name[:2], reach=reach, most=_MOST) if len(name) > 2 else []


def _path(unit: Node) -> str:
    above = queries.nodes([unit.parent_id]) if unit.parent_id else {}
    return " / ".join([*(parent.short_name for parent in above.values()), unit.name])


def _stands_under(unit: Node, above: list[str]) -> bool:
    names = [{node.name, node.short_name} for node in queries.ancestors(unit.id)[:-1]]
    return all(any(word in both for both in names) for word in above)


def choices(units: Iterable[Node]) -> list[tuple[str, str]]:
    """Return units in tree order as choices, indented by their depth."""
    units = list(units)
    top = min((unit.depth for unit in units), default=0)
    return [(str(unit.id), "　" * (unit.depth - top) + unit.short_name) for unit in units]


class UnitField(forms.CharField):
    """One unit, typed by name; the kit's picker finds it while typing.

    ``reach`` is set by the form: the condition on organisations that may be meant.
    """

    reach: Q | None = None

    def clean(self, value: Any) -> Node | None:
        """Return the unit, or say what to write."""
        words = super().clean(value)
        if not words:
            return None
        try:
            return named(words, self.reach)
        except NoUnit as error:
            raise forms.ValidationError(str(error)) from error


def answer(units: Iterable[Node]) -> dict[str, Any]:
    """Return what the kit's picker wants to be told about units."""
    return {
        "results": [
            {"id": str(unit.id), "label": unit.short_name, "path": unit.name, "text": words}
            for unit, words in typed(units).items()
        ]
    }
