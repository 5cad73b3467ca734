"""Makers of sounds, videos and pictures for tests, by Debian's ffmpeg."""

import subprocess
from pathlib import Path


def make_sound(path: Path, seconds: int = 2, *words: str) -> Path:
    """Write a tone as a real file of the kind its name says."""
    source = f"sine=frequency=440:duration={seconds}"
    return _ffmpeg("-f", "lavfi", "-i", source, *words, str(path))


def make_silence(path: Path, seconds: int) -> Path:
    """Write a recording in which nothing is heard, small however long."""
    return _ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", str(seconds), str(path))


def make_video(path: Path, seconds: int = 2) -> Path:
    """Write a moving test picture with sound."""
    picture, sound = f"testsrc2=size=320x240:rate=10:duration={seconds}", f"sine=duration={seconds}"
    return _ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, str(path))


def make_picture(path: Path, size: str = "2000x400") -> Path:
    """Write a picture."""
    return _ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}", "-frames:v", "1", str(path))


def _ffmpeg(*words: str) -> Path:
    subprocess.run(  # noqa: S603 - our own words
        ["ffmpeg", "-v", "error", "-y", *words],  # noqa: S607 - Debian's
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return Path(words[-1])
