"""Makers of sessions for tests."""

from datetime import timedelta

from dongxun.activities.contracts import ActivityType, Part, SessionState
from dongxun.activities.models import Session, SessionOrganisation, SessionTopic
from dongxun.kernel import clock
from dongxun.organisations.contracts import Node
from dongxun.seasons.models import Season


def make_session(
    season: Season,
    host: Node,
    *,
    minutes: int = 60,
    co_hosts: tuple[Node, ...] = (),
    invited: tuple[Node, ...] = (),
    **overrides: object,
) -> Session:
    """Return a published session that began ten minutes ago, on the season's first topic."""
    now = clock.now()
    values: dict[str, object] = {
        "title": "农村工作精神到我村",
        "type": ActivityType.LECTURE,
        "starts_at": now - timedelta(minutes=10),
        "ends_at": now + timedelta(minutes=110),
        "state": SessionState.PUBLISHED,
        "credit_minutes": minutes,
    }
    session = Session.objects.create(
        season=season, host_id=host.id, created_at=now, updated_at=now, **(values | overrides)
    )
    parts = [(host, Part.HOST), *((n, Part.CO_HOST) for n in co_hosts)]
    parts += [(n, Part.INVITED) for n in invited]
    for node, part in parts:
        SessionOrganisation.objects.create(session=session, organisation_id=node.id, part=part)
    SessionTopic.objects.create(
        session=session, topic=season.topics.order_by("number")[0], minutes=minutes
    )
    return session
