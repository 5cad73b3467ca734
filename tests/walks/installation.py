"""A whole installation of its own: the real server with its worker, killed and started at will."""

import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.conf import settings

PATIENCE_S, DEMO_PATIENCE_S = 240.0, 900.0
PAUSE_S = 0.05
PASSWORD = "plum-blossom-7"
PREPARE = """
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
call_command("import_divisions", "320612")
call_command("open_account", "office", organisation="320612")
"""


class Installation:
    """A folder, a port and a server; ``kill`` is a kill -9 of everything it started.

    With ``demo`` its first start loads the demo district, as ``make run`` does.

    Its secret key is that of the tests, so a walk knows what a phone reads off the screen.
    """

    def __init__(self, folder: Path, *, demo: bool = False) -> None:
        self.folder, self.demo = folder, demo
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | None = None
        self.authenticators: dict[str, pyotp.TOTP] = {}

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of its processes: none of this machine's but the language."""
        kept = {name: text for name, text in os.environ.items() if "DJANGO" not in name}
        own = {"DONGXUN_VAR": str(self.folder), "DONGXUN_SECRET_KEY": settings.SECRET_KEY}
        return {name: text for name, text in kept.items() if "DONGXUN" not in name} | own

    def prepare(self) -> None:
        """Make the tables, the units of 通州区 and one account, ``office``, as the tutorial does."""
        subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-c", PREPARE],
            cwd=settings.BASE_DIR,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "dongxun.web.settings"},
            input=f"{PASSWORD}\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "dongxun.web.serve", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(  # noqa: S603 - our own server
                command if self.demo else [*command, "--no-demo"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        patience = DEMO_PATIENCE_S if self.demo else PATIENCE_S
        self.until(self._answers, "the server answers", patience)

    def _answers(self) -> bool:
        assert self.server is not None
        assert self.server.poll() is None, (self.folder / "server.log").read_text()
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            asked = f"{self.url}/offline/"
            return bool(urllib.request.urlopen(asked, timeout=5).status == 200)  # noqa: S310
        return False

    def kill(self) -> None:
        """Kill -9 the server and all that it started, and wait until they are gone."""
        if self.server is None:
            return
        ends = [end for pid in _of_the_group(self.server.pid) for end in _end_of(pid)]
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.server = None
        # Its children end after it: on a busy machine they hold the port for a moment longer.
        for end in ends:
            gone, _, _ = select.select([end], [], [], PATIENCE_S)
            os.close(end)
            assert gone, "a process outlived its kill -9"

    def until(self, holds: Callable[[], object], words: str, patience_s: float = PATIENCE_S) -> Any:
        """Return what ``holds`` answers once it is true; ask again and again until then."""
        end = time.monotonic() + patience_s
        while not (found := holds()):
            assert time.monotonic() < end, f"in vain: {words}"
            self._pause()
        return found

    def _pause(self) -> None:
        if self.server is not None:
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(timeout=PAUSE_S)

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question to its database."""
        address = f"file:{self.folder}/dongxun.sqlite3?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as base:
            return base.execute(question).fetchall()

    def number(self, question: str) -> int:
        """Return the one number that a question has for its answer."""
        [[found]] = self.ask(question)
        return int(found)


def _of_the_group(group: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _state, _parent, its_group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_group) == group:
                yield int(stat.parent.name)


def _end_of(pid: int) -> Iterator[int]:
    """Yield a file that can be read once the process is gone; none when it already is."""
    with suppress(ProcessLookupError):
        yield os.pidfd_open(pid)


@contextmanager
def installed(folder: Path, *, demo: bool = False) -> Iterator[Installation]:
    """Start an installation, with the demo or an account in 通州区; end it and delete its folder."""
    if not (Path(settings.BASE_DIR) / "build/static/kit").is_dir():
        pytest.fail("The real server needs its files: make build/static/.done")
    made = Installation(folder, demo=demo)
    try:
        if not demo:
            made.prepare()
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Start an empty installation with the units of 通州区 and one account, ``office``."""
    with installed(tmp_path_factory.mktemp("installation")) as made:
        yield made


@pytest.fixture(scope="module")
def demo_district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Start an installation as a newcomer's ``make run`` does: the demo district in it."""
    with installed(tmp_path_factory.mktemp("demo"), demo=True) as made:
        yield made
