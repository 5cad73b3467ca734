"""One person's part in the season, on their page and as a page of its own."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dongxun.coverage import api
from dongxun.kernel import clock
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.people import api as people
from dongxun.seasons import api as seasons


@require_GET
@for_console
def person_part(request: Request, person_id: UUID) -> HttpResponse:
    """Show hours of the season and of each calendar year, and every topic; to HTMX the card."""
    person = people.card(person_id, by=request.actor)
    season = seasons.current_season(request.actor)
    stand = season and api.standing_of(person_id, by=request.actor, season_id=season.id)
    context = {"person": person, "season": season, "stand": stand, "now": clock.now()}
    part = "#part" if request.htmx else ""
    return render(request, f"coverage/person_part.html{part}", context)
