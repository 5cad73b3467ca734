"""The audit trail: one row for every service call that writes or exports, and its words.

Rows hold codes; each room says in its ``acts.py`` what its codes are called, and
a test asks that every code has words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dongxun.kernel import bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Text
from dongxun.kernel.models import AuditEntry

_COLUMNS = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "subject_kind",
    "subject_id",
    "organisation_id",
    "detail",
)


def write(
    action: str,
    *,
    by: Actor,
    subject: tuple[str, UUID] | None = None,
    organisation_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Append one row, in the caller's transaction.

    Args:
        action: ``room.verb_thing``, the service's own name.
        organisation_id: where it happened; decides which organisers can read it.
        detail: JSON values; never personal data, ids and counts suffice.
    """
    kind, subject_id = subject or ("", None)
    row = (
        clock.now(),
        by.kind.value,
        by.id,
        by.label[:120],
        action,
        kind,
        subject_id,
        organisation_id,
        detail,
    )
    bulk.insert(AuditEntry, _COLUMNS, [row])


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[str]]:
    """Return what an act made different, for the detail ``changed``: (before, after) by name.

    Names are those of details; values plain texts or codes that have words.
    """
    return {
        name: [_text(before.get(name)), _text(value)]
        for name, value in after.items()
        if _text(before.get(name)) != _text(value)
    }


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


_acts: dict[str, Text] = {}
_things: dict[str, Text] = {}
_details: dict[str, Text] = {}
_values: dict[tuple[str, str], Text] = {}


def describe(
    *,
    acts: Mapping[str, Text],
    things: Mapping[str, Text] | None = None,
    details: Mapping[str, Text] | None = None,
    values: Mapping[str, Mapping[str, Text]] | None = None,
) -> None:
    """Say what the codes of a room are called; called once, by its ``acts.py``.

    Args:
        acts: by action code.
        things: by kind of subject.
        details: by name of a detail; ``values`` by name of a detail and its code.
    """
    _acts.update(acts)
    _things.update(things or {})
    _details.update(details or {})
    for name, words in (values or {}).items():
        _values.update({(name, code): label for code, label in words.items()})


def acts() -> dict[str, Text]:
    """Return every action code that has words, with them."""
    return dict(_acts)


def act(action: str) -> str:
    """Return what an action is called; its code when nobody said."""
    return str(_acts.get(action, action))


def thing(kind: str) -> str:
    """Return what a kind of subject is called."""
    return str(_things.get(kind, kind))


def has_words(name: str, value: object = "") -> bool:
    """Return whether a detail, or a code as its value, is called something."""
    return name in _details if value == "" else (name, str(value)) in _values


def detail(name: str, value: object) -> tuple[str, str]:
    """Return a detail as a person reads it: its name, and its value or what the code means."""
    code = str(value)
    return str(_details.get(name, name)), str(_values.get((name, code), code))
