"""Kernels ready before any clock runs: compiling them takes 10 to 20 seconds, once on a machine."""

from collections.abc import Callable
from functools import cache

KERNELS = {
    "season": "season",
    "visits": "visits",
    "roster": "roster",
    "hubs": "hubs",
    "curtois": "roster",
    "hhcrsp": "visits",
    "itc2007": "courses",
    "pmed": "hubs",
}
"""Which kinds and formats need which kernels; the others need none."""


def is_needed(what: str) -> bool:
    """Tell whether a kind of problem or a format needs kernels."""
    return what in KERNELS


def warm(what: str) -> None:
    """Compile, or load, what a kind of problem or a format needs."""
    if is_needed(what):
        _solve(KERNELS[what])


@cache
def _solve(kernels: str) -> None:
    """Solve a tiny problem, so that every kernel is used once."""
    makers: dict[str, Callable[[], None]] = {
        "season": _season,
        "visits": _visits,
        "roster": _roster,
        "hubs": _hubs,
        "courses": _courses,
    }
    makers[kernels]()


def _season() -> None:
    from dongxun_planner.generate.district import district
    from dongxun_planner.protocol import Limits
    from dongxun_planner.season.plan import plan_season

    plan_season(district(1, size=0.02), Limits(seconds=600.0, work=1))


def _visits() -> None:
    from dongxun_planner.protocol import Limits
    from dongxun_planner.visits.homes import Duty, Need, Visit, Visitor, VisitProblem
    from dongxun_planner.visits.plan import plan_visits

    home = Visit("a", (0.0, 0.0), (Need(1.0),))
    problem = VisitProblem("visits", (home,), (Visitor("b", (0.0, 0.0), (Duty(0),)),))
    plan_visits(problem, Limits(seconds=600.0, work=1))


def _roster() -> None:
    from dongxun_planner.protocol import Limits
    from dongxun_planner.roster.plan import plan_roster
    from dongxun_planner.roster.problems import Cover, RosterProblem, Shift, Wish, Worker

    problem = RosterProblem(
        "roster",
        3,
        (Shift("d", 480), Shift("n", 480, not_before=("d",))),
        (Worker("a", most={"n": 1}), Worker("b")),
        covers=tuple(Cover(day, shift, 1) for day in range(3) for shift in ("d", "n")),
        wishes=(Wish("a", 0, wanted=True, weight=1.0, shift="n"), Wish("a", 0, False, 1.0)),
    )
    plan_roster(problem, Limits(seconds=600.0, work=4))


def _hubs() -> None:
    from dongxun_planner.protocol import Limits
    from dongxun_planner.zoning.hubs import plan_hubs
    from dongxun_planner.zoning.problems import Hub, HubProblem, Village

    villages = tuple(Village(f"v{n}", 30.0 + n / 100, 120.0, 1) for n in range(6))
    hubs = tuple(Hub(f"h{n}", 30.0 + n / 90, 120.0) for n in range(4))
    plan_hubs(HubProblem("hubs", villages, hubs, 2), Limits(seconds=600.0))


def _courses() -> None:
    from dongxun_planner.courses.plan import plan_courses
    from dongxun_planner.courses.problems import Course, CourseProblem, Room
    from dongxun_planner.protocol import Limits

    courses = (Course("a", "t", 2, 2, 3), Course("b", "u", 1, 1, 3, (0,)))
    rooms = (Room("r", 2), Room("s", 4))
    problem = CourseProblem("tiny", 2, 2, courses, rooms, (("a", "b"),))
    plan_courses(problem, Limits(seconds=600.0, work=1))
