"""Reads of the book. Only live facts, unless a question is about the struck ones."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from dongxun.ledger.models import Fact


def live_facts(season_id: UUID, person_ids: Iterable[UUID]) -> QuerySet[Fact]:
    """Return the live facts of people in a season, by person, then time.

    For rooms that compute (coverage); pages ask the scoped queries.
    """
    found = Fact.objects.filter(season_id=season_id, person_id__in=list(person_ids))
    return found.filter(voided_by=None).order_by("person_id", "occurred_at", "pk")


def facts_about(object_id: UUID, person_ids: Iterable[UUID] | None = None) -> QuerySet[Fact]:
    """Return the live facts that one object (a session) caused."""
    found = Fact.objects.filter(object_id=object_id, voided_by=None)
    return found if person_ids is None else found.filter(person_id__in=list(person_ids))
