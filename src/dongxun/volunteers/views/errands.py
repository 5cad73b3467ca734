"""跑腿 on the console: what waits, who runs, what arrived."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_number, wanted_id
from dongxun.kit.forms import put_error
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedCard
from dongxun.organisations import api as organisations
from dongxun.volunteers.contracts import ErrandDraft, ErrandState
from dongxun.volunteers.forms import BranchErrandForm, FinishForm, ReceiveForm
from dongxun.volunteers.models import Errand
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.overview import errand_row
from dongxun.volunteers.queries.overview import errands as own_errands
from dongxun.volunteers.services import errands as services
from dongxun.volunteers.services.aiding import NEED
from dongxun.volunteers.services.registers import open_errand
from dongxun.volunteers.views.shared import REFUSABLE

PAGE_SIZE = 50


@access.organiser_required
@require_safe
def errands(request: Request) -> HttpResponse:
    """Show the errands, by state."""
    rows = own_errands(request.actor)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    state = request.GET.get("state", "")
    shown = rows.filter(state=state) if state in ErrandState.values else rows
    context = {
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "state": state,
        "states": [(one, counts.get(one.value, 0)) for one in ErrandState],
        "waiting": counts.get(ErrandState.WAITING, 0),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/errands.html", context)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_errand(request: Request) -> HttpResponse:
    """Ask for an errand as a branch, perhaps for a need."""
    need = _need_of(request)
    initial = _taken_over(need, by=request.actor)
    form = BranchErrandForm(request.POST or None, by=request.actor, initial=initial)
    if need:
        form.ask_requester()
    item = request.POST.get("item", "") or str(new_id())
    if request.method == "POST" and form.is_valid():
        try:
            draft = _for_need(form.draft(wanted_id(item)), need, by=request.actor)
            made = services.ask_errand(by=request.actor, draft=draft)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The errand waits for a volunteer."))
            return redirect("volunteers:errand", made.id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "item": item, "need": need}
    return render(request, "volunteers/new_errand.html", context, status=status)


def _need_of(request: Request) -> NeedCard | None:
    """Return the need in the address, for which an errand is asked."""
    asked = request.GET.get("need", "")
    return needs.need_to_aid(wanted_id(asked), by=request.actor) if asked else None


def _taken_over(need: NeedCard | None, *, by: Actor) -> dict[str, str]:
    """Return what a need says already."""
    if need is None:
        return {}
    found = {"words": need.text[:500], "address": need.place}
    node = organisations.node(need.holder_id)
    if by.reaches(node.interval.lft):
        found["unit"] = organisations.typed([node])[node]
    return found


def _for_need(draft: ErrandDraft, need: NeedCard | None, *, by: Actor) -> ErrandDraft:
    """Return the errand with its need; without a name it is for whoever raised that."""
    if need is None:
        return draft
    draft = replace(draft, about_kind=NEED, about_id=need.id)
    if draft.for_name:
        return draft
    requester = needs.show_contact(by=by, need_id=need.id)
    return replace(draft, for_name=requester.name, phone=draft.phone or requester.phone)


@access.organiser_required
@require_safe
def errand(request: Request, errand_id: UUID) -> HttpResponse:
    """Show one errand with its address; the looking is written down."""
    return _page(request, errand_row(errand_id, by=request.actor))


def _page(request: Request, row: Errand, *, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "errand": row,
        "address": open_errand(by=request.actor, errand=row),
        "names": suggestions(request.actor),
        "finish": FinishForm(),
        "receive": ReceiveForm(),
        "turn": row.turns.filter(given_back_at=None).first(),
        "need": _its_need(row, by=request.actor),
        "refusal": refusal,
        "typed": request.POST.get("person", ""),
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 200
    return render(request, "volunteers/errand.html", context, status=status)


def _its_need(row: Errand, *, by: Actor) -> NeedCard | None:
    """Return the need an errand is for, if the actor may see it."""
    if row.about_kind != NEED or row.about_id is None:
        return None
    return needs.cards([row.about_id], by=by).get(row.about_id)


@access.organiser_required
@require_POST
def do_errand(request: Request, errand_id: UUID) -> HttpResponse:
    """Give an errand to somebody, take it back, close it, or call it off."""
    row = errand_row(errand_id, by=request.actor)
    try:
        _do(request, row, request.POST.get("what", ""))
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _page(request, row, refusal=error)
    messages.success(request, _("Saved."))
    return redirect("volunteers:errand", row.id)


def _do(request: Request, row: Errand, what: str) -> None:
    by, data = request.actor, request.POST
    if what == "assign":
        person_id = person_named(data.get("person", ""), by=by)
        services.take_errand(by=by, errand_id=row.id, person_id=person_id)
    elif what == "back":
        services.give_errand_back(by=by, errand_id=row.id)
    elif what == "done":
        services.finish_errand(
            by=by, errand_id=row.id, words=data.get("words", ""), minutes=minutes_of(data)
        )
    elif what == "received":
        services.receive_errand(
            by=by, errand_id=row.id, how=data.get("how", ""), note=data.get("note", "")
        )
    elif what == "cancel":
        services.cancel_errand(by=by, errand_id=row.id, reason=data.get("reason", ""))
    else:
        raise NotFound


def minutes_of(data: QueryDict) -> int:
    """Return the minutes that were typed, 0 when they are none."""
    return read_number(data.get("minutes", ""), 9999) or 0
