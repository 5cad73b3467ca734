"""What others wait while a phone uploads 500 items: pages asked on schedule, alone and beside it.

A page is asked five times a second whether or not the last one came back, and its time counts from
when it was due, so that no wait hides. Blocks without and with an upload take turns, so that
whatever else the machine does falls on both. "Beside" are only the pages that were under way
while an upload was; uploads follow each other without a breath, which no phone does.
"""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

from benchmarks.check_in import HOST, _post, _server
from tools.bench import Figure

if TYPE_CHECKING:
    from dongxun.visits.tests.histories import Scene

DATABASES = ("sqlite", "postgresql")
BLOCKS = 5
ASKED = 40
UPLOADS = 60
DAYS = 2
EVERY_S = 0.2
PAGE = "/console/"


def measure() -> Iterator[Figure]:
    """Yield p99 of a page alone and beside uploads, their ratio, and how long an upload took."""
    from django.test import Client

    from dongxun.access.tests.make import come_in, make_account
    from dongxun.kernel.actors import Role
    from dongxun.visits.tests.histories import Scene

    scene = Scene()
    bodies = iter([_body(scene, Random(number)) for number in range(UPLOADS)])
    account = make_account(Role.ORGANISER, scene.world.tree["平潮镇"])
    client = come_in(Client(), account)
    cookies = "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())
    alone: list[float] = []
    beside: list[float] = []
    uploads: list[float] = []
    with _server(threads=4) as (port, _pids), ThreadPoolExecutor(16) as askers:
        _ask_all(askers, port, cookies)
        for _ in range(BLOCKS):
            alone += [end - due for due, end in _ask_all(askers, port, cookies)]
            spans: list[tuple[float, float]] = []
            enough = threading.Event()
            sender = threading.Thread(target=_upload, args=(port, cookies, bodies, enough, spans))
            sender.start()
            asked = _ask_all(askers, port, cookies)
            enough.set()
            sender.join()
            uploads += [end - begun for begun, end in spans]
            beside += [
                end - due
                for due, end in asked
                if any(due < over and begun < end for begun, over in spans)
            ]
        for line in _open:
            line.close()  # the server waits for whoever is still on the line
    yield Figure("an upload of 500 items over HTTP, slowest", max(uploads), "s", 4.0)
    yield Figure(f"pages asked alone, {len(alone)}: p99", _p99(alone) * 1000, "ms")
    yield Figure(f"pages asked beside, {len(beside)}: p99", _p99(beside) * 1000, "ms")
    yield Figure("p99 beside an upload to p99 alone", _p99(beside) / _p99(alone), "×", 1.3)


def _p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]


def _ask_all(askers: ThreadPoolExecutor, port: int, cookies: str) -> list[tuple[float, float]]:
    """Ask for a page on schedule; return when each was due and when it was there."""
    start = time.perf_counter()
    waiting = []
    for number in range(ASKED):
        due = start + number * EVERY_S
        time.sleep(max(0.0, due - time.perf_counter()))
        waiting.append((due, askers.submit(_ask, port, cookies)))
    return [(due, asked.result()) for due, asked in waiting]


_lines = threading.local()
_open: list[http.client.HTTPConnection] = []


def _ask(port: int, cookies: str) -> float:
    """Ask for the page on this thread's line; return when it was there."""
    line = getattr(_lines, "line", None)
    if line is None:
        line = _lines.line = http.client.HTTPConnection(HOST, port)
        _open.append(line)
    line.request("GET", PAGE, headers={"Cookie": cookies, "Accept-Language": "zh-CN"})
    answer = line.getresponse()
    answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise AssertionError(answer.status)
    return time.perf_counter()


def _body(scene: "Scene", dice: Random) -> str:
    """Return an upload of 500 items: some 125 doors, at which nobody was before."""
    from dongxun.kernel.ids import new_id
    from dongxun.kernel.sync import MOST_ITEMS

    items: list[dict[str, object]] = []
    while len(items) < MOST_ITEMS:
        scene.go_to_other_doors()
        items += [
            {"id": str(new_id()), "kind": sent.item.kind, "payload": sent.item.body}
            for _ in range(DAYS)
            for sent in scene.day(dice)
        ]
    return json.dumps({"items": items[:MOST_ITEMS]})


def _upload(
    port: int,
    cookies: str,
    bodies: Iterator[str],
    enough: threading.Event,
    spans: list[tuple[float, float]],
) -> None:
    """Send one upload after the other, and note when each began and was answered."""
    from django.middleware.csrf import _get_new_csrf_string

    cookies = f"{cookies}; dxcsrf={_get_new_csrf_string()}"
    line = http.client.HTTPConnection(HOST, port)
    while not enough.is_set() and (body := next(bodies, "")):
        begun = time.perf_counter()
        status = _post(line, "/sync", cookies, body, "application/json")
        if status != http.HTTPStatus.OK:
            raise AssertionError(status)
        spans.append((begun, time.perf_counter()))
    line.close()
