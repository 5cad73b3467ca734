"""A real camera and a real nginx, which goes on while the pages are away."""

import http.server
import re
import shutil
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from dongxun.kernel import video
from dongxun.live import gateway
from dongxun.live.tests.test_handed_out import NGINX, free_ports

CAMERA = (
    "ffmpeg -v error -re -f lavfi -i testsrc2=s=160x90:r=10 -f lavfi -i sine=f=330"
    " -c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 10 -c:a aac -f flv"
)
PATIENCE_S = 60
KEY = "a-key"


class Pages(http.server.BaseHTTPRequestHandler):
    """Pages that answer all that nginx asks in one way."""

    status = 200

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_words):
        return


@contextmanager
def running(*words):
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            yield child
        finally:
            child.terminate()


@contextmanager
def pages(status, port=0):
    Pages.status = status
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Pages)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def last():
    """Return the number of the last piece, -1 before the first."""
    found = re.findall(r"^(\d+)\.ts$", gateway.playlist(KEY), re.MULTILINE)
    return int(found[-1]) if found else -1


def until(nginx, what):
    """Wait until something holds, as long as nginx runs."""
    end = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < end
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"nginx has ended: {nginx.wait(timeout=0.1)}")


def test_a_camera_goes_on_while_pages_are_away_and_goes_when_they_say_so(tmp_path, monkeypatch):
    if not gateway.module() or not shutil.which("ffmpeg"):
        pytest.fail("nginx with its RTMP module and ffmpeg are wanted: tools/need.sh")
    monkeypatch.setattr(gateway, "PIECE_S", 1)
    monkeypatch.setattr(gateway, "UPDATE_S", 1)
    port, aside = free_ports()
    tmp_path.chmod(0o755)
    with ExitStack() as stack:
        with pages(200) as asked:
            path = gateway.prepare(
                listen=f"127.0.0.1:{port}", pages=f"http://127.0.0.1:{asked}", aside=aside
            )
            nginx = stack.enter_context(
                running(NGINX, "-e", str(tmp_path / "log"), "-c", str(path))
            )
            until(nginx, lambda: video.listens(port))
            words = [*CAMERA.split(), f"rtmp://127.0.0.1:{port}/live/{KEY}"]
            camera = stack.enter_context(running(*words))
            until(nginx, lambda: last() >= 0)
        seen = last()
        until(nginx, lambda: last() > seen + 2)
        with pages(500, asked):
            seen = last()
            until(nginx, lambda: last() > seen + 2)
        assert camera.poll() is None
        with pages(409, asked):
            until(nginx, lambda: camera.poll() is not None)
