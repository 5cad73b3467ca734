"""Conflict of interest: whose entries a judge may not judge, and does not even see."""

from collections.abc import Mapping
from uuid import UUID

from dongxun.contests.contracts import EntryState
from dongxun.contests.models import Contest, Entrant, Judge, Recusal
from dongxun.organisations import api as organisations
from dongxun.people import api as people


def barred(judge: Judge, contest: Contest) -> set[UUID]:
    """Return the entries from which a judge is kept: of their own unit, own ones, stood aside."""
    return barred_of([judge], contest)[judge.id]


def barred_of(judges: list[Judge], contest: Contest) -> Mapping[UUID, set[UUID]]:
    """Return for each judge the entries from which they are kept.

    A unit is what stands right below the organisation that holds the contest: a town in a
    contest of the district, a village in one of the town. In a contest of one branch nobody
    has a unit of their own.
    """
    rows = Entrant.objects.filter(contest=contest, is_in=True, entry__state=EntryState.IN)
    found: list[tuple[UUID, UUID | None, UUID]] = list(
        rows.values_list("entry_id", "person_id", "entry__branch_id")
    )
    persons = {person for _entry, person, _branch in found if person}
    households = contest.entries.filter(state=EntryState.IN).exclude(household="")
    found += [(key, None, branch) for key, branch in households.values_list("id", "branch_id")]
    persons |= {judge.person_id for judge in judges if judge.person_id}
    homes = people.branches_of(persons)
    branches = organisations.nodes({branch for _entry, _person, branch in found})
    top = contest.organisation_id
    units = [one for one in organisations.with_children([top]) if one.id != top]

    def unit_at(lft: int | None) -> UUID | None:
        return next((u.id for u in units if lft is not None and lft in u.interval), None)

    unit_of = {person: unit_at(home.lft) for person, home in homes.items()}
    stood: dict[UUID, set[UUID]] = {judge.id: set() for judge in judges}
    for judge_id, entry_id in Recusal.objects.filter(judge__in=judges).values_list(
        "judge_id", "entry_id"
    ):
        stood[judge_id].add(entry_id)
    for judge in judges:
        own = unit_of.get(judge.person_id) if judge.person_id else None
        for entry_id, person_id, branch_id in found:
            at = branches.get(branch_id)
            theirs = {unit_at(at.interval.lft if at else None)}
            if person_id:
                theirs.add(unit_of.get(person_id))
            is_own = person_id is not None and person_id == judge.person_id
            if is_own or (own is not None and own in theirs):
                stood[judge.id].add(entry_id)
    return stood
