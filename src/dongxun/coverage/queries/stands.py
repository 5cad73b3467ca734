"""Where every person of a subtree stands, as rows: for workbooks and printed lists."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from dongxun.coverage import plan
from dongxun.coverage.contracts import EndState, Stand
from dongxun.coverage.models import PersonStanding, TopicStanding
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import SeasonRules

_CHUNK = 2_000
_SECONDS = ("group_s", "makeup_s", "home_s", "online_s", "external_s")
_COLUMNS = (
    "person_id",
    "person__name",
    "person__category",
    "branch_id",
    "branch__short_name",
    "branch__lft",
    "category",
    "mode",
    "state",
    "reached",
    "rigor",
    "hours",
    "hours_by_year",
)


def stands(season_id: UUID, interval: Interval, *, by: Actor) -> Iterator[Stand]:
    """Yield everybody who counts in a subtree, by branch and roster order.

    One query, and one more for each two thousand people.

    Raises:
        NotFound: the names are not the actor's to see.
    """
    if not by.reaches(interval.lft, ORGANISERS):
        raise NotFound
    people = PersonStanding.objects.filter(
        organisations.within([interval], "branch__lft"), season_id=season_id, eligible=True
    ).order_by("branch__lft", "person__order", "person_id")
    rows = people.values_list(*_COLUMNS).iterator(chunk_size=_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        topics = _topics(season_id, [row[0] for row in chunk])
        for row in chunk:
            yield Stand._make((*row, topics.get(row[0], {})))


def still_open(
    season_id: UUID,
    interval: Interval,
    topic_ids: Collection[UUID],
    *,
    by: Actor,
    apart: Mapping[UUID, AbstractSet[UUID]],
) -> int:
    """Return how many people who count have yet to meet one of these topics.

    Counted by the database: a query, and two more for each two thousand of ``apart``.

    Args:
        apart: topics by person that are left out, such as those being made up.

    Raises:
        NotFound: the names are not the actor's to see.
    """
    if not by.reaches(interval.lft, ORGANISERS):
        raise NotFound
    wanted = set(topic_ids)
    people = PersonStanding.objects.filter(
        organisations.within([interval], "branch__lft"), season_id=season_id, eligible=True
    )
    lacking = Q(pk__in=())
    for topic_id in wanted:
        met = TopicStanding.objects.filter(
            season_id=season_id, topic_id=topic_id, person=OuterRef("person_id"), met=True
        )
        lacking |= Q(~Exists(met))
    excused = 0
    names = iter(apart)
    while chunk := list(islice(names, _CHUNK)):
        topics = _topics(season_id, chunk)
        for person_id in people.filter(person_id__in=chunk).values_list("person_id", flat=True):
            own = topics.get(person_id, {})
            left = {key for key in wanted if key not in own or not own[key][0]}
            excused += bool(left) and left <= apart[person_id]
    return people.filter(lacking).count() - excused


def _topics(season_id: UUID, ids: list[UUID]) -> dict[UUID, dict[UUID, tuple[bool, bool, str]]]:
    found: dict[UUID, dict[UUID, tuple[bool, bool, str]]] = {}
    rows = TopicStanding.objects.filter(season_id=season_id, person_id__in=ids)
    for person_id, topic_id, met, state, *seconds in rows.values_list(
        "person_id", "topic_id", "met", "state", *_SECONDS
    ):
        found.setdefault(person_id, {})[topic_id] = (met, any(seconds), state)
    return found


class Wording:
    """How states read on a day; each reading is looked up once."""

    def __init__(self, rules: SeasonRules, day: date) -> None:
        self.rules, self.day = rules, day
        self._known: dict[tuple[str, bool, bool], str] = {}

    def season(self, stand: Stand) -> str:
        """Return how somebody's season reads."""
        due = any(topic.due_on <= self.day for topic in self.rules.topics)
        return self._words(stand.state, started=stand.reached and not stand.rigor, due=due)

    def topics(self, stand: Stand) -> tuple[str, ...]:
        """Return how each topic reads, in their order; empty before a topic has opened."""
        return tuple(
            self._words(
                stand.topics[topic.id][2] if topic.id in stand.topics else EndState.UNTRAINED.value,
                started=stand.has_begun(topic.id),
                due=topic.due_on <= self.day,
            )
            if topic.opens_on <= self.day
            else ""
            for topic in self.rules.topics
        )

    def _words(self, state: str, *, started: bool, due: bool) -> str:
        key = (state, started, due)
        if key not in self._known:
            over = self.rules.ends_on < self.day
            self._known[key] = str(plan.state_words(state, started=started, due=due, over=over))
        return self._known[key]
