"""What leaves the bodies that phones sent.

That is what lies open since before its kind was sealed, and what may be kept for some days only.
Ids and digests stay, so that a repetition is known.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Length

from dongxun.kernel import bodies
from dongxun.kernel.bulk import chunks
from dongxun.kernel.models import SyncItem, SyncVariant

PORTION = 200


def blank_bodies(kind: str, ids: Collection[UUID]) -> None:
    """Take out what these items of a kind say, and what else came under their ids."""
    for part in chunks(list(ids), PORTION):
        _blank(SyncItem.objects.filter(kind=kind, id__in=part))
        _blank(SyncVariant.objects.filter(kind=kind, item_id__in=part))


def blank_older(kind: str, before: datetime) -> None:
    """Take out what items of a kind say that came before a moment, taken or not.

    Looks through all items: for a turn that comes seldom.
    """
    for model in (SyncItem, SyncVariant):
        _blank(model.objects.filter(kind=kind, received_at__lt=before))


def _blank(rows: "QuerySet[SyncItem] | QuerySet[SyncVariant]") -> None:
    rows.exclude(body={}).update(body={})


def seal_older(most: int = PORTION) -> int:
    """Seal what lies open of kinds that are sealed by now; return how many bodies were.

    Safe to repeat and to be done by two at once; done when it returns 0.
    """
    done = 0
    for model in (SyncItem, SyncVariant):
        rows = model.objects.filter(kind__in=bodies.sealed_kinds()).exclude(body={})
        open_ones = rows.annotate(digits=Length("body_hash")).filter(digits=bodies.OPEN_HASH)
        for row in open_ones[:most]:
            same = model.objects.filter(pk=row.pk, body_hash=row.body_hash)
            closed = bodies.closed(row.kind, row.body)
            done += same.update(body=closed, body_hash=bodies.digest(row.kind, row.body))
    return done
