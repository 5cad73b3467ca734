"""志愿服务: what is staffed today and what waits; the kinds of service."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import put_error
from dongxun.kit.views import no_season
from dongxun.seasons import api as seasons
from dongxun.volunteers.forms import TypeForm
from dongxun.volunteers.queries.overview import overview, types
from dongxun.volunteers.services import activities


@access.organiser_required
@require_safe
def home(request: Request) -> HttpResponse:
    """Show today's posts and what waits for somebody."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "volunteers")
    found = overview(season.id, by=request.actor)
    context = {
        "season": season,
        "found": found,
        "may_shape": allows("volunteers.shape_types", request.actor, None),
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/home.html", context)


@access.holding(Role.OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def service_types(request: Request) -> HttpResponse:
    """Show the kinds of service, and add one."""
    activities.ensure_types()
    form = TypeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            activities.save_type(
                by=request.actor, name=data["name"], takes_results=data["takes_results"]
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("volunteers:types")
    context = {"form": form, "rows": types()}
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/types.html", context, status=status)


@access.holding(Role.OFFICE)
@require_POST
def close_type(request: Request) -> HttpResponse:
    """Offer a kind of service no more."""
    activities.close_type(by=request.actor, type_id=wanted_id(request.POST.get("type", "")))
    messages.success(request, _("It is offered no more; what was done stays."))
    return redirect("volunteers:types")
