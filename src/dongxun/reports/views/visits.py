"""The record sheet of one round of visits."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.reports.recipes import PDF, XLSX, NothingToPrint
from dongxun.reports.services import visits
from dongxun.reports.views.shared import hand_out, scope_of


@access.organiser_required
@require_GET
@never_cache
def blank_visits(request: Request) -> HttpResponse:
    """Print an empty record sheet, for visits that no round was planned for."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    ready = visits.print_blank(by=request.actor, season_id=scope.season.id, node_id=scope.node.id)
    return hand_out(ready, inline=True)


@access.organiser_required
@require_GET
@never_cache
def visit_sheet(request: Request, round_id: UUID) -> HttpResponse:
    """Print the sheet of a round: ``?blank=1`` to write on, ``?form=xlsx`` as a workbook."""
    form = XLSX if request.GET.get("form") == XLSX else PDF
    try:
        ready = visits.print_round(
            by=request.actor, round_id=round_id, blank=request.GET.get("blank") == "1", form=form
        )
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect("visits:round", round_id)
    return hand_out(ready, inline=form == PDF)
