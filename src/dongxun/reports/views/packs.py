"""Papers of issue lists and donations."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.reports.recipes import PDF, XLSX
from dongxun.reports.services import packs
from dongxun.reports.views.shared import hand_out, scope_of


@access.organiser_required
@require_GET
@never_cache
def issue_sheet(request: Request, list_id: UUID) -> HttpResponse:
    """Print the sheet of a list: ``?blank=1`` for signing, ``?form=xlsx`` as a workbook."""
    form = XLSX if request.GET.get("form") == XLSX else PDF
    ready = packs.print_issue_sheet(
        by=request.actor, list_id=list_id, blank=request.GET.get("blank") == "1", form=form
    )
    return hand_out(ready, inline=form == PDF)


@access.organiser_required
@require_GET
@never_cache
def donation_letter(request: Request, donation_id: UUID) -> HttpResponse:
    """Print the letter of thanks for a donation."""
    return hand_out(packs.print_thanks(by=request.actor, donation_id=donation_id), inline=True)


@access.organiser_required
@require_GET
@never_cache
def blank_gifts(request: Request) -> HttpResponse:
    """Print an empty donation ledger."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    ready = packs.print_blank_gifts(
        by=request.actor, season_id=scope.season.id, node_id=scope.node.id
    )
    return hand_out(ready, inline=True)
