"""What a page has shown of something, by a short name: has somebody written since?"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from dongxun.kernel.errors import Overtaken


def mark(content: object) -> str:
    """Return the short name of what something says, in whatever zone or order it was kept."""
    said = json.dumps(content, default=_plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def of_row(row: Any, names: Sequence[str]) -> str:
    """Return the mark of some columns of a row."""
    return mark([getattr(row, name) for name in names])


def require_seen(version: str | None, was: str, now: str) -> None:
    """Let pass whoever had before them what is there, and whoever writes the very same.

    Args:
        version: the mark of what the writer had before them; empty or None for whoever had nothing.
        was, now: the marks of what is there, and of what it would be.

    Raises:
        Overtaken.
    """
    if version not in {None, "", was} and now != was:
        raise Overtaken


def keep_mark(row: Any, was: str, now: str, *, version: str | None, is_fresh: bool) -> None:
    """Let pass whoever had before them what is there, and the page that made it, come back to.

    Args:
        row: it keeps as ``made_as`` the mark of what the page that made it sent last.
        was, now: the marks of what is there, and of what it would be.
        version: the mark that came with the page.
        is_fresh: it came from the page on which the row was new.

    Raises:
        Overtaken: somebody else has written something else since.
    """
    require_seen(version or (row.made_as if is_fresh else None), was, now)
    if is_fresh:
        row.made_as = now


def _plain(value: object) -> str:
    return str(value.astimezone(UTC)) if isinstance(value, datetime) else str(value)
