"""The checker of home visits: rules and cost once more, without any solver."""

from collections import defaultdict
from collections.abc import Iterator

from dongxun_planner.protocol import Verdict
from dongxun_planner.visits.homes import Duty, Round, Visit, Visitor, VisitPlan, VisitProblem, way

NEAR = 1e-4  # minutes; ways are known to a thousandth


class Book:
    """What a plan says, beside what the problem allows."""

    def __init__(self, problem: VisitProblem, plan: VisitPlan) -> None:
        self.problem, self.plan = problem, plan
        self.visits = {each.id: each for each in problem.visits}
        self.visitors = {each.id: each for each in problem.visitors}
        self.broken: list[str] = []
        self.on_the_way = self.late = self.latest = 0.0
        self.strangers = 0
        self.calls: dict[str, list[tuple[int, str, int, float]]] = defaultdict(list)

    def read(self) -> None:
        """Go every round once."""
        seen: set[tuple[str, int]] = set()
        for each in self.plan.rounds:
            who = self.visitors.get(each.visitor)
            if who is None:
                self.broken.append(f"visitor {each.visitor}: is not here")
                continue
            if (each.visitor, each.day) in seen:
                self.broken.append(f"visitor {each.visitor}: two rounds on day {each.day}")
            seen.add((each.visitor, each.day))
            duty = next((duty for duty in who.duties if duty.day == each.day), None)
            if duty is None:
                self.broken.append(f"visitor {each.visitor}: is not on duty on day {each.day}")
            elif each.calls:
                place = f"{each.visitor}, day {each.day}"
                self.broken.extend(f"{place}: {rule}" for rule in self._go(each, who, duty))

    def _go(self, round_: Round, who: Visitor, duty: Duty) -> Iterator[str]:
        problem = self.problem
        now, load = duty.begins, 0
        here: Visit | Visitor = who
        for call in round_.calls:
            visit = self.visits.get(call.visit)
            if visit is None or call.need >= len(visit.needs):
                yield f"{call.visit} has no such call"
                continue
            need = visit.needs[call.need]
            there = way(problem, here, visit)
            self.on_the_way += there
            if call.begins < max(now + there, visit.opens) - NEAR:
                yield f"{visit.id} begins at {call.begins:.3f}, too early to be there or to come in"
            late = max(0.0, call.begins - visit.closes)
            if late > problem.tolerance + NEAR:
                yield f"{visit.id} begins at {call.begins:.3f}, closes at {visit.closes:.3f}"
            if missing := set(need.skills) - set(who.skills):
                yield f"{visit.id} wants {', '.join(sorted(missing))}"
            if visit.days and round_.day not in visit.days:
                yield f"{visit.id} is not to be visited on that day"
            self.late, self.latest = self.late + late, max(self.latest, late)
            self.strangers += bool(visit.known) and who.id not in visit.known
            self.calls[visit.id].append((call.need, who.id, round_.day, call.begins))
            now, here, load = call.begins + need.minutes, visit, load + need.load
        home = way(problem, here, who)
        self.on_the_way += home
        if now + home > duty.ends + NEAR:
            yield f"is home at {now + home:.3f}, after {duty.ends:.3f}"
        if load > who.holds:
            yield f"carries {load}, holds {who.holds}"

    def meet(self) -> Iterator[str]:
        """Say what is wrong with the calls of each visit taken together."""
        for name, calls in self.calls.items():
            yield from _together(self.visits[name], sorted(calls))


def _together(visit: Visit, calls: list[tuple[int, str, int, float]]) -> Iterator[str]:
    if [need for need, *_ in calls] != list(range(len(visit.needs))):
        yield f"visit {visit.id}: {len(calls)} calls where {len(visit.needs)} are needed, or one twice"
        return
    if len(calls) == 1:
        return
    [(_, who, day, first), (_, other, other_day, second)] = calls
    if who == other:
        yield f"visit {visit.id}: {who} comes for both"
    if day != other_day:
        yield f"visit {visit.id}: its two calls are on different days"
    least, most = visit.apart
    if not least - NEAR <= second - first <= most + NEAR:
        yield f"visit {visit.id}: its calls are {second - first:.3f} apart, not {least:g} to {most:g}"


def check_visits(problem: VisitProblem, plan: VisitPlan) -> Verdict:
    """Check rounds of home visits; the cost is what the problem's prices say."""
    book = Book(problem, plan)
    book.read()
    broken = (*book.broken, *book.meet())
    prices = problem.prices
    left = len(problem.visits) - len(book.calls)
    cost = (
        prices.way * book.on_the_way
        + prices.late * book.late
        + prices.latest * book.latest
        + prices.stranger * book.strangers
        + prices.unvisited * left
    )
    parts = {
        "way": book.on_the_way,
        "late": book.late,
        "latest": book.latest,
        "strangers": float(book.strangers),
        "unvisited": float(left),
    }
    return Verdict(cost, broken, parts)
