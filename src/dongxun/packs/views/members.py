"""谁领到了: members on issued lists by name, the people behind the rate of packs."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.together import ask
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.packs.queries.beside import DEFINITION, member_lines, members_with_a_pack
from dongxun.packs.queries.lists import as_views
from dongxun.packs.views.shared import season_of

PER_PAGE = 50


@access.organiser_required
@require_GET
def members(request: Request) -> HttpResponse:
    """List who of a unit has a pack and who has none: ``unit``, ``what``."""
    by, what = request.actor, request.GET.get("what", "")
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    asked = read_id(request.GET.get("unit"))
    node = organisations.node_in_scope(asked, by=by) if asked else organisations.own_top(by)
    [[figure]] = ask(members_with_a_pack(season, {node.id: node.interval}, by))
    page = Paginator(member_lines(season.id, node.interval, what=what), PER_PAGE)
    found = page.get_page(request.GET.get("page"))
    offered = (("open", _("not yet")), ("received", _("has one")), ("", _("All")))
    context = {
        "season": season,
        "node": node,
        "share": figure.shares.get(node.id),
        "definition": DEFINITION,
        "page": found,
        "rows": zip(as_views(found.object_list), found.object_list, strict=True),
        "chips": [(words, f"?unit={node.id}&what={key}", key == what) for key, words in offered],
        "as_of": clock.now(),
    }
    return render(request, "packs/members.html", context)
