"""Counts that take a while, as of a minute ago at most: first pages are asked for all day.

Only what may be a minute old, and only plain values. Kept in this process, so two of them
may differ for that minute.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar, cast

from django.core.cache import cache

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.together import Question

T = TypeVar("T")
KEPT_S: Final = 60
_MISSING: Final = object()


def lately(what: str, *about: object, count: Callable[[], T]) -> T:
    """Return what ``count`` returned within the last minute, counting anew if nobody did.

    Args:
        what: the room's own name for it; ``about`` all that the count depends on.
    """
    key = _key(what, about)
    found = cache.get(key, _MISSING)
    if found is _MISSING:
        found = count()
        cache.set(key, found, KEPT_S)
    return cast("T", found)


def kept(what: str, *about: object, count: Callable[[], Question[T]]) -> Question[T]:
    """Return the same as a question: what is known is not asked."""
    key = _key(what, about)
    found = cache.get(key, _MISSING)
    if found is _MISSING:
        found = yield from count()
        cache.set(key, found, KEPT_S)
    return cast("T", found)


def _key(what: str, about: tuple[object, ...]) -> str:
    return ":".join(("lately", what, str(clock.today()), *map(str, about)))


def places(by: Actor, roles: Iterable[Role] = ORGANISERS) -> str:
    """Return what a count of the actor's units depends on: those units, whoever asks."""
    return "-".join(f"{one.lft}.{one.rgt}" for one in by.intervals(roles)) or by.kind.value
