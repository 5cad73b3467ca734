"""``make check``: every static check, two at a time; only what fails is printed in full."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
PYTHON = sys.executable


class Outcome(NamedTuple):
    """How one check went."""

    name: str
    seconds: float
    status: int
    output: str


def commands() -> dict[str, list[str]]:
    """Return the checks, the slow ones first."""
    pages = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/**/*.html"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return {
        "types (mypy)": [f"{BIN}/mypy", "--no-error-summary"],
        "types (tsc)": ["npm", "run", "--silent", "types"],
        "map of rooms": [f"{BIN}/lint-imports", "--no-cache"],
        "migrations match models": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "Django": [PYTHON, "manage.py", "check", "--fail-level", "WARNING"],
        "migrations linear": [PYTHON, "-m", "tools.migrations"],
        "catalogues": [PYTHON, "-m", "tools.messages", "check"],
        "words in templates": [PYTHON, "-m", "tools.templates"],
        "shape of templates": [f"{BIN}/djhtml", "--check", "--tabwidth", "2", *pages],
        "shape of code": [f"{BIN}/ruff", "format", "--check", "."],
        "ruff": [f"{BIN}/ruff", "check", "--output-format", "concise", "."],
        "lengths": [PYTHON, "-m", "tools.lengths"],
        "locks": [PYTHON, "-m", "tools.locks"],
    }


def run(name: str, command: list[str]) -> Outcome:
    """Run one check with the settings of the tests."""
    start = time.monotonic()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": "."}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, time.monotonic() - start, done.returncode, done.stdout)


def main() -> int:
    """Run all; print a line for each and the output of those that fail."""
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(lambda item: run(*item), commands().items()):
            word = "FAIL" if outcome.status else "ok"
            print(f"{word:>4}  {outcome.name}  {outcome.seconds:.1f} s", flush=True)
            if outcome.status:
                print(outcome.output, flush=True)
            failed += bool(outcome.status)
    print(f"{failed} of {len(commands())} checks failed" if failed else "All checks pass.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
