"""What a row says of a line of the register, and how that differs. Blanks erase nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dongxun.files.contracts import Problem
from dongxun.people.contracts import AwayReason, ContactWay
from dongxun.people.floating.importing.columns import COLUMNS
from dongxun.people.models import Stay

LABELS = {column.key: column.label for column in COLUMNS}
WRITTEN = (
    *("reason", "direction", "host_words", "host_contact", "education", "card_number"),
    *("study", "dues", "review", "note"),
)
DAYS = ("left_on", "contacted_on")
_NOT_IN = frozenset({"否", "未", "无", "没有", "未报到", "×", "no"})


@dataclass(slots=True)
class Wish:
    """A row in the terms of the table, with what is told about it."""

    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


def read(row: Mapping[str, Any], known: Stay | None, host: str) -> Wish:
    """Return what a row asks for; ``known`` is the open line, ``host`` who was reported to."""
    wish = Wish({name: row[name] for name in WRITTEN if row.get(name)})
    if left := row.get("left_on"):
        wish.values["left_on"] = date.fromisoformat(left)
    if host:  # what our own workbook prints there comes from the report-in
        if wish.values.get("host_words") == host:
            del wish.values["host_words"]
        if known is not None and not known.host_contact:
            wish.values.pop("host_contact", None)
    elif (said := row.get("reported")) and str(said).lower() not in _NOT_IN:
        wish.notes.append(_not_reported())
    _contact(wish, row, known)
    return wish


def _contact(wish: Wish, row: Mapping[str, Any], known: Stay | None) -> None:
    """Take the last word with them, where it is later than what is known."""
    if not row.get("contacted_on"):
        return
    on = date.fromisoformat(row["contacted_on"])
    if known is not None and known.lost_on and on >= known.lost_on:
        wish.notes.append(_lost())
        return
    if known is not None and known.contacted_on and on < known.contacted_on:
        return
    wish.values["contacted_on"] = on
    if row.get("contacted_by"):
        wish.values["contacted_by"] = row["contacted_by"]
    elif known is None or known.contacted_on != on:
        wish.values["contacted_by"] = ""


def differences(wish: Wish, known: Stay) -> dict[str, tuple[Any, Any]]:
    """Return what changes: before and after by field."""
    return {
        name: (before, value)
        for name, value in wish.values.items()
        if (before := getattr(known, name)) != value
    }


def shown(found: Mapping[str, tuple[Any, Any]]) -> list[tuple[str, str, str]]:
    """Return differences in words."""
    return [
        (str(LABELS[name]), in_words(name, before), in_words(name, after))
        for name, (before, after) in found.items()
    ]


def in_words(name: str, value: Any) -> str:
    """Return a value of the table as people read it."""
    if not value:
        return ""
    if name == "reason":
        return str(AwayReason(value).label)
    if name == "contacted_by":
        return str(ContactWay(value).label)
    return str(value)


def _not_reported() -> Problem:
    message = _(
        "Reported in according to the paper: name the station on their page, so that it confirms."
    )
    return Problem("reported", "not_reported", message, note=True)


def _lost() -> Problem:
    message = _("Stands as lost: note this contact on their page, so that they are found again.")
    return Problem("contacted_on", "is_lost", message, note=True)
