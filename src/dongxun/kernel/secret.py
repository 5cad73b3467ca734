"""Secrets at rest: sealed values, keyed hashes and short signatures.

Keys derive from the installation's ``SECRET_KEY`` by purpose (HKDF), so one
leaked purpose key opens nothing else. Sealing is AES-256-GCM.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

if TYPE_CHECKING:
    from hashlib import _Hash

_NONCE_BYTES = 12
_BLOCK_BYTES = 64


@lru_cache(maxsize=32)
def key(purpose: str) -> bytes:
    """Return the 32-byte key of a purpose; it stays as long as the process does."""
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"dongxun", info=purpose.encode())
    return hkdf.derive(settings.SECRET_KEY.encode())


@lru_cache(maxsize=32)
def _box(purpose: str) -> AESGCM:
    return AESGCM(key(purpose))


def seal(text: str, purpose: str) -> str:
    """Encrypt a short text; empty stays empty. Two seals of one text differ."""
    if not text:
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    box = _box(purpose).encrypt(nonce, text.encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + box).decode()


def unseal(box: str, purpose: str) -> str:
    """Decrypt what :func:`seal` made.

    Raises:
        ValueError: the box was made with another key, or damaged.
    """
    if not box:
        return ""
    raw = base64.urlsafe_b64decode(box)
    try:
        plain = _box(purpose).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except InvalidTag as error:
        raise ValueError("sealed value does not open") from error
    return plain.decode()


@lru_cache(maxsize=32)
def _keyed(purpose: str) -> "tuple[_Hash, _Hash]":
    """Return SHA-256 after the inner and the outer key block of HMAC (RFC 2104)."""
    block = key(purpose).ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return hashlib.sha256(inner), hashlib.sha256(outer)


def keyed_hash(text: str, purpose: str) -> str:
    """Return 32 hex digits that match equal texts and tell nothing without the key.

    HMAC-SHA-256, half of it. An import takes six for every row, so the two blocks that
    depend on the key alone are hashed once: three times faster than ``hmac.digest``.
    """
    if not text:
        return ""
    kept_inner, kept_outer = _keyed(purpose)
    inner, outer = kept_inner.copy(), kept_outer.copy()
    inner.update(text.encode())
    outer.update(inner.digest())
    return outer.hexdigest()[:32]


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
