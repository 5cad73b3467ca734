"""Who takes part, how, and from which day."""

from collections.abc import Collection, Iterable, Iterator
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
)
_BATCH = 800


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


def every_part(season_id: UUID) -> Iterator[Part]:
    """Yield every part of the season, oldest first for each person; for rebuilds."""
    rows = Participation.objects.filter(season_id=season_id).order_by("valid_from", "id")
    for row in rows.values_list(*_COLUMNS).iterator(chunk_size=5000):
        yield Part(*row)


def people_after(season_id: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next people who ever took part, by id; for work in bounded steps."""
    rows = Participation.objects.filter(season_id=season_id).order_by("person_id")
    if after is not None:
        rows = rows.filter(person_id__gt=after)
    return list(rows.values_list("person_id", flat=True).distinct()[:limit])


def standing_in(season_id: UUID, day: date, intervals: Iterable[Interval]) -> list[Part]:
    """Return who has a part on ``day`` in these subtrees, excluded people too, by branch."""
    rows = Participation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day),
        within(intervals, "branch__lft"),
        season_id=season_id,
        valid_from__lte=day,
    )
    found = rows.order_by("branch__lft", "person__order", "person__name", "id")
    return [Part(*row) for row in found.values_list(*_COLUMNS)]
