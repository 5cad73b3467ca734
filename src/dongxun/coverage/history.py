"""A whole season from nothing, in one pass: today's standings and earlier days' counters.

For an installation that begins with a history (the demo, a take-over). ``rebuild``
gives the same rows for today, step by step and beside other writers.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from dongxun.coverage import store
from dongxun.coverage.counting import COUNTERS, Tally, rolled_up
from dongxun.coverage.models import Snapshot, SnapshotCell, Upkeep
from dongxun.coverage.services import PEOPLE_A_STEP, forget, lock
from dongxun.coverage.standing import Measure, Standing, standing
from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import LiveFact
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Part, SeasonRules

_CELL = ("snapshot_id", "season_id", "organisation_id", "topic_id", *COUNTERS)


@transaction.atomic
def begin_with_history(*, by: Actor, season_id: UUID, frozen: Collection[date]) -> int:
    """Compute every standing and counter from the ledger; return how many people stand.

    Args:
        frozen: earlier days whose counters are kept as snapshots, from the facts
            that occurred by then.

    Raises:
        NotFound: there is no such season.
    """
    rules = seasons.rules(season_id)
    lock(season_id)
    forget(season_id)
    measure, today = Measure.of(rules), clock.today()
    days = (*sorted(day for day in frozen if day < today), today)
    tallies = {day: Tally(topic.id for topic in rules.topics) for day in days}
    people = 0
    after: UUID | None = None
    while ids := seasons.people_after(season_id, after, PEOPLE_A_STEP):
        after = ids[-1]
        people += len(ids)
        _step(season_id, ids, measure, tallies)
    _write(rules, tallies, today)
    Upkeep.objects.filter(season_id=season_id).update(
        rebuild_after=None, rebuild_requested_at=None, rolled_on=today
    )
    audit.write("coverage.begin_with_history", by=by, subject=("season", season_id), people=people)
    return people


def _step(
    season_id: UUID, ids: Sequence[UUID], measure: Measure, tallies: dict[date, Tally]
) -> None:
    parts = seasons.parts_of(season_id, ids)
    facts: dict[UUID, list[LiveFact]] = {}
    for fact in ledger.live_of(season_id, list(parts)):
        facts.setdefault(fact.person_id, []).append(fact)
    alike = _Alike(measure, tallies)
    now = {
        person_id: alike.count(person_id, own, facts.get(person_id, []))
        for person_id, own in parts.items()
    }
    store.write(season_id, now, {}, clock.now())


class _Alike:
    """Counts people on each day; those who were at the same sessions are computed once."""

    def __init__(self, measure: Measure, tallies: dict[date, Tally]) -> None:
        self._measure = measure
        self._days = [(day, clock.day_bounds(day)[1], tally) for day, tally in tallies.items()]
        self._known: dict[Hashable, Standing] = {}

    def count(self, person_id: UUID, parts: Sequence[Part], facts: list[LiveFact]) -> Standing:
        """Count a person on each day; return where they stand on the last."""
        facts.sort(key=_moment)
        who = tuple(part[1:] for part in parts)
        signs = [fact[2:] for fact in facts]
        found: Standing | None = None
        for day, until, tally in self._days:
            count = sum(fact.occurred_at < until for fact in facts)
            key = (day, who, tuple(signs[:count]))
            found = self._known.get(key)
            if found is None:
                found = standing(parts, facts[:count], self._measure, day)
                self._known[key] = found
            tally.add(found)
        if found is None:
            raise AssertionError
        return replace(found, person_id=person_id)


def _moment(fact: LiveFact) -> tuple[datetime, UUID]:
    return fact.occurred_at, fact.id


def _write(rules: SeasonRules, tallies: dict[date, Tally], today: date) -> None:
    branches = {day: tally.by_branch() for day, tally in tallies.items()}
    paths = organisations.paths({key[0] for key in branches[today]})
    store.replace_cells(rules.id, rolled_up(branches[today], paths))
    card = seasons.season(rules.id, by=Actor.system("coverage.history"))
    for day, own in branches.items():
        if day == today or Snapshot.objects.filter(season_id=rules.id, as_of=day).exists():
            continue
        taken_at = clock.moment(day + timedelta(days=1), time(0, 5))
        snapshot = Snapshot.objects.create(
            id=new_id(),
            season_id=rules.id,
            as_of=day,
            taken_at=taken_at,
            definition_version=card.definition_version,
        )
        bulk.insert(
            SnapshotCell,
            _CELL,
            (
                (snapshot.id, rules.id, *key, *vector)
                for key, vector in sorted(rolled_up(own, paths).items())
            ),
        )
