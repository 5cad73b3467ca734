"""季度排课: ask for a timetable, watch the search, read the proposal, pin, solve again, accept."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_safe,
)

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.planning import proposal as reading
from dongxun.planning import queries, timetable, why, why_clash
from dongxun.planning.contracts import RunKind
from dongxun.planning.forms import AcceptForm, SeasonForm, settings_of
from dongxun.planning.models import Run
from dongxun.planning.services import accepting, asking, publishing
from dongxun.planning.views.shared import (
    A_PAGE,
    TONES,
    as_before,
    desk_required,
    first_choice,
    live_facts,
    season_of,
    settle,
    unit_asked,
    units,
)
from dongxun.seasons import api as seasons

KINDS = ("season", "repair", "zones", "rounds", "areas", "hubs", "pairs")


@desk_required
@require_safe
def home(request: Request) -> HttpResponse:
    """Show what was planned, and what can be."""
    current = seasons.current_season(request.actor)
    if current is None:
        return no_season(request, "planning")
    season = season_of(request)
    rows = queries.listed(season.id, by=request.actor)
    asked = "" if season.id == current.id else f"?season={season.id}"
    context = {
        "season": season,
        "ways": {kind: reverse(f"planning:new_{kind}") + asked for kind in KINDS},
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "tones": TONES,
        "divides": request.actor.reaches(season.root_lft, (Role.OFFICE,)),
        "as_of": clock.now(),
    }
    return render(request, "planning/home.html", context)


@desk_required
@require_http_methods(BOTH)
def new_season(request: Request) -> HttpResponse:
    """Ask for a season timetable."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "planning")
    base = _base(request)
    season = seasons.season(base.season_id, by=request.actor) if base else season_of(request)
    rules = seasons.rules(season.id)
    first = first_choice(rules)
    asked = None if base else unit_asked(request)
    own = units(request, asked)
    if base:
        own = [(str(base.organisation_id), base.organisation.short_name)]
    unit = {"unit": str(asked.id)} if asked else {}
    form = SeasonForm(
        sent(request),
        initial=as_before(base, first) if base else first | unit,
        units=own,
        topics=[(str(topic.id), topic.name) for topic in rules.topics],
    )
    made: list[UUID] = []

    def save() -> None:
        row = asking.ask_season(
            by=request.actor,
            season_id=season.id,
            organisation_id=UUID(form.cleaned_data["unit"]),
            asked=form.asked(),
            base=base,
        )
        made.append(row.id)

    status = attempt(form, save)
    if status == DONE:
        return redirect("planning:run", made[0])
    context = {"form": form, "season": season}
    return render(request, "planning/new_season.html", context, status=status)


def _base(request: Request) -> Run | None:
    """Return the earlier timetable that is asked for anew, if the address names one."""
    asked = read_id(request.GET.get("base", ""))
    base = queries.whole(asked, by=request.actor) if asked else None
    if base and base.kind != RunKind.SEASON:
        raise NotFound
    return base


@desk_required
@require_http_methods(BOTH)
@never_cache
def run(request: Request, run_id: UUID) -> HttpResponse:
    """Show a search while it runs, and what came of it; end it, keep, solve again, accept."""
    row = queries.whole(run_id, by=request.actor)
    if request.method == "POST":
        return _do(request, row)
    if row.kind != RunKind.SEASON:
        return redirect(f"planning:{row.kind}", row.id)
    return _page(request, row, AcceptForm())


def _page(request: Request, row: Run, form: AcceptForm, status: int = 200) -> HttpResponse:
    settle(row)
    found = reading.proposal(row, by=request.actor) if row.is_over else None
    context: dict[str, Any] = {
        **live_facts(row),
        "found": found,
        "open": row.accepted_at is None or accepting.broke_off(row),
        "anew": f"{reverse('planning:new_season')}?base={row.id}",
        "form": form,
        "season": seasons.season(row.season_id, by=request.actor),
        "base": row.base,
        "job": _job(row),
        "left": _left(row),
        "clashes": why_clash.clashes(row),
        "left_out": [*why.left_out(row.about)],
    }
    if found is not None:
        context |= _lines(request, found)
    return render(request, "planning/run.html", context, status=status)


def _job(row: Run) -> dict[str, Any] | None:
    """Return the job that writes an accepted plan or publishes its drafts, until it is done."""
    found = (accepting.accept_job(row), publishing.last_job(row)) if row.accepted_at else ()
    return next((files.job_card(job) for job in found if job and job.state != "done"), None)


def _left(row: Run) -> str:
    """Return what an accepted plan could not write any more, in words."""
    job = accepting.accept_job(row)
    return str(job.result.get("message", "")) if job else ""


def _lines(request: Request, found: reading.Proposal) -> dict[str, Any]:
    asked = {**request.GET.dict(), **request.POST.dict()}
    wanted = asked.get("row", "")
    rows = found.rows()
    keys = [key for key, _name, count, _weeks in rows if count]
    chosen = wanted if wanted in keys else next(iter(keys), "")
    mine = [line for line in found.lines if chosen in line.rows]
    only = asked.get("only", "")
    if only in {reading.NEW, reading.MOVED}:
        mine = [line for line in mine if line.change == only]
    return _by_day(request, found, asked) | {
        "rows": rows,
        "chosen": chosen,
        "chosen_name": next((name for key, name, _n, _w in rows if key == chosen), ""),
        "page": Paginator(mine, A_PAGE).get_page(asked.get("page")),
        "only": only,
        "parts": _parts(found.run),
        "pinned": len(found.run.pins),
        "as_of": found.run.created_at,
    }


def _by_day(request: Request, found: reading.Proposal, asked: dict[str, Any]) -> dict[str, Any]:
    """Return a week of the plan day by day, and the sketch of where it is held."""
    table = timetable.Timetable(found, by=request.actor)
    days = table.week(asked.get("by", ""), clock.read_day(asked.get("week", "")))
    words = {timetable.HALL: _("by hall"), timetable.LECTURER: _("by lecturer")}
    words |= {timetable.ZONE: _("by zone")}
    return {
        "days": days,
        "days_by": words.items(),
        "days_page": Paginator(days.rows if days else (), A_PAGE).get_page(asked.get("rows")),
        "sketch": table.sketch(),
        "sketch_zones": list(enumerate(table.legend(), start=1)),
    }


def _parts(row: Run) -> list[tuple[str, float]]:
    words = {
        "halls_yuan": _("halls"),
        "ways_yuan": _("members' ways"),
        "off_days_yuan": _("not on the study day"),
        "lecturers_yuan": _("lecturers' ways"),
        "moved_yuan": _("not on the group's weekday"),
        "wishes_yuan": _("when lecturers would rather not teach"),
        "unheld_yuan": _("not held"),
    }
    parts = row.outcome.get("parts", {})
    return [(label, parts[key]) for key, label in words.items() if key in parts]


@desk_required
@require_GET
@never_cache
def live(request: Request, run_id: UUID) -> HttpResponse:
    """Answer with how the search stands; once it is over the page is fetched anew."""
    row = queries.run(run_id, by=request.actor)
    settle(row)
    if row.is_over:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "planning/run.html#live", live_facts(row))


def _do(request: Request, row: Run) -> HttpResponse:
    what = request.POST.get("what", "")
    if what not in {"stop", "pin", "again", "accept", "publish"}:
        raise NotFound
    if row.kind != RunKind.SEASON and what != "stop":
        raise NotFound
    if what == "accept":
        return _accept(request, row)
    try:
        return _act(request, row, what)
    except (Invalid, Conflict) as error:
        messages.error(request, _said(error))
        return _page(request, row, AcceptForm(), status=error.status)


def _said(error: DomainError) -> str:
    return " ".join(str(words) for _where, words in error.details) or str(error)


def _act(request: Request, row: Run, what: str) -> HttpResponse:
    if what == "stop":
        asking.stop_run(by=request.actor, run_id=row.id)
        return redirect("planning:run", row.id)
    if what == "publish":
        publishing.publish_drafts(by=request.actor, run_id=row.id)
        return redirect("planning:run", row.id)
    if what == "pin":
        shown = set(request.POST.getlist("shown"))
        keys = (set(row.pins) - shown) | set(request.POST.getlist("pin"))
        asking.pin(by=request.actor, run_id=row.id, keys=keys)
        messages.success(request, _("Kept for the next search."))
        return redirect(_back(request, row))
    fresh = asking.ask_season(
        by=request.actor,
        season_id=row.season_id,
        organisation_id=row.organisation_id,
        asked=settings_of(row.settings),
        base=row,
    )
    return redirect("planning:run", fresh.id)


def _back(request: Request, row: Run) -> str:
    kept = {key: request.POST[key] for key in ("row", "only", "page") if request.POST.get(key)}
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{reverse('planning:run', args=[row.id])}{query}"


def _accept(request: Request, row: Run) -> HttpResponse:
    form = AcceptForm(request.POST)

    def save() -> None:
        accepting.accept_season(by=request.actor, run_id=row.id, **form.cleaned_data)

    status = attempt(form, save)
    if status != DONE:
        return _page(request, row, form, status=status)
    return redirect("planning:run", row.id)
