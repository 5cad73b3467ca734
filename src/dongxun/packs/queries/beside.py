"""How many members have the packs they were to get, beside the three coverages; by name."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import Definition
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.together import Question
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import ListState
from dongxun.packs.models import IssueLine
from dongxun.seasons.contracts import SeasonCard

RECEIVED = Q(received_at__isnull=False)
DEFINITION = Definition(
    key="packs",
    name=_("Members with a pack"),
    formula=_("members who received a pack ÷ members on issued lists"),
    counts=_("A receipt in any form: signed, confirmed, or entered from the sheet."),
    excludes=_("Lists still drawn up, packs that came back, households, companies and parcels."),
    dedupe=_("Each member counts once a branch, however many packs they are to get."),
    version=1,
    since=date(2026, 11, 23),
    owner=_("training office"),
)


def _lines(season_id: UUID) -> QuerySet[IssueLine]:
    rows = IssueLine.objects.filter(list__pack__season_id=season_id, returned_at=None)
    return rows.filter(person__isnull=False, person__merged_into=None).exclude(
        list__state=ListState.DRAFT
    )


def members_with_a_pack(
    season: SeasonCard, units: Mapping[UUID, Interval], by: Actor
) -> Question[list[coverage.Besides]]:
    """Count the members of each subtree who are to get packs, by query."""
    rows = _lines(season.id).filter(organisations.within(units.values(), "branch__lft"))
    found = (
        rows.order_by()
        .values_list("branch__lft")
        .annotate(
            received=Count("person", filter=RECEIVED, distinct=True),
            total=Count("person", distinct=True),
        )
    )
    [rows_found] = yield [found]
    sums = coverage.sums_within(units, {lft: tuple(counts) for lft, *counts in rows_found})
    shares = {
        key: coverage.Share(
            counts[0], counts[1], _behind(key) if by.reaches(units[key].lft) else ""
        )
        for key, counts in sums.items()
        if counts
    }
    return [coverage.Besides(DEFINITION, shares)]


def _behind(unit_id: UUID) -> str:
    return f"{reverse('packs:members')}?{urlencode({'unit': unit_id, 'what': 'open'})}"


def member_lines(season_id: UUID, interval: Interval, *, what: str) -> QuerySet[IssueLine]:
    """Return the lines of members of a subtree that its reader may see, by branch and name.

    Args:
        what: ``received``; ``open`` for members who have none yet; all otherwise.
    """
    inside = organisations.within([interval], "branch__lft")
    rows = _lines(season_id).filter(inside)
    if what == "received":
        rows = rows.filter(RECEIVED)
    elif what == "open":
        rows = rows.exclude(person__in=rows.filter(RECEIVED).values("person"))
    found = rows.select_related("list__pack", "branch", "person")
    return found.order_by("branch__lft", "person__name", "person_id", "list_id", "number")
