"""One upload of 500 items from doors and a roll, a bad one among every hundred."""

import time
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from tools.bench import Figure

if TYPE_CHECKING:
    from dongxun.kernel.sync import Item
    from dongxun.visits.tests.histories import Sent

DATABASES = ("sqlite", "postgresql")
BAD_EVERY = 100


def measure() -> Iterator[Figure]:
    """Yield seconds for 500 items, and how many neighbours of bad ones were taken."""
    from dongxun.kernel import sync
    from dongxun.visits.tests.histories import Scene

    scene = Scene()
    items = _items(scene.day(Random("bench")))
    begun = time.perf_counter()
    answers = sync.receive(items, by=scene.actors[2])
    yield Figure("sync of 500 items", time.perf_counter() - begun, "s", 4.0)
    refused = sum(answer.answer == "rejected" for answer in answers)
    yield Figure("bad items refused, nothing else", refused, "items", sync.MOST_ITEMS // BAD_EVERY)


def _items(sent: "list[Sent]") -> "list[Item]":
    """Return 500 items of an organiser's phone, five of them broken."""
    from dongxun.kernel.ids import new_id
    from dongxun.kernel.sync import MOST_ITEMS, Item

    found: list[Item] = []
    while len(found) < MOST_ITEMS:
        for one in sent:
            good = one.item
            broken = len(found) % BAD_EVERY == 0
            body = {"stop": "nowhere"} if broken else dict(good.body)
            found.append(Item(new_id(), "visit_done" if broken else good.kind, body))
    return found[:MOST_ITEMS]
