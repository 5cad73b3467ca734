"""主题活动: what the sessions of a campaign add up to."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.presence import PEOPLE, live
from dongxun.activities.sessions.listing import as_card, rows_for_cards
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class Total:
    """A campaign's sessions, sub-venues with their main one; cancelled ones left out.

    ``people`` once each, ``times`` once a session; ``public`` beside the members.
    """

    id: UUID
    name: str
    sessions: int = 0
    held: int = 0
    people: int = 0
    times: int = 0
    public: int = 0


def totals(season_id: UUID, *, by: Actor) -> list[Total]:
    """Return every campaign of a season with the totals of the sessions the actor may see."""
    rows = _rows(by).filter(season_id=season_id, campaign__isnull=False)
    mains = Q(main_session=None)
    grouped = rows.order_by().values_list("campaign_id")
    counted = {
        key: numbers
        for key, *numbers in grouped.annotate(
            sessions=Count("id", filter=mains),
            held=Count("id", filter=mains & Q(ends_at__lte=clock.now())),
            public=Coalesce(Sum("public_count"), 0),
        )
    }
    present = live().filter(session__in=rows).order_by()
    campaign = F("session__campaign_id")
    people = dict(present.values_list(campaign).annotate(n=PEOPLE))
    times: dict[UUID, int] = {}
    whole = Coalesce("session__main_session_id", "session_id")
    for key, _session, n in present.values_list(campaign, whole).annotate(n=PEOPLE):
        times[key] = times.get(key, 0) + n
    found = []
    for one in seasons.campaigns(season_id):
        sessions, held, public = counted.get(one.id, (0, 0, 0))
        met = {"people": people.get(one.id, 0), "times": times.get(one.id, 0)}
        found.append(Total(one.id, one.name, sessions, held, public=public, **met))
    return found


def total(campaign: seasons.CampaignView, *, by: Actor) -> Total:
    """Return one campaign with its totals."""
    return next(row for row in totals(campaign.season_id, by=by) if row.id == campaign.id)


def sessions_of(campaign_id: UUID, *, by: Actor) -> list[SessionCard]:
    """Return the campaign's sessions that the actor may see, in time order, cancelled ones too."""
    rows = visible(by).filter(campaign_id=campaign_id, main_session=None)
    return [as_card(row) for row in rows_for_cards(rows.order_by("starts_at", "id"))]


def _rows(by: Actor) -> QuerySet[Session]:
    return visible(by).exclude(state=SessionState.CANCELLED)
