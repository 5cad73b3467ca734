"""活动排期: what happens when, where, who teaches?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.sessions import drafts, week
from dongxun.activities.sessions.expected import counted
from dongxun.activities.sessions.listing import cards
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.activities.sessions.visible import visible
from dongxun.activities.sessions.week import Asked
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.views import no_season
from dongxun.seasons import api as seasons

MOST_COUNTED = 12
FEW = 20
"""With so many sessions a phone shows the days that are over as well."""


@access.console_required
@require_GET
def schedule(request: Request) -> HttpResponse:
    """Show one week: a row a venue or unit, a column a day; a list by day on phones."""
    wanted = read_id(request.GET.get("season"))
    season = (
        seasons.season(wanted, by=request.actor)
        if wanted
        else seasons.current_season(request.actor)
    )
    if season is None:
        return no_season(request, "schedule")
    day = clock.read_day(request.GET.get("day")) or clock.today()
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    found = cards(season.id, by=request.actor, first=days[0], last=days[-1])
    studying = seasons.study_dates(season.id, days[0], days[-1], by=request.actor)
    asked = Asked(*(request.GET.get(name, "") for name in ("zone", "unit", "only")))
    shown = week.week(found, days, seasons.zones(season.id), seasons.taking_part(season.id), asked)

    context: dict[str, Any] = {
        "season": season,
        "days": [_day(day, shown.cards, studying) for day in days],
        "week": shown,
        "any": bool(found),
        "totals": week.totals(shown.cards),
        "monday": monday,
        "sunday": days[-1],
        "is_now": days[0] <= clock.today() <= days[-1],
        "studying": studying,
        "as_of": clock.now(),
        "can_create": bool(request.actor.intervals()),
        "unfinished": drafts.unfinished(season.id, by=request.actor),
    }
    context |= _addresses(request, shown, monday, asked)
    return render(request, "activities/schedule.html", context)


def _day(
    day: date, shown: Sequence[SessionCard], studying: Sequence[seasons.StudyDate]
) -> dict[str, object]:
    return {
        "day": day,
        "is_today": day == clock.today(),
        "is_open": day >= clock.today() or len(shown) <= FEW,
        "cards": [card for card in shown if clock.day_of(card.starts_at) == day],
        "study": [study for study in studying if study.on == day],
    }


def _addresses(request: Request, shown: week.Week, monday: date, asked: Asked) -> dict[str, object]:
    """Return the filters, rows and neighbouring weeks with where each leads."""
    season = request.GET.get("season", "")

    def address(wanted: Asked, weeks: int = 0) -> str:
        day = monday + timedelta(days=7 * weeks)
        kept = {"season": season} if season else {}
        return "?" + urlencode(kept | {"day": f"{day:%Y-%m-%d}"} | wanted.query())

    return {
        "rows": [(row, address(row.asked) if row.asked else "") for row in shown.rows],
        "choices": [(choice, address(choice.asked)) for choice in shown.choices],
        "marks": [(mark, address(mark.asked)) for mark in shown.marks],
        "whole": address(Asked()),
        "before": address(asked, -1),
        "after": address(asked, 1),
    }


@access.organiser_required
@require_GET
def counts(request: Request) -> HttpResponse:
    """Answer how many are here of those expected at the sessions of ``?id=``; a fragment."""
    ids = [key for raw in request.GET.getlist("id")[:MOST_COUNTED] if (key := read_id(raw))]
    rows = list(visible(request.actor).filter(id__in=ids).select_related("season"))
    context = {"counts": [(row, counted(row)) for row in rows]}
    return render(request, "activities/counts.html", context)
