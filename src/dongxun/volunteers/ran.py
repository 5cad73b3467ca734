"""What all words about one errand add up to. Pure: the same set of words, the same answer.

Who took it first runs it; what was done was taken, too. Words by hand, on a page or decided by a
person, stand before those of phones. Nobody confirms for themselves that something arrived.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import models


class Word(models.TextChoices):
    """What somebody may say of an errand: they take it, it is done, it arrived."""

    TAKE = "take"
    DONE = "done"
    RECEIVED = "received"


class Said(Protocol):
    """A word about an errand, as far as merging looks at it."""

    id: UUID
    what: str
    person_id: UUID | None
    persons: Any
    occurred_at: datetime
    by_hand: bool


S = TypeVar("S", bound=Said)


@dataclass(frozen=True, slots=True)
class Ran(Generic[S]):
    """Who runs it since when, and which words say that it is done and that it arrived."""

    runner_id: UUID | None = None
    taken_at: datetime | None = None
    done: S | None = None
    received: S | None = None


def merge(words: Collection[S]) -> Ran[S]:
    """Return what these words add up to, whatever their order."""
    steps = [word for word in words if word.what != Word.RECEIVED]
    first = min(steps, key=_rank, default=None)
    runner = first.person_id if first else None
    own = [word for word in steps if word.person_id == runner]
    done = [word for word in own if word.what == Word.DONE]
    came = [word for word in words if word.what == Word.RECEIVED]
    others = [word for word in came if str(runner) not in word.persons]
    return Ran(
        runner_id=runner,
        taken_at=min((word.occurred_at for word in own), default=None),
        done=min(done, key=_rank, default=None),
        received=min(others, key=_rank, default=None),
    )


def _rank(word: Said) -> tuple[bool, datetime, int]:
    return (not word.by_hand, word.occurred_at, word.id.int)
