"""What a file holds, and a form of it that every phone plays: ffprobe and ffmpeg, on a leash.

Both run as children with limits on time, memory and what they write, open no address and no playlist
(`-protocol_whitelist file`, `-format_whitelist`), and read from a file of our own naming.
"""

import ctypes
import json
import math
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dongxun.files import store
from dongxun.files.contracts import MOST_SECONDS, BadMedia, MediaKind, NoConverter

DEMUXERS = "aac,mp3,wav,flac,ogg,mov,matroska,amr,asf,png_pipe,jpeg_pipe,webp_pipe,gif"
PROBE_S = 30
CONVERT_S = 3600
BEAT_S = 5.0
MEMORY = 2 * 1024 * 1024 * 1024
LARGEST = 2 * 1024 * 1024 * 1024
WIDEST = 8192
SOUND = ("-ac", "1", "-ar", "32000", "-c:a", "aac", "-b:a", "64k")
POSTER = "poster.jpg"
LATEST_POSTER_S = 60
_AT = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)
LADDER = ((360, "500k"), (720, "1400k"))
"""Heights and rates of a video, low one first, for a phone that waits."""
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_DIES_WITH_US = 1
"""prctl's PR_SET_PDEATHSIG: what a child is sent when the thread that waits for it is gone."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds, by its content."""

    kind: MediaKind
    seconds: int = 0
    width: int = 0
    height: int = 0
    has_sound: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What phones get: the file to open first, its type, and the picture before a video begins."""

    name: str
    content_type: str
    poster: str = ""


def is_here() -> bool:
    """Return whether this machine can convert."""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def keep(pieces: Iterable[bytes], *, most: int, where: str) -> store.Stored:
    """Keep what somebody brought to be converted, as it came.

    Args:
        most: bytes, at most.

    Raises:
        NoConverter: this machine cannot convert; nothing was read.
        BadMedia: empty, or too large; nothing was kept.
    """
    if not is_here():
        raise NoConverter(where=where)
    kept = store.put(_counted(pieces, most, where))
    if not kept.size:
        store.remove(kept.path)
        raise BadMedia(_("This file is empty."), where=where)
    return kept


def _counted(pieces: Iterable[bytes], most: int, where: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise BadMedia(_("At most %(n)d MB a file.") % {"n": most // 1024**2}, where=where)
        yield piece


def run(words: Sequence[str], seconds: int, beat: Callable[[], object] = lambda: None) -> bytes:
    """Return what a child prints; ``beat`` is called every few seconds and may raise to end it.

    Raises:
        NoConverter: the program is not here.
        BadMedia: it refused, or took too long or too much.
    """

    def leash() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds * 2, seconds * 2))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
        if _LIBC is not None:
            _LIBC.prctl(_DIES_WITH_US, signal.SIGKILL)

    try:
        child = subprocess.Popen(  # noqa: S603 - our own words
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=leash,  # noqa: PLW1509 - the child does nothing before it but this
        )
    except FileNotFoundError as error:
        raise NoConverter from error
    with child:
        try:
            said = _wait(child, time.monotonic() + seconds, beat)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise BadMedia
    return said


def _wait(child: subprocess.Popen[bytes], end: float, beat: Callable[[], object]) -> bytes:
    while True:
        with suppress(subprocess.TimeoutExpired):
            return bytes(child.communicate(timeout=BEAT_S)[0])
        beat()
        if time.monotonic() > end:
            raise BadMedia(_("Making this file fit for phones took too long."))


def look(path: Path) -> Found:
    """Return what a file holds; its name is not asked.

    Raises:
        BadMedia: no sound, video or picture; longer or larger than we take.
        NoConverter: this machine cannot tell.
    """
    said = _probed(path, "-show_format", "-show_streams")
    streams = said.get("streams", [])
    pictures = [one for one in streams if one.get("codec_type") == "video"]
    pictures = [one for one in pictures if not one.get("disposition", {}).get("attached_pic")]
    has_sound = any(one.get("codec_type") == "audio" for one in streams)
    still = said.get("format", {}).get("format_name", "").endswith("_pipe")
    seconds = round(float(said.get("format", {}).get("duration", 0) or 0))
    if not seconds and not still:
        seconds = _measured(path)
    if seconds > MOST_SECONDS:
        raise BadMedia(
            _("Longer than %(n)d hours; cut it into chapters.") % {"n": MOST_SECONDS // 3600}
        )
    if pictures:
        width, height = int(pictures[0].get("width", 0)), int(pictures[0].get("height", 0))
        if not 0 < width <= WIDEST or not 0 < height <= WIDEST * 4:
            raise BadMedia(_("This picture is too large."))
        if _is_turned(path, pictures[0], still=still):
            width, height = height, width
        kind = MediaKind.PICTURE if still else MediaKind.VIDEO
        return Found(kind, 0 if still else seconds, width, height, has_sound)
    if has_sound and seconds:
        return Found(MediaKind.AUDIO, seconds, has_sound=True)
    raise BadMedia


def _probed(path: Path, *asked: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_probe(path, "json", *asked) or b"{}")
    return said


def _probe(path: Path, form: str, *asked: str) -> bytes:
    words = ["ffprobe", "-v", "error", "-protocol_whitelist", "file", "-format_whitelist"]
    return run([*words, DEMUXERS, *asked, "-of", form, f"file:{path}"], PROBE_S)


def _measured(path: Path) -> int:
    """Return the seconds of what a recorder wrote without saying how long it is.

    Hours of it are half a million packets: one short line each, not a document of them.
    """
    said = _probe(path, "csv=p=0", "-show_entries", "packet=pts_time")
    moments = (float(found[0]) for found in re.finditer(rb"^[\d.]+", said, re.MULTILINE))
    return math.ceil(max(moments, default=0))


def _is_turned(path: Path, stream: dict[str, Any], *, still: bool) -> bool:
    """Return whether it is shown with its sides changed over, as a phone held upright films."""
    told = stream.get("side_data_list", [])
    if still:
        first = ("-show_frames", "-read_intervals", "%+#1", "-show_entries", "frame_side_data")
        told = [
            each
            for one in _probed(path, *first).get("frames", [])
            for each in one.get("side_data_list", [])
        ]
    return any(round(float(each.get("rotation", 0))) % 180 == 90 for each in told)


def convert(
    path: Path,
    found: Found,
    folder: Path,
    beat: Callable[[], object] = lambda: None,
    share: Callable[[float], object] = lambda _part: None,
) -> Made:
    """Make of a file what phones play, in ``folder``; safe to repeat, a half-made one is replaced.

    Sound becomes mono AAC at 64 kbit/s, video an HLS ladder of H.264 with a poster, a picture a
    JPEG of at most 1,600 px width. ``share`` is told every few seconds what part is done, 0 to 1.

    Raises:
        BadMedia: it cannot be converted; nothing is left in the folder.
        NoConverter.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    start = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]
    start += ["-format_whitelist", DEMUXERS, "-i", f"file:{path}", "-map_metadata", "-1"]
    start += ["-t", str(MOST_SECONDS)]
    with tempfile.TemporaryDirectory(prefix="dongxun-told-") as place:
        told = Path(place) / "told"

        def tell() -> None:
            share(_done(told, found.seconds))
            beat()

        telling = [*start, "-progress", str(told)]
        if found.kind == MediaKind.AUDIO:
            tail = ["-vn", *SOUND, "-movflags", "+faststart", str(folder / "sound.m4a")]
            run([*telling, *tail], CONVERT_S, tell)
            return Made("sound.m4a", "audio/mp4")
        if found.kind == MediaKind.VIDEO:
            run([*telling, *_ladder(found, folder)], CONVERT_S, tell)
            poster = _poster(path, found, folder)
            return Made("video.m3u8", "application/vnd.apple.mpegurl", poster)
    tail = ["-frames:v", "1", "-vf", "scale='min(1600,iw)':-2", "-q:v", "4"]
    run([*start, *tail, str(folder / "picture.jpg")], PROBE_S)
    return Made("picture.jpg", "image/jpeg")


def clip(path: Path, found: Found, target: Path, beat: Callable[[], object] = lambda: None) -> None:
    """Make one file of a short video that every phone plays: H.264, its shorter side 540 px.

    Raises:
        BadMedia: it cannot be converted.
        NoConverter.
    """
    side = "trunc(min(540,{0})/2)*2"
    scale = f"scale='if(gt(iw,ih),-2,{side.format('iw')})':'if(gt(iw,ih),{side.format('ih')},-2)'"
    words = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]
    words += ["-format_whitelist", DEMUXERS, "-i", f"file:{path}", "-map_metadata", "-1"]
    words += ["-map", "0:v:0", *(["-map", "0:a:0", *SOUND] if found.has_sound else [])]
    words += ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p"]
    words += ["-vf", scale, "-b:v", "900k", "-maxrate", "1200k", "-bufsize", "2400k"]
    run(
        [*words, "-t", str(found.seconds + 1), "-movflags", "+faststart", str(target)],
        CONVERT_S,
        beat,
    )


def _done(told: Path, seconds: int) -> float:
    """Return what part is done, by what ffmpeg last told; 0 before it told anything."""
    said = _AT.findall(told.read_text(errors="ignore")) if told.exists() else []
    return min(int(said[-1]) / 1_000_000 / seconds, 1.0) if said and seconds else 0.0


def _poster(path: Path, found: Found, folder: Path) -> str:
    """Make a picture of what a video shows a little after its beginning; none is no harm."""
    words = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file"]
    words += ["-format_whitelist", DEMUXERS, "-ss", str(min(found.seconds // 10, LATEST_POSTER_S))]
    words += ["-i", f"file:{path}", "-map_metadata", "-1", "-frames:v", "1"]
    words += ["-vf", "thumbnail=25,scale='min(720,iw)':-2", "-q:v", "5", str(folder / POSTER)]
    with suppress(BadMedia):
        run(words, PROBE_S)
    return POSTER if (folder / POSTER).is_file() else ""


def _ladder(found: Found, folder: Path) -> list[str]:
    """Return the words that make an HLS ladder: one rung a height, none taller than the video."""
    rungs = [rung for rung in LADDER if rung[0] <= max(found.height, LADDER[0][0])]
    words: list[str] = []
    for _rung in rungs:
        words += ["-map", "0:v:0", *(["-map", "0:a:0"] if found.has_sound else [])]
    words += ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p"]
    words += ["-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced*4)"]
    for number, (height, rate) in enumerate(rungs):
        words += [f"-filter:v:{number}", f"scale=-2:{height}", f"-b:v:{number}", rate]
    words += list(SOUND) if found.has_sound else []
    sound = ",a:{0}" if found.has_sound else ""
    streams = " ".join(f"v:{n}" + sound.format(n) for n in range(len(rungs)))
    words += ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"]
    words += ["-hls_segment_filename", str(folder / "part-%v-%03d.ts")]
    words += ["-master_pl_name", "video.m3u8", "-var_stream_map", streams]
    return [*words, str(folder / "rung-%v.m3u8")]
