"""活动排期: what happens when, where, who teaches?"""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.sessions.listing import cards
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.activities.sessions.views.shared import read_day, read_id
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons


@access.console_required
@require_GET
def schedule(request: Request) -> HttpResponse:
    """Show one week: a row a venue, a column a day; a list by day on phones."""
    wanted = read_id(request.GET.get("season"))
    season = (
        seasons.season(wanted, by=request.actor)
        if wanted
        else seasons.current_season(request.actor)
    )
    if season is None:
        return render(request, "activities/plan_none.html")
    day = read_day(request.GET.get("day"), clock.today())
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    found = cards(season.id, by=request.actor, first=days[0], last=days[-1])
    studying = seasons.study_dates(season.id, days[0], days[-1], by=request.actor)
    context: dict[str, Any] = {
        "season": season,
        "days": [
            {
                "day": d,
                "is_today": d == clock.today(),
                "cards": [c for c in found if clock.day_of(c.starts_at) == d],
                "study": [s for s in studying if s.on == d],
            }
            for d in days
        ],
        "venues": _venues(found, days),
        "total": len(found),
        "clashing": sum(bool(c.clashes) for c in found),
        "no_lecturer": sum(c.lecturer_missing for c in found),
        "monday": monday,
        "sunday": days[-1],
        "before": f"?day={monday - timedelta(days=7):%Y-%m-%d}",
        "after": f"?day={monday + timedelta(days=7):%Y-%m-%d}",
        "is_now": days[0] <= clock.today() <= days[-1],
        "studying": studying,
        "as_of": clock.now(),
        "can_create": bool(request.actor.intervals()),
    }
    return render(request, "activities/schedule.html", context)


def _venues(found: list[SessionCard], days: list[date]) -> list[dict[str, Any]]:
    rows: dict[str, list[SessionCard]] = {}
    for card in found:
        rows.setdefault(card.place or _("No place yet"), []).append(card)
    return [
        {
            "name": name,
            "cells": [[c for c in held if clock.day_of(c.starts_at) == d] for d in days],
        }
        for name, held in sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    ]
