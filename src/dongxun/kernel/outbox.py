"""Delivery of events: in order, at least once, poisoned ones parked after five tries."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from dongxun.kernel import clock
from dongxun.kernel.events import handlers_of
from dongxun.kernel.models import Event

MAX_TRIES = 5
log = logging.getLogger(__name__)


def deliver(limit: int = 500) -> int:
    """Deliver due events, oldest first; return how many were delivered.

    Each event is one transaction with all its handlers and its own removal, so
    a kill in the middle repeats the whole event and never half of it.
    """
    due = Event.objects.filter(parked_at=None).filter(
        Q(not_before=None) | Q(not_before__lte=clock.now())
    )
    ids = list(due.order_by("id").values_list("id", flat=True)[:limit])
    return sum(_deliver_one(event_id) for event_id in ids)


def deliver_all() -> int:
    """Deliver until nothing is due; handlers may announce further events."""
    total = 0
    while count := deliver():
        total += count
    return total


def _deliver_one(event_id: int) -> bool:
    try:
        with transaction.atomic():
            event = Event.objects.select_for_update().filter(id=event_id).first()
            if event is None:
                return False
            for handler in handlers_of(event.name):
                handler(event.payload)
            event.delete()
    except Exception as error:  # a broken handler must not stop the queue
        log.exception("event %s failed", event_id)
        _postpone(event_id, repr(error))
        return False
    return True


def _postpone(event_id: int, error: str) -> None:
    event = Event.objects.filter(id=event_id).first()
    if event is None:
        return
    event.tries += 1
    event.error = error[:2000]
    event.not_before = clock.now() + timedelta(seconds=2**event.tries)
    if event.tries >= MAX_TRIES:
        event.parked_at = clock.now()
    event.save(update_fields=["tries", "error", "not_before", "parked_at"])


def drop_told() -> int:
    """Drop what waits to be told; for a caller who has just computed all that listeners would."""
    return Event.objects.all().delete()[0]
