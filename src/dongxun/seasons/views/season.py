"""A season as a whole: set it up, its frame and history, begin it, copy it, close it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import ZoneSetView
from dongxun.seasons import api
from dongxun.seasons.contracts import SeasonCard, SeasonState
from dongxun.seasons.forms.season import (
    CloseForm,
    CopyForm,
    FrameForm,
    SeasonForm,
    next_name,
    season_days,
)
from dongxun.seasons.views.shared import asking_why, managed, saved, season_of


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def new(request: Request) -> HttpResponse:
    """Set a season up: days, topics; everybody is enrolled when it starts."""
    form = SeasonForm(sent(request), initial=season_days(clock.today()))
    made: list[SeasonCard] = []
    status = attempt(form, lambda: made.append(_create(request, form)))
    if status == DONE:
        messages.success(request, _("The season is set up and everybody takes part."))
        return redirect("seasons:frame", made[0].id)
    return render(request, "seasons/new.html", {"form": form}, status=status)


def _create(request: Request, form: SeasonForm) -> SeasonCard:
    tops = organisations.roots_of(request.actor)
    data = form.cleaned_data
    return api.set_up_season(
        by=request.actor,
        root_id=tops[0].id,
        name=data["name"],
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        parameters={"season_hours": str(data["season_hours"])},
        topic_names=form.topic_names(),
    )


@access.console_required
@require_GET
def settings(request: Request) -> HttpResponse:
    """Lead to the settings of the season one speaks of."""
    if api.current_season(request.actor) is None:
        return no_season(request, "settings")
    return redirect("seasons:frame", season_of(request).id)


def page(request: Request, season: SeasonCard, section: str) -> dict[str, object]:
    """Return what each section of the settings shows."""
    return {
        "season": season,
        "seasons": api.seasons(by=request.actor),
        "section": section,
        "may": api.may_manage(season.id, by=request.actor),
        "is_office": request.actor.reaches(season.root_lft, (Role.OFFICE,)),
        "as_of": clock.now(),
    }


@access.console_required
@require_http_methods(BOTH)
def frame(request: Request, season_id: UUID) -> HttpResponse:
    """Show and change name, days, who takes part and the zones."""
    season = api.season(season_id, by=request.actor)
    found = api.frame(season_id, by=request.actor)
    form = asking_why(FrameForm(sent(request), frame=found), season)
    status = attempt(
        form,
        lambda: api.set_frame(
            by=request.actor,
            season_id=season_id,
            name=form.cleaned_data["name"],
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
            organisation_ids=form.chosen(),
            zones=form.zones(),
            reason=form.cleaned_data["reason"],
        ),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:frame", season_id)
    context = page(request, season, "frame") | {
        "form": form,
        "rows": form.rows(),
        "taking_part": [one for one in found.offers if one.place],
        "sets": [
            (_("Zones"), _chosen(found.geo_sets, found.geo_zones_id)),
            (_("Joint zones"), _chosen(found.joint_sets, found.joint_zones_id)),
        ],
    }
    return render(request, "seasons/frame.html", context, status=status)


def _chosen(sets: tuple[ZoneSetView, ...], key: UUID | None) -> ZoneSetView | None:
    return next((view for view in sets if view.id == key), None)


@access.console_required
@require_GET
def versions(request: Request, season_id: UUID) -> HttpResponse:
    """Show how the plan changed, and why."""
    season = api.season(season_id, by=request.actor)
    context = page(request, season, "versions") | {
        "versions": api.versions(season_id, by=request.actor)
    }
    return render(request, "seasons/versions.html", context)


@access.holding(Role.OFFICE)
@require_POST
def start(request: Request, season_id: UUID) -> HttpResponse:
    """Begin a season that was drawn up: everybody who counts takes part."""
    managed(request, season_id)
    try:
        n = api.begin_season(by=request.actor, season_id=season_id)
    except DomainError as error:
        if error.status != 422:
            raise
        for _where, words in error.details:
            messages.error(request, str(words))
    else:
        words = _("The season has begun; %(n)d people take part.") % {"n": n}
        messages.success(request, words)
    return redirect("seasons:frame", season_id)


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def copy(request: Request, season_id: UUID) -> HttpResponse:
    """Draw up next year's season like this one."""
    season = api.season(season_id, by=request.actor)
    name = next_name(season.name, range(season.starts_on.year - 1, season.ends_on.year + 2))
    form = CopyForm(sent(request), initial={"name": name})
    made: list[SeasonCard] = []
    status = attempt(
        form,
        lambda: made.append(
            api.copy_season(by=request.actor, season_id=season_id, name=form.cleaned_data["name"])
        ),
    )
    if status == DONE:
        messages.success(request, _("Drawn up. Look it over, then let it begin."))
        return redirect("seasons:frame", made[0].id)
    context = page(request, season, "") | {
        "form": form,
        "first": api.a_year_on(season.starts_on),
        "last": api.a_year_on(season.ends_on),
    }
    return render(request, "seasons/copy.html", context, status=status)


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def close(request: Request, season_id: UUID) -> HttpResponse:
    """Say what closing means; close the season when its name was typed."""
    season = managed(request, season_id)
    form = CloseForm(sent(request), expected=season.name)
    status = attempt(form, lambda: api.close_season(by=request.actor, season_id=season_id))
    if status == DONE:
        messages.success(request, _("The season is closed. It can be read and printed."))
        return redirect("seasons:frame", season_id)
    context = page(request, season, "") | {
        "form": form,
        "is_early": season.state == SeasonState.RUNNING and clock.today() <= season.ends_on,
    }
    return render(request, "seasons/close.html", context, status=status)
