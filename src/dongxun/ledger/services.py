"""Writes to the book: record and void, both safe to repeat."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.kernel.events import announce
from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import NewFact
from dongxun.ledger.models import Entry, Fact, Void

PEOPLE_AN_EVENT = 1000


@transaction.atomic
def record(facts: Sequence[NewFact], *, by: Actor) -> int:
    """Write facts and announce whose they are; return how many were new.

    Safe to repeat: a fact whose id is known and equal is passed over. The
    permission question belongs to the room that states the fact.

    Raises:
        Conflict: an id is known with other content; nothing is written.
    """
    wanted = {fact.id: fact for fact in facts}
    for row in Fact.objects.filter(pk__in=wanted):
        if _differs(row, wanted.pop(row.pk)):
            raise Conflict(code="fact_differs")
    if not wanted:
        return 0
    _insert(wanted.values())
    _announce("FactsRecorded", wanted.values())
    return len(wanted)


def _insert(facts: Iterable[NewFact]) -> None:
    stored_at = clock.now()
    rows = list(facts)
    Entry.objects.bulk_create(
        [Entry(id=fact.id, stored_at=stored_at) for fact in rows], batch_size=1000
    )
    Fact.objects.bulk_create([_row(fact) for fact in rows], batch_size=1000)


def _row(fact: NewFact) -> Fact:
    return Fact(
        entry_id=fact.id,
        kind=fact.kind,
        person_id=fact.person_id,
        branch_id=fact.branch_id,
        season_id=fact.season_id,
        topic_id=fact.topic_id,
        seconds=fact.seconds,
        mode=fact.mode,
        format=fact.format,
        occurred_at=fact.occurred_at,
        object_kind=fact.object_kind,
        object_id=fact.object_id,
        source=fact.source,
        until=fact.until,
    )


def _differs(row: Fact, fact: NewFact) -> bool:
    return (row.kind, row.person_id, row.season_id, row.topic_id, row.seconds, row.mode) != (
        fact.kind,
        fact.person_id,
        fact.season_id,
        fact.topic_id,
        fact.seconds,
        fact.mode,
    )


def _announce(name: str, facts: Iterable[NewFact] | Iterable[Fact]) -> None:
    people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for fact in facts:
        people[fact.season_id].add(fact.person_id)
    for season_id, ids in people.items():
        ordered = sorted(str(person_id) for person_id in ids)
        for start in range(0, len(ordered), PEOPLE_AN_EVENT):
            part = ordered[start : start + PEOPLE_AN_EVENT]
            announce(name, season_id=str(season_id), person_ids=part)


@transaction.atomic
def void(fact_ids: Iterable[UUID], *, by: Actor, reason: str) -> int:
    """Strike facts out; return how many were live. The lines themselves stay.

    Safe to repeat: a struck fact stays struck, with its first reason.
    """
    live = list(Fact.objects.filter(pk__in=list(fact_ids), voided_by=None))
    if not live:
        return 0
    now = clock.now()
    void_ids = {fact.pk: derived_id(now, "void", fact.pk) for fact in live}
    Entry.objects.bulk_create([Entry(id=void_ids[f.pk], stored_at=now) for f in live])
    Void.objects.bulk_create(
        [Void(entry_id=void_ids[f.pk], target=f, reason=reason[:200]) for f in live]
    )
    _announce("FactsVoided", live)
    audit.write("ledger.void", by=by, count=len(live), reason=reason[:200])
    return len(live)
