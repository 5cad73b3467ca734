"""What taking attendance reads for every person: a hot path, so without the ORM."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from dongxun.activities import facts
from dongxun.activities.models import CheckIn, Leave, MakeupItem, Session
from dongxun.kernel import hot
from dongxun.ledger import api as ledger

COLUMNS = (
    "id",
    "session_id",
    "person_id",
    "branch_id",
    "method",
    "occurred_at",
    "confirmed",
    "is_guest",
    "is_makeup",
    "generation",
    "voided_at",
    "void_reason",
)
_KINDS = (UUID, UUID, UUID, UUID, str, hot.moment, bool, bool, bool, int, hot.moment, str)
_EARLIER = hot.statement(
    """
    SELECT {columns} FROM {check_in}
    WHERE session_id = %s AND person_id IN %ids ORDER BY generation
    """,
    columns=", ".join(COLUMNS),
    check_in=CheckIn,
)
_OWED = hot.statement(
    """
    SELECT person_id, topic_id FROM {item}
    WHERE season_id = %s AND done_at IS NULL AND person_id IN %ids
    """,
    item=MakeupItem,
)
_LEAVES = hot.statement(
    """
    SELECT id, person_id FROM {leave}
    WHERE session_id = %s AND withdrawn_at IS NULL AND person_id IN %ids
    """,
    leave=Leave,
)


@dataclass(slots=True)
class Here:
    """A row of ``CheckIn``, without a model's weight."""

    id: UUID
    session_id: UUID
    person_id: UUID
    branch_id: UUID
    method: str
    occurred_at: datetime
    confirmed: bool
    is_guest: bool = False
    is_makeup: bool = False
    generation: int = 1
    voided_at: datetime | None = None
    void_reason: str = ""


values = attrgetter(*COLUMNS)


def earlier(session_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, list[Here]]:
    """Return the check-ins these people ever had here, struck out ones too, oldest first."""
    found: dict[UUID, list[Here]] = {}
    for row in hot.rows(_EARLIER, [session_id], _KINDS, ids=list(person_ids)):
        here = Here(*row)
        found.setdefault(here.person_id, []).append(here)
    return found


def owed(session: Session, rows: Sequence[Here | CheckIn]) -> dict[UUID, set[UUID]]:
    """Return the topics that people make up by being here.

    Those of their open items, and those that an earlier generation of the check-in made up:
    its item may be closed by now.
    """
    ids = [row.person_id for row in rows]
    again = [row.person_id for row in rows if row.generation > 1]
    pairs = set(hot.rows(_OWED, [session.season_id], (UUID, UUID), ids=ids))
    if again:
        pairs |= ledger.made_up_before(session.id, again, facts.SOURCE)
    found: dict[UUID, set[UUID]] = {}
    for person_id, topic_id in pairs:
        found.setdefault(person_id, set()).add(topic_id)
    return found


def leaves(session_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the leaves that stand, and whose they are."""
    return dict(hot.rows(_LEAVES, [session_id], (UUID, UUID), ids=list(person_ids)))
