"""台账与导出: what can be printed for a unit, what its dossier lacks, what was printed."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.files import api as files
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.kernel.http import Request
from dongxun.kernel.models import Job
from dongxun.kernel.rules import allows
from dongxun.kit.nav import address
from dongxun.notices import api as notices
from dongxun.notices.contracts import Channel
from dongxun.reports import queries
from dongxun.reports.contracts.documents import DocumentKind
from dongxun.reports.dossier import PAPERS, RECIPE
from dongxun.reports.forms import DocumentForm, PrintForm
from dongxun.reports.gather import dossier, standings
from dongxun.reports.services import printing
from dongxun.reports.views.shared import Scope, hand_out, scope_of

PAGE = "reports/home.html"
JOBS = 4
ERRANDS = 20
FORMS = {"pdf": "PDF", "xlsx": "Excel"}


@access.organiser_required
@require_GET
@never_cache
def home(request: Request) -> HttpResponse:
    """Show what can be printed for a unit and season."""
    scope = scope_of(request)
    status = 200 if scope.form.is_valid() or scope.season is None else 422
    return page(request, scope, status=status)


def page(
    request: Request,
    scope: Scope,
    *,
    status: int = 200,
    error: DomainError | None = None,
    document_form: DocumentForm | None = None,
) -> HttpResponse:
    """Answer with the page, whatever went wrong beside it."""
    context: dict[str, Any] = {
        "title": _("Dossier and exports"),
        "scope_form": scope.form,
        "unit": scope.node,
        "season": scope.season,
        "query": scope.query,
        "new_season_url": address("seasons:new") if request.actor.holds(Role.OFFICE) else "",
        "first": scope.first,
        "last": scope.last,
        "papers": [_paper(row) for row in PAPERS.values()],
        "error": error,
        "problems": _problems(error),
        "exports": queries.kept_exports([scope.node.id], by=request.actor),
        "jobs": _jobs(request),
        "errands": _errands(request),
        "may_make_slips": allows("access.prepare_secretaries", request.actor, scope.node.interval),
        "as_of": clock.now(),
    }
    if scope.season is not None:
        context |= _dossier(request, scope, document_form)
    return render(request, PAGE, context, status=status)


def _paper(row: Any) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "about": row.about,
        "icon": row.icon,
        "dated": row.dated,
        "forms": [(form, FORMS[form]) for form in row.forms],
    }


def _problems(error: DomainError | None) -> list[str]:
    if error is None:
        return []
    return [str(words) for _where, words in error.details] or [str(error)]


def _dossier(request: Request, scope: Scope, form: DocumentForm | None) -> dict[str, Any]:
    order = scope.order(request.actor, RECIPE.key, "zip")
    sections = dossier.sections(order)
    initial = {"season": order.season.id, "unit": order.node.id, "kind": DocumentKind.PLAN}
    return {
        "sections": sections,
        "gaps": sum(len(section.gaps) for section in sections),
        "documents": queries.documents(order.season.id, order.node.id, by=request.actor),
        "document_form": form or DocumentForm(initial=initial),
        "definition": standings.latest_definition(),
    }


def _jobs(request: Request) -> list[tuple[dict[str, Any], str]]:
    """Return the actor's printing jobs that are not over, and those that went wrong of late."""
    rows: list[Job] = [
        row
        for row in jobs.last_of(request.actor)
        if row.kind == printing.JOB and row.state != "cancelled"
    ]
    shown = [row for row in rows if row.state not in jobs.OVER] or rows[:1]
    return [
        (files.job_card(row), reverse("files:job_status", args=[row.id])) for row in shown[:JOBS]
    ]


def _errands(request: Request) -> list[notices.NoticeLine]:
    return notices.notices(by=request.actor, waiting=Channel.PAPER, limit=ERRANDS)


@access.organiser_required
@require_POST
def print_paper(request: Request) -> HttpResponse:
    """Hand out a small paper, or start a big one and go back to its bar."""
    scope = scope_of(request)
    form = PrintForm(request.POST)
    if not form.is_valid() or not scope.form.is_valid():
        error = Invalid(details=[(name, str(words[0])) for name, words in form.errors.items()])
        return page(request, scope, status=422, error=error)
    wanted = form.cleaned_data
    order = scope.order(request.actor, wanted["paper"], wanted["form"], about=wanted["about"])
    try:
        made = printing.print_paper(by=request.actor, order=order)
    except Invalid as error:
        return page(request, scope, status=422, error=error)
    if isinstance(made, printing.Ready):
        return hand_out(made)
    messages.info(request, _("It is being made. You may leave this page; it goes on."))
    return redirect(f"{reverse('reports:home')}?{urlencode(scope.query)}#jobs")


@access.organiser_required
@require_GET
def weekly(request: Request) -> HttpResponse:
    """Go to the weekly report with the last seven days chosen; the overview leads here."""
    scope = scope_of(request)
    last = clock.today()
    days = {"first": (last - timedelta(days=6)).isoformat(), "last": last.isoformat()}
    return redirect(f"{reverse('reports:home')}?{urlencode(scope.query | days)}#weekly")
