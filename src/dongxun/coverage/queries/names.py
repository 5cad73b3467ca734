"""The people behind a number, for whoever organises them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from dongxun.coverage import plan
from dongxun.coverage.contracts import SEASON_ROW, Name, What
from dongxun.coverage.models import (
    PersonStanding,
    ReckonedPerson,
    ReckonedTopic,
    Reckoning,
    TopicStanding,
)
from dongxun.coverage.queries.grid import sums_of, zones
from dongxun.coverage.queries.numbers import Moment, book, moment
from dongxun.coverage.queries.years import short_in, year_hours, years_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import allows
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, TopicRule

PER_PAGE = 50
_CHANGED = frozenset({What.LATE, What.STRUCK})
_STUDIED = (
    Q(group_s__gt=0) | Q(makeup_s__gt=0) | Q(home_s__gt=0) | Q(online_s__gt=0) | Q(external_s__gt=0)
)
_SECONDS = ("group_s", "makeup_s", "home_s", "online_s", "external_s")
_COLUMNS = (
    "person_id",
    "person__name",
    "branch_id",
    "branch__short_name",
    "mode",
    "state",
    "reached",
    "rigor",
    "hours",
    "met_topics",
    "overlapping",
)
_OF_TODAY = ("category", "hours_by_year")
"""What is kept of today alone."""


class _Counted(Paginator[Any]):
    """Pages over a list whose length a counter already knows."""

    known: int | None = None

    @cached_property
    def count(self) -> int:
        return self.known if self.known is not None else len(self.object_list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the people of a list belong: an organisation, or all members of a zone."""

    id: UUID
    name: str
    keys: tuple[UUID, ...]
    intervals: tuple[Interval, ...]
    less: tuple[UUID, ...] = ()


def _place(season_id: UUID, place_id: UUID, *, by: Actor) -> Place:
    for zone in zones(season_id):
        if zone.id == place_id:
            # names are asked of the tree as it stands: a unit may have moved within the minute
            rows = [one for one in seasons.zones(season_id) if one.kind == zone.kind]
            keys, less = sums_of(rows).get(zone.id, ((), ()))
            spans = next((one.intervals for one in rows if one.id == zone.id), ())
            place = Place(zone.id, zone.name, keys, spans, less)
            break
    else:
        node = organisations.node(place_id)
        place = Place(node.id, node.name, (node.id,), (node.interval,))
    if not all(allows("coverage.see_names", by, interval) for interval in place.intervals):
        raise NotFound
    return place


def names(
    *,
    by: Actor,
    season_id: UUID,
    place_id: UUID,
    what: What = What.NOT_MET,
    topic_id: UUID | None = None,
    q: str = "",
    mode: str = "",
    short: int | None = None,
    page: int = 1,
    reckoning: Reckoning | None = None,
) -> tuple[Place, Page[Name]]:
    """Return one page of the people behind a number, by branch and name.

    Args:
        place_id: an organisation, or a zone of the season.
        q: part of a name; then the number of people found is no figure.
        mode: only those who learn in this way.
        short: only those who lack hours in this calendar year; kept of today alone.
        reckoning: a past day as known now, which the actor may see; today without it.

    Raises:
        NotFound: the organisation, topic or year is absent, or the names are not the actor's
            to see.
    """
    place = _place(season_id, place_id, by=by)
    rules = seasons.rules(season_id)
    topic = _topic(rules, topic_id)
    kept = _Kept(season_id, reckoning)
    people = kept.people(place.intervals, what, topic_id)
    known = None
    if mode:
        people = people.filter(mode=mode)
    if short is not None:
        people = people.filter(_short(rules, short, kept))
    if q := q.strip():
        people = people.filter(person__name__icontains=q)
    elif not mode and short is None:
        at = Moment.reckoned(reckoning) if reckoning else moment(season_id, None)
        numbers = book(season_id, (*place.keys, *place.less), at)
        known = numbers.of(place.keys, topic_id or SEASON_ROW, less=place.less).people(what)
    rows: Any = Pending(people, kept, rules, topic)
    pages = _Counted(rows, PER_PAGE)
    pages.known = known
    return place, pages.get_page(page)


def _short(rules: SeasonRules, year: int, kept: "_Kept") -> Q:
    if kept.is_past or year not in years_of(rules):
        raise NotFound
    return short_in(rules, year)


class _Kept:
    """The standings that a list is made of: today's, or those of a day worked out anew."""

    def __init__(self, season_id: UUID, reckoning: Reckoning | None = None) -> None:
        self.day = reckoning.as_of if reckoning else clock.today()
        self.is_past = reckoning is not None
        if reckoning is None:
            self._people = PersonStanding.objects.filter(season_id=season_id)
            self.topics = TopicStanding.objects.filter(season_id=season_id)
            return
        # the tables are alike but for whose they are
        people = ReckonedPerson.objects.filter(reckoning=reckoning)
        topics = ReckonedTopic.objects.filter(reckoning=reckoning)
        self._people = cast("QuerySet[PersonStanding]", people)
        self.topics = cast("QuerySet[TopicStanding]", topics)

    def people(
        self, intervals: Sequence[Interval], what: What, topic_id: UUID | None
    ) -> QuerySet[PersonStanding]:
        """Return those of some subtrees whom ``what`` means."""
        inside = organisations.within(intervals, "branch__lft")
        people = self._people.filter(inside, eligible=True)
        if what is What.ELIGIBLE:
            return people
        if what is What.OVERLAPPING:
            return people.filter(overlapping=True)
        if what in _CHANGED and not self.is_past:
            raise NotFound
        if topic_id is None:
            return _in_season(people, what)
        return _in_topic(people, self.topics, what, topic_id)


class Pending:
    """People of a list, read when a page is cut from it."""

    def __init__(
        self,
        people: QuerySet[PersonStanding],
        kept: _Kept,
        rules: SeasonRules,
        topic: TopicRule | None,
    ) -> None:
        self._people, self._kept, self._rules, self._topic = people, kept, rules, topic

    def __len__(self) -> int:
        return self._people.count()

    def __getitem__(self, part: slice) -> list[Name]:
        rows = self._people.order_by("branch__lft", "person__order", "person_id")
        columns = _COLUMNS if self._kept.is_past else (*_COLUMNS, *_OF_TODAY)
        found = list(rows.values_list(*columns)[part])
        seconds = _seconds(self._kept.topics, self._topic, [row[0] for row in found])
        day = self._kept.day
        return [_name(row, seconds, self._rules, self._topic, day) for row in found]


def _topic(rules: SeasonRules, topic_id: UUID | None) -> TopicRule | None:
    if topic_id is None:
        return None
    for topic in rules.topics:
        if topic.id == topic_id:
            return topic
    raise NotFound


def _in_season(people: QuerySet[PersonStanding], what: What) -> QuerySet[PersonStanding]:
    conditions = {
        What.MET: Q(rigor=True),
        What.NOT_MET: Q(rigor=False),
        What.STARTED: Q(rigor=False, reached=True),
        What.NOTHING: Q(reached=False, rigor=False),
        What.REACHED: Q(reached=True),
        What.NOT_REACHED: Q(reached=False),
        What.EFFECT: Q(effect=True),
        What.NOT_EFFECT: Q(effect=False),
        What.LATE: Q(late__gt=0),
        What.STRUCK: Q(struck__gt=0),
    }
    return people.filter(conditions.get(what, Q(state=what.value)))


def _in_topic(
    people: QuerySet[PersonStanding],
    topics: QuerySet[TopicStanding],
    what: What,
    topic_id: UUID,
) -> QuerySet[PersonStanding]:
    own = topics.filter(topic_id=topic_id, person_id=OuterRef("person_id"))
    has = {
        What.MET: Q(met=True),
        What.STARTED: Q(met=False) & _STUDIED,
        What.REACHED: Q(reached=True),
        What.EFFECT: Q(effect=True),
        What.LATE: Q(late__gt=0),
        What.STRUCK: Q(struck__gt=0),
    }
    lacks = {
        What.NOT_MET: Q(met=True),
        What.NOTHING: Q(met=True) | _STUDIED,
        What.NOT_REACHED: Q(reached=True),
        What.NOT_EFFECT: Q(effect=True),
        What.UNTRAINED: ~Q(state=What.UNTRAINED.value),
    }
    if what in lacks:
        return people.filter(~Exists(own.filter(lacks[what])))
    return people.filter(Exists(own.filter(has.get(what, Q(state=what.value)))))


def _seconds(
    topics: QuerySet[TopicStanding], topic: TopicRule | None, ids: Iterable[UUID]
) -> dict[UUID, tuple[int, bool, str]]:
    if topic is None:
        return {}
    rows = topics.filter(topic_id=topic.id, person_id__in=list(ids)).values_list(
        "person_id", "met", "state", *_SECONDS
    )
    return {row[0]: (sum(row[3:]), row[1], row[2]) for row in rows}


def _name(
    row: tuple[Any, ...],
    seconds: dict[UUID, tuple[int, bool, str]],
    rules: SeasonRules,
    topic: TopicRule | None,
    today: date,
) -> Name:
    spent, met, state = seconds.get(row[0], (0, False, What.UNTRAINED.value))
    if topic is None:
        due = any(found.due_on <= today for found in rules.topics)
        state, started = row[5], row[6] and not row[7]
    else:
        due, started = topic.due_on <= today, spent > 0 and not met
    return Name(
        person_id=row[0],
        name=row[1],
        branch_id=row[2],
        branch=row[3],
        mode=row[4],
        state=state,
        words=plan.state_words(state, started=started, due=due, over=rules.ends_on < today),
        seconds=spent,
        hours=row[8],
        met_topics=row[9],
        overlapping=row[10],
        years=year_hours(rules, row[11], row[12], years_of(rules)) if row[11:] else (),
    )


def behind_ids(season_id: UUID, topic_id: UUID, interval: Interval) -> list[tuple[UUID, UUID]]:
    """Return (person, branch) of the eligible who have not met a topic, in tree order.

    For rooms above that offer them something (make-up, visits, notices); they
    ask who may do that.
    """
    people = _Kept(season_id).people([interval], What.NOT_MET, topic_id)
    return list(people.order_by("branch__lft", "person_id").values_list("person_id", "branch_id"))
