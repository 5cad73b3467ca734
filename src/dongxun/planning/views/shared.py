"""What several pages of planning need."""

from collections.abc import Mapping
from datetime import timedelta

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.planning.models import Run
from dongxun.planning.rules import DESK
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonRules

A_PAGE = 30
desk_required = access.holding(Role.OFFICE, Role.ORGANISER)


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)


def units(request: Request) -> list[tuple[str, str]]:
    """Return the units that the actor may plan for, to choose from."""
    return organisations.choices(organisations.own_units(request.actor, roles=DESK))


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
        "load": 12,
        "lecturer_a_week": 3,
        "cohort_a_week": 2,
        "seconds": 60,
        "seed": 1,
    }


def as_before(base: Run, first: Mapping[str, object]) -> dict[str, object]:
    """Return what an earlier search was asked for, its first day not before that of a new one."""
    before = dict(base.settings)
    return before | {
        "unit": str(base.organisation_id),
        "topics": before["topic_ids"],
        "first": max(before["first"], str(first["first"])),
        "last": max(before["last"], str(first["first"])),
    }
