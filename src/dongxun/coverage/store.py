"""Standings and counters, to and from their tables; many rows in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When

from dongxun.coverage.counting import COUNTERS, Key, Tally, Vector
from dongxun.coverage.models import (
    Cell,
    PersonStanding,
    ReckonedPerson,
    ReckonedTopic,
    TopicStanding,
)
from dongxun.coverage.standing import InTopic, Standing
from dongxun.kernel import bulk

_PERSON: Final = (
    "person_id",
    "branch_id",
    "mode",
    "category",
    "eligible",
    "reached",
    "rigor",
    "effect",
    "hours",
    "hours_by_year",
    "met_topics",
    "state",
    "overlapping",
    "recheck_on",
)
TOPIC: Final = (
    "topic_id",
    "group_s",
    "makeup_s",
    "home_s",
    "online_s",
    "external_s",
    "met",
    "effect",
    "reached",
    "state",
)
_SUMMED_PERSON: Final = ("branch_id", "mode", "reached", "rigor", "effect", "state")
_SUMMED_TOPIC: Final = ("branch_id", "topic_id", "reached", "met", "effect", "studied", "state")


def stored(season_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Return the standings as they are kept, locked until the transaction ends."""
    topics: defaultdict[UUID, list[InTopic]] = defaultdict(list)
    people = PersonStanding.objects.filter(season_id=season_id, person_id__in=person_ids)
    kept = list(people.select_for_update().order_by("person_id").values_list(*_PERSON))
    found = TopicStanding.objects.filter(season_id=season_id, person_id__in=person_ids)
    for row in found.values_list("person_id", *TOPIC):
        topics[row[0]].append(InTopic(*row[1:]))
    return {row[0]: _standing(row, topics.get(row[0], [])) for row in kept}


def _standing(row: tuple[object, ...], topics: list[InTopic]) -> Standing:
    values = dict(zip(_PERSON, row, strict=True))
    return Standing(**values, topics=in_order(topics))  # type: ignore[arg-type]


def in_order(topics: Iterable[InTopic]) -> tuple[InTopic, ...]:
    """Return topics in the one order in which standings are compared."""
    return tuple(sorted(topics, key=lambda topic: topic.topic_id.int))


def write(
    season_id: UUID,
    new: Mapping[UUID, Standing],
    old: Mapping[UUID, Standing],
    now: datetime,
) -> None:
    """Make the tables say ``new`` where they say ``old``."""
    _drop(season_id, [person_id for person_id in old if person_id not in new])
    rows = [
        (season_id, now, *(getattr(person, name) for name in _PERSON)) for person in new.values()
    ]
    columns = ("season_id", "updated_at", *_PERSON)
    clause = bulk.overwrite(("season_id", "person_id"), columns)
    bulk.insert(PersonStanding, columns, rows, on_conflict=clause)
    _write_topics(season_id, new, old)


def _write_topics(
    season_id: UUID, new: Mapping[UUID, Standing], old: Mapping[UUID, Standing]
) -> None:
    gone: defaultdict[UUID, list[UUID]] = defaultdict(list)
    rows = []
    for person_id, person in new.items():
        before = old.get(person_id)
        same = before is not None and _owner(before) == _owner(person)
        known = {topic.topic_id: topic for topic in before.topics} if before else {}
        for topic in person.topics:
            if known.pop(topic.topic_id, None) != topic or not same:
                values = (getattr(topic, name) for name in TOPIC)
                rows.append((season_id, person_id, *_owner(person), *values))
        for topic_id in known:
            gone[topic_id].append(person_id)
    columns = ("season_id", "person_id", "branch_id", "eligible", *TOPIC)
    clause = bulk.overwrite(("season_id", "topic_id", "person_id"), columns)
    bulk.insert(TopicStanding, columns, rows, on_conflict=clause)
    for topic_id, ids in gone.items():
        TopicStanding.objects.filter(
            season_id=season_id, topic_id=topic_id, person_id__in=ids
        ).delete()


def _owner(person: Standing) -> tuple[UUID, bool]:
    return person.branch_id, person.eligible


def _drop(season_id: UUID, person_ids: Sequence[UUID]) -> None:
    if person_ids:
        for model in (TopicStanding, PersonStanding):
            model.objects.filter(season_id=season_id, person_id__in=person_ids).delete()


def add_to_cells(season_id: UUID, deltas: Mapping[Key, Vector]) -> None:
    """Add differences to the counters; a counter that counts nobody goes."""
    columns = ("season_id", "organisation_id", "topic_id", *COUNTERS)
    rows = [(season_id, *key, *vector) for key, vector in deltas.items()]
    clause = bulk.add_up(Cell, ("season_id", "organisation_id", "topic_id"), COUNTERS)
    bulk.insert(Cell, columns, rows, on_conflict=clause)
    if shrunk := {key[0] for key, vector in deltas.items() if vector[0] < 0}:
        Cell.objects.filter(season_id=season_id, organisation_id__in=shrunk, eligible=0).delete()


def cells(season_id: UUID) -> dict[Key, Vector]:
    """Return every counter of the season as it is kept."""
    rows = Cell.objects.filter(season_id=season_id).values_list(
        "organisation_id", "topic_id", *COUNTERS
    )
    return {(row[0], row[1]): list(row[2:]) for row in rows}


def replace_cells(season_id: UUID, wanted: Mapping[Key, Vector]) -> int:
    """Make the counters exactly ``wanted``; return how many were different."""
    kept = cells(season_id)
    changed = [key for key, vector in wanted.items() if kept.get(key) != vector]
    surplus: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for organisation_id, topic_id in kept.keys() - wanted.keys():
        surplus[topic_id].append(organisation_id)
    for topic_id, ids in surplus.items():
        Cell.objects.filter(
            season_id=season_id, topic_id=topic_id, organisation_id__in=ids
        ).delete()
    columns = ("season_id", "organisation_id", "topic_id", *COUNTERS)
    rows = ((season_id, *key, *wanted[key]) for key in changed)
    clause = bulk.overwrite(columns[:3], COUNTERS)
    bulk.insert(Cell, columns, rows, on_conflict=clause)
    return len(changed) + sum(map(len, surplus.values()))


def summed(season_id: UUID, topic_ids: Sequence[UUID]) -> dict[Key, Vector]:
    """Return the branches' counters as the standings add up to, by the database itself."""
    people = PersonStanding.objects.filter(season_id=season_id, eligible=True)
    topics = TopicStanding.objects.filter(season_id=season_id, eligible=True)
    return added_up(people, topics, topic_ids)


def added_up(
    people: QuerySet[PersonStanding] | QuerySet[ReckonedPerson],
    topics: QuerySet[TopicStanding] | QuerySet[ReckonedTopic],
    topic_ids: Sequence[UUID],
) -> dict[Key, Vector]:
    """Return the branches' counters that eligible people add up to."""
    tally = Tally(topic_ids)
    for row in people.order_by().values_list(*_SUMMED_PERSON).annotate(n=Count("id")):
        branch_id, mode, reached, rigor, effect, state, number = row
        tally.add_people(branch_id, mode, (reached, rigor, effect), state, number)
    started = Q(group_s__gt=0) | Q(makeup_s__gt=0) | Q(home_s__gt=0)
    started |= Q(online_s__gt=0) | Q(external_s__gt=0)
    studied = topics.order_by().annotate(studied=Case(When(started, then=True), default=False))
    for row in studied.values_list(*_SUMMED_TOPIC).annotate(n=Count("id")):
        branch_id, topic_id, *flags, state, number = row
        tally.add_topics(branch_id, topic_id, tuple(flags), state, number)
    return tally.by_branch()
