"""From the command to the first answer: in an empty folder with the demo, then once more.

Everything is installed and built before (``make bench`` sees to it). Each start is a server of its
own with its worker and its edge, as ``make run`` has it; the bars are those of the clock on the wall.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._edge import HOST, free_port
from tools.bench import ROOT, Figure, cpu_of

STARTS = (("first start, an empty folder and the demo", 180), ("later start", 5))
PATIENCE_S = 900
ANSWERS = "/sign-in/"


def measure() -> Iterator[Figure]:
    """Start twice on one folder."""
    with TemporaryDirectory(prefix="start-", dir=os.environ["DONGXUN_VAR"]) as name:
        folder = Path(name)
        for what, bar in STARTS:
            wall, cpu = _start(folder)
            assert (folder / "demo-accounts.txt").exists(), "the demo is not there"
            yield Figure(f"{what}: to the first answer", wall, "s", bar)
            yield Figure("the same, all its processes", cpu, "CPU-s")


def _start(folder: Path) -> tuple[float, float]:
    """Start the server and end it once it has answered; return its wall and CPU seconds until then."""
    port, begun = free_port(), time.monotonic()
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-m", "dongxun.web.serve", "--port", str(port)],
            cwd=ROOT,
            env=_environment(folder),
            stdout=log,
            stderr=log,
        )
        try:
            while not _answers(port):
                if server.poll() is not None or time.monotonic() - begun > PATIENCE_S:
                    raise RuntimeError((folder / "server.log").read_text()[-2000:])
                time.sleep(0.02)
            return time.monotonic() - begun, cpu_of(server.pid)
        finally:
            _end(server)


def _environment(folder: Path) -> dict[str, str]:
    """Return what an installation of its own is told: nothing of this one but the folder."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DONGXUN")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | {"DONGXUN_VAR": str(folder)}


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        asked.request("GET", ANSWERS)
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
