"""Lengths: files of at most 400 lines, bodies of functions of at most 40, docstrings apart.

An exception stands in ``EXCEPTIONS`` with its reason, or not at all.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 40
SUFFIXES = {".py", ".ts", ".html", ".css", ".typ", ".sh"}
GENERATED = {"migrations", "locale"}

EXCEPTIONS: dict[str, str] = {
    "src/dongxun/people/tests/messy.py::_first": "one messy sheet, written down cell by cell",
    "src/dongxun/organisations/tests/test_import.py"
    "::test_a_workbook_of_organisations_goes_in_and_comes_back_out": "one workbook, there and back",
}
"""``path`` or ``path::function`` → why it may be longer."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> int:
    """Print what is too long; return 1 if there is any."""
    found = {key: lines for path in _files() for key, lines in _too_long(path)}
    for key, lines in found.items():
        if key not in EXCEPTIONS:
            print(f"{key}: {lines} lines")
    for key in EXCEPTIONS.keys() - found.keys():
        print(f"{key}: its exception is no longer needed")
    return int(found.keys() != EXCEPTIONS.keys())


def _files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    paths = (Path(name) for name in names)
    return [
        p for p in paths if p.suffix in SUFFIXES and not GENERATED & set(p.parts) and p.exists()
    ]


def _too_long(path: Path) -> Iterator[tuple[str, int]]:
    text = path.read_text(encoding="utf-8")
    if (lines := text.count("\n")) > FILE_LINES:
        yield str(path), lines
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function) and (lines := own_lines(node)) > FUNCTION_LINES:
                yield f"{path}::{node.name}", lines


def own_lines(node: Function) -> int:
    """Return how many lines the body takes; signature and docstring only declare."""
    first = node.body[ast.get_docstring(node) is not None :][:1]
    return (node.end_lineno or node.lineno) - first[0].lineno + 1 if first else 0


if __name__ == "__main__":
    sys.exit(main())
