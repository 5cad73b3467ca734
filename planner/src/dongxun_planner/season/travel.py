"""How far a lecturer gets between two lessons of one day; plain Python, without any solver."""

import math

from dongxun_planner.season.problems import Lesson, SeasonProblem, Venue
from dongxun_planner.zoning.check import km

At = tuple[int, Lesson | Venue]
"""A slot, and the place in which somebody teaches then."""


def reach_km(problem: SeasonProblem, apart: int) -> float:
    """Return how far a lecturer gets between lessons so many parts of a day apart."""
    if not apart:
        return 0.0
    if not problem.pauses:
        return math.inf
    minutes = problem.pauses[min(apart, len(problem.pauses)) - 1]
    return minutes * problem.kmh / 60


def too_far(problem: SeasonProblem, one: At, other: At) -> bool:
    """Tell whether two lessons are on one day at places too far from each other."""
    if one[0] // problem.halves != other[0] // problem.halves:
        return False
    way = km(one[1], other[1])
    return way > reach_km(problem, abs(one[0] - other[0])) + 1e-9
