"""What several pages of planning need."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.models import Job
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.planning.contracts import RunState
from dongxun.planning.drawing import chart
from dongxun.planning.models import Run
from dongxun.planning.rules import DESK
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonRules

A_PAGE = 30
MORE_LESSONS = 12
"""How many sessions more than usual by now a lecturer is first offered to take."""
TONES = {"waiting": "", "running": "info", "done": "ok", "failed": "bad", "cancelled": "warn"}
desk_required = access.holding(Role.OFFICE, Role.ORGANISER)


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page or what it sent speaks of (404: there is none)."""
    asked = request.POST.get("season") or request.GET.get("season")
    return seasons.season_asked(asked, by=request.actor)


def units(request: Request, asked: Node | None = None) -> list[tuple[str, str]]:
    """Return the units that the actor may plan for, to choose from; ``asked`` is one of them."""
    found = organisations.choices(organisations.own_units(request.actor, roles=DESK))
    if asked is None or str(asked.id) in {key for key, _name in found}:
        return found
    return [*found, (str(asked.id), asked.short_name)]


def unit_asked(request: Request) -> Node | None:
    """Return the unit that an address names, if it names one.

    Raises:
        NotFound: it is none of those that the actor plans for.
    """
    asked, by = read_id(request.GET.get("unit", "")), request.actor
    node = organisations.node_in_scope(asked, by=by) if asked else None
    if node and not by.reaches(node.interval.lft, DESK):
        raise NotFound
    return node


def first_choice(rules: SeasonRules) -> dict[str, object]:
    """Return what a new plan is first offered: topics still to come, and their days."""
    begin = max(clock.today() + timedelta(days=1), rules.starts_on)
    ahead = [topic for topic in rules.topics if topic.opens_on >= begin]
    ahead = ahead or [topic for topic in rules.topics if topic.due_on > begin] or [*rules.topics]
    first = max(begin, min((topic.opens_on for topic in ahead), default=begin))
    last = min(rules.ends_on, max((topic.due_on for topic in ahead), default=rules.ends_on))
    return {
        "topics": [str(topic.id) for topic in ahead],
        "first": first,
        "last": max(first, last),
        "within_km": 10,
        "load": min(200, MORE_LESSONS + _usual_load(rules.id)),
        "lecturer_a_week": 3,
        "cohort_a_week": 2,
        "seconds": 60,
        "seed": 1,
    }


def _usual_load(season_id: UUID) -> int:
    """Return how many sessions of the season a lecturer gives on average by now, rounded up."""
    given = activities.lessons_of(season_id).values()
    return ceil(sum(given) / len(given)) if given else 0


def as_before(base: Run, first: Mapping[str, object]) -> dict[str, object]:
    """Return what an earlier search was asked for, its first day not before that of a new one."""
    before = dict(base.settings)
    return before | {
        "unit": str(base.organisation_id),
        "topics": before["topic_ids"],
        "first": max(before["first"], str(first["first"])),
        "last": max(before["last"], str(first["first"])),
    }


def live_facts(row: Run) -> dict[str, Any]:
    """Return how a search stands: cost, bound, seconds; ``gap`` is in percent of the bound."""
    cost, bound = row.outcome.get("cost"), row.outcome.get("bound")
    if row.steps:
        cost, bound = row.steps[-1][1] or cost, row.steps[-1][2] or bound
    if row.is_over and row.outcome:
        cost, bound = row.outcome.get("cost"), row.outcome.get("bound")
    gap = (cost - bound) / bound if cost and bound else None
    return {
        "row": row,
        "tone": TONES[row.state],
        "chart": chart(row.steps),
        "cost": cost,
        "bound": bound,
        "gap": max(0.0, 100 * gap) if gap is not None else None,
        "seconds": row.steps[-1][0] if row.steps else 0,
        "limit": row.settings.get("seconds"),
    }


def settle(row: Run) -> None:
    """Say that a search failed whose job was given up."""
    if row.is_over or row.job_id is None:
        return
    job = Job.objects.filter(id=row.job_id).first()
    if job is not None and job.state in jobs.OVER:
        row.refresh_from_db()
        if not row.is_over:
            row.state, row.error, row.finished_at = RunState.FAILED, job.error[:400], clock.now()
            row.save(update_fields=["state", "error", "finished_at"])
