"""Find every message of code and templates, without gettext.

Python is read by ``ast``; a template is first turned into calls by Django's own
``templatize``, the first half of ``makemessages``.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

LEAVE_OUT = {"migrations", "tests", "locale"}

# name → positions of context, singular and plural among the arguments
SINGULAR, PLURAL = (None, 0, None), (None, 0, 1)
WITH_CONTEXT, BOTH = (0, 1, None), (0, 1, 2)
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": SINGULAR,
    "_lazy": SINGULAR,
    "gettext": SINGULAR,
    "gettext_lazy": SINGULAR,
    "gettext_noop": SINGULAR,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": WITH_CONTEXT,
    "pgettext_lazy": WITH_CONTEXT,
    "npgettext": BOTH,
    "npgettext_lazy": BOTH,
}
STRING = r"""\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*"""
CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(({STRING}(?:,{STRING})*)", re.DOTALL)


class Key(NamedTuple):
    """What a catalogue finds a message by."""

    context: str
    singular: str
    plural: str


@dataclass(frozen=True, slots=True)
class Use:
    """The first place that says a message."""

    key: Key
    room: str
    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def uses(source: Path) -> dict[Key, Use]:
    """Return every message below ``source``, whose folders are the rooms."""
    found: dict[Key, Use] = {}
    for path in sorted([*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.txt")]):
        inside = path.relative_to(source)
        if LEAVE_OUT & set(inside.parts):
            continue
        text = path.read_text(encoding="utf-8")
        for key, line in _python(text) if path.suffix == ".py" else template(text):
            found.setdefault(key, Use(key, inside.parts[0], path.relative_to(Path.cwd()), line))
    return found


def _python(text: str) -> Iterator[tuple[Key, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            said = [getattr(argument, "value", None) for argument in node.args]
            if key := _key(name, said):
                yield key, node.lineno


def template(text: str) -> Iterator[tuple[Key, int]]:
    """Yield the messages of one template with their lines."""
    calls = templatize(text)
    for match in CALL.finditer(calls):
        said = [ast.literal_eval(part.strip()) for part in re.findall(STRING, match[2])]
        if key := _key(match[1], said):
            yield key, calls.count("\n", 0, match.start()) + 1


def _key(name: str, said: list[object]) -> Key | None:
    if name not in FUNCTIONS:
        return None
    parts = [
        "" if position is None else said[position] if position < len(said) else None
        for position in FUNCTIONS[name]
    ]
    if not all(isinstance(part, str) for part in parts):
        return None
    return Key(*map(str, parts))
