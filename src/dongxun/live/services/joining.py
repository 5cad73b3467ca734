"""Recordings of one stream, joined into one video by ffmpeg on the leash of ``files``."""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.files.contracts import BadMedia
from dongxun.library.contracts import MOST_BYTES

JOIN_S = 3600
SMALL = ("-vf", "scale=-2:360", "-c:v", "libx264", "-preset", "veryfast", "-b:v", "300k")
SOUND = ("-ac", "1", "-c:a", "aac", "-b:a", "48k")


COPIES, GB = 2, 1_000_000_000
AT_ONCE = 4
"""So many recordings of half an hour make one chapter."""
_BEGAN = re.compile(r"-(\d{9,11})\.flv$")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that lies here; what came before ``skip`` seconds belongs to no replay."""

    path: Path
    skip: float = 0.0


def began(name: str) -> int:
    """Return when a recording began, as the gateway wrote it into its name; 0 where it did not."""
    found = _BEGAN.search(name)
    return int(found[1]) if found else 0


def lying(paths: Sequence[Path], on_air: datetime | None) -> list[list[Recording]]:
    """Return what lies there, chapter by chapter, without what was filmed before going on air.

    The gateway writes into the name of a recording when it began.
    """
    found = []
    for path in paths:
        if path.is_file():
            since = began(path.name)
            early = on_air.timestamp() - since if on_air and since else 0.0
            found.append(Recording(path, max(0.0, early)))
    return [found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE)]


def join_recordings(
    parts: Sequence[Recording], target: Path, beat: Callable[[], object] = lambda: None
) -> None:
    """Make one video of the recordings of a stream, in their order; nothing is encoded anew.

    What would be larger than a file may be is made smaller. A cut is made at the last whole
    picture before it.

    Raises:
        BadMedia: there is none, one cannot be read, or the disk is too full.
        NoConverter: this machine has no ffmpeg.
    """
    if not parts:
        raise BadMedia
    _require_room(parts, target)
    names = target.with_suffix(".txt")
    lines = [f"file 'file:{part.path}'\n" + _cut(part) for part in parts]
    names.write_text("".join(lines), encoding="utf-8")
    words = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]
    words += ["-f", "concat", "-safe", "0", "-i", str(names)]
    is_large = sum(part.path.stat().st_size for part in parts) > MOST_BYTES * 9 // 10
    how = (*SMALL, *SOUND) if is_large else ("-c", "copy")
    files.run_leashed([*words, *how, str(target)], JOIN_S, beat)


def _require_room(parts: Sequence[Recording], target: Path) -> None:
    """See that what is joined has room, and the library's copy of it."""
    needed = COPIES * sum(part.path.stat().st_size for part in parts)
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        words = _(
            "Only %(free).1f GB of the disk are free, and %(needed).1f are needed; make room."
        )
        raise BadMedia(words % {"free": free / GB, "needed": needed / GB})


def _cut(part: Recording) -> str:
    return f"inpoint {part.skip:.1f}\n" if part.skip else ""
