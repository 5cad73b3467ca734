"""Writes to the book: record and void, both safe to repeat. Nothing here updates or deletes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.kernel.events import announce
from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import NewFact
from dongxun.ledger.models import Entry, Fact, Void

PEOPLE_AN_EVENT = 1000
FACTS_A_CHUNK = 2000

_COLUMNS = (
    "kind",
    "person_id",
    "branch_id",
    "season_id",
    "topic_id",
    "seconds",
    "mode",
    "format",
    "occurred_at",
    "object_kind",
    "object_id",
    "source",
    "until",
)


@transaction.atomic(savepoint=False)
def record(facts: Sequence[NewFact], *, by: Actor) -> int:
    """Write facts and announce whose they are; return how many were new.

    Safe to repeat: a fact whose id is known and equal is passed over. The
    permission question and the audit row belong to the room that states the fact.
    No savepoint of its own: after a refusal the caller's transaction is over,
    unless the caller has set one.

    Raises:
        Conflict: an id is known with other content; nothing is written.
    """
    new = _write(facts)
    _announce("FactsRecorded", ((fact.season_id, fact.person_id) for fact in new))
    return len(new)


@transaction.atomic
def record_many(facts: Iterable[NewFact], *, by: Actor, quiet: bool = False) -> int:
    """Write a history (an import, the demo) in bounded memory; return how many were new.

    Safe to repeat, as :func:`record`; one event for at most 1,000 people.

    Args:
        quiet: announce nothing, because the caller rebuilds coverage afterwards.

    Raises:
        Conflict: an id is known with other content; nothing at all is written.
    """
    owners: set[tuple[UUID, UUID]] = set()
    count = 0
    for part in bulk.chunks(facts, FACTS_A_CHUNK):
        new = _write(part)
        count += len(new)
        if not quiet:
            owners.update((fact.season_id, fact.person_id) for fact in new)
    _announce("FactsRecorded", owners)
    audit.write("ledger.record_many", by=by, count=count)
    return count


def _write(facts: Iterable[NewFact]) -> list[NewFact]:
    """Insert what is not there yet; the unique id decides, not a look before."""
    wanted = {fact.id: fact for fact in facts}
    now = clock.now()
    written = bulk.insert(
        Entry,
        ("id", "stored_at"),
        ((fact_id, now) for fact_id in wanted),
        on_conflict="DO NOTHING",
    )
    if written < len(wanted):
        for row in Fact.objects.filter(entry__in=list(wanted)):
            if _differs(row, wanted.pop(row.pk)):
                raise Conflict(code="fact_differs")
    rows = ((fact.id, *_content(fact)) for fact in wanted.values())
    bulk.insert(Fact, ("entry_id", *_COLUMNS), rows)
    return list(wanted.values())


def _content(fact: NewFact | Fact) -> tuple[object, ...]:
    return tuple(getattr(fact, name) for name in _COLUMNS)


def _differs(row: Fact, fact: NewFact) -> bool:
    """Return whether the same id speaks of something else.

    The home branch may differ: a replay after a transfer still means the same.
    """
    return any(
        getattr(row, name) != getattr(fact, name) for name in _COLUMNS if name != "branch_id"
    )


def _announce(name: str, owners: Iterable[tuple[UUID, UUID]]) -> None:
    """Say whose facts changed: one event for each season and at most 1,000 people."""
    people: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for season_id, person_id in owners:
        people[season_id].add(person_id)
    for season_id, ids in people.items():
        for part in bulk.chunks(sorted(map(str, ids)), PEOPLE_AN_EVENT):
            announce(name, season_id=str(season_id), person_ids=part)


@transaction.atomic
def void(fact_ids: Iterable[UUID], *, by: Actor, reason: str) -> int:
    """Strike facts out; return how many were live. The lines themselves stay.

    Safe to repeat: a struck fact stays struck, with its first reason.
    """
    found = Fact.objects.filter(pk__in=list(fact_ids), voided_by=None)
    live = list(found.select_for_update(of=("self",)).order_by("pk"))
    if not live:
        return 0
    now = clock.now()
    voids = {fact.pk: derived_id(now, "void", fact.pk) for fact in live}
    bulk.insert(Entry, ("id", "stored_at"), ((void_id, now) for void_id in voids.values()))
    rows = ((void_id, fact_id, reason[:200]) for fact_id, void_id in voids.items())
    bulk.insert(Void, ("entry_id", "target_id", "reason"), rows)
    _announce("FactsVoided", ((fact.season_id, fact.person_id) for fact in live))
    audit.write("ledger.void", by=by, count=len(live), reason=reason[:200])
    return len(live)
