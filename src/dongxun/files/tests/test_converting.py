"""Recordings that say nothing of their length, pictures that say which way is up."""

import struct
import subprocess
from pathlib import Path

import pytest

from dongxun.files import api as files
from dongxun.files.contracts import MediaKind
from dongxun.files.tests.media import make_sound, make_video

pytestmark = pytest.mark.once


def recorded(source: Path, target: Path, *words: str) -> Path:
    """Write a file as a browser's recorder does: piped, with no length in its head."""
    command = ["ffmpeg", "-v", "error", "-i", str(source), *words, "-f", "matroska", "-live", "1"]
    target.write_bytes(subprocess.run([*command, "-"], capture_output=True, check=True).stdout)  # noqa: S603
    return target


def test_a_recording_that_says_no_length_is_measured_and_kept_whole(tmp_path):
    video = recorded(make_video(tmp_path / "a.mp4", 3), tmp_path / "a.webm", "-c", "copy")
    found, made = files.look_at_media(video), tmp_path / "made.mp4"
    files.convert_clip(video, found, made)
    assert files.look_at_media(made).seconds >= 3 - 1
    assert found.seconds in {3, 4}

    sound = recorded(make_sound(tmp_path / "a.wav", 3), tmp_path / "b.webm", "-c:a", "libopus")
    heard = files.look_at_media(sound)
    assert (heard.kind, heard.seconds in {3, 4}) == (MediaKind.AUDIO, True)


def test_a_picture_that_was_turned_has_the_sides_that_are_shown(tmp_path):
    path = tmp_path / "a.jpg"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:s=400x200"]
    subprocess.run([*command, "-frames:v", "1", str(path)], check=True)  # noqa: S603
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    raw = path.read_bytes()
    path.write_bytes(raw[:2] + struct.pack(">HH", 0xFFE1, len(body) + 2) + body + raw[2:])
    found = files.look_at_media(path)
    assert (found.width, found.height) == (200, 400)
