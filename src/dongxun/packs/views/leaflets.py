"""Leaflets: copies and households by area and day."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.packs.contracts import LeafletKind
from dongxun.packs.forms.packs import LeafletForm
from dongxun.packs.queries import leaflets as queries
from dongxun.packs.services import leaflets as services
from dongxun.packs.views.shared import is_open, places, season_of, tabs, units
from dongxun.packs.views.stock import article_choices

PER_PAGE = 50


@access.organiser_required
@require_http_methods(BOTH)
def leaflets(request: Request) -> HttpResponse:
    """Show what was handed out where; take another entry."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    form = LeafletForm(
        sent(request),
        units=units(request.actor),
        articles=article_choices(request),
        places=places(request.actor),
    )
    status = attempt(form, lambda: _log(request, form, season.id))
    if status == DONE:
        messages.success(request, _("Noted."))
        return redirect("packs:leaflets")
    rows = queries.leaflets(season.id, by=request.actor)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "season": season,
        "form": form,
        "page": page,
        "sums": queries.sums(season.id, by=request.actor),
        "tabs": tabs("leaflets"),
        "may": is_open(season),
        "as_of": clock.now(),
    }
    return render(request, "packs/leaflets.html", context, status=status)


def _log(request: Request, form: LeafletForm, season_id: UUID) -> None:
    data = form.cleaned_data
    services.log_leaflets(
        by=request.actor,
        item_id=data["item"],
        season_id=season_id,
        organisation_id=UUID(data["organisation"]),
        kind=LeafletKind(data["kind"]),
        title=data["title"],
        copies=data["copies"],
        households=data["households"],
        area=data["area"],
        on=data["on"],
        article_id=read_id(data["article"]),
        place_id=read_id(data["place"]),
    )


@access.organiser_required
@require_POST
def withdraw(request: Request, leaflet_id: UUID) -> HttpResponse:
    """Take an entry back."""
    services.withdraw_leaflets(by=request.actor, leaflet_id=leaflet_id)
    messages.success(request, _("Taken back."))
    return redirect("packs:leaflets")
