"""Who takes part, how, and from which day."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel.actors import Interval
from dongxun.organisations.api import within
from dongxun.seasons.contracts import Part
from dongxun.seasons.models import Cohort, Participation

_COLUMNS = (
    "person_id",
    "branch_id",
    "mode",
    "reason",
    "valid_from",
    "valid_to",
    "excluded_reason",
    "category",
)
_BATCH = 800
OUT = "out"
"""Instead of a study mode: those who do not count."""


def valid_on(day: date) -> Q:
    """Return the condition that a participation holds and counts on ``day``."""
    open_end = Q(valid_to=None) | Q(valid_to__gt=day)
    return Q(valid_from__lte=day, excluded_reason="") & open_end


def _eligible(season_id: UUID, day: date, intervals: Iterable[Interval]) -> QuerySet[Participation]:
    rows = Participation.objects.filter(valid_on(day), season_id=season_id)
    return rows.filter(within(intervals, "branch__lft"))


def eligible_on(season_id: UUID, day: date, intervals: Iterable[Interval]) -> list[Part]:
    """Return the people who count in the denominator on ``day`` in these subtrees."""
    rows = _eligible(season_id, day, intervals).values_list(*_COLUMNS)
    return [Part(*row) for row in rows]


def eligible_ids(
    season_id: UUID,
    day: date,
    intervals: Iterable[Interval],
    *,
    modes: Collection[str] = (),
    cohort_id: UUID | None = None,
    secretaries_only: bool = False,
) -> dict[UUID, UUID]:
    """Return the same people as person → branch, narrowed if wanted; for long lists."""
    rows = _eligible(season_id, day, intervals)
    if modes:
        rows = rows.filter(mode__in=modes)
    if cohort_id is not None:
        members = Cohort.people.through.objects.filter(cohort_id=cohort_id)
        rows = rows.filter(person_id__in=members.values("person_id"))
    if secretaries_only:
        rows = rows.filter(person__is_secretary=True)
    return dict(rows.values_list("person_id", "branch_id"))


def eligible_in_cohorts(
    season_id: UUID, day: date, cohort_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, UUID]]:
    """Return who of each cohort counts on ``day``, as person → branch; two queries."""
    members = Cohort.people.through.objects.filter(cohort_id__in=list(cohort_ids))
    rows = Participation.objects.filter(
        valid_on(day), season_id=season_id, person_id__in=members.values("person_id")
    )
    homes = dict(rows.values_list("person_id", "branch_id"))
    found: dict[UUID, dict[UUID, UUID]] = {key: {} for key in cohort_ids}
    for cohort_id, person_id in members.values_list("cohort_id", "person_id"):
        if person_id in homes:
            found[cohort_id][person_id] = homes[person_id]
    return found


def eligible_rows(
    season_id: UUID,
    day: date,
    intervals: Iterable[Interval],
    *,
    modes: Collection[str] | None = None,
) -> QuerySet[Participation]:
    """Return the participations of these people, for a list that the database sorts and sums."""
    rows = _eligible(season_id, day, intervals)
    return rows if modes is None else rows.filter(mode__in=modes)


def eligible_counts(
    season_id: UUID, day: date, intervals: Iterable[Interval], modes: Collection[str] = ()
) -> dict[UUID, int]:
    """Return how many people count on ``day`` per branch, of ``modes`` only if given."""
    rows = _eligible(season_id, day, intervals)
    if modes:
        rows = rows.filter(mode__in=modes)
    counted = rows.order_by().values("branch_id").annotate(n=Count("id"))
    return dict(counted.values_list("branch_id", "n"))


def participation_of(person_id: UUID, season_id: UUID, day: date) -> Part | None:
    """Return a person's part on ``day``, excluded or not; None when there is none."""
    row = (
        Participation.objects.filter(season_id=season_id, person_id=person_id)
        .filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
        .order_by("-valid_from", "-id")
        .values_list(*_COLUMNS)
        .first()
    )
    return Part(*row) if row else None


def parts_of(season_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, list[Part]]:
    """Return all parts of these people, oldest first; people without any are left out."""
    found: dict[UUID, list[Part]] = {}
    ids = list(person_ids)
    for start in range(0, len(ids), _BATCH):
        rows = Participation.objects.filter(
            season_id=season_id, person_id__in=ids[start : start + _BATCH]
        ).order_by("valid_from", "id")
        for row in rows.values_list(*_COLUMNS):
            found.setdefault(row[0], []).append(Part(*row))
    return found


def people_after(
    season_id: UUID,
    after: UUID | None,
    limit: int,
    *,
    intervals: Iterable[Interval] | None = None,
) -> list[UUID]:
    """Return the next people who ever took part, by id; for work in bounded steps.

    Args:
        intervals: only those who did so in these subtrees at some time.
    """
    rows = _ever(season_id, intervals).order_by("person_id")
    if after is not None:
        rows = rows.filter(person_id__gt=after)
    return list(rows.values_list("person_id", flat=True).distinct()[:limit])


def people_count(season_id: UUID, intervals: Iterable[Interval]) -> int:
    """Return how many people ever took part in these subtrees."""
    return _ever(season_id, intervals).aggregate(n=Count("person_id", distinct=True))["n"] or 0


def _ever(season_id: UUID, intervals: Iterable[Interval] | None) -> QuerySet[Participation]:
    rows = Participation.objects.filter(season_id=season_id)
    return rows if intervals is None else rows.filter(within(intervals, "branch__lft"))


def standing_in(
    season_id: UUID, day: date, intervals: Iterable[Interval], shown: str, *, first: int, most: int
) -> list[Part]:
    """Return ``most`` of those with a part on ``day`` in these subtrees from ``first`` on, by branch.

    Args:
        shown: a study mode, ``OUT`` for those who do not count, empty for everybody.
    """
    rows = _standing(season_id, day, intervals)
    if shown == OUT:
        rows = rows.exclude(excluded_reason="")
    elif shown:
        rows = rows.filter(mode=shown)
    found = rows.order_by("branch__lft", "person__order", "person__name", "id")
    return [Part(*row) for row in found.values_list(*_COLUMNS)[first : first + most]]


def standing_counts(
    season_id: UUID, day: date, intervals: Iterable[Interval]
) -> tuple[dict[str, int], int]:
    """Return how many have a part on ``day`` by study mode, and how many of all do not count."""
    rows = _standing(season_id, day, intervals).order_by().values_list("mode")
    counted = rows.annotate(n=Count("id"), out=Count("id", filter=~Q(excluded_reason="")))
    found = list(counted)
    return {mode: n for mode, n, _out in found}, sum(out for _mode, _n, out in found)


def _standing(season_id: UUID, day: date, intervals: Iterable[Interval]) -> QuerySet[Participation]:
    """Return who has a part on ``day`` in these subtrees, excluded people too."""
    return Participation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day),
        within(intervals, "branch__lft"),
        season_id=season_id,
        valid_from__lte=day,
    )
