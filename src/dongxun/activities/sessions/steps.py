"""The run-sheet as lines of text: what, minutes, who; and back, word for word."""

import re
from collections.abc import Sequence
from typing import Any

TypedStep = Sequence[Any]
"""A step as drafts keep it: title, minutes, owner, whether it is the oath, note."""
_MINUTES = re.compile(r"(\d{1,3})(分钟|分|min)?", re.IGNORECASE)
_UNITS = frozenset({"分钟", "分", "min"})
_COUNTED = re.compile(
    "[号层室栋幢].*|(楼|座|排|名|位|个|人|组|支|队|班|次|场|届|批|期|年|月|日|点|路|台|条|项|首|件|本|份|张|"
    "面|米|公里|周|天|小时)"
)
"""What a number before it counts, so that it is no minutes: 2 号楼, 3 名."""


def read_step(line: str) -> list[Any]:
    """Return a typed line as title, minutes, owner, whether it is the oath, note.

    The last number that can be minutes parts what from who; a line without one is all title.
    """
    words = line.split()
    for place in range(len(words) - 1, 0, -1):
        found = _MINUTES.fullmatch(words[place])
        after = words[place + 1 :]
        if found is None or not int(found[1]) or words[place - 1].endswith("第"):
            continue
        if not found[2] and after and after[0].lower() in _UNITS:
            after = after[1:]
        elif not found[2] and after and _COUNTED.fullmatch(after[0]):
            continue
        return _step(" ".join(words[:place]), int(found[1]), " ".join(after))
    return _step(" ".join(words), None, "")


def _step(title: str, minutes: int | None, owner: str) -> list[Any]:
    return [title[:120], minutes, owner[:60], "誓" in title, ""]


def line_of(step: TypedStep) -> str:
    """Return a step as a line."""
    title, minutes, owner, _oath, _note = step
    return " ".join(" ".join(str(part) for part in (title, minutes, owner) if part).split())


def read_lines(text: str, before: Sequence[TypedStep]) -> list[list[Any]]:
    """Return the steps of a text; a line left as it was is the step of before, unread.

    So a note, and whether a step is the oath, stay though the lines do not show them.
    A line that was changed keeps them by its title, else the note by its place.
    """
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    left = [list(step) for step in before]
    found: list[list[Any] | None] = [_take(left, line_of, line) for line in lines]
    same_length = len(lines) == len(before)
    for place, line in enumerate(lines):
        if found[place] is None:
            found[place] = _kept(read_step(line), left, before[place] if same_length else None)
    return [step for step in found if step is not None]


def _take(left: list[list[Any]], key: Any, wanted: str) -> list[Any] | None:
    """Take the first step out of ``left`` whose key is wanted."""
    for step in left:
        if key(step) == wanted:
            left.remove(step)
            return step
    return None


def _kept(step: list[Any], left: list[list[Any]], here: TypedStep | None) -> list[Any]:
    if twin := _take(left, lambda old: old[0], step[0]):
        return [*step[:3], *twin[3:]]
    if here is not None and list(here) in left:
        left.remove(list(here))
        return [*step[:4], here[4]]
    return step
