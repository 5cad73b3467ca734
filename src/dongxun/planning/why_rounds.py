"""Why nobody comes to a home, found in the problem and its plan without any solver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dongxun_planner.visits.homes import Duty, Visit, Visitor, VisitPlan, VisitProblem, way

LANGUAGE, DAY, TWO, TIME, FAR, MOST, HOURS = (
    "language",
    "day",
    "two",
    "time",
    "far",
    "most",
    "hours",
)
DAY_MINUTES: Final = 1440.0
WAITS: Final = frozenset({MOST, HOURS})
"""Another search, or more time, may still place these."""
Duties = list[tuple[Visitor, Duty]]


@dataclass(frozen=True, slots=True)
class Why:
    """Who is left out and why; ``visitors`` are those whom it is about."""

    home: str
    code: str
    visitors: tuple[str, ...] = ()


def left_out(problem: VisitProblem, plan: VisitPlan) -> Iterator[Why]:
    """Yield the cause for each home that no round comes to."""
    called = {call.visit for each in plan.rounds for call in each.calls}
    calls = {(each.visitor, each.day): len(each.calls) for each in plan.rounds}
    for visit in problem.visits:
        if visit.id not in called:
            code, about = _why(problem, visit, calls)
            names = dict.fromkeys(visitor.id for visitor in about)
            yield Why(visit.id, code, tuple(names))


def _why(
    problem: VisitProblem, visit: Visit, calls: dict[tuple[str, int], int]
) -> tuple[str, Sequence[Visitor]]:
    """Return the first that stands in the way, and the visitors who could come but for it."""
    need = visit.needs[0]
    able = [who for who in problem.visitors if set(who.skills) >= set(need.skills)]
    every, here = _on_days(problem.visitors, visit), _on_days(able, visit)
    early = [one for one in here if _arrives(problem, visit, *one) <= visit.closes]
    back = [one for one in early if _back(problem, visit, *one) <= one[1].ends]
    others = [one for one in every if _comes(problem, visit, *one)]
    alone = len(visit.needs) == 1
    has_hours = visit.opens > 0 or visit.closes + need.minutes < DAY_MINUTES
    full = all(calls.get((who.id, duty.day), 0) >= who.holds for who, duty in back)
    steps: tuple[tuple[bool, str, Duties | list[Visitor]], ...] = (
        (bool(able), LANGUAGE, []),
        (bool(here), DAY, able),
        (alone or _meet(every, here), TWO, every),
        (bool(early), TIME if has_hours else FAR, here),
        (bool(back), FAR, early),
        (alone or _meet(others, back), TWO, others),
        (False, MOST if full else HOURS, back),
    )
    code, about = next((code, about) for holds, code, about in steps if not holds)
    return code, [one[0] if isinstance(one, tuple) else one for one in about]


def _on_days(visitors: Sequence[Visitor], visit: Visit) -> Duties:
    return [
        (who, duty)
        for who in visitors
        for duty in who.duties
        if not visit.days or duty.day in visit.days
    ]


def _meet(every: Duties, able: Duties) -> bool:
    """Tell whether two could be there on one day, one of them able."""
    return any(a.id != b.id and x.day == y.day for a, x in able for b, y in every)


def _arrives(problem: VisitProblem, visit: Visit, who: Visitor, duty: Duty) -> float:
    return max(duty.begins + way(problem, who, visit), visit.opens)


def _comes(problem: VisitProblem, visit: Visit, who: Visitor, duty: Duty) -> bool:
    in_time = _arrives(problem, visit, who, duty) <= visit.closes
    return in_time and _back(problem, visit, who, duty) <= duty.ends


def _back(problem: VisitProblem, visit: Visit, who: Visitor, duty: Duty) -> float:
    home = way(problem, visit, who)
    return _arrives(problem, visit, who, duty) + visit.needs[0].minutes + home
