"""主题活动: the themes that many sessions share, with what these add up to."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.sessions.campaigns import sessions_of, total, totals
from dongxun.activities.sessions.views.shared import season_of
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons

A_PAGE = 30


@access.organiser_required
@require_GET
def campaigns(request: Request) -> HttpResponse:
    """Show the season's campaigns with their totals."""
    season = season_of(request)
    context = {
        "season": season,
        "rows": totals(season.id, by=request.actor),
        "may": seasons.may_manage(season.id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "activities/campaigns.html", context)


@access.organiser_required
@require_GET
def campaign(request: Request, campaign_id: UUID) -> HttpResponse:
    """Show one campaign and its sessions, from the page on which the next one stands."""
    found = seasons.campaign(campaign_id, by=request.actor)
    rows = sessions_of(campaign_id, by=request.actor)
    over = sum(row.starts_at < clock.now() for row in rows)
    now = str(min(over, max(len(rows) - 1, 0)) // A_PAGE + 1)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page", now))
    context = {
        "season": seasons.season(found.season_id, by=request.actor),
        "campaign": found,
        "total": total(found, by=request.actor),
        "page": page,
        "rows": page.object_list,
        "may": seasons.may_manage(found.season_id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "activities/campaign.html", context)
