"""How what a phone sent is kept: as it came, but nothing readable by which somebody is reached."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dongxun.kernel import secret

PURPOSE = "kernel.sync"
OPEN_HASH = 64
"""How many digits the digest of a body has of which nothing is sealed; a keyed one has half."""
_BOX = re.compile(r"[A-Za-z0-9_-]{38,}={0,2}")
_sealed: dict[str, tuple[str, ...]] = {}


def seal_under(kind: str, names: Sequence[str]) -> None:
    """Keep what bodies of a kind say under these names sealed."""
    _sealed[kind] = tuple(names)


def sealed_kinds() -> frozenset[str]:
    """Return the kinds of whose bodies something is sealed."""
    return frozenset(kind for kind, names in _sealed.items() if names)


def digest(kind: str, body: Mapping[str, Any]) -> str:
    """Return what equal bodies have in common; keyed where something of them is sealed."""
    text = _text(kind, body)
    return secret.keyed_hash(text, PURPOSE) if _sealed.get(kind) else _plain(text)


def is_same(kind: str, body: Mapping[str, Any], kept: str) -> bool:
    """Whether a body is the one that was kept with a digest, also before its kind was sealed."""
    if len(kept) == OPEN_HASH:
        return _plain(_text(kind, body)) == kept
    return digest(kind, body) == kept


def _text(kind: str, body: Mapping[str, Any]) -> str:
    return json.dumps([kind, body], sort_keys=True, ensure_ascii=False)


def _plain(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def closed(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as it is kept."""
    found = dict(body)
    for name in _sealed.get(kind, ()):
        if found.get(name):
            found[name] = secret.seal(json.dumps(found[name], ensure_ascii=False), PURPOSE)
    return found


def opened(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept body as it was sent; what was kept before its kind was sealed stays as it is.

    Raises:
        ValueError: it was sealed with another key, or is damaged.
    """
    found = dict(body)
    for name in _sealed.get(kind, ()):
        if isinstance(box := found.get(name), str) and _BOX.fullmatch(box):
            found[name] = json.loads(secret.unseal(box, PURPOSE))
    return found
