"""A live class through nginx with nchan: the edge tells it, it tells the pages; and nchan alone.

Left out where Debian's libnginx-mod-nchan is not installed. How many pages: ``DONGXUN_PAGES``.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import live_hub
from benchmarks._edge import HOST, allow_files, free_port, health
from tools.bench import Figure, cpu_of

if TYPE_CHECKING:
    from uuid import UUID

VIEWERS = int(os.environ.get("DONGXUN_PAGES", "2000"))
MESSAGES = 150
SAID = re.compile(rb'"seq":(\d+)[^\n]*"sent":(\d+\.\d+)')
BAR_MS = 1500


def measure() -> Iterator[Figure]:
    """Yield the delays through both, what was missed, and deliveries beside those of nchan alone."""
    from dongxun.edge import nchan

    if not Path(nchan.MODULE).exists():
        yield Figure("nchan is not installed here; nothing was measured", 0, "")
        return
    live_id = live_hub._a_class()  # noqa: SLF001 - one story in two modules
    allow_files()
    asyncio.set_event_loop(loop := asyncio.new_event_loop())
    with tempfile.TemporaryDirectory(prefix="dongxun-nchan-") as place:
        yield from loop.run_until_complete(_story(live_id, Path(place)))


async def _story(live_id: "UUID", place: Path) -> list[Figure]:
    from dongxun.edge import nchan

    edge_port, pages_port, tell_port = free_port(), free_port(), free_port()
    tell = f"http://{HOST}:{tell_port}/tell"
    text = nchan.configuration(
        listen=f"{HOST}:{pages_port}",
        tell=f"{HOST}:{tell_port}",
        edge=f"http://{HOST}:{edge_port}",
        redis="",
        place=place,
    )
    (place / "nginx.conf").write_text("user root;\n" + text if os.geteuid() == 0 else text)
    nginx = _start(shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(place / "nginx.conf"))
    edge = _start(sys.executable, *f"-m dongxun.edge --port {edge_port} --tell {tell}".split())
    try:
        await asyncio.to_thread(_until_it_answers, edge_port)
        await asyncio.sleep(2)
        pages: list[live_hub.Page] = [
            Page(live_id, pages_port, is_looked_at=n % 20 == 0) for n in range(VIEWERS)
        ]
        await live_hub._come(pages)  # noqa: SLF001
        await asyncio.sleep(2)
        both = [edge.pid, *_workers(nginx.pid)]
        before = _cpu(both)
        last = await live_hub._talk(live_id, MESSAGES)  # noqa: SLF001
        await live_hub._until(pages, last)  # noqa: SLF001
        ours = _cpu(both) - before
        missed = sum(page.missed + (last - page.last) for page in pages)
        delays = sorted(delay for page in pages for delay in page.delays)
        edge.kill()
        before = _cpu(both[1:])
        await _tell_alone(nchan.Post(tell), live_id, last)
        await live_hub._until(pages, last + MESSAGES)  # noqa: SLF001
        alone = _cpu(both[1:]) - before
    finally:
        edge.kill()
        nginx.terminate()
        nginx.wait()
    return _figures(delays, missed, ours, alone)


def _figures(delays: list[float], missed: int, ours: float, alone: float) -> list[Figure]:
    return [
        Figure(f"nchan: a message to {VIEWERS} pages, p50", 1000 * delays[len(delays) // 2], "ms"),
        Figure("nchan: the same, p99", 1000 * delays[len(delays) * 99 // 100], "ms", BAR_MS),
        Figure("nchan: missed", missed, "", 0),
        Figure("nchan: deliveries a CPU-s, edge and nginx", VIEWERS * MESSAGES / ours, ""),
        Figure("nchan: the same of nginx alone", VIEWERS * MESSAGES / alone, ""),
        Figure(
            "nchan: CPU of both beside nginx alone (80 % of its deliveries)", ours / alone, "", 1.25
        ),
    ]


def _start(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(words, stdout=sys.stderr)  # noqa: S603 - ours


def _until_it_answers(port: int) -> None:
    for _time in range(600):
        with suppress(OSError):
            health(port)
            return
        time.sleep(0.1)
    raise RuntimeError("the edge does not answer")


def _workers(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu(pids: list[int]) -> float:
    return sum(cpu_of(pid) for pid in pids if Path(f"/proc/{pid}").exists())


async def _tell_alone(post: Callable[[Any, Any], int], live_id: "UUID", last: int) -> None:
    """Hand on as many words of the same size, without the edge and the database."""
    begun = time.monotonic()
    for n in range(1, MESSAGES + 1):
        word = {"seq": last + n, "kind": "say", "name": "林* · 平潮镇支部", "text": "听得清" * 12}
        await asyncio.to_thread(post, live_id, [word | {"sent": time.time()}])
        await asyncio.sleep(max(0.0, begun + n * live_hub.PAUSE_S - time.monotonic()))


class Page(live_hub.Page):
    """One open page; what comes from nchan has the number in its words, not in its id."""

    def data_received(self, data: bytes) -> None:
        """Take what nginx says."""
        now, whole, end = time.time(), self._rest + data, 0
        if not self.is_looked_at:
            whole = whole[-500:]
        for found in SAID.finditer(whole):
            number, end = int(found[1]), found.end()
            if self.is_looked_at:
                self.missed += max(0, number - self.last - 1) if self.last else 0
                self.delays.append(now - float(found[2]))
            self.last = max(self.last, number)
        self._rest = whole[end:][-2000:]
