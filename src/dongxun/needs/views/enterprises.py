"""帮扶企业: how many are at work again, by name, as of a day."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.kit.forms import attempt
from dongxun.kit.views import no_season
from dongxun.needs.contracts import Stage
from dongxun.needs.forms.work import EnterpriseForm, FreezeForm, StageForm
from dongxun.needs.models import Enterprise, EnterpriseSnapshot, Need
from dongxun.needs.services import enterprises
from dongxun.needs.views.shared import own_reach, season_of, unit_at
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import ZoneRow


@access.organiser_required
@require_http_methods(["GET", "POST"])
def listed(request: Request) -> HttpResponse:
    """List assisted enterprises and where each stands; add one, or freeze the list."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    node = unit_at(request, season)
    freezing = "as_of" in request.POST
    data = request.POST if request.method == "POST" else None
    form = EnterpriseForm(
        None if freezing else data, initial={"organisation": node.name}, reach=own_reach(request)
    )
    freeze = FreezeForm(data if freezing else None, initial={"as_of": clock.today()})
    by = request.actor
    if freezing:
        status = attempt(freeze, lambda: _freeze(request, node, freeze))
    else:
        status = attempt(form, lambda: enterprises.save_enterprise(by=by, **_typed(form)))
    if status == 302:
        messages.success(request, _("Frozen.") if freezing else _("Saved."))
        return redirect(request.get_full_path())
    rows = _rows(season.id, node)
    stage, zone = request.GET.get("stage", ""), read_id(request.GET.get("zone"))
    zones = [one for one in seasons.zones(season.id) if _inside(one, rows)]
    here = next((one for one in zones if one.id == zone), None)
    chosen = _inside(here, rows) if here else rows
    counts = Counter(row.stage for row in chosen)
    context = {
        "season": season,
        "node": node,
        "every": rows,
        "rows": [row for row in chosen if stage in {"", row.stage}],
        "zones": [_in_zone(one, _inside(one, rows)) for one in zones],
        "zone": here,
        "stage": stage,
        "chips": [(value, label, counts[value]) for value, label in Stage.choices],
        "resumed": sum(row.stage == Stage.RESUMED for row in rows),
        "snapshots": _snapshots(season.id, node.id),
        "form": form,
        "freeze": freeze,
        "as_of": clock.now(),
    }
    return render(request, "needs/enterprises.html", context, status=status)


def _rows(season_id: UUID, node: Node) -> list[Enterprise]:
    """Return the enterprises of a subtree, by stage."""
    within = organisations.within([node.interval], "organisation__lft")
    found = Enterprise.objects.filter(within, season_id=season_id, removed_at=None)
    return list(found.select_related("organisation").order_by("stage", "organisation__lft", "name"))


def _inside(zone: ZoneRow, rows: Sequence[Enterprise]) -> list[Enterprise]:
    return [row for row in rows if any(row.organisation.lft in one for one in zone.intervals)]


def _in_zone(zone: ZoneRow, rows: Sequence[Enterprise]) -> tuple[ZoneRow, int, int]:
    """Return a zone, how many of its enterprises are at work again, and of how many."""
    return zone, sum(row.stage == Stage.RESUMED for row in rows), len(rows)


def _freeze(request: Request, node: Node, form: FreezeForm) -> None:
    enterprises.freeze_enterprises(
        by=request.actor, organisation_id=node.id, as_of=form.cleaned_data["as_of"]
    )


def _typed(form: EnterpriseForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "organisation_id": data["organisation"].id,
        "name": data["name"],
        "scale": data["scale"],
        "helper": data["helper"],
    }


def _snapshots(season_id: UUID, organisation_id: UUID) -> list[tuple[EnterpriseSnapshot, int, int]]:
    found = EnterpriseSnapshot.objects.filter(season_id=season_id, organisation_id=organisation_id)
    return [(row, row.counts.get(Stage.RESUMED, 0), row.counts["all"]) for row in found]


@access.organiser_required
@require_http_methods(["GET", "POST"])
def enterprise(request: Request, enterprise_id: UUID) -> HttpResponse:
    """Show what was done for one enterprise; note the next thing."""
    row = enterprises.enterprise_row(enterprise_id, by=request.actor)
    data = request.POST if request.method == "POST" else None
    if data is not None and "remove" in data:
        enterprises.remove_enterprise(by=request.actor, enterprise_id=row.id)
        messages.success(request, _("Taken off the list."))
        return redirect("needs:enterprises")
    initial = {"key": new_id(), "stage": row.stage, "on": clock.today()}
    form = StageForm(data, initial=initial)

    def save() -> None:
        typed = form.cleaned_data
        enterprises.note_stage(
            by=request.actor,
            enterprise_id=row.id,
            stage=Stage(typed["stage"]),
            words=typed["words"],
            on=typed["on"],
            key=typed["key"],
            **{name: typed[name] for name in ("went", "sat", "topic")},
        )

    status = attempt(form, save)
    if status == 302:
        messages.success(request, _("Noted."))
        return redirect("needs:enterprise", row.id)
    notes = list(row.notes.all())
    heard = _heard(request, row.id, [note.id for note in notes])
    context = {
        "row": row,
        "notes": [(note, [need for need in heard if need.about_id == note.id]) for note in notes],
        "heard": heard,
        "form": form,
        "as_of": clock.now(),
    }
    return render(request, "needs/enterprise.html", context, status=status)


def _heard(request: Request, enterprise_id: UUID, note_ids: list[UUID]) -> list[Need]:
    """Return the needs of an enterprise and of visits there that the actor may see."""
    rows = Need.objects.filter(
        Q(about_kind=enterprises.ENTERPRISE, about_id=enterprise_id)
        | Q(about_kind=enterprises.VISIT, about_id__in=note_ids)
    )
    found = rows.select_related("organisation", "lead", "holder", "worker")
    return [need for need in found if allows("needs.see_need", request.actor, need)]


@access.organiser_required
@require_GET
def snapshot(request: Request, snapshot_id: UUID) -> HttpResponse:
    """Show a frozen list."""
    found = EnterpriseSnapshot.objects.select_related("organisation", "season")
    row = wanted_row(found.filter(id=snapshot_id))
    if not allows("needs.run", request.actor, row.organisation.lft):
        raise NotFound
    labels = dict(Stage.choices)
    rows = [(line, labels.get(line["stage"], "")) for line in row.rows]
    counts = [(label, row.counts.get(value, 0)) for value, label in Stage.choices]
    context = {
        "row": row,
        "rows": rows,
        "counts": counts,
        "resumed": row.counts.get(Stage.RESUMED, 0),
        "total": row.counts["all"],
    }
    return render(request, "needs/snapshot.html", context)
