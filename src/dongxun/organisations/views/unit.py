"""One organisation: contacts, tier, ties, places, what is below; and the finder's JSON."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows, require
from dongxun.kit.forms import DONE, attempt
from dongxun.organisations import around, kinds, picking, queries, services, tiers, zoning
from dongxun.organisations.contracts import Node, OrganisationId, PairingKind, PlaceType, ZoneKind
from dongxun.organisations.forms import BelowForm, MoveForm, PairingForm, UnitForm
from dongxun.organisations.models import Organisation, Place

PAGE = "organisations/unit.html"


@require_GET
@for_console
def find(request: Request) -> JsonResponse:
    """Answer the tree picker: units by name or initials, of the actor's subtrees or of ``all``."""
    everywhere = Q(external=False) if request.GET.get("all") else None
    found = queries.search(request.GET.get("q", ""), by=request.actor, reach=everywhere)
    return JsonResponse(picking.answer(found))


def can_manage(by: Actor, node: Node) -> bool:
    """Return whether the page offers to change this unit."""
    return allows("organisations.manage", by, node.interval)


def _zones(node: Node, by: Actor) -> list[tuple[str, str, str]]:
    """Return (set, kind, zone) for the newest set of each kind that knows this unit."""
    found: dict[str, tuple[str, str, str]] = {}
    for view in zoning.zone_sets(by=by):
        for zone in view.zones:
            inside = any(node.interval.lft in part for part in zone.intervals)
            if inside and view.kind not in found:
                found[view.kind] = (view.name, str(ZoneKind(view.kind).label), zone.name)
    return list(found.values())


def show(request: Request, node: Node, *, status: int = 200, **forms: object) -> HttpResponse:
    """Answer with the page of a unit; ``forms`` stand in for fresh ones."""
    row = Organisation.objects.select_related("type").get(id=node.id)
    place_kinds = dict(PlaceType.choices)
    places = Place.objects.filter(organisation=row, closed_on=None).order_by("name", "id")
    types = kinds.labels()
    first = {name: getattr(row, name) for name in UnitForm.base_fields} | {"type": row.type_id}
    pairing_kinds = dict(PairingKind.choices)
    context: dict[str, object] = {
        "node": node,
        "row": row,
        "path": [n for n in queries.ancestors(node.id) if request.actor.reaches(n.interval.lft)],
        "below": queries.children(node.id),
        "zones": _zones(node, request.actor),
        "ties": [(tie, pairing_kinds[tie.kind]) for tie in around.pairings_of(node.id)],
        "leagues": around.alliances_of(node.id),
        "places": [(place, place_kinds.get(place.type, "")) for place in places],
        "can_manage": can_manage(request.actor, node),
        "guide": tiers.guide_for(node) if node.tier else "",
        "form": UnitForm(initial=first, types=types),
        "below_form": BelowForm(types=types),
        "move_form": MoveForm(reach=queries.visible(request.actor)),
        "pairing_form": PairingForm(initial={"since": clock.today()}),
    }
    return render(request, PAGE, context | forms, status=status)


@require_http_methods(["GET", "POST"])
@for_console
def unit(request: Request, organisation_id: UUID) -> HttpResponse:
    """Show a unit, and save what is corrected (422: with what was typed)."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    if request.method == "GET":
        return show(request, node)
    form = UnitForm(request.POST, types=kinds.labels())
    if not form.is_valid():
        return show(request, node, status=422, form=form)
    try:
        services.update_organisation(
            by=request.actor, organisation_id=node.id, changes=form.changes()
        )
    except DomainError as error:
        form.add_error(error.where or None, str(error))
        return show(request, node, status=error.status, form=form)
    messages.success(request, _("Saved."))
    return redirect("organisations:organisation", node.id)


@require_POST
@for_console
def add_below(request: Request, organisation_id: UUID) -> HttpResponse:
    """Add a unit below this one."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    form = BelowForm(request.POST, types=kinds.labels())
    if not form.is_valid():
        return show(request, node, status=422, below_form=form)
    try:
        made = services.create_organisation(
            by=request.actor,
            name=form.cleaned_data["name"],
            type_code=form.cleaned_data["type"],
            parent_id=OrganisationId(node.id),
        )
    except DomainError as error:
        form.add_error(error.where or None, str(error))
        return show(request, node, status=error.status, below_form=form)
    messages.success(request, _("Added."))
    return redirect("organisations:organisation", made.id)


@require_POST
@for_console
def move(request: Request, organisation_id: UUID) -> HttpResponse:
    """Hang this unit and all below it under another one (422: with what was typed)."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    require("organisations.manage", request.actor, node.interval)
    form = MoveForm(request.POST, reach=queries.visible(request.actor))
    status = attempt(
        form,
        lambda: services.move_organisation(
            by=request.actor,
            organisation_id=node.id,
            parent_id=form.cleaned_data["parent"].id,
        ),
    )
    if status != DONE:
        return show(request, node, status=status, move_form=form)
    words = _("Moved below %(name)s.") % {"name": form.cleaned_data["parent"].short_name}
    messages.success(request, words)
    return redirect("organisations:organisation", node.id)


@require_POST
@for_console
def close(request: Request, organisation_id: UUID) -> HttpResponse:
    """Close a unit that has none below it."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    services.close_organisation(by=request.actor, organisation_id=node.id)
    messages.success(request, _("Closed; its records stay."))
    return redirect("organisations:organisation", node.parent_id or node.id)
