"""Homes that wait for a visit as a problem: when they may be visited, by whom, who can go when.

Who lives there is an id, looked up each time for whoever may read it. Where homes lie and when
they are to be visited is taken out of a search once its rounds are accepted, or after
``KEPT_DAYS`` (``services.blanking``).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node, Point
from dongxun.people import api as people
from dongxun.planning.contracts import Go, RoundSettings
from dongxun.seasons.contracts import SeasonRules
from dongxun.visits import api as visits
from dongxun.visits.contracts import TAG_OF, Wishes
from dongxun_planner.visits.homes import Duty, Need, Visit, Visitor, VisitPrices, VisitProblem

MOST_HOMES: Final = 150
"""More are planned in a second search: the list begins with those nobody goes to."""
DETOUR: Final = 1.3
"""How much longer a road is than the way of a bird."""
LEFT_OUT: Final = 1000.0
"""Minutes that leaving a home out counts: no way is ever so long."""
NO_POINT, DAY = "point", "day"
NO_WISHES: Final = Wishes()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A problem, and what its pages say besides, as JSON."""

    problem: VisitProblem
    about: dict[str, Any]


def minute(at: time) -> float:
    """Return the minute of the day."""
    return float(at.hour * 60 + at.minute)


def take(*, by: Actor, rules: SeasonRules, node: Node, asked: RoundSettings) -> Waiting:
    """Freeze who is owed a topic at home and on no round yet, and who could go when."""
    owed = visits.owed_homes(by=by, rules=rules, interval=node.interval, topic_id=asked.topic_id)
    visitors = dict.fromkeys(go.person_id for go in asked.goes)
    alone = (one.person.id for one in owed if one.round_id is None)
    homes = [key for key in alone if key not in visitors]
    chosen = homes[:MOST_HOMES]
    days = sorted({go.day for go in asked.goes})
    at = visits.home_points([*chosen, *visitors])
    wishes = visits.wishes_of(chosen)
    near = [key for key in chosen if key in at]
    fits = {key: _days(wishes.get(key, NO_WISHES), days) for key in near}
    unplaced = [[str(key), NO_POINT, [], ""] for key in chosen if key not in at]
    unplaced += [
        [str(key), DAY, [], wishes[key].weekdays] for key in near if not fits[key] and days
    ]
    placed = [key for key in near if fits[key]]
    known = visits.known_visitors(placed)
    problem = VisitProblem(
        kind="visits",
        visits=tuple(
            _visit(key, at[key], fits[key], wishes.get(key, NO_WISHES), asked) for key in placed
        ),
        visitors=tuple(_visitors(visitors, at, days, asked)),
        minutes_per_km=60 / asked.kmh * DETOUR,
        prices=VisitPrices(unvisited=LEFT_OUT, stranger=asked.strangers),
    )
    problem = _knowing(problem, known)
    about = {
        "people": [str(key) for key in placed],
        "unplaced": unplaced,
        "waiting": len(homes),
        "later": max(0, len(homes) - MOST_HOMES),
        "days": [day.isoformat() for day in days],
        "goes": [[str(key), ""] for key in visitors],
    }
    return Waiting(problem, about)


def _days(wishes: Wishes, days: Sequence[date]) -> tuple[int, ...]:
    """Return which of the days somebody may be visited on."""
    every = wishes.weekdays
    return tuple(n for n, day in enumerate(days) if not every or str(day.isoweekday()) in every)


def _visit(
    key: UUID, at: Point, days: tuple[int, ...], wishes: Wishes, asked: RoundSettings
) -> Visit:
    """Return a home as the planner knows it: a call ends before the home wants to be left."""
    opens = minute(wishes.opens) if wishes.opens else 0.0
    closes = (minute(wishes.closes) if wishes.closes else 1440.0) - asked.minutes
    skills = (TAG_OF[wishes.language],) if wishes.language in TAG_OF else ()
    two = asked.two or wishes.two
    return Visit(
        str(key),
        at,
        (Need(float(asked.minutes), skills, 1), Need(float(asked.minutes), (), 1))[: 1 + two],
        opens=opens,
        closes=max(opens, closes),
        days=days,
    )


def _visitors(
    ids: Collection[UUID], at: Mapping[UUID, Point], days: Sequence[date], asked: RoundSettings
) -> list[Visitor]:
    """Return who goes, each from their own home or unit; who has no point is left out."""
    speaks = people.people_tagged(TAG_OF.values())
    duties: dict[UUID, list[Go]] = {}
    for go in asked.goes:
        duties.setdefault(go.person_id, []).append(go)
    return [
        Visitor(
            str(key),
            at[key],
            tuple(
                Duty(days.index(go.day), minute(go.begins), minute(go.ends)) for go in duties[key]
            ),
            tuple(sorted(speaks.get(key, ()))),
            asked.most,
        )
        for key in ids
        if key in at
    ]


def _knowing(problem: VisitProblem, known: Mapping[UUID, Collection[UUID]]) -> VisitProblem:
    """Return the problem with those visitors of each home who were there before."""
    here = {visitor.id for visitor in problem.visitors}
    return replace(
        problem,
        visits=tuple(
            replace(one, known=tuple(sorted(here & {str(k) for k in known.get(UUID(one.id), ())})))
            for one in problem.visits
        ),
    )


def settings_of(asked: RoundSettings) -> Mapping[str, Any]:
    """Return what was asked for, as JSON."""
    return {
        "topic_id": str(asked.topic_id),
        "goes": [
            [str(go.person_id), go.day.isoformat(), f"{go.begins:%H:%M}", f"{go.ends:%H:%M}"]
            for go in asked.goes
        ],
        "begins": f"{asked.begins:%H:%M}",
        "ends": f"{asked.ends:%H:%M}",
        "minutes": asked.minutes,
        "most": asked.most,
        "kmh": asked.kmh,
        "two": asked.two,
        "strangers": asked.strangers,
        "seconds": asked.seconds,
        "seed": asked.seed,
    }
