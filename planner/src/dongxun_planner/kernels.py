"""Where compiled kernels are kept.

numba compiles for the machine on first use and keeps the result beside the source or in the user's
cache; where neither can be written, modules with kernels cannot even be imported.
"""

import os
import sys
import tempfile
from pathlib import Path

PLACE = "NUMBA_CACHE_DIR"


def find_place() -> None:
    """Name a place for compiled kernels where numba would find none; before it is imported.

    Nothing is done where one is named, or where one of numba's own will do.
    """
    if os.environ.get(PLACE) or "numba" in sys.modules:
        return
    users = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    own = (Path(__file__).parent / "season", Path(users))
    if not any(map(_is_writable, own)) and (place := private(Path(tempfile.gettempdir()))):
        os.environ[PLACE] = str(place)


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_absolute() and os.access(folder, os.W_OK)


def private(folder: Path) -> Path | None:
    """Return a folder in this one that nobody else can write: what lies in it is run as code."""
    place = folder / f"dongxun-kernels-{os.getuid()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        known = place.lstat()
    except OSError:
        return None
    is_mine = known.st_uid == os.getuid() and not known.st_mode & 0o022 and not place.is_symlink()
    return place if is_mine else None
