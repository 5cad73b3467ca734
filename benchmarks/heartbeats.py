"""10,000 people hear a lesson; each tells the edge every 15 s where they are. Then it is killed.

The page itself tells it every 12 s (``EVERY_MS`` in the library), so what a kill can cost is
12 s and what the last beat waited to be kept.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from benchmarks._edge import HOST, allow_files, free_port, health, start_edge
from tools.bench import Figure, cpu_of

if TYPE_CHECKING:
    import subprocess
    from uuid import UUID

PEOPLE = 10_000
EVERY_S = 15.0
PAGE_EVERY_S = 12.0
SECONDS = 30.0
LINES = 1500
"""Open connections: an answer comes after the commit, so many beats are on their way at once."""


def measure() -> Iterator[Figure]:
    """Yield the share of a core, commits, and what a kill costs."""
    from dongxun.library.models import Place

    crowd = Crowd()
    allow_files()
    port = free_port()
    edge = start_edge(port)
    try:
        asyncio.run(crowd.beat(port, edge))
    finally:
        edge.kill()
        edge.wait()
    kept = dict(Place.objects.values_list("person_id", "second"))
    lost = sum(kept.get(key, -1) < second for key, second in crowd.answered.items())
    done = crowd.done
    yield Figure("heartbeats: 10,000 people, every 15 s", 100 * crowd.share, "% core", 25)
    yield Figure("heartbeats: a second, as kept", done["beats"] / SECONDS, "")
    yield Figure("heartbeats: commits for 8 of them", 8 * done["commits"] / done["beats"], "", 1)
    yield Figure("heartbeats: answered, not there after a kill", lost, "", 0)
    yield Figure("heartbeats: a place is at most so old", PAGE_EVERY_S + crowd.slowest, "s", 15)


class Crowd:
    """Everybody who listens: what they say, what was answered."""

    def __init__(self) -> None:
        from dongxun.kernel import clock, tickets
        from dongxun.kernel.ids import new_id
        from dongxun.library.tests.make import make_lesson
        from dongxun.organisations.tests.make import make_district
        from dongxun.people.models import Person
        from dongxun.seasons.tests.make import make_season

        tree, now = make_district(), clock.now()
        branch = tree["平潮镇支部"]
        lesson = make_lesson(make_season(tree["district"]), branch)
        self.chapter = str(lesson.chapters.all()[0].id)
        named = {"branch_id": branch.id, "created_at": now, "updated_at": now}
        rows = [Person(id=new_id(), name=f"某{n}", **named) for n in range(PEOPLE)]
        Person.objects.bulk_create(rows, batch_size=500)
        self.people = [
            (row.id, tickets.mint("lesson", lesson.id, row.id, seconds=3600)) for row in rows
        ]
        self.answered: dict[UUID, int] = {}
        self.slowest = self.share = 0.0
        self.done: dict[str, int] = {}
        self._begun = 0.0

    async def beat(self, port: int, edge: "subprocess.Popen[bytes]") -> None:
        """Beat for a while and measure; then beat on, and kill the edge in the middle of it."""
        lines: asyncio.Queue[Line] = asyncio.Queue()
        for _number in range(LINES):
            lines.put_nowait(Line(*await asyncio.open_connection(HOST, port)))
        before, self._begun = cpu_of(edge.pid), time.monotonic()
        killed = asyncio.create_task(self._kill(port, edge, before))
        beats = []
        for number in range(int((SECONDS + 2) * PEOPLE / EVERY_S)):
            due = self._begun + number * EVERY_S / PEOPLE
            if (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            if killed.done():
                break
            beats.append(asyncio.create_task(self._say(lines, number)))
        await killed
        await asyncio.gather(*beats)

    async def _kill(self, port: int, edge: "subprocess.Popen[bytes]", before: float) -> None:
        await asyncio.sleep(SECONDS)
        self.share = (cpu_of(edge.pid) - before) / (time.monotonic() - self._begun)
        self.done = await asyncio.to_thread(health, port)
        await asyncio.sleep(1.5)
        edge.kill()

    async def _say(self, lines: "asyncio.Queue[Line]", number: int) -> None:
        key, ticket = self.people[number % PEOPLE]
        second = 1 + number // PEOPLE
        body = json.dumps({"t": ticket, "chapter": self.chapter, "at": second})
        line, begun = await lines.get(), time.monotonic()
        with suppress(OSError, asyncio.IncompleteReadError):
            if await line.post(body) == 204:
                self.answered[key] = second
                self.slowest = max(self.slowest, time.monotonic() - begun)
                lines.put_nowait(line)


class Line:
    """One connection that is kept open, as browsers do."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, body: str) -> int:
        """Send one beat; return the status once it is answered."""
        head = f"POST /edge/beat HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write((head + body).encode())
        return int((await self._reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1])
