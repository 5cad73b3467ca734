"""What a branch secretary's phone offers today: sessions whose roll can be taken."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations.api import within


@dataclass(frozen=True, slots=True)
class RollOfDay:
    """A session of the day and how many of the branch are already checked in."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    present: int


def rolls_of_day(day: date, interval: Interval, *, by: Actor) -> list[RollOfDay]:
    """Return the sessions of a day in which a subtree takes part, in time order."""
    first, after = clock.day_bounds(day)
    part = within([interval], "parts__organisation__lft") | Q(
        parts__organisation__lft__lte=interval.lft, parts__organisation__rgt__gte=interval.lft
    )
    mine = visible(by).filter(
        part, state=SessionState.PUBLISHED, starts_at__lt=after, ends_at__gte=first
    )
    here = Q(
        check_ins__voided_at=None,
        check_ins__confirmed=True,
        check_ins__branch__lft__gte=interval.lft,
        check_ins__branch__lft__lte=interval.rgt,
    )
    owner = Coalesce("check_ins__person__merged_into_id", "check_ins__person_id")
    rows = (
        Session.objects.filter(id__in=mine.values("id"))
        .select_related("place", "host")
        .annotate(present=Count(owner, filter=here, distinct=True))
        .order_by("starts_at", "id")
    )
    return [
        RollOfDay(
            row.id, row.title, row.starts_at, row.ends_at, place_words(row), vars(row)["present"]
        )
        for row in rows
    ]
