"""Campaigns and study days."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Conflict
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.seasons import api
from dongxun.seasons.api import StudyDayView
from dongxun.seasons.contracts import SeasonCard, SeasonState
from dongxun.seasons.forms.plan import CampaignForm, StudyDayForm
from dongxun.seasons.rules import PLANNERS
from dongxun.seasons.views.shared import managed, saved, season_of, units_of

AHEAD_DAYS, AHEAD_SHOWN = 6, 3


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def new_campaign(request: Request) -> HttpResponse:
    """Add a campaign."""
    season = managed(request, season_of(request).id)
    form = CampaignForm(sent(request))
    status = attempt(
        form, lambda: api.add_campaign(by=request.actor, season_id=season.id, **form.cleaned_data)
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("activities:campaigns")
    context = {"form": form, "season": season}
    return render(request, "seasons/campaign.html", context, status=status)


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def campaign(request: Request, campaign_id: UUID) -> HttpResponse:
    """Change a campaign."""
    old = api.campaign(campaign_id, by=request.actor)
    season = managed(request, old.season_id)
    form = CampaignForm(sent(request), initial={"name": old.name, "theme": old.theme})
    status = attempt(
        form,
        lambda: api.edit_campaign(by=request.actor, campaign_id=campaign_id, **form.cleaned_data),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("activities:campaign", campaign_id)
    context = {"form": form, "season": season, "campaign": old}
    return render(request, "seasons/campaign.html", context, status=status)


@access.holding(Role.OFFICE)
@require_POST
def remove_campaign(request: Request, campaign_id: UUID) -> HttpResponse:
    """Take a campaign without sessions out of the plan."""
    old = api.campaign(campaign_id, by=request.actor)
    managed(request, old.season_id)
    try:
        api.remove_campaign(by=request.actor, campaign_id=campaign_id)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("activities:campaign", campaign_id)
    messages.success(request, _("“%(name)s” is taken out.") % {"name": old.name})
    return redirect("activities:campaigns")


@access.organiser_required
@require_GET
def study_days(request: Request) -> HttpResponse:
    """Show the study days of one's own subtree and of those above; to HTMX those coming up."""
    season = season_of(request)
    if request.htmx:
        return _coming(request, season)
    rows = api.study_days(season.id, clock.today(), by=request.actor)
    context = {
        "season": season,
        "rows": [(row, returns(row)) for row in rows],
        "may": request.actor.holds(*PLANNERS) and season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "seasons/study_days.html", context)


def _coming(request: Request, season: SeasonCard) -> HttpResponse:
    today = clock.today()
    ahead = api.study_dates(season.id, today, today + timedelta(days=AHEAD_DAYS), by=request.actor)
    context = {"coming": ahead[:AHEAD_SHOWN], "can_create": bool(request.actor.intervals())}
    return render(request, "seasons/study_days.html#coming", context)


def returns(row: StudyDayView) -> str:
    """Return when a study day returns, in words."""
    if row.every == "week":
        return _("every %(weekday)s") % {"weekday": WEEKDAYS[row.weekday or 0]}
    return _("on the %(day)d. of each month") % {"day": row.day or 1}


@access.holding(*PLANNERS)
@require_http_methods(BOTH)
def study_day(request: Request, study_day_id: UUID | None = None) -> HttpResponse:
    """Add a study day, or change one."""
    old = api.study_day(study_day_id, clock.today(), by=request.actor) if study_day_id else None
    season = managed(request, old.season_id if old else season_of(request).id)
    names = ("organisation_id", "title", "every", "weekday", "day", "at", "minutes")
    form = StudyDayForm(
        sent(request),
        units=units_of(request.actor, season, old.organisation_id if old else None),
        initial={name: getattr(old, name) for name in names} if old else None,
    )
    status = attempt(
        form,
        lambda: api.set_study_day(
            by=request.actor,
            season_id=season.id,
            organisation_id=form.organisation(),
            line=form.line(),
            study_day_id=study_day_id,
        ),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:study_days")
    context = {"form": form, "season": season, "old": old}
    return render(request, "seasons/study_day.html", context, status=status)


@access.holding(*PLANNERS)
@require_POST
def remove_study_day(request: Request, study_day_id: UUID) -> HttpResponse:
    """Let a study day return no more."""
    old = api.study_day(study_day_id, clock.today(), by=request.actor)
    managed(request, old.season_id)
    api.remove_study_day(by=request.actor, study_day_id=study_day_id)
    messages.success(request, _("“%(name)s” is taken out.") % {"name": old.title})
    return redirect("seasons:study_days")
