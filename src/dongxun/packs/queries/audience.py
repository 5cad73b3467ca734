"""Whom a rule means: members of the season, narrowed; or branches."""

from datetime import date
from uuid import UUID

from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.packs.contracts import AudienceRule
from dongxun.people import api as people
from dongxun.people.contracts import RollLine
from dongxun.seasons import api as seasons


def intervals_of(rule: AudienceRule, node: Node, *, by: Actor) -> list[Interval]:
    """Return the subtrees a rule speaks of, all inside ``node``; without units all of it."""
    if not rule.unit_ids:
        return [node.interval]
    found = organisations.nodes(rule.unit_ids).values()
    inside = [unit.interval for unit in found if unit.interval.lft in node.interval]
    return [one for one in inside if by.reaches(one.lft)]


def people_meant(
    rule: AudienceRule, *, season_id: UUID, node: Node, on: date, by: Actor
) -> list[RollLine]:
    """Return the members a rule means on a day, each once, by branch and roster order."""
    chosen = seasons.eligible_ids(
        season_id,
        on,
        intervals_of(rule, node, by=by),
        modes=[rule.mode] if rule.mode else (),
        cohort_id=rule.cohort_id,
    )
    ids: set[UUID] = set(chosen)
    if rule.tag:
        ids &= set(people.people_tagged([rule.tag]))
    if rule.veteran_years is not None:
        ids &= _veterans(node.interval, rule.veteran_years, on, by=by)
    return people.roll_lines(ids)


def _veterans(interval: Interval, years: int, on: date, *, by: Actor) -> set[UUID]:
    """Return who has been a member for so many full years; without a join date nobody is."""
    return {
        line.id
        for line in people.paper_lines(interval, by=by)
        if (people.party_years(line.joined_on, on) or -1) >= years
    }


def branches_meant(rule: AudienceRule, *, node: Node, by: Actor) -> list[Node]:
    """Return the branches of the rule's units, in the order of the tree."""
    found: list[Node] = []
    for interval in intervals_of(rule, node, by=by):
        found.extend(organisations.branches_under(interval))
    return list({branch.id: branch for branch in found}.values())
