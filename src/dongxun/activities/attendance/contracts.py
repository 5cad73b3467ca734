"""Shapes of attendance inside this room."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dongxun.activities.contracts import Method
from dongxun.kernel.contracts import SyncAnswer


@dataclass(frozen=True, slots=True)
class Presence:
    """One statement: this person was seen at that moment.

    ``id`` is minted where the statement was made and never reused;
    ``skewed`` marks a phone whose clock could not be trusted.
    """

    id: UUID
    person_id: UUID
    method: Method
    occurred_at: datetime
    reason: str = ""
    confirmed: bool = True
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one statement; ``check_in_id`` is the effect it is part of."""

    id: UUID
    answer: SyncAnswer
    reason: str = ""
    check_in_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RollRow:
    """One line of a roll: a person expected or present."""

    person_id: UUID
    name: str
    branch_id: UUID
    branch_name: str
    state: str
    method: str = ""
    occurred_at: datetime | None = None
    check_in_id: UUID | None = None
    is_guest: bool = False
    confirmed: bool = True
    duty: str = ""
    pinyin: str = ""
