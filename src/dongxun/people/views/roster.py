"""单位与名册: the tree on the left, its people on the right."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import listing, queries, services
from dongxun.people.contracts import Category, Details, Status
from dongxun.people.forms import RowForm

PAGE = "people/roster.html"


@require_GET
@for_console
def roster(request: Request) -> HttpResponse:
    """Show who must be trained, by place in the tree."""
    if not request.actor.holds(*ORGANISERS):
        return _counts_only(request)
    here = _here(request)
    wanted = _wanted(request)
    found = listing.people(here.interval, wanted, by=request.actor)
    size = request.GET.get("size", "")
    per_page = int(size) if size in map(str, listing.SIZES) else listing.SIZES[0]
    page = Paginator(found, per_page).get_page(request.GET.get("page"))
    context = {
        "here": here,
        "may_shape": request.actor.reaches(here.interval.lft, (Role.OFFICE, Role.ORGANISER)),
        "import_url": _import_url("people.roster", here),
        "import_units_url": _import_url("organisations.tree", here),
        "path": _path(here, request.actor),
        "below": _with_counts(organisations.children(here.id)),
        "found_nodes": organisations.search(request.GET.get("find", ""), by=request.actor),
        "find": request.GET.get("find", ""),
        "counts": queries.counts_under(here.interval),
        "page": page,
        "sizes": listing.SIZES,
        "years": listing.YEARS,
        "size": per_page,
        "wanted": wanted,
        "chips": _chips(request, wanted),
        "tags": listing.tags_in(here.interval),
        "categories": Category.choices,
        "statuses": Status.choices,
        "editing": request.GET.get("edit", ""),
    }
    return render(request, PAGE, context)


@require_POST
@for_console
def save_row(request: Request, person_id: UUID) -> HttpResponse:
    """Save the few fields of one row; answer with the row, or with the row's errors (422)."""
    person = queries.row(person_id, by=request.actor)
    form = RowForm(request.POST)
    context: dict[str, object] = {"person": person, "form": form, "categories": Category.choices}
    context |= {"statuses": Status.choices}
    if not form.is_valid():
        return _row(request, context, 422)
    data = form.cleaned_data
    details = Details(category=data["category"], status=data["status"], duty=data["duty"])
    try:
        services.update_person(
            by=request.actor, person_id=person_id, details=details, version=data["version"]
        )
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        return _row(request, context, 409)
    if not request.htmx:
        return redirect(_back(request))
    context |= {"person": queries.row(person_id, by=request.actor), "form": None, "saved": True}
    return _row(request, context, 200)


@require_GET
@for_console
def edit_row(request: Request, person_id: UUID) -> HttpResponse:
    """Answer with one row opened for writing."""
    person = queries.row(person_id, by=request.actor)
    context: dict[str, object] = {"person": person, "open": True}
    if not request.htmx:
        context["form"] = RowForm(initial=model_to_dict(person, [*RowForm.base_fields]))
    context |= {"categories": Category.choices, "statuses": Status.choices}
    return _row(request, context, 200)


def _row(request: Request, context: Mapping[str, object], status: int) -> HttpResponse:
    is_open = bool(context.get("form") or context.get("open"))
    part = "#open_row" if is_open else "#row"
    name = PAGE + part if request.htmx else "people/row_page.html"
    return render(request, name, {**context}, status=status)


def _import_url(kind: str, here: Node) -> str:
    return f"{reverse('files:new_import', args=[kind])}?organisation={here.id}"


def _back(request: Request) -> str:
    query = request.POST.get("back", "")
    url = reverse("people:roster")
    return f"{url}?{query}" if query and "\n" not in query else url


def _here(request: Request) -> Node:
    text = request.GET.get("organisation", "")
    if not text:
        tops = organisations.roots_of(request.actor)
        if not tops:
            raise NotFound
        return tops[0]
    return organisations.node_in_scope(wanted_id(text), by=request.actor)


def _wanted(request: Request) -> listing.Wanted:
    get = request.GET.get
    status, category = get("status", ""), get("category", "")
    return listing.Wanted(
        words=get("q", "")[:40],
        status=status if status in Status.values else "",
        category=category if category in Category.values else "",
        tag=get("tag", "")[:30],
        years=int(get("years", "")) if get("years", "") in map(str, listing.YEARS) else 0,
        sort=get("sort", ""),
    )


def _path(here: Node, by: Actor) -> list[Node]:
    above = organisations.ancestors(here.id)
    return [node for node in above if by.reaches(node.interval.lft)]


def _with_counts(nodes: list[Node]) -> list[tuple[Node, int]]:
    counts = listing.counts_by(nodes)
    return [(node, counts.get(node.id, 0)) for node in nodes]


def _chips(request: Request, wanted: listing.Wanted) -> list[tuple[str, str]]:
    """Return each filter in use with the URL that takes it off."""
    labels = {
        "q": wanted.words,
        "status": str(dict(Status.choices).get(wanted.status, "")),
        "category": str(dict(Category.choices).get(wanted.category, "")),
        "tag": wanted.tag,
        "years": _("%(n)d years in the party") % {"n": wanted.years} if wanted.years else "",
    }
    chips = []
    for name, label in labels.items():
        if label:
            rest = {k: v for k, v in request.GET.items() if k not in {name, "page"}}
            chips.append((label, "?" + urlencode(rest)))
    return chips


def _counts_only(request: Request) -> HttpResponse:
    """Show a zone's lead how many people each organisation has, and no names."""
    nodes = sorted(
        organisations.nodes(request.actor.zone_organisations).values(),
        key=lambda node: node.interval.lft,
    )
    return render(request, "people/counts.html", {"rows": _with_counts(nodes)})
