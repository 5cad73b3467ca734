"""A live class of 2,000 open pages and 10 messages a second, through one edge on loopback.

A tenth of the pages leave and come back; then the edge is killed (-9), started anew, and all
come back where they stopped. Each message must reach each page, in order, once.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._edge import HOST, allow_files, free_port, start_edge
from tools.bench import Figure, cpu_of

if TYPE_CHECKING:
    from uuid import UUID

VIEWERS = 2000
LEAVING = 200
LOOKED_AT = 100
"""Pages whose every message is read; of the others the last one, or reading would be measured."""
PAUSE_S = 0.1
MESSAGES = 200
AT_ONCE = 100
PATIENCE_S = 30.0
SAID = re.compile(rb'id: (\d+)\ndata: [^\n]*"sent":(\d+\.\d+)[^\n]*\n')


def measure() -> Iterator[Figure]:
    """Yield the 99th of 100 delays, what was missed, the share of a core and memory."""
    live_id = _a_class()
    allow_files()
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    yield from loop.run_until_complete(_story(live_id))


async def _story(live_id: "UUID") -> list[Figure]:
    port = free_port()
    edge = await asyncio.to_thread(start_edge, port)
    try:
        pages = [Page(live_id, port, is_looked_at=n % 20 == 0) for n in range(VIEWERS)]
        await _come(pages)
        before, begun = cpu_of(edge.pid), time.monotonic()
        talk = asyncio.create_task(_talk(live_id, MESSAGES))
        await asyncio.sleep(MESSAGES * PAUSE_S / 2)
        for page in pages[:LEAVING]:
            page.leave()
        await asyncio.sleep(1)
        at_home = pages[LEAVING:]
        await _come(pages[:LEAVING])
        last = await talk
        await _until(pages, last)
        share = (cpu_of(edge.pid) - before) / (time.monotonic() - begun)
        memory = _memory_mb(edge.pid)
        delays = sorted(delay for page in at_home for delay in page.delays)
        edge.kill()
        await asyncio.to_thread(edge.wait)
        last = await _talk(live_id, 20)
        edge = await asyncio.to_thread(start_edge, port)
        await _come(pages)
        await _until(pages, last)
    finally:
        edge.kill()
        edge.wait()
    missed = sum(page.missed + (last - page.last) for page in pages)
    return [
        Figure("live: a message to 2,000 pages, p50", 1000 * delays[len(delays) // 2], "ms"),
        Figure("live: the same, p99", 1000 * delays[len(delays) * 99 // 100], "ms", 500),
        Figure("live: missed after leaving, and after a kill", missed, "", 0),
        Figure("live: the edge's share of a core", 100 * share, "%"),
        Figure("live: its memory", memory, "MB"),
    ]


def _a_class() -> "UUID":
    from dongxun.activities.tests.make import make_session
    from dongxun.live.tests.make import make_class
    from dongxun.organisations.tests.make import make_district
    from dongxun.seasons.tests.make import make_season

    tree = make_district()
    session = make_session(make_season(tree["district"]), tree["平潮镇"])
    return make_class(session).id


async def _talk(live_id: "UUID", messages: int) -> int:
    """Say so many words, ten a second, each in a commit of its own; return the last number."""
    last = 0
    begun = time.monotonic()
    for number in range(messages):
        last = await asyncio.to_thread(_say, live_id)
        await asyncio.sleep(max(0.0, begun + (number + 1) * PAUSE_S - time.monotonic()))
    return last


def _say(live_id: "UUID") -> int:
    from django.db import transaction

    from dongxun.live.contracts import EventKind
    from dongxun.live.services.rows import held, tell

    with transaction.atomic():
        row = held(live_id)
        tell(row, EventKind.SAY, name="林* · 平潮镇支部", text="听得清" * 12, sent=time.time())
    return row.last_seq


class Page(asyncio.Protocol):
    """One open page: notes the number and the delay of each message."""

    def __init__(self, live_id: "UUID", port: int, *, is_looked_at: bool) -> None:
        self.live_id, self.port, self.is_looked_at = live_id, port, is_looked_at
        self.last, self.missed = 0, 0
        self.delays: list[float] = []
        self._rest = b""
        self._line: Any = None

    async def come(self) -> None:
        """Open the stream where it stopped."""
        from dongxun.kernel import tickets

        ticket = tickets.mint("live", self.live_id, seconds=600)
        self._rest = b""
        self._line, _self = await asyncio.get_running_loop().create_connection(
            lambda: self, HOST, self.port
        )
        head = f"GET /edge/live?t={ticket}&after={self.last} HTTP/1.1\r\nHost: {HOST}\r\n"
        head += "Accept: text/event-stream\r\n\r\n"
        self._line.write(head.encode())

    def leave(self) -> None:
        """Go away in the middle."""
        self._line.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the edge says."""
        now, whole = time.time(), self._rest + data
        if not self.is_looked_at:
            self._rest = whole[-400:]
            at = self._rest.rfind(b"id: ")
            if at >= 0 and (end := self._rest.find(b"\n", at)) > 0:
                self.last = int(self._rest[at + 4 : end])
            return
        end = 0
        for found in SAID.finditer(whole):
            number, end = int(found[1]), found.end()
            if self.last:
                self.missed += max(0, number - self.last - 1)
            self.last = max(self.last, number)
            self.delays.append(now - float(found[2]))
        self._rest = whole[end:][-2000:]


async def _come(pages: list[Page]) -> None:
    for start in range(0, len(pages), AT_ONCE):
        await asyncio.gather(*(page.come() for page in pages[start : start + AT_ONCE]))


async def _until(pages: list[Page], last: int) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while any(page.last < last for page in pages):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.1)


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
