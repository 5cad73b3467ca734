"""What was sent to make-up: open, late and done, and which sessions can be offered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.activities.attendance.closing import withdrawn
from dongxun.activities.contracts import SessionState
from dongxun.activities.models import MakeupItem, Session
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations.api import within

MOST_OFFERS = 60


@dataclass(frozen=True, slots=True)
class MakeupCounts:
    """Items of a subtree: still open, of these past their window, done, and withdrawn."""

    open: int
    late: int
    done: int
    closed: int


def makeup_items(
    *,
    by: Actor,
    season_id: UUID,
    interval: Interval,
    topic_id: UUID | None = None,
    done: bool = False,
    closed: bool = False,
) -> QuerySet[MakeupItem]:
    """Return the items of a subtree of the actor: open ones by window, others newest first.

    Args:
        done: those whose topic was learned since.
        closed: those withdrawn, or closed because their person is gone.
    """
    over = done or closed
    rows = MakeupItem.objects.filter(
        _mine(by), within([interval], "branch__lft"), season_id=season_id, done_at__isnull=not over
    )
    if over:
        rows = rows.filter(withdrawn() if closed else ~withdrawn())
    if topic_id is not None:
        rows = rows.filter(topic_id=topic_id)
    order = ("-done_at", "id") if over else ("window_until", "branch__lft", "person__order", "id")
    return rows.select_related("topic", "person", "branch", "offered_session").order_by(*order)


def _mine(by: Actor) -> Q:
    return Q() if by.is_system else within(by.intervals(ORGANISERS), "branch__lft")


def makeup_counts(*, by: Actor, season_id: UUID, interval: Interval) -> MakeupCounts:
    """Return how many items of a subtree are open, late, done and withdrawn; one query."""
    rows = MakeupItem.objects.filter(
        _mine(by), within([interval], "branch__lft"), season_id=season_id
    )
    still = Q(done_at=None)
    found = rows.aggregate(
        open=Count("id", filter=still),
        late=Count("id", filter=still & Q(window_until__lt=clock.today())),
        done=Count("id", filter=~still & ~withdrawn()),
        closed=Count("id", filter=~still & withdrawn()),
    )
    return MakeupCounts(**found)


def sent(season_id: UUID, topic_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Return until when each of these people has the topic to make up; for a list just shown."""
    rows = MakeupItem.objects.filter(
        season_id=season_id, topic_id=topic_id, person_id__in=list(person_ids), done_at=None
    )
    return dict(rows.values_list("person_id", "window_until"))


def offers(*, by: Actor, season_id: UUID, topic_id: UUID) -> list[Session]:
    """Return the coming sessions that teach a topic and that the actor may offer, soonest first."""
    rows = visible(by).filter(
        season_id=season_id,
        topics__topic_id=topic_id,
        state=SessionState.PUBLISHED,
        ends_at__gte=clock.now(),
    )
    return list(rows.select_related("host", "place").order_by("starts_at", "id")[:MOST_OFFERS])
