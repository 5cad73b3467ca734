"""Places to meet: all of one's own, and one to correct."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.kernel import beside
from dongxun.kernel.actors import ORGANISERS
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number
from dongxun.organisations import queries, services
from dongxun.organisations.contracts import PlaceType
from dongxun.organisations.forms import PlaceForm
from dongxun.organisations.models import Place
from dongxun.organisations.sites import in_order
from dongxun.organisations.zoning import zone_mates

PAGE = 50
MOST_SEATS = 100_000
ABOVE = (PlaceType.CENTER, PlaceType.INSTITUTE)


@require_GET
@for_console
def places(request: Request) -> HttpResponse:
    """List the places of the actor's subtrees by page; ``?q=`` names one or its unit.

    ``facility`` and ``seats`` narrow them to those that have it, and hold so many.
    With ``?shared=1`` those that the other units of the zone share.
    """
    own = queries.within(request.actor.intervals(ORGANISERS), "organisation__lft")
    shared = request.GET.get("shared") == "1"
    found = Place.objects.filter(closed_on=None).select_related("organisation", "parent")
    if shared:
        mates = queries.within(zone_mates(by=request.actor), "organisation__lft")
        found = found.filter(mates, public=True).exclude(own)
    else:
        found = found.filter(own)
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kinds = dict(PlaceType.choices)
    wanted = found
    if words:
        wanted = wanted.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    wanted = wanted.filter(type=kind) if kind in kinds else wanted
    facility, seats = (
        request.GET.get("facility", ""),
        read_number(request.GET.get("seats", ""), MOST_SEATS),
    )
    if seats:
        wanted = wanted.filter(capacity__gte=seats)
    had = dict(found.values_list("id", "facilities"))  # lists in JSON: SQLite cannot ask inside
    if facility:
        wanted = wanted.filter(id__in=[key for key, has in had.items() if facility in has])
    ordered = wanted.order_by("organisation__lft", "name", "id")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    said = beside.lines("place", [place.id for place in page], by=request.actor)
    context = {
        "page": page,
        "rows": [(place, kinds.get(place.type, ""), said.get(place.id, [])) for place in page],
        "total": found.count(),
        "lost": _lost(request),
        "words": words,
        "kind": kind,
        "kinds": kinds.items(),
        "facility": facility,
        "facilities": in_order({word for has in had.values() for word in has}),
        "seats": seats or "",
        "shared": shared,
    }
    return render(request, "organisations/places.html", context)


def _lost(request: Request) -> list[tuple[Place, list[beside.Beside]]]:
    """Return own places that were closed while rooms above still count on them."""
    own = queries.within(request.actor.intervals(ORGANISERS), "organisation__lft")
    gone = Place.objects.filter(own).exclude(closed_on=None).order_by("-closed_on", "id")[:PAGE]
    said = beside.lines("lost_place", [place.id for place in gone], by=request.actor)
    return [(place, said[place.id]) for place in gone if place.id in said]


def _above(request: Request, row: Place | None) -> list[tuple[str, str]]:
    """Return the centres and institutes a place can be part of: own and public ones."""
    own = queries.within(request.actor.intervals(ORGANISERS), "organisation__lft")
    found = Place.objects.filter(own | Q(public=True), type__in=ABOVE, closed_on=None)
    if row:
        found = found.exclude(id=row.id)
    rows = found.select_related("organisation").order_by("organisation__lft", "name")
    return [(str(one.id), f"{one.name}（{one.organisation.short_name}）") for one in rows]


@require_http_methods(["GET", "POST"])
@for_console
def place(request: Request, place_id: UUID | None = None) -> HttpResponse:
    """Enter a place or correct one (422: with what was typed)."""
    row = Place.objects.filter(id=place_id).first() if place_id else None
    if place_id and row is None:
        raise NotFound
    owners = [queries.node_in_scope(row.organisation_id, by=request.actor)] if row else []
    form = PlaceForm(
        request.POST or None,
        initial=PlaceForm.first(row),
        nodes=queries.own_units(request.actor, *owners),
        above=_above(request, row),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.save_place(by=request.actor, draft=form.draft(), place_id=place_id)
        except DomainError as error:
            form.add_error(error.where if error.where in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisations:places")
    status = 422 if form.is_bound else 200
    said = beside.lines("place", [row.id], by=request.actor).get(row.id, []) if row else []
    lost = beside.lines("lost_place", [row.id], by=request.actor) if row and row.closed_on else {}
    gone = lost.get(row.id, []) if row else []
    context = {"form": form, "place": row, "said": said, "lost": gone}
    return render(request, "organisations/place.html", context, status=status)


@require_POST
@for_console
def close(request: Request, place_id: UUID) -> HttpResponse:
    """Offer a place no more."""
    services.close_place(by=request.actor, place_id=place_id)
    messages.success(request, _("Closed; what was held there stays."))
    if beside.lines("lost_place", [place_id], by=request.actor):
        return redirect("organisations:place", place_id)
    return redirect("organisations:places")
