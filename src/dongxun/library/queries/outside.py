"""Outside platforms: which there are, what they call courses, and what was learned there."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.library.models import OutsideRecord, Platform
from dongxun.organisations import api as organisations


def platforms(*, by: Actor) -> QuerySet[Platform]:
    """Return the platforms of the actor's units, and of those above them."""
    rows = Platform.objects.select_related("organisation")
    if by.is_system:
        return rows
    return rows.filter(organisations.within_or_above(by.intervals()))


def platform(platform_id: UUID, *, by: Actor) -> Platform:
    """Return one of them.

    Raises:
        NotFound: absent, or another unit's.
    """
    return wanted_row(platforms(by=by).filter(id=platform_id))


def courses(row: Platform, season_id: UUID) -> dict[str, UUID]:
    """Return which topic of a season each course of a platform belongs to."""
    return dict(row.courses.filter(season_id=season_id).values_list("words", "topic_id"))


def records(row: Platform, season_id: UUID, *, by: Actor, q: str = "") -> QuerySet[OutsideRecord]:
    """Return what the actor's people learned there in a season and still counts, latest first."""
    inside = organisations.within(by.intervals(), "person__branch__lft")
    found = row.records.filter(inside, season_id=season_id, struck_at=None)
    if q.strip():
        found = found.filter(person__name__icontains=q.strip())
    return found.select_related("person__branch", "topic")


def sums(rows: QuerySet[OutsideRecord]) -> dict[str, Any]:
    """Return how many ``records`` there are, of how many ``people``, and their ``hours``."""
    found = rows.order_by().aggregate(
        records=Count("id"), people=Count("person", distinct=True), seconds=Sum("seconds")
    )
    return found | {"hours": Decimal(found["seconds"] or 0) / 3600}
