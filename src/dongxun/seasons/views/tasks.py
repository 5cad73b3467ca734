"""任务分解: what everybody below is asked to hold."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.organisations import api as organisations
from dongxun.seasons import api
from dongxun.seasons.api import Task
from dongxun.seasons.forms.plan import TaskForm
from dongxun.seasons.rules import PLANNERS
from dongxun.seasons.views.shared import managed, saved, season_of

_TYPED = ("title", "level", "given_by", "target", "topic_id", "minutes", "due_on")


@access.holding(*PLANNERS)
@require_http_methods(BOTH)
def new_task(request: Request) -> HttpResponse:
    """Ask every organisation of a level below to hold a session of its own."""
    season = managed(request, season_of(request).id)
    form = TaskForm(sent(request), topics=_topics(season.id))
    status = attempt(
        form,
        lambda: api.add_cascade_task(
            by=request.actor,
            season_id=season.id,
            organisation_id=organisations.roots_of(request.actor)[0].id,
            line=form.line("lecture"),
        ),
    )
    if status == DONE:
        messages.success(request, _("The task is set."))
        return redirect("activities:tasks")
    return render(request, "seasons/task.html", {"form": form, "season": season}, status=status)


@access.holding(*PLANNERS)
@require_http_methods(BOTH)
def edit_task(request: Request, task_id: UUID) -> HttpResponse:
    """Change what a task asks for."""
    old = _own(request, task_id)
    season = managed(request, old.season_id)
    initial = {name: getattr(old, name) for name in (*_TYPED, "is_first_lesson")}
    form = TaskForm(sent(request), topics=_topics(season.id), initial=initial)
    status = attempt(
        form,
        lambda: api.edit_cascade_task(
            by=request.actor, task_id=task_id, line=form.line(old.activity_type)
        ),
    )
    if status == DONE:
        messages.success(request, saved())
        return redirect("activities:task", task_id)
    context = {"form": form, "season": season, "old": old}
    return render(request, "seasons/task.html", context, status=status)


@access.holding(*PLANNERS)
@require_POST
def end_task(request: Request, task_id: UUID) -> HttpResponse:
    """Ask nobody any longer; with ``again=1`` take the task up again."""
    old = _own(request, task_id)
    managed(request, old.season_id)
    ended = request.POST.get("again") != "1"
    api.end_cascade_task(by=request.actor, task_id=task_id, ended=ended)
    words = _("“%(name)s” has ended; what was held stays.") if ended else _("“%(name)s” goes on.")
    messages.success(request, words % {"name": old.title})
    return redirect("activities:task", task_id)


def _own(request: Request, task_id: UUID) -> Task:
    """Return a task of a unit where the reader plans; one from above is as if absent."""
    found = api.task(task_id, by=request.actor)
    if not request.actor.reaches(found.interval.lft, PLANNERS):
        raise NotFound
    return found


def _topics(season_id: UUID) -> list[tuple[str, str]]:
    return [(str(topic.id), topic.name) for topic in api.rules(season_id).topics]
