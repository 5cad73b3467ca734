"""The repair: what fell through finds a new place, who missed a topic finds a seat."""

from functools import partial

from dongxun_planner.protocol import Limits, Outcome, Search, Watch, quiet
from dongxun_planner.replan.check import check_replan, fallen, published_sessions
from dongxun_planner.replan.joins import Seats, more, seat
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.replan.repair import repaired


def plan_replan(
    problem: ReplanProblem, limits: Limits, watch: Watch = quiet
) -> Outcome[ReplanPlan]:
    """Repair a published season."""
    check = partial(check_replan, problem)
    search: Search[ReplanPlan] = Search(limits, check, watch=watch)
    published = published_sessions(problem)
    lost = fallen(problem)
    past = [session for session in published if session.slot < problem.first_slot]
    ahead = [session for session in published if session.slot >= problem.first_slot]
    staying = [session for session in ahead if session not in lost]
    search.at_least(_least(problem, len(lost)))
    search.offer(ReplanPlan(tuple(staying), (), problem.missed))
    if search.left > 0:
        search.tell(f"{len(lost)} sessions fell through")
        sessions = [*staying, *repaired(problem, [*past, *staying], lost, search)]
        _seat_all(problem, sessions, past, search)
    if search.plan is not None:
        search.causes = tuple(_causes(problem, search.plan, lost))
    return search.outcome()


def _seat_all(
    problem: ReplanProblem, sessions: list[Session], past: list[Session], search: Search[ReplanPlan]
) -> None:
    """Offer the sessions with everybody whom they can seat, then with new ones for the rest."""
    joins, left = seat(problem, sessions)
    search.tell(f"{sum(each.members for each in left)} people without a seat")
    search.offer(ReplanPlan(tuple(sessions), joins, left))
    if not left or search.left <= 0:
        return
    new = more(problem, sessions, past, left)
    if not new or search.left <= 0:
        return
    joins, left = seat(problem, [*sessions, *new])
    used = {(join.venue, join.slot) for join in joins}
    kept = [session for session in new if (session.venue, session.slot) in used]
    search.tell(f"{sum(each.members for each in left)} people without a seat")
    search.offer(ReplanPlan((*sessions, *kept), joins, left))


def _least(problem: ReplanProblem, lost: int) -> float:
    """Return a cost that no repair undercuts: what fell through changes, and the shortest ways."""
    seats = Seats(problem)
    total = problem.change * lost
    for miss in problem.missed:
        way = problem.season.prices.walk_km * seats.shortest(miss)
        total += miss.members * min(problem.uncovered, way)
    return total


def _causes(problem: ReplanProblem, plan: ReplanPlan, lost: list[Session]) -> list[str]:
    held = {(session.cohort, session.topic) for session in plan.sessions}
    causes = [
        f"{session.topic} at {session.venue}, slot {session.slot}: no lecturer of it, hall and slot"
        " are free together"
        for session in lost
        if (session.cohort, session.topic) not in held
    ]
    causes.extend(
        f"{miss.members} of {miss.unit} missed {miss.topic}: no session within"
        f" {problem.season.within_km:g} km has seats, and none more can be held"
        for miss in plan.uncovered
    )
    return causes
