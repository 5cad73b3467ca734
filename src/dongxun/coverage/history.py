"""A whole season from nothing, in one pass: today's standings and earlier days' counters.

For an installation that begins with a history (the demo, a take-over). ``rebuild``
gives the same rows for today, step by step and beside other writers.
"""

from collections.abc import Collection, Sequence
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
    bounds = {day: clock.day_bounds(day)[1] for day in tallies}
    now: dict[UUID, Standing] = {}
    for person_id, own in parts.items():
        now[person_id] = _count(own, facts.get(person_id, []), measure, tallies, bounds)
    store.write(season_id, now, {}, clock.now())


def _count(
    parts: Sequence[Part],
    facts: list[LiveFact],
    measure: Measure,
    tallies: dict[date, Tally],
    bounds: dict[date, datetime],
) -> Standing:
    """Count a person on each day; return the last standing. Few facts, few computations."""
    facts.sort(key=lambda fact: fact.occurred_at)
    found: Standing | None = None
    known = 0
    for day, tally in tallies.items():
        count = sum(fact.occurred_at < bounds[day] for fact in facts)
        due = found is not None and found.recheck_on is not None and found.recheck_on <= day
        if found is None or due or count != known:
            found, known = standing(parts, facts[:count], measure, day), count
        tally.add(found)
    if found is None:
        raise AssertionError
    return found


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
