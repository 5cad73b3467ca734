"""Whoever comes into a branch that learns in study groups has a place in one of them."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.planning.snapshots.placing import PLANNER, study_groups, unplaced
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState


def place_newcomers(season_id: UUID, person_ids: Collection[UUID]) -> int:
    """Put those of these people who are of none of their branch's study groups into the smallest.

    From where they stand now, so any order and any repetition ends alike. A group counts while one
    of its sessions is ahead. Return how many were put in.
    """
    homes = {row.branch_id for row in people.member_rows(person_ids).values()}
    split = seasons.organisations_with_cohorts(season_id, homes)
    if not split or seasons.season(season_id, by=PLANNER).state == SeasonState.CLOSED:
        return 0
    nodes = organisations.nodes(split).values()
    return sum(_place(season_id, node, set(person_ids)) for node in nodes)


@transaction.atomic
def _place(season_id: UUID, branch: Node, wanted: set[UUID]) -> int:
    organisations.hold(seasons.rules(season_id).root_id)
    left, sizes = unplaced(season_id, branch, study_groups(season_id, branch))
    added: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for person in sorted(left & wanted, key=str):
        smallest = min(sizes, key=lambda one: sizes[one])
        sizes[smallest] += 1
        added[smallest].append(person)
    return sum(
        seasons.change_cohort(by=PLANNER, cohort_id=cohort, add=some)
        for cohort, some in added.items()
    )
