"""Where a repair seats those who missed a topic: beside others, in new sessions, or nowhere and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dongxun.planning import why_missed
from dongxun.planning.models import Run
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.snapshots.world import key_of
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicRule
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.wire import read


@dataclass(frozen=True, slots=True)
class Group:
    """People of one branch."""

    branch_id: UUID
    name: str
    people: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A session that people who missed its topic are to join; ``session_id`` None: it is new.

    ``was``: when it was to begin, where, and how many minutes it was to last when the repair was
    sought; None: it is new.
    """

    key: str
    topic: TopicRule
    session_id: UUID | None
    title: str
    starts_at: datetime
    hall: str
    lecturer: str
    to: Session
    groups: tuple[Group, ...]
    was: tuple[str, str, int] | None = None

    @property
    def people(self) -> tuple[UUID, ...]:
        """Everybody who joins."""
        return tuple(person for group in self.groups for person in group.people)


@dataclass(frozen=True, slots=True)
class Left:
    """Those for whom no seat was found, by topic, with why and what it would take."""

    topic: TopicRule
    groups: tuple[Group, ...]
    why: str

    @property
    def key(self) -> str:
        """What it is called on its page."""
        return f"left:{self.topic.number}"

    @property
    def people(self) -> tuple[UUID, ...]:
        """Everybody who is left."""
        return tuple(person for group in self.groups for person in group.people)


@dataclass(frozen=True, slots=True)
class Seating:
    """What a repair does for those who missed a topic; ``beyond`` were not sought seats for."""

    offers: tuple[Offer, ...] = ()
    left: tuple[Left, ...] = ()
    beyond: Mapping[str, int] | None = None

    @property
    def people(self) -> int:
        """How many find a seat, a person once for each topic."""
        return sum(len(one.people) for one in self.offers)

    @property
    def without(self) -> int:
        """How many find none."""
        return sum(len(one.people) for one in self.left)

    @property
    def new(self) -> int:
        """How many sessions more are held."""
        return sum(one.session_id is None for one in self.offers)


def seating(row: Run) -> Seating:
    """Return whom a repair seats where, in time order; nobody where nobody missed anything."""
    if row.plan is None or not row.about.get("missed"):
        return Seating(beyond=row.about.get("beyond"))
    problem, plan = read(ReplanProblem, row.problem), read(ReplanPlan, row.plan)
    people, left = _seated(row.about["missed"], plan)
    topics = {str(topic.id): topic for topic in seasons.rules(row.season_id).topics}
    offers = [
        _offer(row, (problem, session), topics[session.topic], _groups(row, people[key]))
        for session in plan.sessions
        if (key := (session.venue, session.slot, session.topic)) in people
        and session.topic in topics
    ]
    offers = list({one.key: one for one in offers}.values())
    others = tuple(
        Left(topics[key], _groups(row, those), why_missed.lacking(problem, plan, key))
        for key, those in left.items()
        if key in topics
    )
    ordered = sorted(offers, key=lambda one: (one.starts_at, one.key))
    return Seating(tuple(ordered), others, row.about.get("beyond"))


Places = dict[tuple[str, int, str], dict[str, list[str]]]


def _seated(
    missed: Mapping[str, Any], plan: ReplanPlan
) -> tuple[Places, dict[str, dict[str, list[str]]]]:
    """Return who goes to which hall, slot and topic, and who of which topic nowhere, by unit.

    People of a unit go in a fixed order. In one slot a unit hears one topic only, so nobody is asked
    to be at two places.
    """
    waiting = {
        (unit, topic): list(people)
        for unit, about in missed.items()
        for topic, people in about["topics"].items()
    }
    there: Places = defaultdict(dict)
    for join in sorted(plan.joins, key=lambda one: (one.slot, one.venue, one.unit, one.topic)):
        those = waiting[join.unit, join.topic]
        there[join.venue, join.slot, join.topic][join.unit] = those[: join.members]
        waiting[join.unit, join.topic] = those[join.members :]
    left: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for (unit, topic), those in waiting.items():
        if those:
            left[topic][unit] = those
    return there, left


def _groups(row: Run, people: Mapping[str, Iterable[str]]) -> tuple[Group, ...]:
    about = row.about["missed"]
    return tuple(
        Group(UUID(about[unit]["branch"]), about[unit]["name"], tuple(UUID(one) for one in those))
        for unit, those in people.items()
    )


def _offer(
    row: Run,
    at: tuple[ReplanProblem, Session],
    topic: TopicRule,
    groups: tuple[Group, ...],
) -> Offer:
    problem, session = at
    starts_at = Grid.of(problem.season.days).moment(session.slot)
    known: Mapping[str, Any] = {}
    was = None
    if session.cohort is not None:
        known = row.about["sessions"][key_of(session.cohort, session.topic)]
        was = as_kept(known, problem, session.cohort)
        if known["slot"] == session.slot:
            starts_at = datetime.fromisoformat(known["starts_at"])
    return Offer(
        key=f"{session.venue}:{session.slot}:{topic.number}",
        topic=topic,
        session_id=UUID(known["id"]) if known else None,
        title=known["title"] if known else topic.name,
        starts_at=starts_at,
        hall=next(one.name for one in problem.season.venues if one.id == session.venue),
        lecturer=next(one.name for one in problem.season.lecturers if one.id == session.lecturer),
        to=session,
        groups=groups,
        was=was,
    )


def as_kept(known: Mapping[str, Any], problem: ReplanProblem, cohort: int) -> tuple[str, str, int]:
    """Return when a published session begins, where it is held, and its minutes."""
    return known["starts_at"], problem.published.cohorts[cohort].venue, known["minutes"]
