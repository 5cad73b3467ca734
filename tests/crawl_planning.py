"""Planning in the crawl: a search of each town, with a plan made by hand."""

from collections.abc import Callable, Mapping
from typing import Final

from dongxun.kernel import clock
from dongxun.planning.models import Run
from dongxun.planning.tests import gather
from dongxun.planning.tests.make import divided, planned, ready, rostered
from dongxun_planner.visits.homes import (
    Call,
    Duty,
    Need,
    Round,
    Visit,
    Visitor,
    VisitPlan,
    VisitProblem,
)
from dongxun_planner.wire import write
from tests.cast import Cast, Town
from tests.crawl_rows import OFFICE, Row

DESKS: Final = frozenset({"office", "organiser", "other_organiser"})
DESK: Final = frozenset({"office", "organiser"})


def run(cast: Cast, town: Town) -> object:
    known = Run.objects.filter(organisation_id=town.node.id, kind="season").first()
    return (known or planned(ready(cast), organisation_id=town.node.id)).id


def repair(cast: Cast, town: Town) -> object:
    problem = Run.objects.get(id=str(run(cast, town))).problem
    known, _made = Run.objects.get_or_create(
        organisation_id=town.node.id,
        kind="repair",
        season_id=cast.season.id,
        defaults={"problem": problem, "digest": "", "state": "done", "created_at": clock.now()},
    )
    return known.id


def zones(cast: Cast, town: Town) -> object:
    known = Run.objects.filter(kind="zones", organisation_id=cast.district.id).first()
    return (known or divided(cast)).id


def gathered(cast: Cast, kind: str) -> object:
    known = Run.objects.filter(kind=kind).first()
    return (known or getattr(gather, kind)(cast)).id


def rounds(cast: Cast, town: Town) -> object:
    """Return a search that sends the second person of a town to the first."""
    elder, young = (str(one.id) for one in town.people[:2])
    home = Visit(elder, (32.0, 121.0), (Need(20.0),), closes=1000.0)
    visitor = Visitor(young, (32.0, 121.0), (Duty(0, 540.0, 990.0),))
    days = [clock.today().isoformat()]
    known, _made = Run.objects.get_or_create(
        organisation_id=town.node.id,
        kind="rounds",
        season_id=cast.season.id,
        defaults={
            "problem": write(VisitProblem("visits", (home,), (visitor,))),
            "plan": write(VisitPlan("visits", (Round(young, 0, (Call(elder, 0, 540.0),)),))),
            "about": {"unplaced": [], "days": days, "waiting": 1, "later": 0},
            "settings": {"topic_id": str(cast.topics[0].id), "goes": [], "minutes": 20},
            "digest": "",
            "state": "done",
            "created_at": clock.now(),
        },
    )
    return known.id


def roster(cast: Cast, town: Town) -> object:
    known = Run.objects.filter(organisation_id=town.node.id, kind="roster").first()
    return (known or rostered(cast, town)).id


PLANNING_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {"run_id": run}
TIMETABLES: Final = {
    "planning:home": Row(DESKS),
    "planning:new_season": Row(DESKS),
    "planning:run": Row(DESK, body=lambda _c, _t: {"what": "stop"}),
    "planning:new_repair": Row(DESKS),
    "planning:repair": Row(DESK, arguments=lambda cast, town: {"run_id": repair(cast, town)}),
    "planning:live": Row(DESK),
    "planning:new_rounds": Row(DESKS),
    "planning:rounds": Row(DESK, arguments=lambda cast, town: {"run_id": rounds(cast, town)}),
    "planning:new_roster": Row(DESK),
    "planning:roster": Row(DESK, arguments=lambda cast, town: {"run_id": roster(cast, town)}),
    "planning:new_areas": Row(OFFICE),
    "planning:areas": Row(
        OFFICE, foreign=OFFICE, arguments=lambda cast, town: {"run_id": gathered(cast, "areas")}
    ),
    "planning:new_hubs": Row(DESKS),
    "planning:hubs": Row(
        OFFICE, foreign=OFFICE, arguments=lambda cast, town: {"run_id": gathered(cast, "hubs")}
    ),
    "planning:new_pairs": Row(DESKS),
    "planning:pairs": Row(
        OFFICE, foreign=OFFICE, arguments=lambda cast, town: {"run_id": gathered(cast, "pairs")}
    ),
    "planning:new_zones": Row(OFFICE),
    "planning:zones": Row(
        OFFICE, foreign=OFFICE, arguments=lambda cast, town: {"run_id": zones(cast, town)}
    ),
}
