"""Small problems of our own making."""

import random
from datetime import date

from dongxun_planner.calendar import teaching_days
from dongxun_planner.protocol import Limits
from dongxun_planner.season.problems import (
    Lecturer,
    SeasonPlan,
    SeasonProblem,
    Unheld,
    Unit,
    Venue,
)
from dongxun_planner.zoning.problems import (
    Agency,
    AgencyProblem,
    Enterprise,
    Hub,
    HubProblem,
    PairingProblem,
    Seeker,
    Town,
    TownProblem,
    Village,
)

LIMITS = Limits(seconds=36_000.0)  # no clock decides a test
NONE = Limits(seconds=0.0)


def make_towns(count=12, seed=1):
    dice = random.Random(seed)
    kinds = ("hall", "base", "enterprise", "lecturer")
    return tuple(
        Town(
            f"t{i}",
            32 + dice.random() * 0.5,
            121 + dice.random() * 0.5,
            dice.randint(60, 140),
            tuple(kind for kind in kinds if dice.random() < 0.5),
        )
        for i in range(count)
    )


def make_town_problem(**overrides):
    given = {"kind": "towns", "towns": make_towns(), "zones": 4, "tolerance": 0.3}
    return TownProblem(**given | overrides)


def make_hub_problem(seed=1, size=(30, 10), **overrides):
    dice = random.Random(seed)

    def point() -> tuple[float, float]:
        return 32 + dice.random() * 0.3, 121 + dice.random() * 0.3

    given = {
        "kind": "hubs",
        "villages": tuple(
            Village(f"v{i}", *point(), members=dice.randint(5, 40)) for i in range(size[0])
        ),
        "hubs": tuple(Hub(f"h{j}", *point(), capacity=None) for j in range(size[1])),
        "open": 3,
    }
    return HubProblem(**given | overrides)


def make_agency_problem(count=14, seed=1, **overrides):
    dice = random.Random(seed)
    skills = ("law", "farming", "health")
    given = {
        "kind": "agencies",
        "agencies": tuple(
            Agency(f"a{i}", 32 + dice.random() * 0.1, 121 + dice.random() * 0.1, (skills[i % 3],))
            for i in range(count)
        ),
        "areas": 3,
        "least": 3,
        "most": 6,
    }
    return AgencyProblem(**given | overrides)


def make_pairing_problem(seed=1, size=(8, 4), **overrides):
    dice = random.Random(seed)
    wares = ("jobs", "sales", "skills")
    given = {
        "kind": "pairing",
        "villages": tuple(
            Seeker(f"v{i}", 32 + dice.random() * 0.1, 121 + dice.random() * 0.1, (wares[i % 3],))
            for i in range(size[0])
        ),
        "enterprises": tuple(
            Enterprise(f"e{j}", 32 + dice.random() * 0.1, 121 + dice.random() * 0.1, 2, wares[:j])
            for j in range(size[1])
        ),
    }
    return PairingProblem(**given | overrides)


def make_season(**overrides):
    """Two towns' worth of units around four halls, three lecturers, four weeks."""
    dice = random.Random(4)
    given = {
        "kind": "season",
        "topics": ("law", "farming"),
        "days": teaching_days(date(2026, 12, 1), date(2026, 12, 24)),
        "units": tuple(
            Unit(
                f"u{i}",
                32 + dice.random() * 0.05,
                121 + dice.random() * 0.05,
                members=dice.randint(20, 60),
                study_day=dice.randrange(5),
            )
            for i in range(12)
        ),
        "venues": tuple(
            Venue(f"h{j}", 32.01 + j / 100, 121.02, seats=90 + 40 * j, cost=100.0 + 30 * j)
            for j in range(4)
        ),
        "lecturers": tuple(
            Lecturer(f"l{k}", 32.02, 121.01 + k / 50, mine, tuple(range(k, 34, 2)), load=8)
            for k, mine in enumerate((("law",), ("farming",), ("law", "farming")))
        ),
    }
    return SeasonProblem(**given | overrides)


def make_season_plan(problem, *cohorts):
    """Return a plan of these cohorts that says what they do not hold."""
    units = {unit.id: unit for unit in problem.units}
    unheld = [
        Unheld(cohort.units, topic, "")
        for cohort in cohorts
        for topic in problem.lacking([units[name] for name in cohort.units])
        if topic not in {meeting.topic for meeting in cohort.meetings}
    ]
    return SeasonPlan(cohorts, tuple(unheld))
