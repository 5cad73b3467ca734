"""What phones recorded and the server did not take: kept until a person has dealt with it.

The rooms say how their kinds read (``differences.speak_for``); who may decide between two
records sees what was refused of them, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock, passed
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import (
    Reading,
    kinds_elsewhere,
    label_of,
    may_decide,
    portions,
    read_bodies,
)
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.models import SyncItem, SyncPassed
from dongxun.kernel.sync import NO_RECORD
from dongxun.kernel.together import Question

MOST = 200
MOST_SEEN = 50
SEEN_DAYS = 60
MOST_WORDS = 200
audit.describe(acts={"kernel.settle_refusal": _("Dealt with a record that was not taken")})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was refused: of what, why (a code), from which phone, and what became of it."""

    id: UUID
    kind: str
    label: Text
    reading: Reading | None
    reason: str
    received_at: datetime
    phone: str
    settled_at: datetime | None = None
    settled_by: str = ""
    words: str = ""
    sent_by: str = ""


def refusals(*, by: Actor) -> list[Refusal]:
    """Return what was refused, newest first, and the actor may deal with.

    What was no record at all is left out; what says nothing known is shown to the offices.
    """
    found = list(islice(_own(_rows().filter(settled_at=None), by), MOST))
    found += islice(_passed(_passing().filter(settled_at=None), by), MOST)
    return sorted(found, key=lambda one: one.received_at, reverse=True)[:MOST]


def waiting(by: Actor) -> Question[int]:
    """Return how many :func:`refusals` there are; where nothing lies, one turn says so."""
    passing = _passing().filter(settled_at=None).values_list("item__kind")
    lying = yield [_rows().filter(settled_at=None).values_list("kind")[:1], passing[:1]]
    return len(refusals(by=by)) if any(lying) else 0


def seen(*, by: Actor) -> list[Refusal]:
    """Return what was dealt with lately, newest first: it stays kept."""
    since = clock.now() - timedelta(days=SEEN_DAYS)
    rows = _rows().filter(settled_at__gte=since).order_by("-settled_at", "id")
    found = list(islice(_own(rows, by), MOST_SEEN))
    passing = _passing().filter(settled_at__gte=since).order_by("-settled_at", "item_id")
    found += islice(_passed(passing, by), MOST_SEEN)
    return sorted(found, key=lambda one: one.settled_at or since, reverse=True)[:MOST_SEEN]


@transaction.atomic
def settle_refusal(*, by: Actor, item_id: UUID, words: str) -> None:
    """Note what was done about a refused record. Nothing is deleted; safe to repeat.

    Raises:
        NotFound: absent, not refused, or not the actor's to deal with.
        Invalid: nothing is said of what was done.
    """
    found = next(_own(_rows(), by, only=item_id), None)
    rows: QuerySet[SyncItem] | QuerySet[SyncPassed]
    rows = SyncItem.objects.filter(id=item_id, settled_at=None)
    if found is None:
        found = next(_passed(_passing(), by, only=item_id), None)
        rows = SyncPassed.objects.filter(item_id=item_id, settled_at=None)
    if found is None:
        raise NotFound
    if not words.strip():
        raise Invalid(details=[("words", _("Say in a few words what was done about it."))])
    note = {"settled_by": by.label[:120], "settled_words": words.strip()[:MOST_WORDS]}
    if rows.update(settled_at=clock.now(), **note):
        audit.write(
            "kernel.settle_refusal",
            by=by,
            subject=("sync_item", item_id),
            organisation_id=found.reading.organisation_id if found.reading else None,
            reason=found.reason,
        )


def _rows() -> QuerySet[SyncItem]:
    rows = SyncItem.objects.filter(answer=SyncAnswer.REJECTED).exclude(reason__in=NO_RECORD)
    rows = rows.exclude(body={})  # its days are over, see leaving.py
    return rows.exclude(kind__in=kinds_elsewhere()).order_by("-received_at", "id")


def _own(rows: QuerySet[SyncItem], by: Actor, *, only: UUID | None = None) -> Iterator[Refusal]:
    """Yield what the actor may deal with, read a portion at a time: most may be others'."""
    for part in portions(rows, only):
        readings = read_bodies([(row.kind, row.body) for row in part])
        for row, reading in zip(part, readings, strict=True):
            if may_decide(by, reading):
                yield _refusal(row, reading)


def _passing() -> QuerySet[SyncPassed]:
    """Return what was refused because of who sent it, and nobody sent rightly since."""
    rows = SyncPassed.objects.filter(item__answer="").exclude(item__body={})
    return rows.select_related("item").order_by("-at", "item_id")


def _passed(
    rows: QuerySet[SyncPassed], by: Actor, *, only: UUID | None = None
) -> Iterator[Refusal]:
    """Yield what phones of the actor's units sent; what it is about, only where that is theirs."""
    for part in portions(rows, only):
        own = passed.reached(part, by)
        readings = read_bodies([(row.item.kind, row.item.body) for row in own])
        for row, reading in zip(own, readings, strict=True):
            is_theirs = reading is not None and may_decide(by, reading)
            yield replace(
                _refusal(row.item, reading if is_theirs else None),
                reason=row.reason,
                received_at=row.at,
                settled_at=row.settled_at,
                settled_by=row.settled_by,
                words=row.settled_words,
                sent_by=row.sent_by,
            )


def _refusal(row: SyncItem, reading: Reading | None) -> Refusal:
    return Refusal(
        id=row.id,
        kind=row.kind,
        label=label_of(row.kind),
        reading=reading,
        reason=row.reason,
        received_at=row.received_at,
        phone=row.device[-4:],
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        words=row.settled_words,
    )
