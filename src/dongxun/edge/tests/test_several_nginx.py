"""Two real nginx and a real Redis between them, which dies during the class."""

import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from dongxun.edge import nchan
from dongxun.edge.nchan import Post
from dongxun.edge.tests.test_hub import LIVE
from dongxun.edge.tests.test_nchan import NGINX

pytestmark = pytest.mark.once
REDIS = shutil.which("redis-server")
PATIENCE_S = 60


class Gate(http.server.BaseHTTPRequestHandler):
    """Believes every ticket, as the edge answers nginx."""

    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_words):
        return


class Page(threading.Thread):
    """Opens the stream as a page does, asks again while it is refused, notes what it hears."""

    def __init__(self, port, tell):
        super().__init__(daemon=True)
        self.heard, self._port, self._tell = [], port, tell
        self.start()

    def run(self):
        stream = self._opened()
        while line := stream.readline():
            if line.startswith(b"data:"):
                with self._tell:
                    self.heard.append(json.loads(line.removeprefix(b"data:"))["seq"])
                    self._tell.notify()

    def _opened(self):
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
            asked = {"Accept": "text/event-stream"}
            line.request("GET", f"/edge/live?t=live.{LIVE.hex}.x", headers=asked)
            answer = line.getresponse()
            if answer.status == 200:
                return answer
            assert answer.status == 503
            line.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(*words, port):
    """Run a server until it is not wanted any more; go on once it takes connections."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            until = time.monotonic() + PATIENCE_S
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert (server.poll(), time.monotonic() < until) == (None, True)
            yield server
        finally:
            server.terminate()


@contextmanager
def nginx(place, **where):
    """Run one of several nginx; return its ports for pages and for the edge."""
    place.mkdir()
    pages, tell = free_port(), free_port()
    text = nchan.configuration(
        listen=f"127.0.0.1:{pages}", tell=f"127.0.0.1:{tell}", place=place, **where
    )
    (place / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + text)
    words = (NGINX, "-e", str(place / "nginx.log"), "-c", str(place / "nginx.conf"))
    with running(*words, port=pages):
        yield pages, tell


@contextmanager
def gate():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Class:
    """What the edge tells one nginx, and the pages that are to hear it."""

    def __init__(self, tell, pages):
        self._wake, self._told = threading.Condition(), 0
        self.pages = [Page(port, self._wake) for port in pages]
        self._post = Post(f"http://127.0.0.1:{tell}/tell")

    def tell(self):
        """Tell the next thing; a thing that did not arrive is told again."""
        arrived = self._post(LIVE, [{"seq": self._told + 1}])
        self._told += arrived
        return arrived

    def hang_up(self):
        self._post._line.close()

    def is_heard(self):
        """Tell, ten times a second at most, until every page has heard some of what was told since.

        Told faster, more would be told than is kept for the one whose nginx finds Redis last.
        """
        until, since = time.monotonic() + PATIENCE_S, self._told

        def is_enough():
            return all(sum(n > since for n in page.heard) >= 3 for page in self.pages)

        with self._wake:
            while not self._wake.wait_for(is_enough, 0.1):
                assert time.monotonic() < until, [page.heard for page in self.pages]
                assert all(page.is_alive() for page in self.pages)
                self.tell()
        return True


def test_pages_of_one_nginx_hear_what_another_is_told_though_redis_dies_in_the_class(tmp_path):
    if not (REDIS and Path(nchan.MODULE).exists()):
        pytest.fail("nginx with nchan and redis-server are wanted: tools/need.sh")
    port = free_port()
    quiet = ("--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(tmp_path))
    with ExitStack() as stack:
        where = {"edge": stack.enter_context(gate()), "redis": f"redis://127.0.0.1:{port}"}
        with running(REDIS, *quiet, port=port):
            one = stack.enter_context(nginx(tmp_path / "one", **where))
            other = stack.enter_context(nginx(tmp_path / "other", **where))
            lesson = Class(tell=one[1], pages=(one[0], other[0], other[0]))
            stack.callback(lesson.hang_up)
            assert lesson.is_heard()
        assert lesson.tell() == 0
        with running(REDIS, *quiet, port=port):
            assert lesson.is_heard()
    for page in lesson.pages:
        assert page.heard == list(range(page.heard[0], page.heard[-1] + 1))
