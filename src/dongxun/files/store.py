"""Kept files on disk: sealed in frames, under names of our own making.

A file is a sequence of frames of at most 1 MB, each sealed with AES-256-GCM. A
frame's number and whether it is the last are sealed with it, so frames can be
neither cut off, nor put in another order, nor taken from another file.
"""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from dongxun.kernel import secret
from dongxun.kernel.ids import new_id

FRAME = 1024 * 1024
_PURPOSE = "files.store"
_NONCE_BYTES = 12
_MORE = _NONCE_BYTES + 16
"""So much longer is a frame once it is sealed."""
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file was put, and what it holds."""

    path: str
    sha256: str
    size: int


def _place(path: str) -> Path:
    return Path(settings.VAR) / "files" / path[-2:] / path


def _frames(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield frames of exactly ``FRAME`` bytes, the last one shorter, perhaps empty."""
    rest = bytearray()
    for piece in pieces:
        rest += piece
        while len(rest) >= FRAME:
            yield bytes(rest[:FRAME])
            del rest[:FRAME]
    yield bytes(rest)


def _about(path: str, number: int, *, last: bool) -> bytes:
    return f"{path}:{number}:{int(last)}".encode()


def put(pieces: Iterable[bytes]) -> Stored:
    """Keep a file; it is on disk when this returns, and nothing of it where ``pieces`` fail."""
    path, digest, size = new_id().hex, hashlib.sha256(), 0
    place = _place(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    box = AESGCM(secret.key(_PURPOSE))
    part = place.with_suffix(".part")
    try:
        with part.open("wb") as out:
            for number, frame in enumerate(_frames(pieces)):
                digest.update(frame)
                size += len(frame)
                nonce = os.urandom(_NONCE_BYTES)
                about = _about(path, number, last=len(frame) < FRAME)
                sealed = nonce + box.encrypt(nonce, frame, about)
                out.write(_LENGTH.pack(len(sealed)) + sealed)
            out.flush()
            os.fsync(out.fileno())
        part.rename(place)
    finally:
        part.unlink(missing_ok=True)
    return Stored(path, digest.hexdigest(), size)


def pieces(path: str, first: int = 0) -> Iterator[bytes]:
    """Yield a kept file in pieces, from the frame ``first`` on.

    Raises:
        FileNotFoundError: it has been removed.
        ValueError: it was damaged, or made with another key.
    """
    box = AESGCM(secret.key(_PURPOSE))
    with _place(path).open("rb") as source:
        source.seek(first * (_LENGTH.size + FRAME + _MORE))
        number, last = first, False
        while not last:
            head = source.read(_LENGTH.size)
            sealed = source.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
            last = len(sealed) < FRAME + _MORE
            about = _about(path, number, last=last)
            try:
                yield box.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
            except (InvalidTag, ValueError) as error:
                raise ValueError("kept file does not open") from error
            number += 1


def copy_out(path: str, target: Path) -> None:
    """Write a kept file, unsealed, to ``target``; raises as :func:`pieces` does."""
    with target.open("wb") as out:
        for piece in pieces(path):
            out.write(piece)


def pieces_of(plain: Path) -> Iterator[bytes]:
    """Yield a file that is not sealed in pieces, to be kept."""
    with plain.open("rb") as file:
        while piece := file.read(FRAME):
            yield piece


def is_here(path: str) -> bool:
    """Return whether a kept file was not removed."""
    return _place(path).exists()


def read(path: str) -> bytes:
    """Return a kept file whole; raises as :func:`pieces` does."""
    return b"".join(pieces(path))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A kept file of which parts are read as of bytes; only their frames are opened."""

    path: str
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice, /) -> bytes:
        """Return the bytes of a part; raises as :func:`pieces` does."""
        start, stop, _step = part.indices(self.size)
        if start >= stop:
            return b""
        first, last = start // FRAME, (stop - 1) // FRAME
        frames = islice(pieces(self.path, first), last - first + 1)
        return b"".join(frames)[start - first * FRAME : stop - first * FRAME]


def remove(*paths: str) -> None:
    """Forget kept files; safe to repeat."""
    for path in paths:
        _place(path).unlink(missing_ok=True)
