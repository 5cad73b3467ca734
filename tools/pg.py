"""Run a command with a private PostgreSQL: ``python tools/pg.py COMMAND...``.

A cluster of its own in a temporary folder, a socket and no port, no care for
power cuts, gone afterwards. ``DONGXUN_DATABASE_URL`` tells the command where.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

FAST = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
}
"""For tests. ``DONGXUN_PG_HONEST=1`` keeps PostgreSQL's own settings, for benchmarks."""


def main(command: list[str]) -> int:
    """Run ``command`` beside a fresh cluster and return its exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster() as url:
        environment = os.environ | {"DONGXUN_DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


@contextmanager
def cluster() -> Iterator[str]:
    """Yield the URL of a cluster that lives as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="dongxun-pg-"))
    data = str(folder / "data")
    if _is_root():
        shutil.chown(folder, "postgres", "postgres")
    try:
        _call(
            "initdb",
            "-D",
            data,
            *["-U", "dongxun", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            "-N",
        )
        _call(
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-s",
            "-l",
            str(folder / "log"),
            "-o",
            _options(folder),
            "start",
        )
        try:
            _call("createdb", "-h", str(folder), "-U", "dongxun", "dongxun")
            yield f"postgresql://dongxun@{quote(str(folder), safe='')}/dongxun"
        finally:
            _call("pg_ctl", "-D", data, "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(folder: Path) -> str:
    honest = os.environ.get("DONGXUN_PG_HONEST") == "1"
    chosen = {"listen_addresses": "''", "shared_buffers": "128MB"} if honest else FAST
    return " ".join([f"-k {folder}", *(f"-c {name}={value}" for name, value in chosen.items())])


def _binaries() -> Path:
    """Return the newest PostgreSQL that Debian installed, else the one in ``PATH``."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[4]), default=None)
    if newest is None and (other := shutil.which("initdb")):
        newest = Path(other)
    if newest is None:
        sys.exit("PostgreSQL is missing. Ask for: apt-get install postgresql")
    return newest.parent


def _is_root() -> bool:
    return os.geteuid() == 0


def _call(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; as ``postgres`` when we are root, which it refuses."""
    user = ["runuser", "-u", "postgres", "--"] if _is_root() else []
    command = [*user, str(_binaries() / program), *arguments]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{program} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
