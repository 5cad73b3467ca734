"""What several pages of needs need."""

from django.db.models import Q
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.needs.queries.places import reach_of_day
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

UNITS_A_MINUTE = 600
UNITS_SHOWN = 12


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)


@require_GET
def units(request: Request) -> JsonResponse:
    """Find units of the season while somebody types; names of units are no secret."""
    access.throttle(f"needs-units:{access.client_address(request)}", UNITS_A_MINUTE, 60)
    reach = reach_of_day()
    if reach is None:
        return JsonResponse({"results": []})
    words = request.GET.get("q", "")[:40]
    found = organisations.search(words, reach=reach, most=UNITS_SHOWN)
    return JsonResponse(organisations.answer(found))


def own_reach(request: Request) -> Q:
    """Return the condition on the units for which the actor may write something down."""
    return organisations.visible(request.actor) & Q(external=False)


def unit_at(request: Request, season: SeasonCard) -> Node:
    """Return the unit a page speaks of: ``?unit=``, else the actor's own part of the season.

    Raises:
        NotFound: it is not the actor's.
    """
    wanted = read_id(request.GET.get("unit"))
    if wanted:
        return organisations.node_in_scope(wanted, by=request.actor)
    own = organisations.own_top(request.actor)
    return organisations.node(season.root_id) if season.root_lft in own.interval else own
