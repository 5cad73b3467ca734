"""志愿活动: the list, one activity, its people and results."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, wanted_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import put_error
from dongxun.volunteers.forms import ResultForm, ServiceForm
from dongxun.volunteers.models import Service
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.overview import results, service_row
from dongxun.volunteers.queries.overview import services as own_services
from dongxun.volunteers.queries.roster import on_it
from dongxun.volunteers.services import activities, turns
from dongxun.volunteers.views.shared import REFUSABLE, season_of

PAGE_SIZE = 50


@access.organiser_required
@require_safe
def services(request: Request) -> HttpResponse:
    """Show the season's activities, those to come first."""
    season = season_of(request)
    rows = own_services(request.actor).filter(season_id=season.id)
    over = request.GET.get("over") == "1"
    now = clock.now()
    rows = rows.filter(ends_at__lte=now) if over else rows.filter(ends_at__gt=now)
    ordered = rows.order_by("-starts_at" if over else "starts_at", "id")
    context = {
        "season": season,
        "page": Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page")),
        "over": over,
        "as_of": now,
    }
    return render(request, "volunteers/services.html", context)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_service(request: Request) -> HttpResponse:
    """Arrange an activity."""
    season = season_of(request)
    activities.ensure_types()
    form = ServiceForm(request.POST or None, by=request.actor, initial={"day": clock.today()})
    return _save(request, form, season.id, None)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_service(request: Request, service_id: UUID) -> HttpResponse:
    """Change an activity that has not begun."""
    row = _own(request, service_id)
    form = ServiceForm(request.POST or None, by=request.actor, initial=ServiceForm.first(row))
    return _save(request, form, row.season_id, row)


def _own(request: Request, service_id: UUID) -> Service:
    row = service_row(service_id, by=request.actor)
    if not allows("volunteers.manage", request.actor, row.organisation.lft):
        raise NotFound
    return row


def _save(
    request: Request, form: ServiceForm, season_id: UUID, row: Service | None
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            service_id = activities.save_service(
                by=request.actor,
                season_id=season_id,
                draft=form.draft(),
                service_id=row.id if row else None,
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("volunteers:service", service_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "service": row}
    return render(request, "volunteers/edit_service.html", context, status=status)


@access.organiser_required
@require_safe
def service(request: Request, service_id: UUID) -> HttpResponse:
    """Show one activity."""
    return _page(request, service_row(service_id, by=request.actor))


def _page(
    request: Request,
    row: Service,
    *,
    form: ResultForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    live = row.turns.filter(given_back_at=None).select_related("person__branch")
    people = [on_it(turn) for turn in live.order_by("taken_at", "id")]
    bad = bool(refusal) or bool(form and form.errors)
    context: dict[str, Any] = {
        "service": row,
        "people": people,
        "partners": list(row.partners.order_by("lft")),
        "results": results(row),
        "names": suggestions(request.actor),
        "may": allows("volunteers.manage", request.actor, row.organisation.lft),
        "is_over": row.ends_at <= clock.now(),
        "form": form or ResultForm(),
        "refusal": refusal,
        "typed": request.POST.get("person", ""),
        "item": new_id(),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/service.html", context, status=422 if bad else 200)


@access.organiser_required
@require_POST
def do_service(request: Request, service_id: UUID) -> HttpResponse:
    """Sign somebody up, record or take back a result, or call the activity off."""
    row = _own(request, service_id)
    what, by = request.POST.get("what", ""), request.actor
    try:
        if what == "assign":
            person_id = person_named(request.POST.get("person", ""), by=by)
            turns.join_service(by=by, service_id=row.id, person_id=person_id)
        elif what == "result":
            return _write_result(request, row)
        elif what == "withdraw":
            key = wanted_id(request.POST.get("result", ""))
            activities.withdraw_result(by=by, result_id=key)
        elif what == "cancel":
            reason = request.POST.get("reason", "")
            activities.cancel_service(by=by, service_id=row.id, reason=reason)
        else:
            raise NotFound
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _page(request, row, refusal=error)
    messages.success(request, _("Saved."))
    return redirect("volunteers:service", row.id)


def _write_result(request: Request, row: Service) -> HttpResponse:
    form = ResultForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            activities.write_result(
                by=request.actor,
                service_id=row.id,
                result_id=wanted_id(request.POST.get("item", "")),
                sample=data["sample"],
                result=data["result"],
                passed=form.verdict(),
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The result is recorded."))
            return redirect("volunteers:service", row.id)
    return _page(request, row, form=form)
