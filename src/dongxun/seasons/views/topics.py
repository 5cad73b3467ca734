"""Topics and the courses inside them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.seasons import api
from dongxun.seasons.api import CourseLine
from dongxun.seasons.contracts import TopicRule
from dongxun.seasons.forms.plan import CourseForm, TopicForm
from dongxun.seasons.queries import marks
from dongxun.seasons.views.shared import asking_why, managed, saved, season_of

_OF_TOPIC = ("name", "short_name", "minutes", "opens_on", "due_on", "target", "required")


@access.console_required
@require_GET
def topics(request: Request) -> HttpResponse:
    """Show the topics, what each is made of, and its plan line."""
    if api.current_season(request.actor) is None:
        return no_season(request, "topics")
    season = season_of(request)
    rules = api.rules(season.id)
    found = api.courses(season.id)
    said = beside.lines("topic", [topic.id for topic in rules.topics], by=request.actor)
    context = {
        "season": season,
        "rows": [
            (topic, found.get(topic.id, []), said.get(topic.id, [])) for topic in rules.topics
        ],
        "required": sum(topic.required for topic in rules.topics),
        "minutes": sum(topic.minutes for topic in rules.topics),
        "may": api.may_manage(season.id, by=request.actor),
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "seasons/topics.html", context)


def _topic(season_id: UUID, topic_id: UUID) -> TopicRule:
    for topic in api.rules(season_id).topics:
        if topic.id == topic_id:
            return topic
    raise NotFound


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def topic(request: Request, season_id: UUID, topic_id: UUID | None = None) -> HttpResponse:
    """Add a topic, mid-season too, or change one and its courses."""
    season = managed(request, season_id)
    old = _topic(season_id, topic_id) if topic_id else None
    first = max(min(clock.today(), season.ends_on), season.starts_on)
    known = _first_of(old) if old else {"opens_on": first}
    reason = request.GET.get("reason", "")[:200]
    form = asking_why(TopicForm(sent(request), initial={**known, "reason": reason}), season)

    def now() -> dict[str, Any]:
        typed = {"reason": form.cleaned_data.get("reason", "")}
        return typed | (_first_of(_topic(season_id, old.id)) if old else {})

    status = attempt(form, lambda: _save_topic(request, season_id, old, form), now=now)
    if status == DONE:
        messages.success(request, saved())
        return _back_to_topics(season_id)
    courses = api.courses(season_id).get(old.id, []) if old else []
    context = {
        "form": form,
        "season": season,
        "topic": old,
        "courses": [(one, place - 1, place + 1) for place, one in enumerate(courses)],
    }
    return render(request, "seasons/topic.html", context, status=status)


def _first_of(row: TopicRule) -> dict[str, Any]:
    """Return what the form shows of a topic; ``version`` is what the writer sees."""
    return {name: getattr(row, name) for name in _OF_TOPIC} | {"version": marks.of_topic(row)}


def _save_topic(
    request: Request, season_id: UUID, old: TopicRule | None, form: TopicForm
) -> TopicRule:
    reason = form.cleaned_data["reason"]
    if old:
        return api.edit_topic(
            by=request.actor,
            topic_id=old.id,
            line=form.line(),
            reason=reason,
            version=form.cleaned_data["version"],
        )
    return api.add_topic(by=request.actor, season_id=season_id, line=form.line(), reason=reason)


def _back_to_topics(season_id: UUID) -> HttpResponse:
    response = redirect("seasons:topics")
    response["Location"] += f"?season={season_id}"
    return response


@access.holding(Role.OFFICE)
@require_http_methods(BOTH)
def course(
    request: Request, season_id: UUID, topic_id: UUID, course_id: UUID | None = None
) -> HttpResponse:
    """Add a course to a topic, or change one."""
    season = managed(request, season_id)
    found = _topic(season_id, topic_id)
    old = _course(season_id, topic_id, course_id) if course_id else None
    form = CourseForm(sent(request), initial=_first_of_course(old) if old else None)
    status = attempt(
        form,
        lambda: api.write_course(
            by=request.actor, topic_id=topic_id, course_id=course_id, **form.cleaned_data
        ),
        now=lambda: _first_of_course(_course(season_id, topic_id, old.id)) if old else {},
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("seasons:topic", season_id, topic_id)
    context = {"form": form, "season": season, "topic": found, "course": old}
    return render(request, "seasons/course.html", context, status=status)


def _first_of_course(row: CourseLine) -> dict[str, Any]:
    """Return what the form shows of a course; ``version`` is what the writer sees."""
    names = ("title", "minutes", "audience", "summary")
    return {name: getattr(row, name) for name in names} | {"version": marks.of_course(row)}


def _course(season_id: UUID, topic_id: UUID, course_id: UUID) -> CourseLine:
    for one in api.courses(season_id).get(topic_id, []):
        if one.id == course_id:
            return one
    raise NotFound


@access.holding(Role.OFFICE)
@require_POST
def move_course(request: Request, season_id: UUID, topic_id: UUID, course_id: UUID) -> HttpResponse:
    """Put a course at ``place`` among those of its topic."""
    managed(request, season_id)
    _course(season_id, topic_id, course_id)
    place = read_number(request.POST.get("place", ""), 999)
    if place is not None:
        api.move_course(by=request.actor, course_id=course_id, place=place)
    return redirect("seasons:topic", season_id, topic_id)


@access.holding(Role.OFFICE)
@require_POST
def remove_course(
    request: Request, season_id: UUID, topic_id: UUID, course_id: UUID
) -> HttpResponse:
    """Take a course out of its topic."""
    managed(request, season_id)
    old = _course(season_id, topic_id, course_id)
    try:
        api.remove_course(by=request.actor, course_id=course_id)
    except Conflict as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is taken out.") % {"name": old.title})
    return redirect("seasons:topic", season_id, topic_id)
