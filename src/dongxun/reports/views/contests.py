"""Certificates of contests."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import contests as services
from dongxun.reports.views.shared import hand_out
from dongxun.seasons import api as seasons


@require_GET
@never_cache
def certificate(request: Request, award_id: UUID) -> HttpResponse:
    """Hand out one certificate, to its issuer or on the winner's own phone."""
    return hand_out(services.print_certificate(by=request.actor, award_id=award_id))


@access.organiser_required
@require_GET
@never_cache
def certificates(request: Request, contest_id: UUID) -> HttpResponse:
    """Print all certificates of a contest."""
    try:
        ready = services.print_certificates(by=request.actor, contest_id=contest_id)
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect("contests:contest", contest_id)
    return hand_out(ready, inline=True)


@access.organiser_required
@require_GET
@never_cache
def month_certificates(request: Request) -> HttpResponse:
    """Print the certificates of the branches of a month (``?unit=&month=``)."""
    season = seasons.current_season(request.actor)
    unit, month = read_id(request.GET.get("unit")), clock.read_day(request.GET.get("month"))
    if season is None or unit is None or month is None:
        raise NotFound
    try:
        ready = services.print_month(
            by=request.actor, season_id=season.id, organisation_id=unit, month=month
        )
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect(f"{reverse('contests:points')}?unit={unit}")
    return hand_out(ready, inline=True)
