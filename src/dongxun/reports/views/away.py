"""Papers of exchanges and of members who live elsewhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import away as services
from dongxun.reports.views.shared import hand_out, scope_of


@access.organiser_required
@require_GET
@never_cache
def gap_list(request: Request, exchange_id: UUID) -> HttpResponse:
    """Print the gaps found on one exchange: ``?form=xlsx`` as a workbook."""
    try:
        ready = services.print_gaps(
            by=request.actor, exchange_id=exchange_id, form=request.GET.get("form", "pdf")
        )
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect("exchanges:exchange", exchange_id)
    return hand_out(ready, inline=ready.name.endswith("pdf"))


@access.organiser_required
@require_GET
@never_cache
def blank_register(request: Request) -> HttpResponse:
    """Print an empty register of floating members."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    ready = services.print_blank_register(
        by=request.actor, season_id=scope.season.id, node_id=scope.node.id
    )
    return hand_out(ready, inline=True)
