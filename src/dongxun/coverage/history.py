"""A whole season from nothing, in one pass: today's standings and earlier days' counters.

For an installation that begins with a history (the demo, a take-over). ``rebuild``
gives the same rows for today, step by step and beside other writers.
"""

from bisect import bisect_left
from collections import Counter
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
from dongxun.ledger.contracts import FactKind, LiveFact
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
    alike = _Alike(measure, tuple(tallies))
    now = {
        person_id: alike.count(person_id, own, facts.get(person_id, []))
        for person_id, own in parts.items()
    }
    alike.add_to(tallies)
    store.write(season_id, now, {}, clock.now())


class _Alike:
    """Counts people on each day; those who were at the same sessions are computed once."""

    def __init__(self, measure: Measure, days: Sequence[date]) -> None:
        self._measure = measure
        self._days = [(day, clock.day_bounds(day)[1]) for day in days]
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[tuple[int, ...], Standing] = {}
        self._seen: list[Counter[tuple[int, ...]]] = [Counter() for _day in days]

    def count(self, person_id: UUID, parts: Sequence[Part], facts: list[LiveFact]) -> Standing:
        """Count a person on each day; return where they stand on the last."""
        facts.sort(key=_moment)
        times = [fact.occurred_at for fact in facts]
        who = self._number(tuple(part[1:] for part in parts))
        signs = [self._number(fact[2:]) for fact in facts]
        leave = next((n for n, f in enumerate(facts) if f.kind == FactKind.ON_LEAVE), len(facts))
        key: tuple[int, ...] = ()
        for place, (day, until) in enumerate(self._days):
            count = bisect_left(times, until)
            steady = len(parts) == 1 and parts[0].valid_to is None and parts[0].valid_from <= day
            key = (who, -1 if steady and count <= leave else place, *signs[:count])
            if key not in self._known:
                self._known[key] = standing(parts, facts[:count], self._measure, day)
            self._seen[place][key] += 1
        return replace(self._known[key], person_id=person_id)

    def _number(self, sign: Hashable) -> int:
        return self._numbers.setdefault(sign, len(self._numbers))

    def add_to(self, tallies: dict[date, Tally]) -> None:
        """Add everybody counted to the tallies, those alike at once."""
        for tally, seen in zip(tallies.values(), self._seen, strict=True):
            for key, number in seen.items():
                tally.add(self._known[key], number)


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
            known_at=clock.now(),
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
