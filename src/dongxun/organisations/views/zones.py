"""片区与联创区: the sets, and one set to write as text: a line a zone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.kernel import beside, clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows, require
from dongxun.organisations import queries, services, zoning
from dongxun.organisations.contracts import ZoneKind, ZoneSetView
from dongxun.organisations.forms import ZoneSetForm


def _lines(view: ZoneSetView) -> str:
    nodes = queries.nodes([member for zone in view.zones for member in zone.member_ids])
    return "\n".join(
        f"{zone.name}：{'、'.join(nodes[m].short_name for m in zone.member_ids)}"
        for zone in view.zones
    )


@require_GET
@for_console
def zone_sets(request: Request) -> HttpResponse:
    """Show the divisions into zones, newest first."""
    views = zoning.zone_sets(by=request.actor)
    nodes = queries.nodes([m for v in views for zone in v.zones for m in zone.member_ids])
    roots = queries.nodes([view.root_id for view in views])
    kinds = dict(ZoneKind.choices)
    rows = [
        (
            view,
            kinds[view.kind],
            [(zone, [nodes[m].short_name for m in zone.member_ids]) for zone in view.zones],
            allows("organisations.divide", request.actor, roots[view.root_id].interval),
        )
        for view in views
    ]
    tops = queries.roots_of(request.actor)
    may_divide = bool(tops) and allows("organisations.divide", request.actor, tops[0].interval)
    said = beside.lines("zones", [top.id for top in tops], by=request.actor)
    more = [line for lines in said.values() for line in lines]
    context = {"rows": rows, "may_divide": may_divide, "beside": more}
    return render(request, "organisations/zone_sets.html", context)


@require_http_methods(["GET", "POST"])
@for_console
def zone_set(request: Request, zone_set_id: UUID | None = None) -> HttpResponse:
    """Write a division anew or correct one (422: with what was typed)."""
    tops = queries.roots_of(request.actor)
    if not tops:
        raise NotFound
    view = zoning.zone_set(zone_set_id, by=request.actor) if zone_set_id else None
    root = queries.node_in_scope(view.root_id if view else tops[0].id, by=request.actor)
    require("organisations.divide", request.actor, root.interval)
    first: dict[str, object] = {"valid_from": clock.today(), "kind": ZoneKind.GEO}
    if view:
        first = {"name": view.name, "kind": view.kind, "valid_from": view.valid_from}
        first["lines"] = _lines(view)
    form = ZoneSetForm(request.POST or None, initial=first, root=root)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_zone_set(
                by=request.actor,
                root_id=root.id,
                kind=ZoneKind(form.cleaned_data["kind"]),
                name=form.cleaned_data["name"],
                valid_from=form.cleaned_data["valid_from"],
                zones=form.cleaned_data["lines"],
                zone_set_id=zone_set_id,
            )
        except DomainError as error:
            form.add_error("lines" if error.where == "zones" else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisations:zone_sets")
    status = 422 if form.is_bound else 200
    return render(
        request, "organisations/zone_set.html", {"form": form, "view": view}, status=status
    )
