"""How what a phone sent is kept: as it came, but nothing readable by which somebody is reached."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from dongxun.kernel import secret

PURPOSE = "kernel.sync"
_sealed: dict[str, tuple[str, ...]] = {}


def seal_under(kind: str, names: Sequence[str]) -> None:
    """Keep what bodies of a kind say under these names sealed."""
    _sealed[kind] = tuple(names)


def digest(kind: str, body: Mapping[str, Any]) -> str:
    """Return what equal bodies have in common; keyed where something of them is sealed."""
    text = json.dumps([kind, body], sort_keys=True, ensure_ascii=False)
    if _sealed.get(kind):
        return secret.keyed_hash(text, PURPOSE)
    return hashlib.sha256(text.encode()).hexdigest()


def closed(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as it is kept."""
    found = dict(body)
    for name in _sealed.get(kind, ()):
        if found.get(name):
            found[name] = secret.seal(json.dumps(found[name], ensure_ascii=False), PURPOSE)
    return found


def opened(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept body as it was sent."""
    found = dict(body)
    for name in _sealed.get(kind, ()):
        if found.get(name):
            found[name] = json.loads(secret.unseal(found[name], PURPOSE))
    return found
