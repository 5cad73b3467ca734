"""Sessions as cards: for lists, calendars, the timeline and the phone."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions.clashes import clashing_ids, uses_of
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor

NEEDS_NO_LECTURER = frozenset({"film", "service", "fair", "makeup", "discussion", "minors"})


def rows_for_cards(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Return sessions with all that a card shows; five queries for any number."""
    return rows.select_related("host", "place").prefetch_related(
        "topics__topic", "bookings__lecturer", "parts__organisation"
    )


def as_card(row: Session, clashes: frozenset[str] | set[str] = frozenset()) -> SessionCard:
    """Return the shape that lists show; wants ``rows_for_cards``."""
    booked = [b for b in row.bookings.all() if b.state != "declined"]
    missing = not booked and row.type not in NEEDS_NO_LECTURER and not row.is_group_viewing
    is_ahead = row.state != SessionState.CANCELLED and row.ends_at > clock.now()
    return SessionCard(
        id=row.id,
        code=row.code,
        season_id=row.season_id,
        title=row.title,
        type=row.type,
        state=row.state,
        host_id=row.host_id,
        host_name=row.host.short_name,
        host_lft=row.host.lft,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=row.place_id,
        place=place_words(row),
        credit_minutes=row.credit_minutes,
        topics=tuple(t.topic.short_name for t in row.topics.all()),
        lecturers=tuple(b.lecturer.name for b in booked),
        lecturer_missing=missing and is_ahead,
        is_online=bool(row.went_online_reason) or (bool(row.online_url) and row.place_id is None),
        main_session_id=row.main_session_id,
        cascade_task_id=row.cascade_task_id,
        is_first_lesson=row.is_first_lesson,
        clashes=tuple(sorted(clashes)),
        parts=tuple(
            (p.organisation_id, p.organisation.lft, p.organisation.rgt) for p in row.parts.all()
        ),
        tags=tuple(row.tags),
        sign_up=row.sign_up,
    )


def cards(
    season_id: UUID,
    *,
    by: Actor,
    first: date | None = None,
    last: date | None = None,
    with_cancelled: bool = False,
) -> list[SessionCard]:
    """Return the sessions the actor may see between two days, in time order, clashes marked."""
    found = rows_for_cards(visible(by).filter(season_id=season_id))
    if first:
        found = found.filter(ends_at__gte=clock.moment(first))
    if last:
        found = found.filter(starts_at__lt=clock.moment(last + timedelta(days=1)))
    if not with_cancelled:
        found = found.exclude(state=SessionState.CANCELLED)
    rows = list(found.order_by("starts_at", "id"))
    clashes = clashing_ids(uses_of(r for r in rows if r.state != SessionState.CANCELLED))
    return [as_card(row, clashes.get(row.id, frozenset())) for row in rows]
