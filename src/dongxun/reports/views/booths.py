"""Papers of booths."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel.http import Request
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import booths as services
from dongxun.reports.services.printing import Ready
from dongxun.reports.views.shared import hand_out


def _printed(request: Request, card_id: UUID, make: Callable[..., Ready]) -> HttpResponse:
    try:
        ready = make(by=request.actor, card_id=card_id)
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect("booths:card", card_id)
    return hand_out(ready, inline=True)


@access.organiser_required
@require_GET
@never_cache
def sheets(request: Request, card_id: UUID) -> HttpResponse:
    """Print the codes of the booths of a card."""
    return _printed(request, card_id, services.print_booth_sheets)


@access.organiser_required
@require_GET
@never_cache
def cards(request: Request, card_id: UUID) -> HttpResponse:
    """Print paper cards."""
    return _printed(request, card_id, services.print_stamp_cards)
