"""课程库: what there is to learn at any time, by topic, course and track."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, wanted_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.library.contracts import TRACKS, Form, LessonState
from dongxun.library.forms import TrackForm
from dongxun.library.queries import console as queries
from dongxun.library.queries import shelves as reading
from dongxun.library.queries.tracks import of_units, own_tracks
from dongxun.library.services import targets as services
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

PER_PAGE = 50
NARROWED = ("state", "topic", "track", "form", "q")


@access.organiser_required
@require_safe
def lessons(request: Request) -> HttpResponse:
    """Show the lessons by topic and course, with how many have finished them."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    wanted = {name: request.GET.get(name, "").strip() for name in NARROWED}
    rows = _narrowed(queries.lessons(season.id, by=request.actor), wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    number = reading.numbers({row.course_id for row in page if row.course_id})
    context = {
        "season": season,
        "page": page,
        "rows": [(row, number.get(row.id)) for row in page],
        "wanted": wanted,
        "states": LessonState.choices,
        "topics": seasons.rules(season.id).topics,
        "tracks": of_units(request.actor),
        "forms": Form.choices,
        "is_narrowed": any(wanted.values()),
        "may": season.state != SeasonState.CLOSED,
        "can_convert": files.can_convert(),
        "as_of": clock.now(),
    }
    return render(request, "library/lessons.html", context)


def _narrowed(rows: Any, wanted: dict[str, str]) -> Any:
    """Return the lessons that fit; a word that names nothing narrows nothing."""
    if wanted["state"] in LessonState:
        rows = rows.filter(state=wanted["state"])
    if wanted["form"] in Form:
        rows = rows.filter(form=wanted["form"])
    if topic_id := read_id(wanted["topic"]):
        rows = rows.filter(topic_id=topic_id)
    if wanted["track"]:
        rows = rows.filter(track=wanted["track"])
    return rows.filter(title__icontains=wanted["q"]) if wanted["q"] else rows


@access.organiser_required
@require_safe
def course(request: Request, course_id: UUID) -> HttpResponse:
    """Show the episodes of a course, who has finished each, and how many are still to be made."""
    rows = list(reading.episodes(course_id, by=request.actor))
    first = rows[0]
    number = reading.numbers([course_id])
    context = {
        "course": first.course,
        "topic": first.topic,
        "rows": [(row, number[row.id]) for row in rows],
        "aims": reading.targets(first.season_id, by=request.actor, course_id=course_id),
        "published": sum(row.state == LessonState.PUBLISHED for row in rows),
        "as_of": clock.now(),
    }
    return render(request, "library/console_course.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def tracks(request: Request) -> HttpResponse:
    """Show the tracks; a unit adds its own, or takes one back."""
    units = organisations.choices(organisations.own_units(request.actor))
    if request.POST.get("what") == "remove":
        services.remove_track(by=request.actor, track_id=wanted_id(request.POST.get("track")))
        messages.success(request, _("Removed; lessons keep the name."))
        return redirect("library:tracks")
    form = TrackForm(sent(request), units=units)

    def save() -> None:
        unit, name = UUID(form.cleaned_data["organisation"]), form.cleaned_data["name"]
        services.add_track(by=request.actor, organisation_id=unit, name=name)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("library:tracks")
    added = [
        (row, request.actor.reaches(row.organisation.lft)) for row in own_tracks(by=request.actor)
    ]
    context = {"common": TRACKS, "added": added, "form": form}
    return render(request, "library/tracks.html", context, status=status)
