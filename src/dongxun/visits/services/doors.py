"""Homes held while they change: always in one order, so that two writers wait and never block."""

from typing import Any

from django.db.models import Q, QuerySet

from dongxun.visits.models import Stop


def lock_stops(*which: Q, **given: Any) -> QuerySet[Stop]:
    """Hold stops until the transaction ends, and return them as they are then, by id.

    They are held before they are read with their rounds: one that was moved while this waited
    would not be found otherwise.
    """
    rows = Stop.objects.filter(*which, **given).order_by("id")
    ids = list(rows.select_for_update().values_list("id", flat=True))
    return Stop.objects.filter(id__in=ids).order_by("id")
