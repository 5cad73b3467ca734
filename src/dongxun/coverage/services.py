"""Writes of coverage. Nothing here is told a difference: it is always computed anew.

A person's standing is recomputed from the facts, compared with what is kept,
and the difference goes into the counters of all organisations above. So any
order and any repetition of calls ends in the same rows.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from dongxun.coverage import store
from dongxun.coverage.counting import Tally, rolled_up
from dongxun.coverage.models import Cell, PersonStanding, TopicStanding, Upkeep
from dongxun.coverage.standing import Measure, Standing, standing
from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.events import announce
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import LiveFact
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonId, SeasonRules, SeasonState

CLOSED = SeasonState.CLOSED
PEOPLE_A_STEP = 2000
PEOPLE_AN_EVENT = 1000


@transaction.atomic
def credit(*, season_id: UUID, person_ids: Iterable[UUID]) -> int:
    """Recompute these people's standings and the counters above; return how many changed.

    Safe to repeat and to mix: writes only what differs.

    Raises:
        NotFound: there is no such season.
    """
    rules = seasons.rules(season_id)
    lock(season_id)
    before, after = _recompute(rules, sorted(set(person_ids)))
    if not before and not after:
        return 0
    tally = Tally(topic.id for topic in rules.topics)
    for person in before.values():
        tally.add(person, -1)
    for person in after.values():
        tally.add(person)
    branches = tally.by_branch()
    paths = organisations.paths({key[0] for key in branches})
    store.add_to_cells(season_id, rolled_up(branches, paths))
    return len(before.keys() | after.keys())


def _recompute(
    rules: SeasonRules, ids: Sequence[UUID]
) -> tuple[dict[UUID, Standing], dict[UUID, Standing]]:
    """Write and announce the standings that differ; return them as they were and as they are."""
    old = store.stored(rules.id, ids)
    new = _computed(rules.id, ids, Measure.of(rules), clock.today())
    changed = [person_id for person_id in ids if old.get(person_id) != new.get(person_id)]
    before = {key: old[key] for key in changed if key in old}
    after = {key: new[key] for key in changed if key in new}
    if changed:
        store.write(rules.id, after, before, clock.now())
        _announce(rules.id, changed)
    return before, after


def _computed(
    season_id: UUID, ids: Collection[UUID], measure: Measure, day: date
) -> dict[UUID, Standing]:
    parts = seasons.parts_of(season_id, ids)
    facts: dict[UUID, list[LiveFact]] = {}
    for fact in ledger.live_of(season_id, list(parts)):
        facts.setdefault(fact.person_id, []).append(fact)
    return {
        person_id: standing(own, facts.get(person_id, ()), measure, day)
        for person_id, own in parts.items()
    }


def lock(season_id: UUID) -> Upkeep:
    """Let one writer at a time keep a season's counters."""
    return Upkeep.objects.select_for_update().get_or_create(season_id=season_id)[0]


def _announce(season_id: UUID, person_ids: list[UUID]) -> None:
    for part in bulk.chunks(map(str, person_ids), PEOPLE_AN_EVENT):
        announce("StandingChanged", season_id=str(season_id), person_ids=part)


@transaction.atomic
def request_rebuild(season_id: UUID) -> None:
    """Let the worker recompute a whole season; asking twice is asking once."""
    upkeep = lock(season_id)
    upkeep.rebuild_requested_at = clock.now()
    upkeep.rebuild_after = None
    upkeep.save()


def rebuild(*, by: Actor, season_id: UUID) -> int:
    """Recompute a season from the ledger, now; return how many counters were wrong.

    Works in steps of one transaction each, so others go on writing meanwhile.

    Raises:
        NotFound: there is no such season.
    """
    seasons.rules(season_id)
    request_rebuild(season_id)
    wrong: int | None = None
    while wrong is None:
        wrong = rebuild_step(season_id)
    audit.write("coverage.rebuild", by=by, subject=("season", season_id), wrong=wrong)
    return wrong


@transaction.atomic
def rebuild_step(season_id: UUID) -> int | None:
    """Recompute the next people of a rebuild; None until the counters were done as well.

    The counters are summed up anew in the last step, so the earlier ones leave them alone.
    A kill between two steps loses nothing: the place is kept with the season.
    """
    upkeep = lock(season_id)
    after = upkeep.rebuild_after
    ids = seasons.people_after(season_id, after, PEOPLE_A_STEP)
    stale = PersonStanding.objects.filter(season_id=season_id).order_by("person_id")
    if after:
        stale = stale.filter(person_id__gt=after)
    if len(ids) == PEOPLE_A_STEP:
        stale = stale.filter(person_id__lte=ids[-1])
    everybody = {*ids, *stale.values_list("person_id", flat=True)}
    _recompute(seasons.rules(season_id), sorted(everybody))
    if len(ids) == PEOPLE_A_STEP:
        Upkeep.objects.filter(season_id=season_id).update(rebuild_after=ids[-1])
        return None
    Upkeep.objects.filter(season_id=season_id).update(rebuild_after=None, rebuild_requested_at=None)
    return reconcile(season_id)


@transaction.atomic
def reconcile(season_id: UUID) -> int:
    """Make the counters exactly what the standings add up to; return how many were not."""
    lock(season_id)
    branches = store.summed(season_id, [topic.id for topic in seasons.rules(season_id).topics])
    paths = organisations.paths({key[0] for key in branches})
    return store.replace_cells(season_id, rolled_up(branches, paths))


def credit_everywhere(person_ids: Sequence[UUID]) -> int:
    """Recompute people in every season in which anybody stands; return how many changed."""
    return sum(credit(season_id=season_id, person_ids=person_ids) for season_id in seasons_kept())


def seasons_kept() -> list[UUID]:
    """Return the seasons that coverage keeps and that are not closed."""
    kept = Upkeep.objects.order_by("season_id").values_list("season_id", flat=True)
    known = {
        card.id: card.state for card in seasons.seasons(by=Actor.system("coverage.seasons_kept"))
    }
    return [key for key in kept if known.get(SeasonId(key), CLOSED) != CLOSED]


def rebuilds_due() -> list[UUID]:
    """Return the seasons that wait for a rebuild, longest first."""
    due = Upkeep.objects.exclude(rebuild_requested_at=None).order_by("rebuild_requested_at")
    return list(due.values_list("season_id", flat=True))


@transaction.atomic
def forget(season_id: UUID) -> None:
    """Throw all standings and counters of a season away; a rebuild brings them back."""
    Upkeep.objects.filter(season_id=season_id).update(rebuild_requested_at=None)
    for model in (TopicStanding, PersonStanding, Cell):
        model.objects.filter(season_id=season_id).delete()
