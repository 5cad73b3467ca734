"""Solved share and satisfaction of units, beside the three coverages."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import Definition
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.together import Question
from dongxun.needs.contracts import NeedState
from dongxun.needs.models import Need
from dongxun.needs.queries.figures import DEFINITIONS, WELL
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import SeasonCard

SINCE = date(2026, 11, 23)
SOLVED, SATISFIED = "solved", "satisfied"


def _definition(key: str) -> Definition:
    name, formula, counts, excludes, _behind = DEFINITIONS[key]
    once = _("Each need counts once, for the unit that leads it.")
    owner = _("training office")
    return Definition(key, name, formula, counts, excludes, once, 1, SINCE, owner)


def solved_and_satisfied(
    season: SeasonCard, units: Mapping[UUID, Interval], by: Actor
) -> Question[list[coverage.Besides]]:
    """Count the needs that each subtree leads, by query."""
    rows = Need.objects.filter(
        organisations.within(units.values(), "lead__lft"), season_id=season.id
    )
    counted = rows.order_by().values_list("lead__lft")
    found = counted.annotate(
        solved=Count("id", filter=Q(state=NeedState.CLOSED)),
        all=Count("id"),
        satisfied=Count("id", filter=Q(satisfaction__in=WELL)),
        asked=Count("id", filter=~Q(satisfaction="")),
    )
    [rows_found] = yield [found]
    sums = coverage.sums_within(units, {lft: tuple(counts) for lft, *counts in rows_found})
    sums = {key: counts for key, counts in sums.items() if counts}
    theirs = {key for key in sums if by.reaches(units[key].lft)}

    def shares(figure: str, part: int) -> dict[UUID, coverage.Share]:
        return {
            key: coverage.Share(
                counts[part], counts[part + 1], _behind(figure, key) if key in theirs else ""
            )
            for key, counts in sums.items()
        }

    return [
        coverage.Besides(_definition(SOLVED), shares(SOLVED, 0)),
        coverage.Besides(_definition(SATISFIED), shares(SATISFIED, 2)),
    ]


def _behind(figure: str, unit_id: UUID) -> str:
    """Return where the needs stand that are missing from a figure of a unit."""
    query = urlencode({"unit": unit_id, "view": "lead"})
    return f"{reverse('needs:list')}{DEFINITIONS[figure][-1]}&{query}"
