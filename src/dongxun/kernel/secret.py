"""Secrets at rest: sealed values, keyed hashes and short signatures.

Keys derive from the installation's ``SECRET_KEY`` by purpose (HKDF), so one
leaked purpose key opens nothing else. Sealing is AES-256-GCM.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


@lru_cache(maxsize=32)
def _key(purpose: str, secret: str) -> bytes:
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"dongxun", info=purpose.encode())
    return hkdf.derive(secret.encode())


def key(purpose: str) -> bytes:
    """Return the 32-byte key of a purpose."""
    return _key(purpose, settings.SECRET_KEY)


@lru_cache(maxsize=32)
def _box(purpose: str, secret: str) -> AESGCM:
    return AESGCM(_key(purpose, secret))


def seal(text: str, purpose: str) -> str:
    """Encrypt a short text; empty stays empty. Two seals of one text differ."""
    if not text:
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    box = _box(purpose, settings.SECRET_KEY).encrypt(nonce, text.encode(), purpose.encode())
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
        plain = _box(purpose, settings.SECRET_KEY).decrypt(
            raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()
        )
    except InvalidTag as error:
        raise ValueError("sealed value does not open") from error
    return plain.decode()


def keyed_hash(text: str, purpose: str) -> str:
    """Return 32 hex digits that match equal texts and tell nothing without the key."""
    if not text:
        return ""
    return hmac.digest(key(purpose), text.encode(), "sha256").hex()[:32]


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
