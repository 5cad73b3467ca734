"""Cohorts: which there are, and who is in one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.seasons.models import Cohort
from dongxun.seasons.queries.goals import Named, concerns
from dongxun.seasons.queries.season import season_row


@dataclass(frozen=True, slots=True)
class CohortView:
    """A cohort with its organisation; its people come from that subtree alone."""

    id: UUID
    season_id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    interval: Interval
    count: int
    may_change: bool


def cohort_list(season_id: UUID, *, by: Actor) -> list[CohortView]:
    """Return the cohorts of the actor's subtrees and those above them, with their size."""
    rows = Cohort.objects.filter(season_id=season_id).select_related("organisation")
    counted = rows.annotate(n=Count("people")).order_by("organisation__lft", "name")
    views = [_view(row, by) for row in counted]
    return [view for view in views if concerns(by, view.interval)]


def cohorts(season_id: UUID, *, by: Actor) -> list[Named]:
    """Return the same as ids and names."""
    return [Named(view.id, view.name, view.count) for view in cohort_list(season_id, by=by)]


def cohort_ids(season_id: UUID) -> set[UUID]:
    """Return the ids of the season's cohorts."""
    return set(Cohort.objects.filter(season_id=season_id).values_list("id", flat=True))


def organisations_with_cohorts(season_id: UUID, organisation_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these organisations have cohorts of their own."""
    rows = Cohort.objects.filter(season_id=season_id, organisation_id__in=list(organisation_ids))
    return set(rows.values_list("organisation_id", flat=True))


def cohort(cohort_id: UUID, *, by: Actor) -> CohortView:
    """Return one cohort of the actor's subtrees.

    Raises:
        NotFound: absent, or elsewhere.
    """
    rows = Cohort.objects.select_related("organisation").annotate(n=Count("people"))
    row = wanted_row(rows.filter(id=cohort_id))
    if not by.reaches(row.organisation.lft):
        raise NotFound
    season_row(row.season_id, by=by)
    return _view(row, by)


def cohort_people(cohort_id: UUID) -> set[UUID]:
    """Return who is in a cohort that its reader may already see."""
    members = Cohort.people.through.objects.filter(cohort_id=cohort_id)
    return set(members.values_list("person_id", flat=True))


def cohorts_with(person_id: UUID) -> QuerySet[Any, UUID]:
    """Return the ids of the cohorts somebody is in, to filter other tables by."""
    members = Cohort.people.through.objects.filter(person_id=person_id)
    return members.values_list("cohort_id", flat=True)


def _view(row: Cohort, by: Actor) -> CohortView:
    return CohortView(
        id=row.id,
        season_id=row.season_id,
        name=row.name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.short_name,
        interval=Interval(row.organisation.lft, row.organisation.rgt),
        count=row.n,  # type: ignore[attr-defined]  # annotated
        may_change=allows("seasons.plan_below", by, row.organisation.lft),
    )
