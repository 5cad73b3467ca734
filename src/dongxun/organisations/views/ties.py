"""结对与联盟: tying a unit to another, and leagues of many, some of them outside."""

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows, require
from dongxun.organisations import around, picking, queries, services, tiers
from dongxun.organisations.contracts import League, Node, PairingKind
from dongxun.organisations.forms import AllianceForm, PairingForm
from dongxun.organisations.views.unit import show


@require_POST
@for_console
def add_pairing(request: Request, organisation_id: UUID) -> HttpResponse:
    """Tie this unit to another one, by its name; one outside is entered by the way."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    form = PairingForm(request.POST)
    if not form.is_valid():
        return show(request, node, status=422, pairing_form=form)
    try:
        _pair(request, node, form)
    except DomainError as error:
        where = error.where if error.where in form.fields else None
        where = "other" if isinstance(error, picking.NoUnit) else where
        form.add_error(where, str(error))
        return show(request, node, status=error.status, pairing_form=form)
    messages.success(request, _("Saved."))
    return redirect("organisations:organisation", node.id)


def _pair(request: Request, node: Node, form: PairingForm) -> None:
    data = form.cleaned_data
    kind, since, agreement = PairingKind(data["kind"]), data["since"], data["agreement"]
    if data["outside"]:
        services.pair_outside(
            by=request.actor,
            kind=kind,
            one_id=node.id,
            name=data["other"],
            location=data["location"],
            since=since,
            agreement=agreement,
        )
        return
    services.save_pairing(
        by=request.actor,
        kind=kind,
        one_id=node.id,
        other_id=picking.named(data["other"]).id,
        since=since,
        agreement=agreement,
    )


@require_POST
@for_console
def end_pairing(request: Request, organisation_id: UUID, pairing_id: UUID) -> HttpResponse:
    """Let a pairing of this unit end today."""
    node = queries.node_in_scope(organisation_id, by=request.actor)
    services.end_pairing(by=request.actor, pairing_id=pairing_id)
    messages.success(request, _("Ended; it stays on record."))
    return redirect("organisations:organisation", node.id)


@require_GET
@for_console
def pairings(request: Request) -> HttpResponse:
    """List the ties of one's own units by zone: ``?kind=``."""
    by, kind = request.actor, request.GET.get("kind", "")
    if kind and kind not in PairingKind.values:
        raise NotFound
    every = around.pairs(by=by)
    shown = [pair for pair in every if kind in {"", pair.kind}]
    kinds = [("", _("All"), len(every))]
    kinds += [
        (one.value, str(one.label), sum(pair.kind == one for pair in every)) for one in PairingKind
    ]
    lines = [list(pairs) for _zone, pairs in groupby(shown, key=attrgetter("zone_id"))]
    context = {
        "zones": [(pairs[0].zone, pairs) for pairs in lines],
        "shown": shown,
        "chips": [chip for chip in kinds if chip[2] or not chip[0]],
        "kind": kind,
        "mine": {one.id for pair in every for one in (pair.one, pair.other) if _is_own(one, by)},
    }
    return render(request, "organisations/pairings.html", context)


def _is_own(node: Node, by: Actor) -> bool:
    return by.reaches(node.interval.lft)


def _may_change(request: Request, league: League) -> bool:
    return allows("organisations.manage", request.actor, league.owner.interval)


@require_GET
@for_console
def alliances(request: Request) -> HttpResponse:
    """List the alliances of one's own units, those that have ended last."""
    found = sorted(around.alliances(by=request.actor), key=lambda league: league.is_over)
    top = tiers.top_of(request.actor)
    context = {
        "rows": [(league, _may_change(request, league)) for league in found],
        "may_add": top is not None and allows("organisations.manage", request.actor, top.interval),
    }
    return render(request, "organisations/alliances.html", context)


@require_http_methods(["GET", "POST"])
@for_console
def alliance(request: Request, alliance_id: UUID | None = None) -> HttpResponse:
    """Write an alliance or correct one (422: with what was typed)."""
    league = around.alliance(alliance_id, by=request.actor) if alliance_id else None
    top = tiers.top_of(request.actor)
    place = league.owner if league else top
    require("organisations.manage", request.actor, place.interval if place else None)
    first: dict[str, object] = {"since": clock.today()}
    if league:
        first = AllianceForm.first(league)
    elif top and top.depth:
        first["owner"] = picking.typed([top])[top]
    reach = queries.visible(request.actor)
    form = AllianceForm(request.POST or None, initial=first, reach=reach)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form, alliance_id)
        except DomainError as error:
            form.add_error(error.where if error.where in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("organisations:alliances")
    status = 422 if form.is_bound else 200
    context = {"form": form, "league": league}
    return render(request, "organisations/alliance.html", context, status=status)


def _save(request: Request, form: AllianceForm, alliance_id: UUID | None) -> None:
    data = form.cleaned_data
    services.save_alliance(
        by=request.actor,
        owner_id=data["owner"].id,
        name=data["name"],
        member_ids=data["members"],
        outsiders=data["outside"],
        since=data["since"],
        until=data["until"],
        purpose=data["purpose"],
        alliance_id=alliance_id,
    )


@require_POST
@for_console
def end_alliance(request: Request, alliance_id: UUID) -> HttpResponse:
    """Let an alliance end today."""
    services.end_alliance(by=request.actor, alliance_id=alliance_id)
    messages.success(request, _("Ended; it stays on record."))
    return redirect("organisations:alliances")
