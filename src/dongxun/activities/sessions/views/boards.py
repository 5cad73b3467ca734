"""任务分解 and 第一课: who has held it, who is late."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.sessions import boards
from dongxun.activities.sessions.views.shared import season_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

PAGE_SIZE = 50
PLANNERS = (Role.OFFICE, Role.ORGANISER)


@access.organiser_required
@require_GET
def tasks(request: Request) -> HttpResponse:
    """Show each task with how many have held it."""
    season = season_of(request)
    found = boards.boards(season.id, by=request.actor)
    may = request.actor.holds(*PLANNERS) and season.state != SeasonState.CLOSED
    context = {"season": season, "boards": found, "may": may, "as_of": clock.now()}
    return render(request, "activities/tasks.html", context)


@access.organiser_required
@require_GET
def task(request: Request, task_id: UUID) -> HttpResponse:
    """Show one task's board."""
    found = boards.board(seasons.task(task_id, by=request.actor), by=request.actor)
    only = request.GET.get("only", "")
    lines = [line for line in found.lines if only in {"", line.state}]
    season = seasons.season(found.task.season_id, by=request.actor)
    own = request.actor.reaches(found.task.interval.lft, PLANNERS)
    context = {
        "board": found,
        "may": own and season.state != SeasonState.CLOSED,
        "page": Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page")),
        "only": only,
        "states": [
            (state, found.count(state))
            for state in (boards.LATE, boards.OPEN, boards.PLANNED, boards.HELD)
        ],
        "as_of": clock.now(),
    }
    return render(request, "activities/task.html", context)
