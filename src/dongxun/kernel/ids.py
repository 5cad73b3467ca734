"""Identifiers: time-ordered, mintable on a phone, derivable from a cause."""

import hashlib
import secrets
import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from dongxun.kernel.errors import NotFound

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_BITS = 48
_LONGEST_NUMBER = 18


def _uuid7(milliseconds: int, tail: int) -> UUID:
    """Lay 48 bits of time and 74 bits of ``tail`` out as RFC 9562 version 7 says."""
    value = (milliseconds & ((1 << _TIME_BITS) - 1)) << 80
    value |= 0x7 << 76
    value |= ((tail >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= tail & ((1 << 62) - 1)
    return UUID(int=value)


def new_id() -> UUID:
    """Return a fresh UUIDv7; ids made later sort later, to the millisecond."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def derived_id(at: datetime, *cause: object) -> UUID:
    """Return the one UUIDv7 that belongs to ``cause`` at ``at``.

    The same cause gives the same id on every machine, so a replay meets its
    first copy. ``at`` must be aware and must itself never change for a cause.
    """
    text = "\x1f".join(str(part) for part in cause)
    tail = int.from_bytes(hashlib.sha256(text.encode()).digest()[:10], "big")
    return _uuid7(int(at.timestamp() * 1000), tail & ((1 << 74) - 1))


def read_id(text: object) -> UUID | None:
    """Return the id that a text from outside holds, None when it holds none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def read_ids(texts: Iterable[object]) -> list[UUID]:
    """Return the ids among texts from outside, in their order."""
    return [found for text in texts if (found := read_id(text))]


def read_number(text: str, most: int) -> int | None:
    """Return the number from 0 to ``most`` that somebody typed, None when it is none of these."""
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > _LONGEST_NUMBER:
        return None
    return number if (number := int(typed)) <= most else None


def wanted_id(text: object) -> UUID:
    """Return the id in an address or a hidden field.

    Raises:
        NotFound: it holds none, so there is nothing it could lead to.
    """
    found = read_id(text)
    if found is None:
        raise NotFound
    return found


def spoken_code(length: int = 6) -> str:
    """Return a code to be read aloud: Crockford base32, without I, L, O and U."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(length))


def normal_code(text: str) -> str:
    """Return what a person typed for a spoken code, as it was issued."""
    table = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
    return text.strip().upper().translate(table)
