"""The picture of a class through the pages and through nginx: pieces a CPU-second of each.

1 Mbit/s in pieces of 2 s. A phone asks once a second, by turns for the list and for a piece; here four
lines ask as fast as they are answered. Only what the servers spend counts, not what asks.
"""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import live_hub
from benchmarks._edge import HOST, free_port
from tools.bench import Figure, cpu_of

SECONDS = 6.0
LINES = 4
PIECE = b"x" * 250_000
PIECE_S = 2
MOST = 0.1
"""What nginx may spend on a piece beside the pages: a tenth."""


def measure() -> Iterator[Figure]:
    """Yield pieces a CPU-second both ways, and what one core carries so."""
    from django.conf import settings
    from django.urls import reverse

    from dongxun.kernel import tickets, video
    from dongxun.live import gateway
    from dongxun.live.contracts import Source
    from dongxun.live.models import LiveClass
    from dongxun.live.queries import stream_key
    from dongxun.live.tests.make import lay_pieces

    if not gateway.module():
        yield Figure("nginx with RTMP is not installed here; nothing was measured", 0, "")
        return
    LiveClass.objects.filter(id=live_hub._a_class()).update(source=Source.ENCODER)  # noqa: SLF001
    live = LiveClass.objects.get()
    session_id, key = live.session_id, stream_key(live)
    lay_pieces(key, PIECE)
    gateway.show(session_id, key)
    pages_port, video_port = free_port(), free_port()
    settings.VIDEO = f":{video_port}"
    ticket = tickets.mint("picture", session_id, seconds=3600)
    listed, piece = (
        reverse("live:picture", args=[session_id, ticket, name]) for name in ("video.m3u8", "7.ts")
    )
    place = video.address(gateway.KIND, session_id, seconds=3600).removeprefix(settings.VIDEO)
    with _pages(pages_port) as child:
        by_pages = _pieces_a_cpu_second(child.pid, pages_port, listed, piece)
    with _nginx(video_port) as child:
        names = (f"{place}video/{gateway.LIST}", f"{place}video/7.ts")
        by_nginx = _pieces_a_cpu_second(child.pid, video_port, *names)
    yield Figure("live: pieces a CPU-s, each with its list, by the pages", by_pages, "")
    yield Figure("live: the same by nginx", by_nginx, "")
    yield Figure("live: CPU of nginx for it beside the pages", by_pages / by_nginx, "×", MOST)
    yield Figure("live: phones that one core carries, by the pages", by_pages * PIECE_S, "")
    mbit = by_nginx * len(PIECE) * 8 / 1_000_000
    yield Figure("live: what one core of nginx carries", mbit, "Mbit/s")


@contextmanager
def _pages(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve the pages as an installation does."""
    from dongxun.web import serve
    from dongxun.web.config import load

    command = serve._granian(load(), HOST, port, [HOST], lan=False)  # noqa: SLF001 - as it does
    with _running(port, *command) as child:
        yield child


@contextmanager
def _nginx(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    from dongxun.kernel import video
    from dongxun.live import gateway

    path = gateway.prepare(
        listen=f"{HOST}:{free_port()}",
        pages="http://127.0.0.1:9",
        handed_out=video.server(f"{HOST}:{port}"),
    )
    with tempfile.NamedTemporaryFile() as log:
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        with _running(port, nginx, "-e", log.name, "-c", str(path)) as child:
            yield child


@contextmanager
def _running(port: int, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    from dongxun.kernel import video

    with subprocess.Popen(words, stdout=sys.stderr, env=os.environ) as child:  # noqa: S603 - ours
        try:
            for _time in range(600):
                if video.listens(port):
                    break
                time.sleep(0.1)
            yield child
        finally:
            child.terminate()


def _pieces_a_cpu_second(pid: int, port: int, listed: str, piece: str) -> float:
    _ask(port, listed, piece, time.monotonic() + 1)  # what is thought up once is not counted
    done: list[int] = []
    before, until = cpu_of(pid), time.monotonic() + SECONDS
    asking = [
        threading.Thread(target=lambda: done.append(_ask(port, listed, piece, until)))
        for _line in range(LINES)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    if len(done) != LINES:
        raise RuntimeError("a line broke")
    return sum(done) / (cpu_of(pid) - before)


def _ask(port: int, listed: str, piece: str, until: float) -> int:
    """Ask for the list and the piece until then, over one line; return how often."""
    line, n = http.client.HTTPConnection(HOST, port, timeout=30), 0
    while time.monotonic() < until:
        for address in (listed, piece):
            line.request("GET", address)
            answer = line.getresponse()
            size = len(answer.read())
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{answer.status} for {address}")
        if size != len(PIECE):
            raise RuntimeError("not the whole piece")
        n += 1
    line.close()
    return n
