"""A person's own record: what they learned, in words, and taking it out.

Only for whoever opened the person's personal link (level 2 of decisions.md
section 4); name and last four digits do not suffice.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.activities.models import Session
from dongxun.activities.own.shapes import RecordLine
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import SESSION, FactKind, LiveFact, Mode
from dongxun.people import api as people
from dongxun.seasons import api as seasons


def record(person_id: UUID, *, by: Actor, season_id: UUID) -> list[RecordLine]:
    """Return what a person learned in a season, newest first.

    Raises:
        NotFound: the person is not the actor's.
        NotAllowed: their personal link was not opened here.
    """
    _require(person_id, by)
    facts = ledger.facts_of(person_id, by=by, season_id=season_id)
    names = {topic.id: topic.name for topic in seasons.rules(season_id).topics}
    return _lines(facts, names)[::-1]


def _require(person_id: UUID, by: Actor) -> None:
    if person_id not in by.persons:
        raise NotFound
    require("activities.read_own_record", by, person_id)


def _lines(facts: Iterable[LiveFact], topics: dict[Any, str]) -> list[RecordLine]:
    rows = list(facts)
    ids = {fact.object_id for fact in rows if fact.object_kind == SESSION}
    sessions = dict(Session.objects.filter(id__in=ids).values_list("id", "title"))
    titles = ledger.titles(rows) | sessions
    return [
        RecordLine(
            id=fact.id,
            day=clock.day_of(fact.occurred_at),
            kind=str(FactKind(fact.kind).label),
            mode=str(Mode(fact.mode).label) if fact.mode else "",
            topic=topics.get(fact.topic_id, ""),
            title=titles.get(fact.object_id, ""),
            minutes=fact.seconds // 60,
            session_id=fact.object_id if fact.object_id in sessions else None,
            until=fact.until,
        )
        for fact in rows
    ]


def minutes_by_source(lines: Iterable[RecordLine]) -> list[tuple[str, int]]:
    """Return the minutes of each way of learning, most first."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.minutes:
            found[line.mode] += line.minutes
    return found.most_common()


@transaction.atomic
def take_out(*, by: Actor, person_id: UUID) -> dict[str, Any]:
    """Return everything kept of a person's learning, as plain values; the taking is logged.

    Raises:
        NotFound: the person is not the actor's.
        NotAllowed: their personal link was not opened here.
    """
    _require(person_id, by)
    card = people.card(person_id, by=by)
    facts = ledger.facts_of(person_id, by=by)
    known = seasons.seasons(by=Actor.system("activities.take_out"))
    topics = {t.id: t.name for season in known for t in seasons.rules(season.id).topics}
    lines = _lines(facts, topics)
    audit.write(
        "activities.take_out",
        by=by,
        subject=("person", person_id),
        organisation_id=card.branch_id,
        facts=len(lines),
    )
    return {
        "name": card.name,
        "branch": card.branch_name,
        "as_of": clock.now().isoformat(),
        "record": [
            {
                "id": str(line.id),
                "day": line.day.isoformat(),
                "kind": line.kind,
                "mode": line.mode,
                "topic": line.topic,
                "title": line.title,
                "minutes": line.minutes,
            }
            for line in lines
        ],
    }
