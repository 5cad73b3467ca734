"""课程库: a lesson and who has finished it; lessons are written here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.files import api as files
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_number, wanted_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.library import facts, speech
from dongxun.library.contracts import Form, MediaState
from dongxun.library.forms import LessonForm, PublishForm
from dongxun.library.models import Lesson, Media
from dongxun.library.queries import console as queries
from dongxun.library.queries import marks, tracks
from dongxun.library.queries.learning import transcript
from dongxun.library.services import lessons as services
from dongxun.library.services.speaking import speak_chapter
from dongxun.library.views.phone import as_shown
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50


def _form(request: Request, season: SeasonCard, row: Lesson | None = None) -> LessonForm:
    topics = seasons.rules(season.id).topics
    courses = seasons.courses(season.id)
    named = [
        (str(course.id), f"{topic.short_name}：{course.title}")
        for topic in topics
        for course in courses.get(topic.id, [])
    ]
    initial: dict[str, Any] | None = None
    here: list[Node] = []
    if row is not None:
        here = [organisations.node(row.organisation_id)]  # it may lie deeper than the list goes
        initial = _first(row)
    return LessonForm(
        sent(request),
        initial=initial,
        topics=[(str(topic.id), f"{topic.number}. {topic.name}") for topic in topics],
        courses=named,
        units=organisations.choices(organisations.own_units(request.actor, *here)),
        tracks=tracks.of_units(request.actor, *([row.track] if row and row.track else [])),
        cohorts=[(str(one.id), one.name) for one in seasons.cohorts(season.id, by=request.actor)],
    )


def _first(row: Lesson) -> dict[str, Any]:
    """Return what the form shows of a lesson; ``version`` is what the writer sees."""
    kept = {
        name: getattr(row, f"{name}_id") for name in ("topic", "course", "organisation", "cohort")
    }
    names = ("title", "form", "minutes", "track", "lecturer", "summary")
    said = {name: str(key or "") for name, key in kept.items()}
    return said | {name: getattr(row, name) for name in names} | {"version": marks.of_lesson(row)}


@access.organiser_required
@require_http_methods(BOTH)
def new_lesson(request: Request) -> HttpResponse:
    """Begin a lesson; its chapters come next."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "library")
    return _edit(request, season, None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_lesson(request: Request, lesson_id: UUID) -> HttpResponse:
    """Change what a lesson is about."""
    row = own(request, lesson_id)
    return _edit(request, seasons.season(row.season_id, by=request.actor), row)


def _edit(request: Request, season: SeasonCard, row: Lesson | None) -> HttpResponse:
    form, made = _form(request, season, row), list[UUID]()

    def now() -> dict[str, Any]:
        return _first(own(request, row.id if row else form.cleaned_data["id"]))

    def save() -> None:
        typed = form.cleaned_data
        key = services.write_lesson(
            by=request.actor,
            organisation_id=UUID(typed["organisation"]),
            season_id=season.id,
            draft=form.draft(),
            lesson_id=row.id if row else None,
            fresh_id=None if row else typed["id"] or new_id(),
            version=typed["version"] or None,
        )
        made.append(key)

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("library:lesson" if row else "library:chapters", made[0])
    context = {"form": form, "lesson": row, "season": season}
    return render(request, "library/edit_lesson.html", context, status=status)


@access.organiser_required
@require_safe
def lesson(request: Request, lesson_id: UUID) -> HttpResponse:
    """Show a lesson as it stands: chapters, check, editions, and who has learned it."""
    return _page(request, queries.lesson_row(lesson_id, by=request.actor))


def _page(
    request: Request, row: Lesson, *, form: PublishForm | None = None, status: int = 200
) -> HttpResponse:
    chapters = list(row.chapters.select_related("media"))
    shares, parts = facts.shares_of(row, row.minutes * 60), row.shares.select_related("topic")
    mates = queries.mates(row)
    holders = queries.holders(row, by=request.actor)
    show = request.GET.get("show", "")
    people = queries.learners(row, by=request.actor)
    if show == "old":
        people = people.filter(edition__lt=row.edition)
    elif show == "new":
        people = people.filter(edition=row.edition)
    left = queries.untouched(row, by=request.actor) if show == "none" else None
    learners = Paginator(people if left is None else left, PER_PAGE)
    context = {
        "lesson": row,
        "mine": request.actor.reaches(row.organisation.lft)
        and row.season.state != SeasonState.CLOSED,
        "chapters": [(one, transcript(one), _job(one.media, request.actor)) for one in chapters],
        "questions": row.questions.all(),
        "shares": [(share.topic, shares[share.topic_id] // 60) for share in parts]
        if shares
        else [],
        "editions": [(one, holders.get(one.number, 0)) for one in row.editions.all()],
        "whole": sum(holders.values()),
        "shown": _shown(row, holders, show),
        "show": show,
        "places": list(enumerate((one for one in mates if one != row), 1)),
        "place": mates.index(row),
        "learners": learners.get_page(request.GET.get("page")),
        "finished": queries.learners(row, by=request.actor).exclude(finished_at=None).count(),
        "can_speak": row.form in {Form.TEXT, Form.AUDIO} and speech.engine() is not None,
        "is_new": row.version != row.published_version,
        "form": form or PublishForm(initial={"version": row.version}),
        "as_of": clock.now(),
    }
    return render(request, "library/lesson_page.html", context, status=status)


def _shown(row: Lesson, holders: dict[int, int], show: str) -> list[tuple[str, str, bool]]:
    """Return the lists of people there are, with how many of those the lesson is for are on each."""
    has, none = holders.get(row.edition, 0), holders[0]
    old = sum(holders.values()) - has - none
    lists = [("", _("Begun %(n)s"), has + old), ("none", _("Not begun %(n)s"), none)]
    if row.edition > 1:
        lists.insert(1, ("new", _("Has edition %(edition)d: %(n)s"), has))
        lists.insert(2, ("old", _("Has an older edition %(n)s"), old))
    return [
        (words % {"n": f"{n:,}", "edition": row.edition}, f"?show={key}#learners", key == show)
        for key, words, n in lists
    ]


def _job(media: Media | None, by: Actor) -> Any:
    """Return the running job of a file, for its bar."""
    if media is None or media.state not in {MediaState.WAITING, MediaState.CONVERTING}:
        return None
    try:
        return files.job_card(jobs.get(media.job_id or media.id, by=by))
    except NotFound:  # somebody else brought it
        return None


@access.organiser_required
@require_safe
def preview(request: Request, lesson_id: UUID) -> HttpResponse:
    """Show a lesson as members will see it, before anybody does."""
    row = queries.lesson_row(lesson_id, by=request.actor)
    chapters = [as_shown(one, None) for one in row.chapters.select_related("media")]
    context = {
        "lesson": row,
        "chapters": chapters,
        "questions": row.questions.all(),
        "is_preview": True,
        "missing": services.missing(row),
    }
    return render(request, "library/preview.html", context)


@access.organiser_required
@require_POST
def do(request: Request, lesson_id: UUID) -> HttpResponse:
    """Publish, withdraw, or move a lesson."""
    row = queries.lesson_row(lesson_id, by=request.actor)
    what, by = request.POST.get("what", ""), request.actor
    if what == "withdraw":
        services.withdraw_lesson(by=by, lesson_id=row.id)
        messages.success(request, _("Withdrawn; what was finished stays."))
    elif what == "speak":
        chapter_id = wanted_id(request.POST.get("chapter"))
        job_id = speak_chapter(by=by, lesson_id=row.id, chapter_id=chapter_id)
        return redirect("files:job", job_id)
    elif what == "place":
        place = request.POST.get("place", "")
        services.move_lesson(by=by, lesson_id=row.id, place=read_number(place, 99_999) or 0)
        messages.success(request, _("Put in its place."))
    elif what == "publish":
        form = PublishForm(request.POST)
        status = attempt(form, lambda: _publish(row, form, by))
        if status != DONE:
            return _page(request, row, form=form, status=status)
        messages.success(request, _("Published; members find it under what to learn."))
    else:
        raise NotFound
    return redirect("library:lesson", row.id)


def _publish(row: Lesson, form: PublishForm, by: Actor) -> None:
    typed = form.cleaned_data
    services.publish_lesson(
        by=by, lesson_id=row.id, version=typed["version"], what_is_new=typed["what_is_new"]
    )


def own(request: Request, lesson_id: UUID) -> Lesson:
    """Return a lesson to write; of one that may only be read there is no such page."""
    row = queries.lesson_row(lesson_id, by=request.actor)
    if not request.actor.reaches(row.organisation.lft):
        raise NotFound
    return row
