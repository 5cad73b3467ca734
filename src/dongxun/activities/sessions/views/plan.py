"""季度计划: is the season full, staffed and free of clashes?"""

from calendar import Calendar
from collections import Counter
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.sessions import timeline
from dongxun.activities.sessions.listing import cards
from dongxun.activities.sessions.shapes import SessionCard
from dongxun.activities.sessions.views.shared import season_of
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.http import Request
from dongxun.kit.views import no_season
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonRules, TakingPart

VIEWS = ("timeline", "month", "list")
STARTERS = (
    ("party_lecture", _lazy("First lesson by the secretary"), "book"),
    ("lecture", _lazy("Training together, half a day"), "people"),
    ("joint_class", _lazy("Joint class of a zone"), "flag"),
    ("theme_day", _lazy("Theme day of two branches"), "star"),
    ("group_viewing", _lazy("Group viewing of a live class"), "screen"),
)
NEXT_EVENTS = 6
TAGS = 8
"""How many words of 冬训+ the list offers as filters."""


@access.console_required
@require_GET
def plan(request: Request) -> HttpResponse:
    """Show the season as timeline, month or list, with the tile map and the next sessions."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "plan")
    season = season_of(request)
    rules = seasons.rules(season.id)
    found = [c for c in cards(season.id, by=request.actor) if not c.main_session_id]
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else "timeline"
    zone = request.GET.get("zone", "")
    context: dict[str, Any] = {
        "season": season,
        "view": view,
        "cards": found,
        "total": len(found),
        "no_lecturer": sum(c.lecturer_missing and c.phase in {"draft", "coming"} for c in found),
        "clashing": sum(bool(c.clashes) and c.phase in {"draft", "coming"} for c in found),
        "weeks_total": ((season.ends_on - season.starts_on).days + 6) // 7,
        "segments": [(str(_words(v)), _address(request, view=v), v == view) for v in VIEWS],
        "starters": STARTERS,
        "zone": zone,
        "as_of": clock.now(),
        "can_create": bool(request.actor.intervals()),
        "sees_all": request.actor.holds(Role.OFFICE),
        "ways": beside.lines("plan_ways", [season.id], by=request.actor).get(season.id, []),
        "accepted": beside.lines("plan", [season.id], by=request.actor).get(season.id, []),
    }
    if view == "timeline":
        context |= _timeline(season, rules, found, zone or _own_zone(request.actor, season))
    elif view == "month":
        context |= _month(request, season, found)
    else:
        used = Counter(tag for card in found for tag in card.tags)
        context |= {"rows": _filtered(request, season, found), "tags": used.most_common(TAGS)}
    return render(request, f"activities/plan_{view}.html", context)


def _words(view: str) -> str:
    return {"timeline": _("Timeline"), "month": _("Month"), "list": _("List")}[view]


def _address(request: Request, **changes: str) -> str:
    kept = {k: v for k, v in request.GET.items() if k in {"season", "zone", "view", "month"}}
    return "?" + urlencode({k: v for k, v in (kept | changes).items() if v})


def _timeline(
    season: SeasonCard, rules: SeasonRules, found: list[SessionCard], zone: str
) -> dict[str, Any]:
    zones = seasons.zones(season.id)
    rows = timeline.rows(rules, zones, found)
    scale = timeline.Scale(rules.starts_on, rules.ends_on)
    chosen = next((row for row in rows if row.key == zone), None)
    chosen = chosen or next((row for row in rows[1:] if row.count), rows[0])
    ids = {key for bar in chosen.bars for key in bar.ids}
    ahead = [c for c in found if c.id in ids and c.phase in {"draft", "coming", "running"}]
    return {
        "rows": rows,
        "months": timeline.months(scale),
        "weeks": timeline.weeks(scale),
        "shades": timeline.shades(scale),
        "now_at": timeline.now_line(scale),
        "chosen": chosen,
        "events": ahead[:NEXT_EVENTS],
        "tiles": _tiles(seasons.taking_part(season.id), found, chosen.key),
    }


def _own_zone(by: Actor, season: SeasonCard) -> str:
    """Return the zone of somebody who does not work for all: that of their own unit."""
    own = [grant.interval for grant in by.grants if grant.role is not Role.OFFICE]
    if len(own) < len(by.grants):
        return ""
    parts = seasons.taking_part(season.id)
    held = [
        p.geo_zone_id or p.joint_zone_id for p in parts if any(o.lft in p.interval for o in own)
    ]
    return str(next(filter(None, held), ""))


def _tiles(
    parts: list[TakingPart], found: list[SessionCard], chosen: str
) -> list[dict[str, object]]:
    """Return one tile a town: name, number of sessions held by its subtree, colour step.

    Agencies crowd one street and belong to no 片区, so they have no tile where there are any.
    """
    placed = [p for p in parts if p.latitude is not None and p.longitude is not None]
    placed = [p for p in placed if p.geo_zone_id] or placed
    spots = timeline.tiles(
        [(p.organisation_id, p.latitude or 0.0, p.longitude or 0.0) for p in placed]
    )
    counts: Counter[UUID] = Counter()
    for card in found:
        for part in placed:
            if card.host_lft in part.interval:
                counts[part.organisation_id] += 1
    most = max(counts.values(), default=1)
    return [
        {
            "name": p.short_name.removesuffix("镇").removesuffix("街道"),
            "count": counts[p.organisation_id],
            "step": min(1 + counts[p.organisation_id] * 5 // (most + 1), 5),
            "x": spots[p.organisation_id][0] * 60,
            "y": spots[p.organisation_id][1] * 56,
            "zone": str(p.geo_zone_id or ""),
            "is_chosen": str(p.geo_zone_id) == chosen,
        }
        for p in placed
    ]


def _month(request: Request, season: SeasonCard, found: list[SessionCard]) -> dict[str, Any]:
    today = clock.today()
    start = min(max(today, season.starts_on), season.ends_on)
    day = (clock.read_day(request.GET.get("month", "") + "-01") or start).replace(day=1)
    by_day: dict[date, list[SessionCard]] = {}
    for card in found:
        by_day.setdefault(clock.day_of(card.starts_at), []).append(card)
    weeks = [
        [
            {
                "day": d,
                "here": d.month == day.month,
                "today": d == today,
                "cards": by_day.get(d, ())[:3],
                "more": max(len(by_day.get(d, ())) - 3, 0),
            }
            for d in week
        ]
        for week in Calendar().monthdatescalendar(day.year, day.month)
    ]
    before, after = day - timedelta(days=1), day + timedelta(days=31)
    return {
        "month": day,
        "grid": weeks,
        "before": _address(request, month=f"{before:%Y-%m}") if before >= season.starts_on else "",
        "after": _address(request, month=f"{after:%Y-%m}")
        if after.replace(day=1) <= season.ends_on
        else "",
        "schedule_url": reverse("activities:schedule"),
    }


def _filtered(request: Request, season: SeasonCard, found: list[SessionCard]) -> list[SessionCard]:
    only = request.GET.get("only", "")
    if only == "lecturer":
        return [c for c in found if c.lecturer_missing and c.phase in {"draft", "coming"}]
    if only == "clash":
        return [c for c in found if c.clashes and c.phase in {"draft", "coming"}]
    if only == "draft":
        return [c for c in found if c.phase == "draft"]
    if tag := request.GET.get("tag", ""):
        return [c for c in found if tag in c.tags]
    return found
