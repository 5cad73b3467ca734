"""What a row says of its person, and how that differs from what is known. Blanks erase nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.files.contracts import Problem
from dongxun.kernel import secret
from dongxun.people import sealing
from dongxun.people.contracts import (
    TAG_FLOATING,
    TAG_HOME_STUDY,
    Category,
    Month,
    Status,
    is_secretary_by,
)
from dongxun.people.roster.columns import COLUMNS, DAMAGED
from dongxun.people.roster.matching import Known

PLAIN = ("sex", "category", "status", "joined_on", "full_on", "duty", "is_secretary")
OF_AGE = 18
LABELS = {column.key: column.label for column in COLUMNS}


@dataclass(slots=True)
class Wish:
    """A row in the terms of the tables; None says nothing."""

    name: str
    plain: dict[str, Any] = field(default_factory=dict)
    phone: str = ""
    phone_hash: str = ""
    id_number: str = ""
    id_hash: str = ""
    birth: Month | None = None
    joined: Month | None = None
    address: str = ""
    tags: frozenset[str] = frozenset()
    tags_off: frozenset[str] = frozenset()
    has_damaged_id: bool = False


def read(values: Mapping[str, Any]) -> Wish:
    """Return what a row's values mean."""
    wish = Wish(values.get("name") or "")  # a name that cannot be read is said by the engine
    for name in ("sex", "category", "duty"):
        if values.get(name):
            wish.plain[name] = values[name]
    if duty := values.get("duty"):
        wish.plain["is_secretary"] = is_secretary_by(duty)
    _dates(wish, values)
    _private(wish, values)
    _standing(wish, values)
    return wish


def _dates(wish: Wish, values: Mapping[str, Any]) -> None:
    for name in ("joined_on", "full_on"):
        if text := values.get(name):
            wish.plain[name] = first_day(text)
    if text := values.get("joined_on"):
        wish.joined = month_of(text)


def _private(wish: Wish, values: Mapping[str, Any]) -> None:
    if phone := values.get("phone"):
        wish.phone, wish.phone_hash = phone, sealing.phone_hash(phone)
    number = values.get("id_number") or ""
    if number == DAMAGED:
        wish.has_damaged_id = True
    elif number:
        wish.id_number, wish.id_hash = number, sealing.id_hash(number)
        wish.birth, sex = of_id_number(number)
        wish.plain.setdefault("sex", sex)
    if not wish.birth and (text := values.get("birth")):
        wish.birth = month_of(text)
    wish.address = values.get("address") or ""


def _standing(wish: Wish, values: Mapping[str, Any]) -> None:
    if status := values.get("status"):
        wish.plain["status"] = status
    elif values.get("lost"):
        wish.plain["status"] = Status.LOST.value
    on: set[str] = set(values.get("tags") or ())
    off: set[str] = set()
    for name, word in (("floating", TAG_FLOATING), ("home_study", TAG_HOME_STUDY)):
        if (said := values.get(name)) is not None:
            (on if said else off).add(word)
    if (mode := values.get("mode")) is not None:
        off |= {TAG_FLOATING, TAG_HOME_STUDY} - {mode}
        on |= {mode} - {""}
    wish.tags, wish.tags_off = frozenset(on), frozenset(off - on)


def differences(wish: Wish, known: Known) -> dict[str, tuple[Any, Any]]:
    """Return (before, after) of each plain field and tag set that the row would change."""
    found: dict[str, tuple[Any, Any]] = {}
    if wish.name != known.name:
        found["name"] = (known.name, wish.name)
    for name, value in wish.plain.items():
        before = getattr(known, name)
        if value != before and not _less_exact(name, value, before):
            found[name] = (before, value)
    more, less = wish.tags - known.tags, wish.tags_off & known.tags
    if more or less:
        found["tags"] = (sorted(less), sorted(more))
    return found


def private_differences(wish: Wish, known: Known) -> set[str]:
    """Return which private fields the row would change."""
    found = set()
    if wish.phone and wish.phone_hash != (known.phone_hash or ""):
        found.add("phone")
    if wish.id_number and wish.id_hash != (known.id_hash or ""):
        found.add("id_number")
    if wish.birth and wish.birth != (known.birth_year, known.birth_month):
        found.add("birth")
    if wish.address and wish.address != secret.unseal(known.address or "", sealing.ADDRESS):
        found.add("address")
    return found


def shown(plain: dict[str, tuple[Any, Any]], private: set[str]) -> list[tuple[str, str, str]]:
    """Return differences as a person reads them; private ones without their values."""
    rows = [
        (str(LABELS[name]), _text(name, before), _text(name, after))
        for name, (before, after) in plain.items()
        if name in LABELS and name != "tags"
    ]
    if "tags" in plain:
        less, more = plain["tags"]
        rows.append((str(LABELS["tags"]), "、".join(less), "、".join(more)))
    rows += [(str(LABELS[name]), "", _("changed")) for name in sorted(private)]
    return rows


def _text(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "category":
        return str(Category(value).label)
    if name == "status":
        return str(Status(value).label)
    return {"m": "男", "f": "女"}.get(value, str(value)) if name == "sex" else str(value)


def _less_exact(name: str, value: Any, before: Any) -> bool:
    """A month known to the day is not changed by the month alone."""
    return (
        name in {"joined_on", "full_on"}
        and before is not None
        and value.day == 1
        and (value.year, value.month) == (before.year, before.month)
    )


def day_problems(birth: Month | None, joined: Month | None) -> list[Problem]:
    """Say what cannot be, or is seldom, between birth and joining the party."""
    if not (birth and joined):
        return []
    if joined < birth:
        message = gettext_lazy("This is before the birth. One of the two days is wrong.")
        return [Problem(column, "before_birth", message) for column in ("joined_on", "birth")]
    year, month = birth
    if joined < (year + OF_AGE, month):
        message = gettext_lazy(
            "Not yet 18 at that time. The row goes in; look whether a year is wrong."
        )
        return [Problem("joined_on", "under_age", message, note=True)]
    return []


def of_id_number(number: str) -> tuple[Month, str]:
    """Return month of birth and sex, as a whole ID number says them."""
    return (int(number[6:10]), int(number[10:12])), "m" if int(number[16]) % 2 else "f"


def first_day(text: str) -> date:
    """Return the day a text means; of a month its first."""
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def month_of(text: str) -> Month:
    """Return year and month of a day or month as text."""
    return int(text[:4]), int(text[5:7])
