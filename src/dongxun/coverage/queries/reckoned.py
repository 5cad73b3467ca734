"""A day as known now beside the same day as known then, with what the difference is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from dongxun.coverage.contracts import SEASON_ROW, Column, Grid, Numbers, Row
from dongxun.coverage.models import ReckonedCell, ReckonedPerson, Reckoning
from dongxun.coverage.queries.grid import grid_at
from dongxun.coverage.queries.numbers import Moment
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.organisations.api import within
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons

LISTED = 12


@dataclass(frozen=True, slots=True)
class Changed:
    """Facts that came in late, and facts struck out since; of how many people each."""

    late: int = 0
    struck: int = 0
    late_people: int = 0
    struck_people: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a grid now and, if that day was frozen, then."""

    now: Row
    then: Row | None
    changed: Changed


@dataclass(frozen=True, slots=True)
class TopicPair:
    """A topic now and then; ``changed`` the facts on it."""

    column: Column
    now: Numbers
    then: Numbers | None
    changed: Changed


@dataclass(frozen=True, slots=True)
class Beside:
    """A whole result. ``then_at`` is when the day was frozen, None if it never was.

    ``plan_changes`` counts the versions of the plan since; both sides are of people
    and hours, but the older one was measured by the older plan.
    """

    season_id: UUID
    node: Node
    as_of: date
    known_at: datetime
    computed_at: datetime
    then_at: datetime | None
    now: Grid
    total: Pair
    topics: tuple[TopicPair, ...]
    units: tuple[Pair, ...]
    plan_changes: int


@dataclass(frozen=True, slots=True)
class Line:
    """A person whose facts of that day changed afterwards."""

    person_id: UUID
    name: str
    branch: str
    late: int
    struck: int


def reckoning(reckoning_id: UUID, *, by: Actor) -> Reckoning:
    """Return one, finished or not, that the actor may see.

    Raises:
        NotFound: absent, or of a place outside the actor's.
    """
    row = wanted_row(
        Reckoning.objects.select_related("snapshot", "organisation").filter(id=reckoning_id)
    )
    if not by.reaches(row.organisation.lft, ORGANISERS):
        raise NotFound
    return row


def reckonings(season_id: UUID, interval: Interval, *, by: Actor) -> list[Reckoning]:
    """Return the latest of a subtree that the actor may see, the newest first."""
    rows = Reckoning.objects.filter(
        within([interval], "organisation__lft"),
        Q() if by.is_system else within(by.intervals(ORGANISERS), "organisation__lft"),
        season_id=season_id,
    )
    return list(rows.select_related("organisation").order_by("-known_at")[:LISTED])


def beside(row: Reckoning, *, by: Actor) -> Beside:
    """Return a finished result with what was known then.

    Raises:
        NotFound: it is not finished.
    """
    if row.computed_at is None:
        raise NotFound
    node = organisations.node(row.organisation_id)
    now = grid_at(row.season_id, node, Moment.reckoned(row))
    frozen = row.snapshot
    then = grid_at(row.season_id, node, Moment.frozen(frozen)) if frozen else None
    before = {found.id: found for found in (*then.rows, then.total)} if then else {}
    changed = _changed(row, [node.id, *(found.id for found in now.rows)])
    whole = _with_people(row, changed.get((node.id, SEASON_ROW), Changed()))
    topics = tuple(
        TopicPair(
            column=column,
            now=now.total.topics[place],
            then=then.total.topics[place] if then else None,
            changed=changed.get((node.id, column.topic.id), Changed()),
        )
        for place, column in enumerate(now.columns)
        if column.opened
    )
    units = tuple(
        Pair(unit, before.get(unit.id), changed.get((unit.id, SEASON_ROW), Changed()))
        for unit in now.rows
    )
    return Beside(
        season_id=row.season_id,
        node=node,
        as_of=row.as_of,
        known_at=row.known_at,
        computed_at=row.computed_at,
        then_at=frozen.taken_at if frozen else None,
        now=now,
        total=Pair(now.total, then.total if then else None, whole),
        topics=topics,
        units=units,
        plan_changes=_plan_changes(row, by),
    )


def _changed(row: Reckoning, ids: list[UUID]) -> dict[tuple[UUID, UUID], Changed]:
    cells = ReckonedCell.objects.filter(reckoning=row, organisation_id__in=ids)
    found = cells.values_list("organisation_id", "topic_id", "late", "struck")
    return {(place, topic): Changed(late, struck) for place, topic, late, struck in found}


def _with_people(row: Reckoning, changed: Changed) -> Changed:
    people = ReckonedPerson.objects.filter(reckoning=row)
    return Changed(
        changed.late,
        changed.struck,
        people.filter(late__gt=0).count(),
        people.filter(struck__gt=0).count(),
    )


def _plan_changes(row: Reckoning, by: Actor) -> int:
    if row.snapshot is None:
        return 0
    since = row.snapshot.known_at or row.snapshot.taken_at
    return sum(
        since < version.created_at <= row.known_at
        for version in seasons.versions(row.season_id, by=by)
    )


def changed_people(row: Reckoning) -> Iterator[Line]:
    """Yield whoever has facts that came in late or were struck out, by branch."""
    people = ReckonedPerson.objects.filter(Q(late__gt=0) | Q(struck__gt=0), reckoning=row)
    rows = people.order_by("branch__lft", "person__order", "person_id").values_list(
        "person_id", "person__name", "branch__short_name", "late", "struck"
    )
    for found in rows.iterator(chunk_size=2000):
        yield Line(*found)
