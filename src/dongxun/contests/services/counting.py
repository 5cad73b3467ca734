"""What people did on which day, counted from the ledger and from prizes; nothing is added up.

Each count is worked out anew from the facts that stand, so a fact taken back takes its
points along, and any order and repetition is harmless.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from dongxun.booths import api as booths
from dongxun.contests.contracts import Earns
from dongxun.contests.models import Award, Earned, PointScheme
from dongxun.kernel import clock
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, LiveFact, Mode
from dongxun.seasons import api as seasons

PEOPLE_A_STEP: Final = 500
Key = tuple[UUID, date, str]


def earns(fact: LiveFact) -> Earns | None:
    """Return what a fact counts as; None for one that earns nothing, such as leave."""
    if fact.kind == FactKind.ATTENDED:
        return Earns.ATTENDED
    if fact.kind == FactKind.STUDIED:
        return {Mode.HOME.value: Earns.HOME, Mode.ONLINE.value: Earns.LESSON}.get(fact.mode)
    return {
        FactKind.PASSED.value: Earns.PASSED,
        FactKind.REFLECTED.value: Earns.REFLECTED,
    }.get(fact.kind)


def tally(facts: Iterable[LiveFact]) -> dict[Key, int]:
    """Return how many different things each person did of each kind on each day."""
    seen: defaultdict[Key, set[UUID]] = defaultdict(set)
    for fact in facts:
        what = earns(fact)
        if what is not None:
            seen[fact.person_id, clock.day_of(fact.occurred_at), what.value].add(fact.object_id)
    return {key: len(objects) for key, objects in seen.items()}


@transaction.atomic
def count(*, season_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Bring the counts of these people to what stands now, where the season has points."""
    if _hold(season_id):
        _write(season_id, person_ids)


def _hold(season_id: UUID) -> bool:
    """Whether a season has points; two who count the same people wait for each other."""
    rows = PointScheme.objects.select_for_update().filter(season_id=season_id, is_on=True)
    return rows.first() is not None


def _write(season_id: UUID, person_ids: Sequence[UUID]) -> None:
    wanted = tally(ledger.live_of(season_id, person_ids))
    won = Award.objects.filter(contest__season_id=season_id, person_id__in=person_ids, void_at=None)
    for person_id, at in won.values_list("person_id", "decided_at"):
        key = (person_id, clock.day_of(at), Earns.WON.value)
        wanted[key] = wanted.get(key, 0) + 1
    for person_id, _card, at in booths.full_of(season_id, person_ids):
        key = (person_id, clock.day_of(at), Earns.STAMPED.value)
        wanted[key] = wanted.get(key, 0) + 1
    rows = Earned.objects.filter(season_id=season_id, person_id__in=person_ids)
    there = {(one.person_id, one.day, one.what): one for one in rows}
    gone = [one.id for key, one in there.items() if wanted.get(key) != one.n]
    Earned.objects.filter(id__in=gone).delete()
    kept = {key for key, one in there.items() if wanted.get(key) == one.n}
    Earned.objects.bulk_create(
        Earned(season_id=season_id, person_id=key[0], day=key[1], what=key[2], n=n)
        for key, n in wanted.items()
        if key not in kept
    )


def count_everywhere(person_ids: Sequence[UUID]) -> None:
    """Count these people anew in every season that has points."""
    for season_id in PointScheme.objects.filter(is_on=True).values_list("season_id", flat=True):
        count(season_id=season_id, person_ids=person_ids)


def forget(person_ids: Sequence[UUID]) -> None:
    """Throw the counts of people away who are about to be removed."""
    Earned.objects.filter(person_id__in=person_ids).delete()


def fill_step() -> int:
    """Count the next people of a season that points were switched on for; 0 when none is due."""
    if not PointScheme.objects.exclude(fill_requested_at=None).exists():
        return 0  # without a transaction, which would keep writers waiting
    return _fill()


@transaction.atomic
def _fill() -> int:
    rows = PointScheme.objects.select_for_update().exclude(fill_requested_at=None)
    scheme = rows.order_by("fill_requested_at", "season_id").first()
    if scheme is None:
        return 0
    ids = seasons.people_after(scheme.season_id, scheme.fill_after, PEOPLE_A_STEP)
    if ids:
        _write(scheme.season_id, ids)
        scheme.fill_after = ids[-1]
    else:
        scheme.fill_requested_at = scheme.fill_after = None
    scheme.save(update_fields=["fill_requested_at", "fill_after"])
    return 1
