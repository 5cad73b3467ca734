"""Migrations: one line per room, numbered without gaps, named for their idea."""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "dongxun"
NAME = re.compile(r"^(\d{4})_[a-z0-9_]+$")
NAMELESS = re.compile(r"_(auto_\d+.*|initial|merge.*)$")


def complaints(folder: Path) -> list[str]:
    """Return what is wrong with the migrations of one room."""
    room = folder.parent.name
    steps = sorted(path for path in folder.glob("*.py") if path.stem != "__init__")
    found = [
        f"{path.name}: not a number and an idea" for path in steps if not NAME.match(path.stem)
    ]
    found += [f"{p.name}: not named for its idea" for p in steps if NAMELESS.search(p.stem)]
    numbers = [path.stem[:4] for path in steps]
    if numbers != [f"{place:04}" for place in range(1, len(steps) + 1)]:
        found.append(f"numbers are not 0001 to {len(steps):04}: {' '.join(numbers)}")
    before = Counter(parent for path in steps for parent in _parents(path, room))
    found += [f"{name}: followed by {count}" for name, count in before.items() if count > 1]
    return [f"{room}/migrations/{text}" for text in found]


def _parents(path: Path, room: str) -> list[str]:
    """Return the names of the migrations of ``room`` that this one follows."""
    pairs = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "dependencies"
        for node in ast.walk(node.value)
        if isinstance(node, ast.Tuple)
    )
    named = [tuple(getattr(part, "value", "") for part in pair.elts) for pair in pairs]
    return [str(name) for app, name in named if app == room]


def main() -> int:
    """Print every complaint about every room."""
    found = [text for folder in sorted(SOURCE.glob("*/migrations")) for text in complaints(folder)]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
