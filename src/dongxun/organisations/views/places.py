"""Places to meet: all of one's own, and one to correct."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.kernel.actors import ORGANISERS
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.organisations import queries, services
from dongxun.organisations.contracts import Node, PlaceType
from dongxun.organisations.forms import PlaceForm
from dongxun.organisations.models import Place


def _own(request: Request) -> list[Node]:
    tops = queries.roots_of(request.actor)
    found = {n.id: n for top in tops for n in (top, *queries.children(top.id))}
    return list(found.values())


@require_GET
@for_console
def places(request: Request) -> HttpResponse:
    """List the places of the actor's subtrees."""
    reach = queries.within(request.actor.intervals(ORGANISERS), "organisation__lft")
    found = Place.objects.filter(reach, closed_on=None).select_related("organisation")
    kinds = dict(PlaceType.choices)
    rows = [(p, kinds.get(p.type, "")) for p in found.order_by("organisation__lft", "name", "id")]
    return render(request, "organisations/places.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@for_console
def place(request: Request, place_id: UUID | None = None) -> HttpResponse:
    """Enter a place or correct one (422: with what was typed)."""
    row = Place.objects.filter(id=place_id).first() if place_id else None
    if place_id and row is None:
        raise NotFound
    nodes = _own(request)
    if row:
        owner = queries.node_in_scope(row.organisation_id, by=request.actor)
        nodes = [owner, *(node for node in nodes if node.id != owner.id)]
    form = PlaceForm(request.POST or None, initial=PlaceForm.first(row), nodes=nodes)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_place(by=request.actor, draft=form.draft(), place_id=place_id)
        except DomainError as error:
            form.add_error(error.where if error.where in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisations:places")
    status = 422 if form.is_bound else 200
    context = {"form": form, "place": row}
    return render(request, "organisations/place.html", context, status=status)


@require_POST
@for_console
def close(request: Request, place_id: UUID) -> HttpResponse:
    """Offer a place no more."""
    services.close_place(by=request.actor, place_id=place_id)
    messages.success(request, _("Closed; what was held there stays."))
    return redirect("organisations:places")
