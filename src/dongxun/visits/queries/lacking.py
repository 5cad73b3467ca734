"""How many minutes of a topic somebody still lacks, so that one knows how long a visit suffices."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.coverage import api as coverage
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicRule
from dongxun.visits.models import Round, Stop


@dataclass(frozen=True, slots=True)
class Lack:
    """A topic not yet met and the minutes that are still missing, rounded up."""

    topic_id: UUID
    topic: str
    minutes: int


def lacks_of(
    season_id: UUID, person_ids: Collection[UUID], topics: Collection[TopicRule]
) -> dict[UUID, tuple[Lack, ...]]:
    """Return what each of these people lacks of these topics, in their order.

    The caller has checked that these people are the actor's.
    """
    if not person_ids or not topics:
        return {}
    known = coverage.topic_seconds(season_id, person_ids)
    found = {}
    for one in person_ids:
        has = known.get(one, {})
        parts = [(topic, *has.get(topic.id, (0, False))) for topic in topics]
        found[one] = tuple(
            Lack(topic.id, topic.short_name, max(1, -((seconds - topic.minutes * 60) // 60)))
            for topic, seconds, met in parts
            if not met
        )
    return found


def lacks_at(row: Round, stops: Iterable[Stop]) -> dict[UUID, tuple[Lack, ...]]:
    """Return by home what is still owed there of what its round teaches; of guests nothing.

    Wants the round's topics fetched; the caller has checked these homes.
    """
    taught = {part.topic_id for part in row.topics.all()}
    topics = [topic for topic in seasons.rules(row.season_id).topics if topic.id in taught]
    people = {stop.id: stop.person_id for stop in stops if stop.person_id}
    lacks = lacks_of(row.season_id, set(people.values()), topics)
    return {stop_id: lacks[person_id] for stop_id, person_id in people.items() if lacks}


def in_words(lacks: Iterable[Lack]) -> str:
    """Return what is owed as one line."""
    words = _("%(topic)s %(n)s min")
    return "、".join(words % {"topic": one.topic, "n": one.minutes} for one in lacks)
