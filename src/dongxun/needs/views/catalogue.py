"""Themes and the service catalogue; the rates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import attempt
from dongxun.kit.views import no_season
from dongxun.needs.forms.work import ServiceForm, ThemeForm
from dongxun.needs.queries import figures, themes
from dongxun.needs.queries.places import reach_in
from dongxun.needs.services import sorting
from dongxun.needs.views.shared import season_of, unit_at
from dongxun.people import api as people
from dongxun.seasons import api as seasons


@access.organiser_required
@require_http_methods(["GET", "POST"])
def catalogue(request: Request) -> HttpResponse:
    """Show themes with their services; add to them."""
    by = request.actor
    if seasons.current_season(by) is None:
        return no_season(request, "needs")
    season = season_of(request)
    what = request.POST.get("what", "")
    data: Any = request.POST if request.method == "POST" else None
    if data is not None and what == "usual":
        sorting.usual_themes(by=by, owner_id=season.root_id)
        return redirect("needs:catalogue")
    theme_form = ThemeForm(data if what == "theme" else None)
    experts = [(str(one.id), f"{one.name} {one.title}") for one in people.lecturers(by=by)]
    service_form = ServiceForm(
        data if what == "service" else None,
        themes=themes.theme_choices(season.root_id),
        experts=experts,
        reach=reach_in(season.root_id),
    )
    if what == "service":
        status = attempt(service_form, lambda: _save_service(request, season.root_id, service_form))
    else:
        status = attempt(theme_form, lambda: _save_theme(request, season.root_id, theme_form))
    if status == 302:
        messages.success(request, _("Saved."))
        return redirect("needs:catalogue")
    context = {
        "season": season,
        "themes": themes.themes(season.root_id),
        "services": themes.services_of(season.root_id),
        "theme_form": theme_form,
        "service_form": service_form,
        "may_change": allows("needs.set_up", by, season.root_lft),
    }
    return render(request, "needs/catalogue.html", context, status=status)


def _save_theme(request: Request, owner_id: UUID, form: ThemeForm) -> None:
    sorting.save_theme(
        by=request.actor,
        owner_id=owner_id,
        name=form.cleaned_data["name"],
        theme_id=read_id(request.POST.get("theme_id")),
    )


def _save_service(request: Request, owner_id: UUID, form: ServiceForm) -> None:
    data = form.cleaned_data
    draft = sorting.ServiceDraft(
        theme_id=UUID(data["theme"]),
        name=data["name"],
        organisation_id=data["organisation"].id,
        expert_id=read_id(data["expert"]),
        how=data["how"],
    )
    sorting.save_service(by=request.actor, owner_id=owner_id, draft=draft)


@access.organiser_required
@require_POST
def close_theme(request: Request, theme_id: UUID) -> HttpResponse:
    """Offer a theme no longer."""
    sorting.close_theme(by=request.actor, theme_id=theme_id)
    return redirect("needs:catalogue")


@access.organiser_required
@require_POST
def close_service(request: Request, service_id: UUID) -> HttpResponse:
    """Take a service out of the catalogue."""
    sorting.close_service(by=request.actor, service_id=service_id)
    return redirect("needs:catalogue")


@access.organiser_required
@require_POST
def sort(request: Request, need_id: UUID) -> HttpResponse:
    """Put a need under a theme."""
    theme_id = read_id(request.POST.get("theme"))
    sorting.sort_need(by=request.actor, need_id=need_id, theme_id=theme_id)
    messages.success(request, _("Sorted."))
    return redirect("needs:need", need_id)


@access.organiser_required
@require_GET
def rates(request: Request) -> HttpResponse:
    """Show how many were answered, solved and satisfied; every figure opens its names."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    node = unit_at(request, season)
    now = clock.now()
    found = figures.rates(season, node.interval)
    context = {
        "season": season,
        "node": node,
        "rates": [(rate, _definition(rate)) for rate in found],
        "lines": figures.by_theme(season, node.interval),
        "here": f"&unit={node.id}&view=lead",
        "as_of": now,
    }
    return render(request, "needs/figures.html", context)


def _definition(rate: figures.Rate) -> dict[str, Any]:
    return {
        "name": rate.name,
        "formula": rate.formula,
        "counts": rate.counts,
        "excludes": rate.excludes,
        "dedupe": _("Each need counts once, for the unit that leads it."),
        "version": "1",
        "since": "",
        "owner": _("training office"),
    }
