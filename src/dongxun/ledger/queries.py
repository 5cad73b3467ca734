"""Reads of the book. Only live facts, unless a question is about the struck ones."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.ledger.contracts import Line, LiveFact, Mode
from dongxun.ledger.models import Fact, Void

_COLUMNS = (
    "pk",
    "owner_id",
    "kind",
    "topic_id",
    "seconds",
    "mode",
    "format",
    "occurred_at",
    "object_kind",
    "object_id",
    "until",
)


def _live() -> QuerySet[Fact]:
    return Fact.objects.filter(voided_by=None)


def live_facts(season_id: UUID, person_ids: Iterable[UUID]) -> QuerySet[Fact]:
    """Return the live facts of people in a season, by person, then time.

    For rooms that need the whole row; pages ask :func:`facts_of`, coverage
    :func:`live_of`.
    """
    found = _live().filter(season_id=season_id, person_id__in=list(person_ids))
    return found.order_by("person_id", "occurred_at", "pk")


def live_of(season_id: UUID, person_ids: Sequence[UUID]) -> Iterator[LiveFact]:
    """Yield the live facts of people, those of their merged duplicates included.

    Two queries, whatever the number of people; plain values, for rooms that compute.
    """
    for rows in _owned(_live().filter(season_id=season_id), person_ids):
        yield from map(LiveFact._make, rows.values_list(*_COLUMNS).iterator(chunk_size=5000))


def lines_of(season_id: UUID, person_ids: Sequence[UUID]) -> Iterator[Line]:
    """Yield every fact of people with when it was stored and struck out, as :func:`live_of`."""
    columns = (*_COLUMNS, "entry__stored_at", "voided_by__entry__stored_at")
    for rows in _owned(Fact.objects.filter(season_id=season_id), person_ids):
        for row in rows.values_list(*columns).iterator(chunk_size=5000):
            yield Line(LiveFact._make(row[:-2]), row[-2], row[-1])


def _owned(found: QuerySet[Fact], person_ids: Sequence[UUID]) -> tuple[QuerySet[Fact], ...]:
    """Return the facts of people and those of their duplicates, each with its owner's id."""
    found = found.order_by()
    return (
        found.filter(person_id__in=person_ids).annotate(owner_id=F("person_id")),
        found.filter(person__merged_into__in=person_ids).annotate(
            owner_id=F("person__merged_into_id")
        ),
    )


def facts_of(person_id: UUID, *, by: Actor, season_id: UUID | None = None) -> list[LiveFact]:
    """Return a person's live facts in order of time, as far as the actor may see them.

    Organisers see the people of their subtree; a phone or personal link sees
    the people it speaks for. Others get nothing, as if there were nothing.
    """
    found = _live().filter(Q(person_id=person_id) | Q(person__merged_into=person_id))
    if season_id is not None:
        found = found.filter(season_id=season_id)
    if not by.is_system and person_id not in by.persons:
        inside = Q(pk__in=[])
        for interval in by.intervals(ORGANISERS):
            inside |= Q(owner_lft__gte=interval.lft, owner_lft__lte=interval.rgt)
        lft = Coalesce("person__merged_into__branch__lft", "person__branch__lft")
        found = found.annotate(owner_lft=lft).filter(inside)
    found = found.annotate(owner_id=Coalesce("person__merged_into_id", "person_id"))
    rows = found.order_by("occurred_at", "pk").values_list(*_COLUMNS)
    return [LiveFact._make(row) for row in rows]


def facts_about(object_id: UUID, person_ids: Iterable[UUID] | None = None) -> QuerySet[Fact]:
    """Return the live facts that one object (a session) caused."""
    found = _live().filter(object_id=object_id)
    return found if person_ids is None else found.filter(person_id__in=list(person_ids))


def live_about(object_ids: Iterable[UUID], source: str) -> set[UUID]:
    """Return the ids of the live facts that several objects caused, of one source."""
    found = _live().filter(object_id__in=list(object_ids), source=source)
    return set(found.values_list("pk", flat=True))


def times_struck(object_id: UUID, source: str, reason: str, person_id: UUID | None = None) -> int:
    """Return how many facts of an object, of this person where named, were struck for a reason.

    A struck id never comes back; whoever may state the same again makes this part of it.
    """
    struck = Void.objects.filter(target__object_id=object_id, target__source=source, reason=reason)
    return (struck.filter(target__person_id=person_id) if person_id else struck).count()


def struck_of(
    object_id: UUID, source: str, reasons: Iterable[str], person_ids: Iterable[UUID]
) -> Counter[UUID]:
    """Return how many facts of an object were struck for these reasons, by person."""
    struck = Void.objects.filter(target__object_id=object_id, target__source=source)
    struck = struck.filter(reason__in=list(reasons), target__person_id__in=list(person_ids))
    return Counter(struck.values_list("target__person_id", flat=True))


def made_up_before(
    object_id: UUID, person_ids: Iterable[UUID], source: str
) -> set[tuple[UUID, UUID]]:
    """Return person and topic of the facts that one object told as make-up, struck out ones too."""
    found = Fact.objects.filter(object_id=object_id, person_id__in=list(person_ids))
    rows = found.filter(source=source, mode=Mode.MAKEUP).values_list("person_id", "topic_id")
    return {(person_id, topic_id) for person_id, topic_id in rows if topic_id is not None}


def count_in_format(season_id: UUID, code: str) -> int:
    """Return how many live facts of a season count by one row of its credit table."""
    return _live().filter(season_id=season_id, format=code).count()


def facts_caused_by(object_ids: Iterable[UUID], source: str) -> list[LiveFact]:
    """Return the live facts that several objects caused, of one source, in order of time."""
    found = _live().filter(object_id__in=list(object_ids), source=source)
    found = found.annotate(owner_id=F("person_id")).order_by("occurred_at", "pk")
    return [LiveFact._make(row) for row in found.values_list(*_COLUMNS)]
