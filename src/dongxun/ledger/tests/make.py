"""Makers of facts for tests."""

from datetime import UTC, datetime
from typing import Any

from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact

EIGHT = datetime(2027, 1, 20, 0, 0, tzinfo=UTC)
"""Eight in the morning of 20 January 2027, in Shanghai."""


def make_fact(person, *, cause="a", **overrides):
    """Return an hour together on no topic, unless said otherwise; not yet written.

    The session it speaks of follows from ``cause``.
    """
    values: dict[str, Any] = {
        "kind": FactKind.ATTENDED,
        "season_id": derived_id(EIGHT, "season"),
        "topic_id": None,
        "seconds": 3600,
        "mode": Mode.GROUP,
        "format": "hall",
        "occurred_at": EIGHT,
        "object_kind": "session",
        "object_id": derived_id(EIGHT, "session", cause),
        "source": "tests",
    }
    values |= overrides
    return NewFact(
        id=derived_id(EIGHT, "tests", person.id, cause, values["topic_id"]),
        person_id=person.id,
        branch_id=person.branch_id,
        **values,
    )
