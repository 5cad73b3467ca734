"""Files that go into the dossier."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.reports.contracts.documents import DocumentKind
from dongxun.reports.forms import DocumentForm
from dongxun.reports.services import documents
from dongxun.reports.services.documents import DocumentRefused
from dongxun.reports.services.printing import Ready
from dongxun.reports.views.home import page
from dongxun.reports.views.shared import Scope, hand_out, scope_of


def _back(scope: Scope) -> HttpResponse:
    return redirect(f"{reverse('reports:home')}?{urlencode(scope.query)}#documents")


@access.organiser_required
@require_POST
def attach(request: Request) -> HttpResponse:
    """Put a file into the dossier; a refused one is told beside the field."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, scope, status=422, document_form=form)
    sent = form.cleaned_data["file"]
    try:
        documents.attach_document(
            by=request.actor,
            season_id=scope.season.id,
            organisation_id=scope.node.id,
            kind=DocumentKind(form.cleaned_data["kind"]),
            name=sent.name,
            raw=sent.read(documents.MOST_BYTES + 1),
        )
    except DocumentRefused as error:
        form.add_error("file", str(error))
        return page(request, scope, status=422, document_form=form)
    messages.success(request, _("It is in the dossier."))
    return _back(scope)


@access.organiser_required
@require_POST
def remove(request: Request, document_id: UUID) -> HttpResponse:
    """Take a file out of the dossier."""
    documents.remove_document(by=request.actor, document_id=document_id)
    messages.success(request, _("It is taken out of the dossier."))
    return redirect("reports:home")


@access.organiser_required
@require_GET
@never_cache
def document(request: Request, document_id: UUID) -> HttpResponse:
    """Hand out a file of the dossier; never shown inside the browser."""
    name, raw = documents.open_document(by=request.actor, document_id=document_id)
    return hand_out(Ready(name, "application/octet-stream", raw))
