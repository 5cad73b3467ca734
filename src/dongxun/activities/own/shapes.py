"""Shapes of a person's own pages."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Way(StrEnum):
    """Why a session stands on somebody's page; the first that fits."""

    MAKEUP = "makeup"
    SIGNED = "signed"
    EXPECTED = "expected"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A session as one person sees it; ``checked_in_at`` once they were there."""

    id: UUID
    code: str
    title: str
    type_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    host: str
    topics: tuple[str, ...]
    way: Way
    sign_up: bool
    opens_at: datetime
    is_open: bool
    checked_in_at: datetime | None = None
    confirmed: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether the person should be there, rather than may."""
        return self.way is not Way.OPEN


@dataclass(frozen=True, slots=True)
class Owed:
    """A topic to make up, until when, and the session that was offered."""

    id: UUID
    topic: str
    window_until: date
    is_late: bool
    reason: str
    session_id: UUID | None = None
    session_title: str = ""
    session_starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One person of a phone beside one session: what holds and what may be done."""

    person_id: UUID
    name: str
    branch: str
    ahead: Ahead
    may_sign_up: bool
    needs_link: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session as a member reads it; ``airing_id`` is the main one of a sub-venue."""

    id: UUID
    airing_id: UUID
    code: str
    title: str
    type_name: str
    state: str
    state_reason: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    online_url: str
    host: str
    co_hosts: tuple[str, ...]
    topics: tuple[tuple[str, int], ...]
    lecturers: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, int | None, str], ...]
    note: str
    credit_minutes: int
    sign_up: bool
    seats_left: int | None
    is_over: bool
    people: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One fact in words; ``minutes`` is zero for checks, reflections and leave."""

    id: UUID
    day: date
    kind: str
    mode: str
    topic: str
    title: str
    minutes: int
    session_id: UUID | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A request to put somebody's record right."""

    id: UUID
    person_id: UUID
    person: str
    branch: str
    words: str
    session: str
    state: str
    answer: str
    created_at: datetime
    answered_at: datetime | None
