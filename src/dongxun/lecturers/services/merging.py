"""Two profiles were one lecturer: terms, times, orders and stars are the one's that stays."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.lecturers.models import (
    Appointment,
    Away,
    FreePart,
    Order,
    Rating,
    UnwantedPart,
)


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give everything of a lecturer's second profile to the one that stays. Safe to repeat."""
    _give_terms(kept_id, merged_id)
    for parts in (FreePart.objects, UnwantedPart.objects):
        for row in parts.filter(lecturer_id=merged_id):
            parts.get_or_create(lecturer_id=kept_id, weekday=row.weekday, part=row.part)
    for line in Away.objects.filter(lecturer_id=merged_id):
        known = {"lecturer_id": kept_id, "first": line.first, "last": line.last}
        Away.objects.get_or_create(**known, defaults={"words": line.words})
    for kind in (FreePart, UnwantedPart, Away):
        kind.objects.filter(lecturer_id=merged_id).delete()
    Order.objects.filter(lecturer_id=merged_id).update(lecturer_id=kept_id)
    _give_ratings(kept_id, merged_id)


def _give_terms(kept_id: UUID, merged_id: UUID) -> None:
    """Give the terms over; of two that begin on one day the longer one runs."""
    own = {row.since: row for row in Appointment.objects.filter(lecturer_id=kept_id, ended_on=None)}
    for row in Appointment.objects.filter(lecturer_id=merged_id, ended_on=None):
        twin = own.get(row.since)
        if twin is not None:
            shorter = min(twin, row, key=lambda one: one.until)
            ended = {"ended_on": F("since"), "end_reason": _("two profiles became one")}
            Appointment.objects.filter(id=shorter.id).update(**ended)
    Appointment.objects.filter(lecturer_id=merged_id).update(lecturer_id=kept_id)


def _give_ratings(kept_id: UUID, merged_id: UUID) -> None:
    """Give the stars over; of two by one host for one session the later ones stand."""
    alone = Rating.objects.filter(order=None)
    own = {row.session_id: row for row in alone.filter(lecturer_id=kept_id)}
    for row in alone.filter(lecturer_id=merged_id):
        twin = own.get(row.session_id)
        if twin is not None:
            min(twin, row, key=lambda one: (one.created_at, one.id)).delete()
    Rating.objects.filter(lecturer_id=merged_id).update(lecturer_id=kept_id)
