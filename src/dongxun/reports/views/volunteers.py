"""Papers of volunteers: of one post, of one certificate, blank ones."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import volunteers as services
from dongxun.reports.views.shared import hand_out, scope_of


def _day(request: Request, name: str) -> date:
    """Return a day of the address, today when there is none.

    Raises:
        NotFound: it is none.
    """
    text = request.GET.get(name, "")
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


@access.organiser_required
@require_GET
@never_cache
def duty_roster(request: Request, post_id: UUID) -> HttpResponse:
    """Print the shift table of a post: ``?first=``, ``?last=``, ``?form=xlsx``."""
    try:
        ready = services.print_post(
            by=request.actor,
            post_id=post_id,
            first=_day(request, "first"),
            last=_day(request, "last"),
            form=request.GET.get("form", "pdf"),
        )
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect("volunteers:post", post_id)
    return hand_out(ready, inline=ready.name.endswith("pdf"))


@access.organiser_required
@require_GET
@never_cache
def duty_register(request: Request, post_id: UUID) -> HttpResponse:
    """Export some days of a duty register; ``?notes=1`` with what it says of persons."""
    ready = services.export_register(
        by=request.actor,
        post_id=post_id,
        first=_day(request, "first"),
        last=_day(request, "last"),
        notes=request.GET.get("notes") == "1",
    )
    return hand_out(ready)


@access.organiser_required
@require_GET
@never_cache
def blank_sheet(request: Request, which: str) -> HttpResponse:
    """Print an empty shift table or hours sheet."""
    scope = scope_of(request)
    if scope.season is None:
        raise NotFound
    ready = services.print_blank(
        by=request.actor, season_id=scope.season.id, node_id=scope.node.id, which=which
    )
    return hand_out(ready, inline=True)


@require_GET
@never_cache
def service_certificate(request: Request, certificate_id: UUID) -> HttpResponse:
    """Hand out a service certificate, to its issuer or on the person's own phone."""
    return hand_out(services.print_certificate(by=request.actor, certificate_id=certificate_id))
