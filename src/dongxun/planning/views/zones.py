"""划分片区: ask for zones, see the best and the next best side by side, accept one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.planning import mapping, queries, why_zones
from dongxun.planning.contracts import RunKind
from dongxun.planning.division import Division, Divisions
from dongxun.planning.forms import AcceptZonesForm, ZonesForm
from dongxun.planning.models import Run
from dongxun.planning.neighbours import Names
from dongxun.planning.services import dividing
from dongxun.planning.snapshots import zones as snapshots
from dongxun.planning.snapshots.zones import Offered
from dongxun.planning.views.shared import live_facts, season_of, settle
from dongxun.seasons import api as seasons

office_required = access.holding(Role.OFFICE)


@office_required
@require_http_methods(BOTH)
def new_zones(request: Request) -> HttpResponse:
    """Ask for a division of a season's units into zones."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "planning")
    base = _base(request)
    season = seasons.season(base.season_id, by=request.actor) if base else season_of(request)
    if not request.actor.reaches(season.root_lft, (Role.OFFICE,)):
        raise NotFound
    found = snapshots.offered(season.id, by=request.actor)
    names = Names([one.node for one in found])
    form = ZonesForm(
        sent(request),
        initial=_first(found, base, names) | _asked(request),
        units=[(str(one.node.id), _label(one, names)) for one in found],
        names=names,
        usual=_lines(names, snapshots.bordering(_zoned(found))),
    )
    made: list[UUID] = []

    def save() -> None:
        row = dividing.ask_zones(
            by=request.actor, season_id=season.id, asked=form.asked(), base=base
        )
        made.append(row.id)

    status = attempt(form, save)
    if status == DONE:
        return redirect("planning:zones", made[0])
    context = {"form": form, "season": season, "bare": [o for o in found if o.at is None]}
    return render(request, "planning/new_zones.html", context, status=status)


def _base(request: Request) -> Run | None:
    """Return the earlier search that is asked for anew, if the address names one."""
    asked = read_id(request.GET.get("base", ""))
    base = queries.run(asked, by=request.actor) if asked else None
    if base and base.kind != RunKind.ZONES:
        raise NotFound
    return base


def _zoned(found: list[Offered]) -> list[Offered]:
    """Return what stands in zones today; all where none does."""
    return [one for one in found if one.zone] or found


def _label(one: Offered, names: Names) -> str:
    said = [names.labels[one.node.id], one.zone or _("in no zone")]
    return "，".join([*said, *([] if one.at else [_("no point on the map")])])


def _lines(names: Names, pairs: Sequence[tuple[UUID, UUID]]) -> str:
    near: dict[UUID, list[str]] = {}
    for a, b in pairs:
        near.setdefault(a, []).append(names.labels[b])
    return "\n".join(f"{names.labels[key]}：{'、'.join(others)}" for key, others in near.items())


def _first(found: list[Offered], base: Run | None, names: Names) -> dict[str, object]:
    """Return what is first offered: as many zones as now, else about three units in each."""
    zoned = _zoned(found)
    zones = len({one.zone for one in zoned if one.zone}) or max(1, round(len(zoned) / 3))
    first: dict[str, object] = {
        "zones": zones,
        "tolerance": 25,
        "units": [str(one.node.id) for one in zoned if one.at],
        "neighbours": _lines(names, snapshots.bordering(zoned)),
    }
    if base is None:
        return first
    before = base.settings
    pairs = before["neighbours"]
    if pairs is not None:
        known = {str(one.node.id): one.node.id for one in found}
        kept = [(known[a], known[b]) for a, b in pairs if a in known and b in known]
        first["neighbours"] = _lines(names, kept)
    return first | {
        "zones": before["zones"],
        "tolerance": before["tolerance"],
        "units": before["unit_ids"],
    }


def _asked(request: Request) -> dict[str, object]:
    """Return the tolerance that the address proposes."""
    asked = request.GET.get("tolerance", "")
    return {"tolerance": int(asked)} if asked.isdecimal() and len(asked) < 4 else {}


@office_required
@require_http_methods(BOTH)
@never_cache
def zones(request: Request, run_id: UUID) -> HttpResponse:
    """Show a search of zones and what it found; accept one of the divisions."""
    row = queries.whole(run_id, by=request.actor)
    if row.kind != RunKind.ZONES:
        raise NotFound
    settle(row)
    found = Divisions(row) if row.is_over and row.plan else None
    context: dict[str, Any] = {**live_facts(row), "season": row.season, "found": found}
    status = 200
    if found is not None:
        chosen = _chosen(request, row, found)
        form = AcceptZonesForm(sent(request), initial=_names(row, found), zones=_zones(chosen))
        status = attempt(form, lambda: _accept(request, row, chosen, form))
        if status == DONE:
            messages.success(request, _("The season stands in the new zones."))
            return redirect("planning:zones", row.id)
        context |= _shown(found, chosen) | {"form": form, "open": row.accepted_at is None}
    elif row.is_over and not row.error and row.state != "cancelled":
        words, wider = why_zones.ended_without(row.outcome, row.settings)
        context |= {"why": words, "wider": wider}
    return render(request, "planning/zones.html", context, status=status)


def _chosen(request: Request, row: Run, found: Divisions) -> Division:
    """Return the division that is looked at: the accepted one, that asked for, or the best."""
    asked = request.POST.get("map") or request.GET.get("map", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else row.outcome.get("chosen", 0)
    return found.found[min(number, len(found.found) - 1)]


def _names(row: Run, found: Divisions) -> dict[str, object]:
    count = row.settings["zones"]
    name = ngettext("%(n)d zone", "%(n)d zones", count) % {"n": count}
    return {"name": name, "valid_from": clock.today()}


def _zones(chosen: Division) -> list[tuple[int, str, str, list[tuple[str, str]]]]:
    return [
        (one.number, one.name, one.lead, list(zip(one.units, one.unit_names, strict=True)))
        for one in chosen.zones
    ]


def _accept(request: Request, row: Run, chosen: Division, form: AcceptZonesForm) -> None:
    typed = form.cleaned_data
    dividing.accept_zones(
        by=request.actor,
        run_id=row.id,
        chosen=dividing.Chosen(
            index=chosen.index or 0,
            name=typed["name"],
            valid_from=typed["valid_from"],
            named=form.named,
            reason=typed["reason"],
        ),
    )


def _shown(found: Divisions, chosen: Division) -> dict[str, Any]:
    """Return the map, the columns of the table and its rows."""
    points = {town.id: (town.latitude, town.longitude) for town in found.problem.towns}
    names = {town.id: town.name for town in found.problem.towns}
    at, pairs = mapping.places(points), found.problem.neighbours or ()
    every = [*([found.today] if found.today else []), *found.found]
    drawn = [mapping.diagram(at, names, pairs, one.zone_of) for one in every]
    return {
        "chosen": chosen,
        "map": drawn[every.index(chosen)],
        "shapes": mapping.SHAPES,
        "columns": list(zip(every, drawn, strict=True)),
        "rows": _rows(every),
        "marks": [(one, mapping.look_of(one.number)) for one in chosen.zones],
        "as_of": found.run.created_at,
    }


def _rows(every: list[Division]) -> list[tuple[str, list[Any]]]:
    """Return label and values by division of each figure that goes from least to most."""
    labels = (
        _("People of a zone"),
        _("Units of a zone"),
        _("Branches of a zone"),
        _("Venues of a zone"),
        _("Lecturers of a zone"),
    )
    return [(label, [one.spans[n] for one in every]) for n, label in enumerate(labels)]
