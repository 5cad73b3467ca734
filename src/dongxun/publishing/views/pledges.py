"""说到做到: what members pledged before others, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict
from dongxun.kernel.http import Request
from dongxun.kit.views import no_season
from dongxun.publishing.contracts import MOST_OUTCOME, Kept
from dongxun.publishing.queries import console as queries
from dongxun.publishing.services.pledging import say_kept
from dongxun.seasons import api as seasons

PER_PAGE = 50
LATER = "later"


def outcome_of(request: Request) -> tuple[Kept | None, str]:
    """Return what a form says became of a pledge, None for: ask again.

    Raises:
        Conflict: nothing that can be said of a pledge.
    """
    what = request.POST.get("kept", "")
    if what != LATER and what not in Kept:
        raise Conflict
    return (None if what == LATER else Kept(what)), request.POST.get("words", "")


@access.organiser_required
@require_safe
def pledges(request: Request) -> HttpResponse:
    """Show the pledges of one's units, those past their day first."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "words")
    counts = queries.outcomes(season.id, by=request.actor)
    rows = queries.pledges(season.id, by=request.actor)
    context = {
        "season": season,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "whole": sum(counts.values()),
        "kept": counts.get(Kept.KEPT, 0),
        "due": queries.pledges_due(season.id, by=request.actor),
        "choices": Kept.choices,
        "later": LATER,
        "most": MOST_OUTCOME,
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "publishing/pledges.html", context)


@access.organiser_required
@require_POST
def answer(request: Request, note_id: UUID) -> HttpResponse:
    """Note what became of one pledge."""
    kept, words = outcome_of(request)
    say_kept(by=request.actor, note_id=note_id, kept=kept, words=words)
    messages.success(request, _("Noted."))
    return redirect("publishing:pledges")
