"""开发任务: how many lessons are to be made by when, and how far that is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.library.forms import TargetForm
from dongxun.library.models import Target
from dongxun.library.queries import marks
from dongxun.library.queries import shelves as reading
from dongxun.library.queries.tracks import of_units
from dongxun.library.services import targets as services
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState


@access.organiser_required
@require_safe
def targets(request: Request) -> HttpResponse:
    """Show the aims with how many lessons there are of each."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    aims = reading.targets(season.id, by=request.actor)
    context = {
        "season": season,
        "aims": [(aim, request.actor.reaches(aim.target.organisation.lft)) for aim in aims],
        "wanted": sum(aim.target.wanted for aim in aims),
        "done": sum(min(aim.done, aim.target.wanted) for aim in aims),
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "library/targets.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_target(request: Request) -> HttpResponse:
    """Say how many lessons are to be made."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    return _edit(request, season, None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_target(request: Request, target_id: UUID) -> HttpResponse:
    """Change an aim, or give it up."""
    row = reading.target(target_id, by=request.actor)
    if request.POST.get("what") == "remove":
        services.remove_target(by=request.actor, target_id=row.id)
        messages.success(request, _("Removed; the lessons stay."))
        return redirect("library:targets")
    return _edit(request, seasons.season(row.season_id, by=request.actor), row)


def _edit(request: Request, season: SeasonCard, row: Target | None) -> HttpResponse:
    form = _form(request, season, row)

    def save() -> None:
        typed = form.cleaned_data
        services.write_target(
            by=request.actor,
            organisation_id=UUID(typed["organisation"]),
            season_id=season.id,
            draft=form.draft(),
            target_id=row.id if row else None,
            fresh_id=None if row else typed["id"] or new_id(),
            version=typed["version"] or None,
        )

    def now() -> dict[str, object]:
        key = row.id if row else form.cleaned_data["id"]
        return _first(reading.target(key, by=request.actor))

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("library:targets")
    context = {"form": form, "target": row, "season": season}
    return render(request, "library/edit_target.html", context, status=status)


def _form(request: Request, season: SeasonCard, row: Target | None) -> TargetForm:
    initial: dict[str, object] = {"due_on": season.ends_on}
    here = []
    if row is not None:
        here = [organisations.node(row.organisation_id)]  # it may lie deeper than the list goes
        initial = _first(row)
    courses = seasons.courses(season.id)
    return TargetForm(
        sent(request),
        initial=initial,
        units=organisations.choices(organisations.own_units(request.actor, *here)),
        courses=[
            (str(one.id), f"{topic.short_name}：{one.title}")
            for topic in seasons.rules(season.id).topics
            for one in courses.get(topic.id, [])
        ],
        tracks=of_units(request.actor, *([row.track] if row and row.track else [])),
    )


def _first(row: Target) -> dict[str, object]:
    """Return what the form shows of an aim; ``version`` is what the writer sees."""
    said = {"organisation": str(row.organisation_id), "course": str(row.course_id or "")}
    names = ("title", "wanted", "track", "owner", "due_on", "note")
    return said | {name: getattr(row, name) for name in names} | {"version": marks.of_target(row)}
