"""Heartbeats of lessons: gathered for a second, kept in one commit, answered after it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

WINDOW_S = 1.0
MOST_WAITING = 20_000

Place = tuple[UUID, UUID, UUID, int, datetime]
"""Lesson, person, chapter, second, moment."""
Keep = Callable[[Sequence[Place]], Awaitable[object]]


class Busy(Exception):
    """More waits than can be kept; the phone tries again with its next beat."""


class Batch:
    """Places that are kept together, and those who wait for that."""

    def __init__(self) -> None:
        self.places: dict[tuple[UUID, UUID], Place] = {}
        self.done = asyncio.Event()
        self.is_kept = False


class Lost(Exception):
    """It could not be kept; the log says why."""


class Beats:
    """What phones said since the last commit; the latest of each person and chapter wins."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._batch = Batch()
        self.beats = 0
        self.commits = 0

    async def beat(self, place: Place) -> None:
        """Return once the place is kept.

        Raises:
            Busy: too many wait.
            Lost: it could not be kept.
        """
        batch = self._batch
        if len(batch.places) >= MOST_WAITING:
            raise Busy
        self.beats += 1
        batch.places[place[1], place[2]] = place
        await batch.done.wait()
        if not batch.is_kept:
            raise Lost

    async def tick(self) -> None:
        """Keep what waits in one commit and tell those who wait for it; of a failure, too."""
        batch = self._batch
        if not batch.places:
            return
        self._batch = Batch()
        try:
            await self._keep(list(batch.places.values()))
            batch.is_kept = True
            self.commits += 1
        finally:
            batch.done.set()
