"""代表名单: an organisation taking part says who comes for it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities.models import Session, SessionOrganisation
from dongxun.activities.sessions import sign_ups
from dongxun.activities.sessions.page_forms import QuotaForm
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rules import allows
from dongxun.people import api as people
from dongxun.people.contracts import Category

PAGE = "activities/delegates.html"
MOST_SHOWN = 30


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def delegates(request: Request, session_id: UUID, organisation_id: UUID) -> HttpResponse:
    """Choose who comes for one organisation; a refusal keeps what was ticked."""
    row = seen(session_id, by=request.actor)
    part = sign_ups.own_part(row, organisation_id, by=request.actor)
    if request.method != "POST":
        named = set(sign_ups.delegates_of(row, organisation_id))
        return _page(request, row, part, named)
    chosen = {key for raw in request.POST.getlist("person") if (key := read_id(raw))}
    if "find" in request.POST:
        return _page(request, row, part, chosen)
    try:
        n = sign_ups.name_delegates(
            by=request.actor,
            session_id=session_id,
            organisation_id=organisation_id,
            person_ids=chosen,
        )
    except DomainError as error:
        if error.status not in {409, 422}:
            raise
        return _page(request, row, part, chosen, refusal=error)
    words = ngettext("%(n)d delegate is named.", "%(n)d delegates are named.", n)
    messages.success(request, words % {"n": n})
    return redirect("activities:delegates", session_id, organisation_id)


def _page(
    request: Request,
    row: Session,
    part: SessionOrganisation,
    chosen: set[UUID],
    *,
    refusal: DomainError | None = None,
    quota_form: QuotaForm | None = None,
) -> HttpResponse:
    words = request.POST.get("q", request.GET.get("q", "")).strip()[:40]
    inside = Interval(part.organisation.lft, part.organisation.rgt)
    found = people.paper_lines(inside, by=request.actor)
    ticked = [line for line in found if line.id in chosen]
    others = [line for line in found if line.id not in chosen and _fits(line, words)]
    status = refusal.status if refusal else 422 if quota_form else 200
    context: dict[str, Any] = {
        "session": row,
        "part": part,
        "ticked": [(line, Category(line.category).label) for line in ticked],
        "others": [(line, Category(line.category).label) for line in others[:MOST_SHOWN]],
        "hidden": max(len(others) - MOST_SHOWN, 0),
        "q": words,
        "refusal": refusal,
        "quota_form": quota_form or QuotaForm(initial={"quota": part.quota}, prefix="quota"),
        "may_ask": part.part != "host" and _may_plan(request.actor, row),
        "may_name": row.state == "published" and row.ends_at > clock.now(),
        "as_of": clock.now(),
    }
    return render(request, PAGE, context, status=status)


def _may_plan(by: Actor, row: Session) -> bool:
    return allows("activities.plan_session", by, row.host.lft)


def _fits(line: people.PaperLine, words: str) -> bool:
    return words in line.name or words in line.branch or words in line.duty


@access.organiser_required
@require_POST
def quota(request: Request, session_id: UUID, organisation_id: UUID) -> HttpResponse:
    """Ask an organisation for another number of delegates."""
    row = seen(session_id, by=request.actor)
    form = QuotaForm(request.POST, prefix="quota")
    part = sign_ups.own_part(row, organisation_id, by=request.actor)
    if form.is_valid():
        try:
            sign_ups.set_quota(
                by=request.actor,
                session_id=session_id,
                organisation_id=organisation_id,
                quota=form.cleaned_data["quota"],
            )
        except DomainError as error:
            if error.status != 422:
                raise
            form.add_error("quota", str(error.details[0][1]))
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:delegates", session_id, organisation_id)
    named = set(sign_ups.delegates_of(row, organisation_id))
    return _page(request, row, part, named, quota_form=form)
