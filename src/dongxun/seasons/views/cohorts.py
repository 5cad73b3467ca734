"""班次: cohorts and who is in them, chosen by filters or pasted as names."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import beside
from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_ids
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card, Category
from dongxun.seasons import api
from dongxun.seasons.api import CohortView
from dongxun.seasons.contracts import SeasonState
from dongxun.seasons.forms.people import CohortForm, NamesForm, RenameForm
from dongxun.seasons.rules import PLANNERS
from dongxun.seasons.views.shared import managed, saved, season_of, units_of

PAGE_SIZE = 50
COUNTED = (Category.FULL, Category.PROBATIONARY)


@access.organiser_required
@require_GET
def cohorts(request: Request) -> HttpResponse:
    """Show the cohorts of one's own subtree and of those above."""
    season = season_of(request)
    context = {
        "season": season,
        "rows": [
            (row, request.actor.reaches(row.interval.lft))
            for row in api.cohort_list(season.id, by=request.actor)
        ],
        "may": request.actor.holds(*PLANNERS) and season.state != SeasonState.CLOSED,
    }
    return render(request, "seasons/cohorts.html", context)


@access.holding(*PLANNERS)
@require_http_methods(BOTH)
def new_cohort(request: Request) -> HttpResponse:
    """Begin a cohort; its people come next."""
    season = managed(request, season_of(request).id)
    form = CohortForm(sent(request), units=units_of(request.actor, season))
    made: list[UUID] = []
    status = attempt(form, lambda: made.append(_begin(request, season.id, form)))
    if status == DONE:
        return redirect("seasons:cohort", made[0])
    context = {"form": form, "season": season}
    return render(request, "seasons/new_cohort.html", context, status=status)


def _begin(request: Request, season_id: UUID, form: CohortForm) -> UUID:
    return api.begin_cohort(
        by=request.actor,
        season_id=season_id,
        organisation_id=UUID(form.cleaned_data["organisation_id"]),
        name=form.cleaned_data["name"],
    )


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of pasted names."""

    several: tuple[tuple[str, tuple[Card, ...]], ...] = ()
    unknown: tuple[str, ...] = ()


@access.holding(*PLANNERS)
@require_http_methods(BOTH)
def cohort(request: Request, cohort_id: UUID) -> HttpResponse:
    """Show a cohort and its people; POST gives it another name."""
    view = api.cohort(cohort_id, by=request.actor)
    form = RenameForm(sent(request), initial={"name": view.name})
    status = attempt(
        form,
        lambda: api.rename_cohort(by=request.actor, cohort_id=cohort_id, **form.cleaned_data),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:cohort", cohort_id)
    return _page(request, view, rename=form, status=status)


def _page(
    request: Request,
    view: CohortView,
    *,
    rename: RenameForm | None = None,
    names: NamesForm | None = None,
    pasted: Pasted | None = None,
    status: int = 200,
) -> HttpResponse:
    inside = api.cohort_people(view.id)
    lines = [line for line in people.roll_lines(inside) if line.branch_lft in view.interval]
    found, where, wanted = _found(request, view, inside)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    offered = found[:PAGE_SIZE]
    cards = people.cards(offered, by=request.actor)
    context = {
        "cohort": view,
        "said": beside.lines("cohort", [view.id], by=request.actor).get(view.id, []),
        "season": api.season(view.season_id, by=request.actor),
        "page": page,
        "rename": rename or RenameForm(initial={"name": view.name}),
        "names": names or NamesForm(),
        "pasted": pasted,
        "is_looking": bool(request.GET.get("look")),
        "found": [cards[key] for key in offered if key in cards],
        "found_count": len(found),
        "wanted": wanted,
        "where": where,
        "units": [
            (node.id, node.short_name) for node in organisations.children(view.organisation_id)
        ],
        "tags": people.tags_in(view.interval),
        "categories": [(one.value, one.label) for one in COUNTED],
    }
    return render(request, "seasons/cohort.html", context, status=status)


def _found(
    request: Request, view: CohortView, inside: set[UUID]
) -> tuple[list[UUID], str, people.Wanted]:
    """Return who fits the filters and is not in yet; nobody before one has looked."""
    ask = request.POST if request.method == "POST" else request.GET
    wanted = people.Wanted(
        words=ask.get("q", "")[:60],
        category=ask.get("category", "") if ask.get("category") in COUNTED else "",
        tag=ask.get("tag", "")[:40],
    )
    where = ask.get("unit", "")
    if not ask.get("look"):
        return [], where, wanted
    found = people.chosen_ids(_interval(view, where), wanted, by=request.actor)
    if ask.get("duty") == "secretary":
        leading = people.secretary_ids(found)
        found = [key for key in found if key in leading]
    return [key for key in found if key not in inside], where, wanted


def _interval(view: CohortView, unit: str) -> Interval:
    chosen = read_ids([unit])
    if not chosen:
        return view.interval
    node = organisations.nodes(chosen).get(chosen[0])
    if node is None or node.interval.lft not in view.interval:
        raise NotFound
    return node.interval


@access.holding(*PLANNERS)
@require_POST
def add_people(request: Request, cohort_id: UUID) -> HttpResponse:
    """Put those ticked into the cohort, or everybody whom the filters found."""
    view = api.cohort(cohort_id, by=request.actor)
    chosen = read_ids(request.POST.getlist("person"))
    if request.POST.get("everybody"):
        chosen = _found(request, view, api.cohort_people(cohort_id))[0]
    return _changed(request, cohort_id, add=chosen)


@access.holding(*PLANNERS)
@require_POST
def take_out_people(request: Request, cohort_id: UUID) -> HttpResponse:
    """Take those ticked out of the cohort."""
    return _changed(request, cohort_id, remove=read_ids(request.POST.getlist("person")))


def _changed(
    request: Request,
    cohort_id: UUID,
    *,
    add: Collection[UUID] = (),
    remove: Collection[UUID] = (),
) -> HttpResponse:
    n = api.change_cohort(by=request.actor, cohort_id=cohort_id, add=add, remove=remove)
    if add or remove:
        messages.success(request, _("%(n)d changed.") % {"n": n})
    else:
        messages.warning(request, _("Choose at least one person."))
    return redirect("seasons:cohort", cohort_id)


@access.holding(*PLANNERS)
@require_POST
def paste_names(request: Request, cohort_id: UUID) -> HttpResponse:
    """Put in whom a name means without doubt; show the others to choose from."""
    view = api.cohort(cohort_id, by=request.actor)
    form = NamesForm(request.POST)
    if not form.is_valid():
        return _page(request, view, names=form, status=422)
    wanted: list[str] = form.cleaned_data["names"]
    known = people.named(wanted, view.interval, by=request.actor)
    sure = [cards[0].id for cards in known.values() if len(cards) == 1]
    api.change_cohort(by=request.actor, cohort_id=cohort_id, add=sure)
    several = tuple((name, tuple(known[name])) for name in wanted if len(known.get(name, [])) > 1)
    unknown = tuple(name for name in wanted if name not in known)
    words = ngettext("%(n)d name put in.", "%(n)d names put in.", len(sure)) % {"n": len(sure)}
    if not several and not unknown:
        messages.success(request, words)
        return redirect("seasons:cohort", cohort_id)
    messages.info(request, words)
    view = api.cohort(cohort_id, by=request.actor)
    left = NamesForm(initial={"names": "\n".join(unknown)})
    return _page(request, view, names=left, pasted=Pasted(several, unknown), status=422)


@access.holding(*PLANNERS)
@require_POST
def remove_cohort(request: Request, cohort_id: UUID) -> HttpResponse:
    """Dissolve a cohort for which no session is held."""
    view = api.cohort(cohort_id, by=request.actor)
    try:
        api.remove_cohort(by=request.actor, cohort_id=cohort_id)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("seasons:cohort", cohort_id)
    messages.success(request, _("“%(name)s” is taken out.") % {"name": view.name})
    return redirect("seasons:cohorts")
