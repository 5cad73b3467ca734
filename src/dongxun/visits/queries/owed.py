"""Who is owed a visit: taught at home or to make up at home, with topics not yet met."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from dongxun.activities import api as activities
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.api import within
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, StudyMode, TopicRule
from dongxun.visits.contracts import RoundState, StopState
from dongxun.visits.models import Home, Stop, Visitor
from dongxun.visits.queries.lacking import Lack, lacks_of


@dataclass(frozen=True, slots=True)
class OwedHome:
    """Somebody to be visited, what they are owed, and whether somebody goes already.

    ``makeup_by`` is set for who learns together and has something to make up.
    """

    person: Card
    reason: str
    topics: tuple[TopicRule, ...]
    lacks: tuple[Lack, ...]
    makeup_by: date | None
    round_id: UUID | None
    round_title: str
    round_day: date | None
    has_visitor: bool

    @property
    def is_overdue(self) -> bool:
        """Whether a topic was due before today."""
        today = clock.today()
        return any(topic.due_on < today for topic in self.topics)


class Waiting(NamedTuple):
    """Somebody in the list of those owed a visit, in the order of the list."""

    has_visitor: bool
    has_round: bool
    topics_less: int
    branch: str
    name: str
    id: UUID
    makes_up: bool


def waiting(
    *, by: Actor, rules: SeasonRules, interval: Interval, topic_id: UUID | None = None
) -> list[Waiting]:
    """Return who is owed something in a subtree of the actor, homes without a visitor first.

    A whole district has thousands; :func:`owed_homes` says more of those on one page.
    """
    opened = _opened(rules, topic_id)
    coming = _coming()
    found = []
    homes = set()
    for person_id, name, branch, met in _at_home(by, rules, interval, opened):
        homes.add(person_id)
        if met < len(opened):
            found.append((person_id, name, branch, len(opened) - met, False))
    for person_id, name, branch, missing in _making_up(by, rules, interval, opened):
        if person_id not in homes:
            found.append((person_id, name, branch, missing, True))
    return sorted(
        Waiting(
            person_id in coming and coming[person_id][3],
            person_id in coming,
            -missing,
            branch,
            name,
            person_id,
            makes_up,
        )
        for person_id, name, branch, missing, makes_up in found
    )


def overdue_homes(*, by: Actor, rules: SeasonRules, interval: Interval) -> int:
    """Return how many who learn at home are owed a topic that was due before today."""
    today = clock.today()
    due = [topic for topic in _opened(rules) if topic.due_on < today]
    rows = _at_home(by, rules, interval, due)
    return sum(met < len(due) for _person_id, _name, _branch, met in rows)


def owed_homes(
    *,
    by: Actor,
    rules: SeasonRules,
    interval: Interval,
    topic_id: UUID | None = None,
    only: Sequence[Waiting] | None = None,
) -> list[OwedHome]:
    """Return what they are owed who wait in a subtree of the actor, in the order of the list.

    Args:
        only: some of :func:`waiting`, for a page of the list.
    """
    if only is None:
        only = waiting(by=by, rules=rules, interval=interval, topic_id=topic_id)
    ids = [one.id for one in only]
    opened = _opened(rules, topic_id)
    makeup = _makeup(by, rules, interval, [one.id for one in only if one.makes_up])
    lacking = lacks_of(rules.id, ids, opened)
    coming = _coming(ids)
    parts = seasons.parts_of(rules.id, ids)
    cards = people.cards(ids, by=by)
    owed = []
    for one in ids:
        wanted = makeup[one][0] if one in makeup else {topic.id for topic in opened}
        lacks = tuple(lack for lack in lacking.get(one, ()) if lack.topic_id in wanted)
        topics = tuple(t for t in opened if t.id in {lack.topic_id for lack in lacks})
        if not topics or one not in cards:
            continue
        reason = next((p.reason for p in reversed(parts.get(one, [])) if p.reason), "")
        owed.append(
            OwedHome(
                cards[one],
                reason,
                topics,
                lacks,
                makeup[one][1] if one in makeup else None,
                *coming.get(one, (None, "", None, False)),
            )
        )
    return owed


def _opened(rules: SeasonRules, topic_id: UUID | None = None) -> tuple[TopicRule, ...]:
    today = clock.today()
    opened = (topic for topic in rules.topics if topic.opens_on <= today)
    return tuple(topic for topic in opened if topic_id in {None, topic.id})


_WHO = ("person_id", "person__name", "branch__short_name")


def _seen(by: Actor) -> Q:
    """Return the condition on rows about people of the actor, duplicates left out."""
    here = Q() if by.is_system else within(by.intervals(ORGANISERS), "branch__lft")
    return here & Q(person__merged_into=None)


def _at_home(
    by: Actor, rules: SeasonRules, interval: Interval, topics: Sequence[TopicRule]
) -> Iterable[tuple[UUID, str, str, int]]:
    """Return who learns at home: id, name, branch, and how many of these topics they have met."""
    mine = coverage.met_rows(rules.id, [topic.id for topic in topics])
    mine = mine.filter(person_id=OuterRef("person_id"))
    count = Subquery(mine.values("person_id").annotate(n=Count("id")).values("n"))
    rows = seasons.eligible_rows(rules.id, clock.today(), [interval], modes=[StudyMode.HOME])
    rows = rows.filter(_seen(by)).annotate(met=Coalesce(count, 0))
    return rows.order_by().values_list(*_WHO, "met")


def _making_up(
    by: Actor, rules: SeasonRules, interval: Interval, topics: Sequence[TopicRule]
) -> Iterable[tuple[UUID, str, str, int]]:
    """Return who has something to make up without a session for it, and how many topics."""
    ids = [topic.id for topic in topics]
    met = coverage.met_rows(rules.id, ids)
    met = met.filter(person_id=OuterRef("person_id"), topic_id=OuterRef("topic_id"))
    items = activities.makeup_items(by=by, season_id=rules.id, interval=interval)
    items = items.filter(_seen(by), ~Exists(met), offered_session=None, topic_id__in=ids)
    counted = items.order_by().values(*_WHO).annotate(n=Count("id"))
    found: Iterable[tuple[UUID, str, str, int]] = counted.values_list(*_WHO, "n")
    return found


def _makeup(
    by: Actor, rules: SeasonRules, interval: Interval, person_ids: Collection[UUID]
) -> dict[UUID, tuple[set[UUID], date]]:
    """Return what these people have to make up that no session is offered for, and until when."""
    items = activities.makeup_items(by=by, season_id=rules.id, interval=interval)
    items = items.filter(offered_session=None, person_id__in=list(person_ids))
    found: dict[UUID, tuple[set[UUID], date]] = {}
    for person_id, topic_id, until in items.values_list("person_id", "topic_id", "window_until"):
        topics, first = found.get(person_id, (set(), until))
        found[person_id] = ({*topics, topic_id}, min(first, until))
    return found


def _coming(
    person_ids: Collection[UUID] | None = None,
) -> dict[UUID, tuple[UUID, str, date, bool]]:
    """Return the round on which each of these people waits, from today on; of everybody."""
    rows = Stop.objects.filter(
        state__in=[StopState.WAITING, StopState.BEGUN],
        round__state=RoundState.OPEN,
        round__day__gte=clock.today(),
    )
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    goes = Visitor.objects.filter(round_id=OuterRef("round_id"), gone_at=None)
    rows = rows.exclude(person=None).annotate(goes=Exists(goes)).order_by("-round__day", "id")
    columns = ("person_id", "round_id", "round__title", "round__day", "goes")
    found = rows.values_list(*columns)
    return {person_id: (at, title, day, has) for person_id, at, title, day, has in found}


def home_points(person_ids: Collection[UUID]) -> dict[UUID, tuple[float, float]]:
    """Return where people live: the point of the home, else of the nearest unit above that has one.

    The caller has checked that these people are the actor's.
    """
    ids = list(person_ids)
    branches = {key: home.branch_id for key, home in people.branches_of(ids).items()}
    paths = organisations.paths(set(branches.values()))
    near = organisations.points_of({key for path in paths.values() for key in path})
    found = {
        key: near[above]
        for key, branch in branches.items()
        for above in [next((k for k in reversed(paths.get(branch, ())) if k in near), None)]
        if above
    }
    homes = Home.objects.filter(person_id__in=ids).exclude(latitude=None).exclude(longitude=None)
    for key, latitude, longitude in homes.values_list("person_id", "latitude", "longitude"):
        found[key] = (latitude or 0.0, longitude or 0.0)
    return found
