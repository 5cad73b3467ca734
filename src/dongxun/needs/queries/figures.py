"""响应率, 解决率, 满意率: stated with numerator, denominator, definition and names behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Interval
from dongxun.needs import terms
from dongxun.needs.contracts import NeedState, Satisfaction
from dongxun.needs.models import Need
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import SeasonCard

WELL = (Satisfaction.SATISFIED, Satisfaction.BASIC)


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure: ``n`` of ``total``; ``behind`` is the filter that opens who is missing."""

    key: str
    name: str | Promise
    n: int
    total: int
    formula: str | Promise
    counts: str | Promise
    excludes: str | Promise
    behind: str


DEFINITIONS: Mapping[str, tuple[Promise, Promise, Promise, Promise, str]] = {
    "replied": (
        _("Answered in time"),
        _("first replies by the day they were due ÷ needs whose first reply was due or given"),
        _("A first reply is the acceptance, with words to the requester."),
        _("Needs registered within the time for a reply and not answered yet."),
        "?check=late_reply",
    ),
    "solved": (
        _("Solved"),
        _("needs signed off ÷ needs registered"),
        _("Signed off: done, checked by somebody else, and the requester has said so."),
        _("Nothing: suspended needs count as not solved."),
        "?group=open",
    ),
    "satisfied": (
        _("Satisfied"),
        _("requesters satisfied or satisfied on the whole ÷ requesters who gave their word"),
        _("The last word of each requester."),
        _("Needs whose requester has not been reached."),
        "?check=unsatisfied",
    ),
}


def rates(season: SeasonCard, interval: Interval) -> list[Rate]:
    """Return the three rates of the needs that a subtree leads."""
    found = Need.objects.filter(season_id=season.id)
    if season.root_lft not in interval:
        found = found.filter(lead__in=organisations.ids_within([interval]))
    today = terms.overdue_before()
    counted = found.aggregate(
        replied=Count("id", filter=Q(replied_on__lte=F("reply_by"))),
        to_reply=Count("id", filter=Q(replied_on__isnull=False) | Q(reply_by__lt=today)),
        solved=Count("id", filter=Q(state=NeedState.CLOSED)),
        all=Count("id"),
        satisfied=Count("id", filter=Q(satisfaction__in=WELL)),
        asked=Count("id", filter=~Q(satisfaction="")),
    )
    pairs = {
        "replied": (counted["replied"], counted["to_reply"]),
        "solved": (counted["solved"], counted["all"]),
        "satisfied": (counted["satisfied"], counted["asked"]),
    }
    return [
        Rate(key, name, *pairs[key], formula, counts, excludes, behind)
        for key, (name, formula, counts, excludes, behind) in DEFINITIONS.items()
    ]


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """How many needs a theme has, how many are open, late, and solved."""

    theme_id: UUID | None
    name: str
    total: int
    open: int
    late: int


def by_theme(season: SeasonCard, interval: Interval) -> list[ThemeLine]:
    """Return needs by theme, most first; those not sorted come last."""
    found = Need.objects.filter(season_id=season.id)
    if season.root_lft not in interval:
        found = found.filter(lead__in=organisations.ids_within([interval]))
    late = Q(is_open=True, due_on__lt=terms.overdue_before())
    rows = (
        found.order_by()
        .values_list("theme_id", "theme__name")
        .annotate(
            total=Count("id"),
            open=Count("id", filter=Q(is_open=True)),
            late=Count("id", filter=late),
        )
    )
    lines = [ThemeLine(key, name or "", *counts) for key, name, *counts in rows]
    return sorted(lines, key=lambda line: (line.theme_id is None, -line.total, line.name))
