"""Who listens to which class, and what they are told: read a few times a second, once for all.

The hub keeps nothing that is not in the database: killed and started anew it goes on
where each listener says it stopped (``Last-Event-ID``).
"""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

TICK_S = 0.2
MOST_LISTENERS = 5000
MOST_OF_ONE = 4
KEPT = 200
"""Frames of a class at hand; a page that missed more asks the pages' server."""
QUEUED = 64
"""Ticks a slow listener may fall behind; then it is let go, and comes back where it stopped."""
PING_S = 20.0
PING = b": still here\n\n"
GAP = b"event: gap\ndata: {}\n\n"

Event = Mapping[str, Any]
Read = Callable[[UUID, int], Awaitable[Sequence[Event]]]
"""Returns what happened in a class after a number, in order, at most ``KEPT``."""
Latest = Callable[[UUID], Awaitable[int]]


class Full(Exception):
    """There is no place for one more listener."""


class Listener:
    """One open page, and the frames that wait for it.

    No ``asyncio.Queue``: with thousands of pages its own work was most of what a frame cost.
    """

    __slots__ = ("_woken", "ends", "frames", "is_over", "who")

    def __init__(self, who: UUID) -> None:
        self.who = who
        self.ends = 1 << 62
        self.frames: list[bytes] = []
        self.is_over = False
        self._woken: asyncio.Future[None] | None = None

    def offer(self, frame: bytes) -> bool:
        """Hand a frame on; False when the page is too far behind, which ends it."""
        if len(self.frames) >= QUEUED:
            self.end()
            return False
        self.frames.append(frame)
        self._wake()
        return True

    async def next(self) -> bytes | None:
        """Return all that waits as one frame, so that who is behind catches up; None at the end."""
        while not self.frames and not self.is_over:
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        if self.is_over:
            return None
        frames, self.frames = self.frames, []
        return frames[0] if len(frames) == 1 else b"".join(frames)

    def end(self) -> None:
        """Let the page go; it comes back where it stopped."""
        self.is_over = True
        self.frames.clear()
        self._wake()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)


@dataclass(slots=True)
class Channel:
    """One class: the number of its last event, the latest frames, who listens.

    A frame stands with its number and the id of the word it tells of.
    """

    last: int
    frames: deque[tuple[int, bytes, str]] = field(default_factory=lambda: deque(maxlen=KEPT))
    listeners: set[Listener] = field(default_factory=set)
    pages: Counter[UUID] = field(default_factory=Counter)

    def add(self, listener: Listener) -> None:
        """Let a page in, and count it for its person."""
        self.listeners.add(listener)
        self.pages[listener.who] += 1

    def drop(self, listener: Listener) -> None:
        """Let a page go; safe to repeat."""
        if listener in self.listeners:
            self.listeners.discard(listener)
            self.pages[listener.who] -= 1
            if not self.pages[listener.who]:
                del self.pages[listener.who]

    def take(self, events: Sequence[Event]) -> bytes:
        """Keep what happened and return it as one frame; hidden words are kept no longer."""
        frames = [(int(event["seq"]), frame_of(event), event.get("id", "")) for event in events]
        self.frames.extend(frames)
        for event in events:
            if event["kind"] == "hide":
                self._unsay(event)
        self.last = frames[-1][0]
        return b"".join(frame for _number, frame, _id in frames)

    def _unsay(self, hidden: Event) -> None:
        """Let who comes back read that words were hidden, where the words were told before."""
        for place, (number, _frame, said) in enumerate(self.frames):
            if said == hidden["id"] and number < hidden["seq"]:
                self.frames[place] = (number, frame_of({**hidden, "seq": number}), said)

    def since(self, after: int) -> list[bytes]:
        """Return the frames after a number; that there is a gap when they are not all here."""
        if after >= self.last:
            return []
        if not self.frames or self.frames[0][0] > after + 1:
            return [GAP]
        return [frame for number, frame, _id in self.frames if number > after]


def frame_of(event: Event) -> bytes:
    """Return an event as one frame of the stream; its id is the number to resume from."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event['seq']}\ndata: {text}\n\n".encode()


class Hub:
    """All classes that somebody listens to."""

    def __init__(self, read: Read, latest: Latest) -> None:
        self._read, self._latest = read, latest
        self.channels: dict[UUID, Channel] = {}
        self._opening = asyncio.Lock()

    @property
    def listening(self) -> int:
        """Return how many pages are open."""
        return sum(len(channel.listeners) for channel in self.channels.values())

    def present(self) -> set[tuple[UUID, UUID]]:
        """Return who listens to what, each once."""
        return {
            (key, who) for key, channel in self.channels.items() for who in channel.pages if who.int
        }

    async def join(self, key: UUID, who: UUID, after: int) -> tuple[Listener, bytes]:
        """Let a page listen; return it with what it has missed.

        Only the first page of a class reads the database, for thousands come back at once
        after a kill. What is too much to hand on is a gap.

        Raises:
            Full: this hub, or this person, has enough of them.
        """
        if self.listening >= MOST_LISTENERS:
            raise Full
        async with self._opening:
            if key not in self.channels:
                self.channels[key] = await self._opened(key)
            channel = self.channels[key]
            if who.int and channel.pages[who] >= MOST_OF_ONE:
                raise Full
            listener = Listener(who)
            channel.add(listener)
        return listener, b"".join(channel.since(after))

    async def _opened(self, key: UUID) -> Channel:
        """Return a class with its latest events at hand, read once."""
        channel = Channel(await self._latest(key))
        if events := await self._read(key, max(0, channel.last - KEPT)):
            channel.take(events)
        return channel

    def leave(self, key: UUID, listener: Listener) -> None:
        """Forget a page; the last one closes the class."""
        channel = self.channels.get(key)
        if channel is None:
            return
        channel.drop(listener)
        if not channel.listeners:
            del self.channels[key]

    async def tick(self) -> None:
        """Tell every page what happened since the last time, several events in one frame."""
        for key, channel in list(self.channels.items()):
            events = await self._read(key, channel.last)
            if not events:
                continue
            frame = channel.take(events)
            for listener in list(channel.listeners):
                if not listener.offer(frame):
                    channel.drop(listener)

    async def ping(self) -> None:
        """Say that we are here, so that no proxy hangs up; let go whose ticket is over."""
        for channel in list(self.channels.values()):
            for listener in list(channel.listeners):
                if listener.ends < time.time():
                    listener.end()
                elif not listener.offer(PING):
                    channel.drop(listener)
