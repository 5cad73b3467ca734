"""联创区、场地、村企结对: ask for them, read what was found, accept it or take it along."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations.contracts import PlaceType
from dongxun.planning import mapping, queries, why_gathering
from dongxun.planning.contracts import RunKind
from dongxun.planning.forms import AcceptZonesForm
from dongxun.planning.gathering import Gathered
from dongxun.planning.gathering_forms import AcceptPairsForm, AreasForm, HubsForm, PairsForm
from dongxun.planning.models import Run
from dongxun.planning.services import dividing, gathering
from dongxun.planning.snapshots import gathering as snapshots
from dongxun.planning.views.shared import desk_required, live_facts, season_of, settle, units
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = AreasForm | HubsForm | PairsForm
QUESTIONS = {
    RunKind.AREAS: gettext_lazy("Which agencies join, around whom?"),
    RunKind.HUBS: gettext_lazy("Which village comes to which hall?"),
    RunKind.PAIRS: gettext_lazy("Which village pairs with which enterprise?"),
}
TYPES = [PlaceType.CENTER, PlaceType.INSTITUTE, PlaceType.STATION, PlaceType.HALL]


@desk_required
@require_http_methods(BOTH)
def new_gathering(request: Request, kind: str) -> HttpResponse:
    """Ask for joint zones, hubs or pairs."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "planning")
    base = _base(request, kind)
    season = seasons.season(base.season_id, by=request.actor) if base else season_of(request)
    if kind == RunKind.AREAS and not request.actor.reaches(season.root_lft, (Role.OFFICE,)):
        raise NotFound
    form = _form(request, RunKind(kind), season, base)
    made: list[UUID] = []

    def save() -> None:
        made.append(_ask(request, season, form).id)

    status = attempt(form, save)
    if status == DONE:
        return redirect(f"planning:{kind}", made[0])
    context = {"form": form, "season": season, "kind": kind, "question": QUESTIONS[RunKind(kind)]}
    return render(request, "planning/new_gathering.html", context, status=status)


def _base(request: Request, kind: str) -> Run | None:
    """Return the earlier search that is asked for anew, if the address names one."""
    asked = read_id(request.GET.get("base", ""))
    base = queries.run(asked, by=request.actor) if asked else None
    if base and base.kind != kind:
        raise NotFound
    return base


def _form(request: Request, kind: RunKind, season: SeasonCard, base: Run | None) -> Form:
    """Return the form of a kind, with what was asked before or what is usual."""
    data = sent(request)
    before: dict[str, Any] = base.settings if base else {}
    if kind == RunKind.AREAS:
        nodes = snapshots.agencies(seasons.rules(season.id), by=request.actor)
        offered = [(str(node.id), node.short_name) for node in nodes]
        first: dict[str, Any] = {
            "areas": max(1, round(len(nodes) / 9)),
            "least": 2,
            "most": max(12, len(nodes)),
            "units": [key for key, _name in offered],
        }
        return AreasForm(data, initial=first | _areas_before(before), units=offered)
    own = units(request)
    if base and str(base.organisation_id) not in {key for key, _name in own}:
        own.append((str(base.organisation_id), base.organisation.short_name))
    unit = {"unit": str(base.organisation_id)} if base else {}
    if kind == RunKind.HUBS:
        usual: dict[str, Any] = {"hubs": 10, "types": [str(one) for one in TYPES]}
        return HubsForm(data, initial=usual | unit | before, units=own)
    return PairsForm(data, initial={"takes": 2} | unit | before, units=own)


def _areas_before(before: Mapping[str, Any]) -> dict[str, Any]:
    names = {"unit_ids": "units", "lead_ids": "leads"}
    return {names.get(key, key): value for key, value in before.items()}


def _ask(request: Request, season: SeasonCard, form: Form) -> Run:
    by = request.actor
    if isinstance(form, AreasForm):
        return gathering.ask_areas(by=by, season_id=season.id, asked=form.asked())
    unit = UUID(form.cleaned_data["unit"])
    if isinstance(form, HubsForm):
        return gathering.ask_hubs(
            by=by, season_id=season.id, organisation_id=unit, asked=form.asked()
        )
    return gathering.ask_pairs(by=by, season_id=season.id, organisation_id=unit, asked=form.asked())


@desk_required
@require_http_methods(BOTH)
@never_cache
def gathered(request: Request, run_id: UUID, kind: str) -> HttpResponse:
    """Show a search and what it found: accept it, or take it along (``?form=xlsx``)."""
    row = queries.whole(run_id, by=request.actor)
    if row.kind != kind:
        raise NotFound
    settle(row)
    found = Gathered(row) if row.is_over and row.plan else None
    if found is not None and request.GET.get("form") == "xlsx":
        return _workbook(row, found)
    context: dict[str, Any] = {
        **live_facts(row),
        "season": row.season,
        "found": found,
        "kind": kind,
        "anew": f"{reverse(f'planning:new_{kind}')}?base={row.id}",
        "open": row.accepted_at is None,
        "shapes": mapping.SHAPES,
        "as_of": row.created_at,
    }
    status = 200
    if found is not None:
        form = _accept_form(request, row, found)
        if form is not None:
            status = attempt(form, lambda: _accept(request, row, found, form))
        if status == DONE:
            messages.success(request, _("Accepted."))
            return redirect(f"planning:{kind}", row.id)
        marks = [(group, mapping.look_of(group.number)) for group in found.groups]
        context |= {"form": form, "map": found.drawn, "marks": marks}
    elif row.is_over and not row.error and row.state != "cancelled":
        context["why"] = why_gathering.ended_without(row)
    return render(request, "planning/gathering.html", context, status=status)


def _accept_form(request: Request, row: Run, found: Gathered) -> forms.Form | None:
    """Return how a search is accepted; hubs are only looked at."""
    if row.kind == RunKind.AREAS:
        count = len(found.groups)
        name = ngettext("%(n)d joint zone", "%(n)d joint zones", count) % {"n": count}
        zones = [
            (
                group.number,
                _("%(lead)s and others") % {"lead": group.name},
                group.id,
                [(one.id, one.name) for one in group.members],
            )
            for group in found.groups
        ]
        first = {"name": name, "valid_from": clock.today()}
        return AcceptZonesForm(sent(request), initial=first, zones=zones, joint=True)
    if row.kind != RunKind.PAIRS:
        return None
    pairs = [
        (one.id, f"{one.name}—{group.name}") for group in found.groups for one in group.members
    ]
    first = {"villages": [key for key, _name in pairs], "since": clock.today()}
    return AcceptPairsForm(sent(request), initial=first, pairs=pairs)


def _accept(request: Request, row: Run, found: Gathered, form: forms.Form) -> None:
    typed, by = form.cleaned_data, request.actor
    if isinstance(form, AcceptZonesForm):
        chosen = dividing.Chosen(
            index=0,
            name=typed["name"],
            valid_from=typed["valid_from"],
            named=form.named,
            reason=typed["reason"],
        )
        gathering.accept_areas(by=by, run_id=row.id, chosen=chosen)
        return
    gathering.accept_pairs(by=by, run_id=row.id, **typed)


def _workbook(row: Run, found: Gathered) -> HttpResponse:
    title = f"{row.organisation.short_name} {row.get_kind_display()}"
    columns = [
        files.OutColumn(_("Group"), 30),
        files.OutColumn(_("Unit"), 24),
        files.OutColumn(_("km"), 10, "0.0"),
        files.OutColumn(_("People"), 10, "#,##0"),
    ]
    source = _("Proposed %(at)s, problem %(digest)s") % {
        "at": f"{clock.local(row.created_at):%Y-%m-%d %H:%M}",
        "digest": row.digest[:12],
    }
    rows = list(found.table())
    book = files.write_workbook([files.OutSheet(title, columns, rows, title=title, source=source)])
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(title)}.xlsx"}
    return HttpResponse(book, content_type=XLSX, headers=headers)
