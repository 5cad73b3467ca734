"""Pictures as they may be kept: JPEG or PNG, without what a phone writes beside them.

A phone notes where it was. Everything but the picture itself and which way is up is left out.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Invalid

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 120_000_000
"""A small file may unpack to any size; it is drawn on somebody's phone."""
_END: Final = b"\xff\xd9"
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What follows what is drawn; a byte of it that looks like one is followed by 0."""
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"cHRM", b"iCCP"}
)
_ORIENTATION: Final = 0x0112
_NO_SIZE: Final = frozenset({0xFFC4, 0xFFC8, 0xFFCC})
"""Markers among those of a frame's head that say no size."""


class PictureRefused(Invalid):
    """A picture cannot be kept; the message says why."""

    code = "picture_refused"


def content_type(raw: bytes) -> str:
    """Return what kind of picture these bytes begin like."""
    return "image/png" if raw.startswith(PNG) else "image/jpeg"


def clean(raw: bytes) -> bytes:
    """Return a picture without place, time and device.

    Raises:
        PictureRefused: empty, too large, no picture, or cut off.
    """
    if not raw:
        raise PictureRefused(_("The picture is empty."), where="picture")
    if len(raw) > MOST_BYTES:
        raise PictureRefused(_("The picture is larger than 10 MB."), where="picture")
    try:
        if raw.startswith(JPEG):
            return b"".join(_jpeg(raw))
        if raw.startswith(PNG):
            return b"".join(_png(raw))
    except (struct.error, IndexError) as error:
        raise PictureRefused(_("The picture is cut off."), where="picture") from error
    raise PictureRefused(_("Send a JPG or PNG picture."), where="picture")


def _jpeg(raw: bytes) -> Iterator[bytes]:
    """Yield the segments that draw the picture, and which way is up; nothing that hangs on its end.

    Behind the end phones keep a film or a second picture, with the place in it.
    """
    yield raw[:2]
    at, turned = 2, 1
    kept = []
    while True:
        marker, length = struct.unpack_from(">HH", raw, at)
        if not 0xFF00 < marker <= 0xFFFE or length < 2:
            raise IndexError
        segment = raw[at : at + 2 + length]
        if len(segment) < 2 + length:
            raise IndexError
        if marker == 0xFFE1 and segment[4:10] == b"Exif\0\0":
            turned = _turned(segment[10:])
        if 0xFFC0 <= marker <= 0xFFCF and marker not in _NO_SIZE:
            height, width = struct.unpack_from(">HH", segment, 5)
            _require_drawable(width, height)
        is_extra = 0xFFE1 <= marker <= 0xFFEF and marker not in (0xFFE2, 0xFFEE)
        if not is_extra and marker != 0xFFFE:
            kept.append(segment)
        at += 2 + length
        if marker == 0xFFDA:
            start, at = at, _end_of_scan(raw, at)
            kept.append(raw[start:at])
            if at == len(raw) or raw[at : at + 2] == _END:
                break
    if turned != 1:
        entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
        body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
        yield struct.pack(">HH", 0xFFE1, len(body) + 2) + body
    yield from kept
    yield _END


def _end_of_scan(raw: bytes, at: int) -> int:
    """Return where what is drawn ends: at the next marker, or with the file."""
    found = _MARKER.search(raw, at)
    return found.start() if found else len(raw)


def _require_drawable(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureRefused(_("The picture has too many pixels."), where="picture")


def _turned(tiff: bytes) -> int:
    """Return how the picture is turned, 1 to 8, from the head of its Exif block."""
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, 64)):
        tag, _kind, _n, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
        if tag == _ORIENTATION:
            return value if 1 <= value <= 8 else 1
    return 1


def _png(raw: bytes) -> Iterator[bytes]:
    """Yield the chunks that draw the picture."""
    yield PNG
    at = len(PNG)
    while at < len(raw):
        length, kind = struct.unpack_from(">I4s", raw, at)
        chunk = raw[at : at + 12 + length]
        if len(chunk) < 12 + length:
            raise IndexError
        if kind == b"IHDR":
            _require_drawable(*struct.unpack_from(">II", chunk, 8))
        if kind in _KEPT_CHUNKS:
            yield chunk
        at += 12 + length
        if kind == b"IEND":
            return
    raise IndexError
