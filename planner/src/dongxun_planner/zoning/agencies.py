"""Agencies into joint areas, each around a lead."""

from collections import Counter, deque
from collections.abc import Iterator
from functools import partial

import numpy as np

from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.zoning.centres import Centres, assign
from dongxun_planner.zoning.check import check_agencies, km
from dongxun_planner.zoning.median import greedy
from dongxun_planner.zoning.problems import AgencyPlan, AgencyProblem, Area


def plan_agencies(
    problem: AgencyProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[AgencyPlan]:
    """Choose the leads and gather the others around them."""
    check = partial(check_agencies, problem)
    search: Search[AgencyPlan] = Search(limits, check, watch=watch, step=1.0)
    if causes := _obvious(problem):
        return search.impossible(*causes)
    centres = _centres(problem)
    search.at_least(_simple(centres))
    quick = _quick(centres)
    if quick is not None and not check(plan := _plan(problem, quick)).broken:
        search.offer(plan)
    else:
        quick = None
    if search.over:
        return search.outcome()
    search.tell("gathering")
    start = None if quick is None else np.array(quick)
    found = assign(centres, search, start)  # type: ignore[arg-type]
    if found.infeasible:
        return search.impossible(
            f"no {problem.areas} areas of {problem.least} to {problem.most} agencies keep all of"
            f" {len(problem.together)} pairs together and {len(problem.apart)} pairs apart"
        )
    search.at_least(found.bound)
    if found.centre_of is not None:
        search.offer(_plan(problem, found.centre_of.tolist()))
    return search.outcome()


def _centres(problem: AgencyProblem) -> Centres:
    agencies = problem.agencies
    place = {agency.id: i for i, agency in enumerate(agencies)}
    table = [[float(round(1000 * km(a, b))) for b in agencies] for a in agencies]
    costs = np.array(table)
    costs[:, [not agency.may_lead for agency in agencies]] = np.inf
    skills = sorted({skill for agency in agencies for skill in agency.skills})
    groups = (tuple(i for i, a in enumerate(agencies) if skill in a.skills) for skill in skills)
    size = len(agencies)
    return Centres(
        costs,
        np.zeros(size),
        np.ones(size),
        np.full(size, float(problem.least)),
        np.full(size, float(problem.most)),
        problem.areas,
        tuple(groups),
        float(round(1000 * problem.lack_km)),
        tuple((place[a], place[b]) for a, b in problem.together),
        tuple((place[a], place[b]) for a, b in problem.apart),
        own=True,
    )


def _simple(centres: Centres) -> float:
    """Return a bound that needs no program: every agency but the leads goes to its nearest."""
    ways, size = centres.costs.copy(), len(centres.costs)
    np.fill_diagonal(ways, np.inf)
    least = np.sort(ways.min(axis=1, initial=np.inf))[: size - centres.count]
    lacks = sum(max(0, centres.count - len(group)) for group in centres.groups)
    return float(least.sum()) + lacks * centres.lack if np.isfinite(least).all() else 0.0


def _quick(centres: Centres) -> list[int] | None:
    """Choose the leads one after the other and fill their areas; wishes may be broken; none if full."""
    costs, size, count = centres.costs, len(centres.costs), centres.count
    able = np.flatnonzero(np.isfinite(costs.diagonal()))
    leads = [int(able[n]) for n in greedy(costs[:, able], count)]
    most, least = (float(ends[0]) for ends in (centres.most, centres.least))
    lead_of, rest = {lead: lead for lead in leads}, set(range(size)) - {*leads}
    held = Counter(leads)
    wanted = sorted((costs[i, lead], i, lead) for i in rest for lead in leads)
    for is_full, end in ((False, least), (True, most)):
        for _way, i, lead in wanted:
            if i in rest and held[lead] < end:
                lead_of[i] = lead
                held[lead] += 1
                rest.discard(i)
        if is_full and rest:
            return None
    return [lead_of[i] for i in range(size)]


def _plan(problem: AgencyProblem, lead_of: list[int]) -> AgencyPlan:
    ids = [agency.id for agency in problem.agencies]
    areas = [
        Area(ids[lead], tuple(name for name, j in zip(ids, lead_of, strict=True) if j == lead))
        for lead in sorted(set(lead_of))
    ]
    return AgencyPlan(tuple(areas))


def _obvious(problem: AgencyProblem) -> list[str]:
    count, leads = len(problem.agencies), sum(a.may_lead for a in problem.agencies)
    found = []
    if not count:
        return ["there are no agencies"]
    if leads < problem.areas:
        found.append(f"{problem.areas} areas need as many leads; only {leads} agencies may lead")
    if problem.areas * problem.least > count:
        found.append(f"{problem.areas} areas of at least {problem.least} need more than {count}")
    if problem.areas * problem.most < count:
        found.append(f"{problem.areas} areas of at most {problem.most} do not take all {count}")
    return [*found, *_torn(problem)]


def _torn(problem: AgencyProblem) -> Iterator[str]:
    """Say who is asked to be with somebody, through others too, from whom they are asked to be apart."""
    beside: dict[str, list[str]] = {}
    for a, b in problem.together:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    for a, b in problem.apart:
        if b in (chain := _chains(beside, a)):
            between = chain[b][1:-1]
            through = f", together through {', '.join(between)}" if between else ""
            yield f"{a} and {b}: asked to be together and apart{through}"
    told: set[str] = set()
    for name in beside:
        group = _chains(beside, name)
        if name not in told and len(group) > problem.most:
            yield f"{', '.join(group)}: asked to be together; an area has at most {problem.most}"
        told |= group.keys()


def _chains(beside: dict[str, list[str]], first: str) -> dict[str, list[str]]:
    """Return whoever must be with somebody, with a shortest chain of pairs that says so."""
    chains = {first: [first]}
    edge = deque([first])
    while edge:
        here = edge.popleft()
        for name in beside.get(here, ()):
            if name not in chains:
                chains[name] = [*chains[here], name]
                edge.append(name)
    return chains
