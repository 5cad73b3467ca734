"""What activities tell the ledger.

Every value is taken from the session and the check-in's generation, never from
the order in which claims arrived, so any order of uploads writes the same facts.
"""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from dongxun.activities.models import Leave, Session, SessionTopic
from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact

SOURCE = "activities.check_in"
LEAVE = "activities.leave"


class Present(Protocol):
    """A check-in, as far as the ledger is told of it."""

    @property
    def id(self) -> UUID:
        """The check-in's own."""

    @property
    def person_id(self) -> UUID:
        """Who."""

    @property
    def branch_id(self) -> UUID:
        """Of which branch on that day."""


def attended(
    session: Session, topics: Iterable[SessionTopic], check_in: Present, makeup: frozenset[UUID]
) -> list[NewFact]:
    """Presence, worth each topic's minutes.

    Args:
        makeup: topics for which the person had something to make up.
    """
    return [
        NewFact(
            id=derived_id(
                session.starts_at, SOURCE, check_in.id, part.topic_id, session.credit_version
            ),
            kind=FactKind.ATTENDED,
            person_id=check_in.person_id,
            branch_id=check_in.branch_id,
            season_id=session.season_id,
            topic_id=part.topic_id,
            seconds=part.minutes * 60,
            mode=Mode.MAKEUP if part.topic_id in makeup else Mode.GROUP,
            format=session.format,
            occurred_at=session.starts_at,
            object_kind="session",
            object_id=session.id,
            source=SOURCE,
        )
        for part in topics
    ]


def on_leave(session: Session, topics: Iterable[SessionTopic], leave: Leave) -> list[NewFact]:
    """Approved absence: no time, and a window that ends on ``leave.window_until``."""
    anew = (session.credit_version,) if session.credit_version > 1 else ()
    return [
        NewFact(
            id=derived_id(leave.created_at, LEAVE, leave.id, part.topic_id, *anew),
            kind=FactKind.ON_LEAVE,
            person_id=leave.person_id,
            branch_id=leave.branch_id,
            season_id=session.season_id,
            topic_id=part.topic_id,
            seconds=0,
            mode=Mode.NONE,
            format="",
            occurred_at=session.starts_at,
            object_kind="session",
            object_id=session.id,
            source=LEAVE,
            until=leave.window_until,
        )
        for part in topics
    ]
