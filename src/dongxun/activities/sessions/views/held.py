"""已办场次: how many sessions each unit or zone held, and how many people came."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.models import Session
from dongxun.activities.sessions.counting import held_by, sessions_held
from dongxun.activities.sessions.shapes import Held
from dongxun.activities.sessions.views.shared import season_of
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval, Role
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

A_PAGE = 30
WAYS = ("units", "joint", "geo")


@access.organiser_required
@require_GET
def held(request: Request) -> HttpResponse:
    """Show a unit with the units below it, or the season's zones; or the sessions behind one."""
    season = season_of(request)
    top = organisations.own_top(request.actor)
    if asked := request.GET.get("unit"):
        top = organisations.node_in_scope(wanted_id(asked), by=request.actor)
    context = {"season": season, "top": top, "as_of": clock.now()}
    if request.GET.get("list"):
        ids = held_by(season.id, top.interval)
        rows = Session.objects.filter(id__in=ids).select_related("host", "place")
        page = Paginator(rows.order_by("-starts_at", "id"), A_PAGE)
        context |= {
            "page": page.get_page(request.GET.get("page")),
            "open": set(visible(request.actor).filter(id__in=ids).values_list("id", flat=True)),
        }
        return render(request, "activities/held_list.html", context)
    sees_zones = request.actor.holds(Role.OFFICE)
    way = request.GET.get("by", "") if sees_zones else ""
    way = way if way in WAYS else "units"
    context |= {
        "way": way,
        "ways": _ways(way) if sees_zones else (),
        "rows": _of_zones(season, top, way) if way != "units" else _of_units(season, top),
    }
    return render(request, "activities/held.html", context)


def _ways(way: str) -> list[tuple[str, str, bool]]:
    words = {"units": _("By unit"), "joint": _("By joint area"), "geo": _("By zone")}
    return [(label, f"?by={key}", key == way) for key, label in words.items()]


def _of_units(season: SeasonCard, top: Node) -> list[tuple[str, Node | None, Held]]:
    below = organisations.children(top.id)
    groups: dict[Node, Sequence[Interval]] = {unit: [unit.interval] for unit in (top, *below)}
    found = sessions_held(season.id, groups)
    return [(unit.short_name, unit, found[unit]) for unit in groups]


def _of_zones(season: SeasonCard, top: Node, way: str) -> list[tuple[str, Node | None, Held]]:
    zones = [zone for zone in seasons.zones(season.id) if zone.kind == way]
    groups: dict[object, Sequence[Interval]] = {top.id: [top.interval]}
    groups |= {zone.id: zone.intervals for zone in zones}
    found = sessions_held(season.id, groups)
    return [
        (top.short_name, top, found[top.id]),
        *((zone.name, None, found[zone.id]) for zone in zones),
    ]
