"""Who watches: one row a person and class, touched now and then."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dongxun.kernel import bulk, clock
from dongxun.live.models import Presence
from dongxun.people import api as people

FIELDS = ("live_id", "person_id", "first_at", "last_at")
_LATER = bulk.overwrite(("live_id", "person_id"), ("last_at",))


EVERY_S = 30


def touch(live_id: UUID, person_id: UUID) -> None:
    """Note that somebody watches now, at most twice a minute: pages ask far more often."""
    now = clock.now()
    lately = now - timedelta(seconds=EVERY_S)
    rows = Presence.objects.filter(live_id=live_id, person_id=person_id, last_at__gt=lately)
    if not rows.exists():
        keep_presence([(live_id, person_id, now)])


def keep_presence(seen: Iterable[tuple[UUID, UUID, datetime]]) -> None:
    """Note that people watched classes at a moment; in one go, safe to repeat.

    Who was taken off the roster since is passed over: one of them would hold up all the others.
    """
    seen = list(seen)
    known = people.branches_of({person for _live, person, _at in seen})
    rows = {(live, person): (live, person, at, at) for live, person, at in seen if person in known}
    if rows:
        with transaction.atomic():
            bulk.insert(Presence, FIELDS, list(rows.values()), on_conflict=_LATER)
