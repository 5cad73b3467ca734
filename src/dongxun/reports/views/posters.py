"""我的海报: posters of topics learned, on the phone of whoever learned them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.forms import BOTH
from dongxun.publishing import api as publishing
from dongxun.reports.posters import MOST_LINE
from dongxun.reports.services import posters as services

MADE_AN_HOUR = 30
LINES_SHOWN = 12


@access.phone_required
@require_safe
def mine(request: Request) -> HttpResponse:
    """Show the topics learned, with the poster of each or the offer to make one.

    Posters made before stay in sight: of other seasons, and of topics with a lesson to do again.
    """
    card, switch = access.person_of(request, own=True)
    found = services.stages(card.id, by=request.actor)
    here = {one.poster.id for one in found if one.poster}
    earlier = services.own_posters(card.id, by=request.actor).exclude(id__in=here)
    context = {"person": card, "switch": switch, "stages": found, "earlier": earlier}
    return render(request, "reports/posters.html", context)


@access.phone_required
@require_http_methods(BOTH)
def make(request: Request, topic_id: UUID) -> HttpResponse:
    """Choose a line of one's own words, or none, and make the poster."""
    card, _switch = access.person_of(request, own=True)
    stage = services.stage(card.id, topic_id, by=request.actor)
    lines = publishing.lines_of(card.id, by=request.actor)
    if request.method == "POST":
        access.throttle(f"posters:{card.id}", MADE_AN_HOUR, 3600)
        chosen = request.POST.get("line", "")
        key = services.make_poster(
            by=request.actor,
            person_id=card.id,
            topic_id=topic_id,
            note_id=wanted_id(chosen) if chosen else None,
        )
        return redirect(f"{reverse('reports:own_poster', args=[key])}?person={card.id}")
    near = sorted(lines, key=lambda line: line.topic_id != topic_id)[:LINES_SHOWN]
    context = {"person": card, "stage": stage, "lines": near, "most": MOST_LINE}
    return render(request, "reports/make_poster.html", context)


@access.phone_required
@require_http_methods(BOTH)
def poster(request: Request, poster_id: UUID) -> HttpResponse:
    """Show an own poster, to be saved or thrown away."""
    row = services.own_poster(poster_id, by=request.actor)
    if request.method == "POST":
        services.remove_poster(by=request.actor, poster_id=row.id)
        messages.success(request, _("The poster is removed."))
        return redirect(f"{reverse('reports:posters')}?person={row.person_id}")
    learned = services.stages(row.person_id, by=request.actor)
    may_change = any(one.topic_id == row.topic_id for one in learned)
    context = {"poster": row, "person": row.person, "may_change": may_change}
    return render(request, "reports/poster.html", context)


@access.phone_required
@require_safe
def image(request: Request, poster_id: UUID) -> HttpResponse:
    """Hand out the picture."""
    raw = services.poster_png(poster_id, by=request.actor)
    response = HttpResponse(raw, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response
