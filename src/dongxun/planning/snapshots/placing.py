"""Who of a branch that learns in study groups is in which of them, and who in none."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node
from dongxun.planning.contracts import LINE
from dongxun.planning.snapshots.groups import branch_of, number_of, units_of
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode

PLANNER = Actor.system("planning")
Groups = Mapping[UUID, date]
"""The cohorts of a branch's study groups, by number, each with the day of its last session."""


def study_groups(season_id: UUID, branch: Node) -> Groups:
    """Return the study groups of a branch that have sessions ahead."""
    now, found = clock.now(), dict[tuple[int, UUID], date]()
    rows = activities.planned_sessions(season_id, by=PLANNER, within=branch.interval, line=LINE)
    for one in rows:
        if one.cohort_id is None or one.starts_at <= now:
            continue
        for unit in units_of(one):
            if number_of(unit) and branch_of(unit) == branch.id:
                found[number_of(unit), one.cohort_id] = clock.day_of(one.starts_at)
    return {cohort: found[number, cohort] for number, cohort in sorted(found)}


def unplaced(season_id: UUID, branch: Node, groups: Groups) -> tuple[set[UUID], dict[UUID, int]]:
    """Return who learns together while the groups meet and is in none, and how many are in each."""
    members = {cohort: seasons.cohort_people(cohort) for cohort in groups}
    learning = {
        person
        for day in ({clock.today(), *groups.values()} if groups else ())
        for person in seasons.eligible_ids(
            season_id, day, [branch.interval], modes=(StudyMode.GROUP,)
        )
    }
    left = learning.difference(*members.values())
    return left, {cohort: len(those & learning) for cohort, those in members.items()}
