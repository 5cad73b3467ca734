"""Recordings of one stream, joined into one video by ffmpeg on the leash of ``files``."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dongxun.files import api as files
from dongxun.files.contracts import BadMedia
from dongxun.library.contracts import MOST_BYTES

JOIN_S = 3600
SMALL = ("-vf", "scale=-2:360", "-c:v", "libx264", "-preset", "veryfast", "-b:v", "300k")
SOUND = ("-ac", "1", "-c:a", "aac", "-b:a", "48k")


def join_recordings(
    paths: Sequence[Path], target: Path, beat: Callable[[], object] = lambda: None
) -> None:
    """Make one video of the recordings of a stream, in their order; nothing is encoded anew.

    What would be larger than a file may be is made smaller.

    Raises:
        BadMedia: there is none, or one cannot be read.
        NoConverter: this machine has no ffmpeg.
    """
    if not paths:
        raise BadMedia
    names = target.with_suffix(".txt")
    names.write_text("".join(f"file 'file:{path}'\n" for path in paths), encoding="utf-8")
    words = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]
    words += ["-f", "concat", "-safe", "0", "-i", str(names)]
    is_large = sum(path.stat().st_size for path in paths) > MOST_BYTES * 9 // 10
    how = (*SMALL, *SOUND) if is_large else ("-c", "copy")
    files.run_leashed([*words, *how, str(target)], JOIN_S, beat)
