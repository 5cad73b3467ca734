"""What a new season plan finds standing: topics that branches have had, and sessions that were held."""

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.activities.contracts import SessionState
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.planning.snapshots.groups import units_of
from dongxun.planning.snapshots.slots import Grid
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode, TopicRule
from dongxun_planner.season.problems import Cohort, Meeting, Unit, Venue
from dongxun_planner.zoning.check import km


def is_settled(one: PlannedSession, day: date) -> bool:
    """Whether a plan asked for on a day finds a session as a fact: it is known, and of that day or before.

    A draft is none, whatever the clock says: nobody was told to come.
    """
    return one.state != SessionState.DRAFT and clock.day_of(one.starts_at) <= day


def has_begun(one: PlannedSession) -> bool:
    """Whether a session is no longer moved: somebody was there, or its people are on their way."""
    known = one.state != SessionState.DRAFT and one.starts_at <= clock.now()
    return known or one.is_attended


def mark(one: PlannedSession) -> str:
    """Return what a session is held as, to tell later whether somebody changed it.

    That is when, where, for whom and with whom; whoever declines stays with it.
    """
    who = sorted(str(key) for key in (*one.lecturers, *one.declined))
    parts = sorted(f"{key} {quota}" for key, quota in one.sent)
    times = one.starts_at.timestamp(), one.ends_at.timestamp()
    said = repr((times, str(one.place_id), str(one.cohort_id), who, parts))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def lacking_rows(season_id: UUID, topic_id: UUID, node: Node) -> QuerySet[Any]:
    """Return the participations of who learns together and has not met a topic."""
    met = coverage.met_rows(season_id, [topic_id]).values("person_id")
    rows = seasons.eligible_rows(season_id, clock.today(), [node.interval], modes=[StudyMode.GROUP])
    return rows.exclude(person_id__in=met)


def lacking(season_id: UUID, topic_id: UUID, node: Node) -> Counter[UUID]:
    """Count by branch who learns together and has not met a topic."""
    rows = lacking_rows(season_id, topic_id, node).order_by()
    counted = rows.values("branch_id").annotate(n=Count("id"))
    return Counter(dict(counted.values_list("branch_id", "n")))


@dataclass(slots=True)
class Had:
    """Topics that branches have had or have elsewhere; ``sessions`` teach them."""

    topics: dict[UUID, set[str]] = field(default_factory=dict)
    sessions: set[UUID] = field(default_factory=set)


class Branches:
    """Branches by where they stand in the tree."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = sorted(nodes, key=lambda one: one.interval.lft)
        self._begins = [one.interval.lft for one in self.nodes]
        self._ends = [*accumulate((one.interval.rgt for one in self.nodes), max)]

    def of(self, span: Interval) -> list[Node]:
        """Return those that a subtree holds, and those that hold it."""
        some = self.nodes[bisect_left(self._ends, span.lft) : bisect_right(self._begins, span.rgt)]
        return [one for one in some if one.interval.rgt >= span.lft]


def had(
    season_id: UUID,
    node: Node,
    branches: Branches,
    topics: Sequence[TopicRule],
    mine: Collection[UUID],
) -> Had:
    """Return what branches need not be taught again.

    A topic counts where everybody of the branch who learns together has met it, or where
    sessions that are published or were held teach the branch enough minutes of it.

    Args:
        mine: sessions that do not count: the plan has them in its own hands.
    """
    found = Had()
    wanted: dict[UUID, int] = {topic.id: topic.minutes for topic in topics}
    minutes: dict[tuple[UUID, UUID], dict[UUID, int]] = {}
    for one in activities.taught(season_id, list(wanted), within=node.interval):
        for branch in branches.of(one.people) if one.session_id not in mine else ():
            minutes.setdefault((branch.id, one.topic_id), {})[one.session_id] = one.minutes
    for (branch_id, topic_id), by_session in minutes.items():
        if sum(by_session.values()) >= wanted[topic_id]:
            found.topics.setdefault(branch_id, set()).add(str(topic_id))
            found.sessions |= by_session.keys()
    for topic in topics:
        left = lacking(season_id, topic.id, node)
        for branch in branches.nodes:
            if not left[branch.id]:
                found.topics.setdefault(branch.id, set()).add(str(topic.id))
    return found


@dataclass(slots=True)
class Held:
    """What was held of the plan: groups that go on as they are, and what else is a fact.

    ``facts`` are topics by branch, ``beside`` sessions: those that no group that goes on can show.
    """

    groups: list[Cohort] = field(default_factory=list)
    facts: dict[str, set[str]] = field(default_factory=dict)
    beside: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a group needs to go on: who learns, halls, lecturers, topics, days, how far."""

    units: Mapping[str, Unit]
    venues: Mapping[str, Venue]
    lecturers: Collection[str]
    topics: Collection[str]
    grid: Grid
    within_km: float

    def goes_on(self, units: Collection[str], place: UUID | None) -> bool:
        """Whether these can meet at a place: it is open, holds them, and is near enough."""
        venue = self.venues.get(str(place))
        mine = [self.units[key] for key in units]
        if venue is None or sum(one.members for one in mine) > venue.seats:
            return False
        return all(km(one, venue) <= self.within_km for one in mine)

    def meeting(self, one: PlannedSession) -> Meeting | None:
        """Return what was held as a meeting, if its lecturer, topic and day are known here."""
        slot = self.grid.slot_of(one.starts_at)
        who = str(one.lecturers[0]) if one.lecturers else ""
        topic = str(one.topics[0]) if one.topics else ""
        if slot is None or who not in self.lecturers or topic not in self.topics:
            return None
        return Meeting(topic, who, slot, held=True)


def held(past: Sequence[PlannedSession], ground: Ground, kept: Sequence[Cohort]) -> Held:
    """Return what was held of the plan, in time order; nothing of it is judged again.

    A group goes on as it last met, unless its hall is gone, closed or too small by now, or those
    that are kept are other groups.

    Args:
        kept: groups with sessions that somebody wants to stay.
    """
    found, last = Held(), dict[str, tuple[str, ...]]()
    told = {unit: cohort.units for cohort in kept for unit in cohort.units}
    sessions: dict[tuple[str, ...], list[PlannedSession]] = {}
    for one in past:
        mine = tuple(key for key in units_of(one) if key in ground.units)
        if mine:
            sessions.setdefault(mine, []).append(one)
            last |= dict.fromkeys(mine, mine)
        else:
            found.beside.add(one.id)
    for mine, those in sessions.items():
        place = those[-1].place_id
        same = all(set(told.get(unit, mine)) == set(mine) == set(last[unit]) for unit in mine)
        goes_on = same and ground.goes_on(mine, place)
        meetings: dict[str, Meeting] = {}
        for one in those:
            meeting = ground.meeting(one) if goes_on else None
            if meeting is not None and meeting.topic not in meetings:
                meetings[meeting.topic] = meeting
            else:
                found.beside.add(one.id)
            for unit in mine:
                taught = {str(topic) for topic in one.topics if str(topic) in ground.topics}
                found.facts.setdefault(unit, set()).update(taught)
        for unit in mine:
            found.facts[unit] -= meetings.keys()
        if goes_on:
            weekday = clock.day_of(those[-1].starts_at).weekday()
            found.groups.append(Cohort(str(place), weekday, mine, tuple(meetings.values())))
    return found


def still_to_come(kept: Sequence[Cohort], held: Held) -> list[Cohort]:
    """Return what somebody keeps, without what was held meanwhile with everybody of the group."""
    found = []
    for cohort in kept:
        facts = [held.facts.get(unit, set()) for unit in cohort.units]
        left = tuple(m for m in cohort.meetings if not all(m.topic in had for had in facts))
        if left:
            found.append(replace(cohort, meetings=left))
    return found


def merged(groups: Sequence[Cohort], kept: Sequence[Cohort]) -> list[Cohort]:
    """Return kept groups with what they have held, then those that only have held."""
    known = {frozenset(cohort.units): cohort for cohort in groups}
    found = []
    for cohort in kept:
        old = known.pop(frozenset(cohort.units), None)
        before = old.meetings if old else ()
        topics = {meeting.topic for meeting in before}
        new = tuple(meeting for meeting in cohort.meetings if meeting.topic not in topics)
        found.append(replace(cohort, meetings=(*before, *new)))
    return [*found, *known.values()]


def outsiders(sessions: Sequence[PlannedSession], node: Node) -> dict[UUID, tuple[str, ...]]:
    """Return which sessions are attended by others than the unit's own, and the names of these."""
    nodes = organisations.nodes({part for one in sessions for part in one.parts})
    here = node.interval
    found = {}
    for one in sessions:
        others = [
            nodes[part].short_name
            for part in one.parts
            if part in nodes
            and not here.lft <= nodes[part].interval.lft <= nodes[part].interval.rgt <= here.rgt
        ]
        if others:
            found[one.id] = tuple(others)
    return found
