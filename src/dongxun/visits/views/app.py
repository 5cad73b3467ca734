"""The visitor's phone: a shell without any name in it, and today's homes as data beside it.

The service worker may keep the shell; the homes are kept by the page itself, sealed,
and only until midnight. Without scripts the plain pages below do the same, online.
"""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id
from dongxun.kernel.ranges import ranged
from dongxun.kit.offline import HEADER
from dongxun.visits import services
from dongxun.visits.contracts import REASONS, Outcome, Said, Step
from dongxun.visits.forms import LineForm
from dongxun.visits.models import Visitor
from dongxun.visits.queries import route
from dongxun.visits.services import photos
from dongxun.visits.services.sheets import shares

SHELL_DAYS = 30


@require_GET
def app(request: Request) -> HttpResponse:
    """Show the app; whoever goes on no round is told how to get a link."""
    if not route.is_visitor(request.actor):
        return render(request, "visits/stranger.html")
    response = render(request, "visits/app.html", {"kept_days": SHELL_DAYS})
    response[HEADER] = str(SHELL_DAYS * 24 * 3600)
    return response


@require_GET
def my_round(request: Request, visitor_id: UUID) -> HttpResponse:
    """Lead from an opened link to the app."""
    own = Visitor.objects.filter(id=visitor_id, round__in=route.own_rounds(request.actor))
    if not own.exists():
        raise NotFound
    return redirect("visits:app")


@require_GET
@never_cache
def data(request: Request) -> JsonResponse:
    """Give the phone today's rounds."""
    if not route.is_visitor(request.actor):
        raise NotFound
    return JsonResponse(route.route_of(request.actor))


@require_GET
@never_cache
def running(request: Request) -> JsonResponse:
    """Tell an open page which of its rounds still run today: ids, nobody's name."""
    if not route.is_visitor(request.actor):
        raise NotFound
    return JsonResponse({"rounds": [str(one) for one in route.running(request.actor)]})


@require_GET
def manifest(request: Request) -> JsonResponse:
    """Describe the visitor's app for the home screen: its own name, start and icon."""
    drawn = {"src": static("visits/door.svg"), "sizes": "any", "type": "image/svg+xml"}
    dotted = [
        {"src": static(f"visits/door-{n}.png"), "sizes": f"{n}x{n}", "type": "image/png"}
        for n in (192, 512)
    ]
    body = {
        "id": "/v/",
        "name": _("Study at home"),
        "short_name": _("Study at home"),
        "start_url": reverse("visits:app"),
        "scope": reverse("visits:app"),
        "display": "standalone",
        "background_color": "#f5f6f4",
        "theme_color": "#f5f6f4",
        "icons": [drawn, *dotted],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_GET
@never_cache
def plain(request: Request) -> HttpResponse:
    """Show today's homes on a page without scripts."""
    if not route.is_visitor(request.actor):
        raise NotFound
    return render(request, "visits/plain.html", {"route": route.route_of(request.actor)})


class DoorForm(LineForm):
    """A door record on one page, for phones without scripts."""

    id = forms.UUIDField(widget=forms.HiddenInput())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def door(request: Request, stop_id: UUID) -> HttpResponse:
    """Record a visit on one page (422: with what was typed)."""
    stop = photos.door_of(stop_id, by=request.actor)
    data = request.POST if request.method == "POST" else None
    form = DoorForm(data, initial={"id": new_id(), "outcome": Outcome.DONE})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        minutes = (given["minutes"] or 0) if given["outcome"] == Outcome.DONE else 0
        said = Said(
            id=given["id"],
            stop_id=stop.id,
            step=Step.DONE,
            occurred_at=clock.now(),
            outcome=given["outcome"] or Outcome.DONE,
            minutes=minutes,
            topics=shares(stop.round, minutes),
            words=given["words"],
            signed=given["signed"],
            why_unsigned=given["why_unsigned"],
        )
        [answer] = services.take(by=request.actor, items=[said])
        if answer.answer == SyncAnswer.CONFLICT:
            messages.warning(request, REASONS[answer.reason])
        elif answer.answer != SyncAnswer.REJECTED:
            messages.success(request, _("Recorded."))
        if answer.answer != SyncAnswer.REJECTED:
            return redirect("visits:plain")
        _refuse(form, answer.reason)
    context = {"stop": stop, "form": form}
    return render(request, "visits/door.html", context, status=422 if form.errors else 200)


def _refuse(form: DoorForm, reason: str) -> None:
    """Say why a record is not taken, at the field where that can be mended."""
    where = "minutes" if reason == "minutes_impossible" else None
    form.add_error(where, REASONS.get(reason) or _("This is not yours to record, or not any more."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def photo(request: Request, photo_id: UUID) -> JsonResponse:
    """Say how much of a photo is here, or take a piece of it."""
    here = photos.arrived(photo_id, by=request.actor)
    if request.method == "POST":
        here = photos.keep_piece(by=request.actor, photo_id=photo_id, piece=_piece(request))
    return JsonResponse({"received": here.received, "whole": here.whole})


@require_GET
def sound(request: Request, round_id: UUID) -> HttpResponse:
    """Hand out a round's lesson, whole or a part of it: some phones ask for parts only."""
    raw, kind = services.open_sound(by=request.actor, round_id=round_id)
    answer = ranged(request, raw, kind)
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def _piece(request: Request) -> photos.Piece:
    given = request.GET
    try:
        return photos.Piece(
            stop_id=UUID(given.get("stop", "")),
            size=int(given.get("size", "")),
            offset=int(given.get("offset", "")),
            taken_at=clock.parse_moment(given.get("taken_at", "")),
            consent=given.get("consent") == "1",
            body=request.read(photos.MOST_PIECE + 1),
        )
    except ValueError as error:
        raise Invalid(_("This is not what a phone sends."), where="photo") from error
