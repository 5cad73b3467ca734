"""What a search of rounds found, by ids alone: who goes when to whom, and who is left out and why.

A search is read from its problem and plan; once where homes lie was taken out of it, from what it
showed then (``about["shown"]``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from dongxun.planning import why_rounds
from dongxun.planning.models import Run
from dongxun_planner.visits.homes import (
    Duty,
    Round,
    Visit,
    Visitor,
    VisitPlan,
    VisitProblem,
    way,
)
from dongxun_planner.visits.problems import RoundPlan, RoundProblem, length
from dongxun_planner.wire import read

FIVE: Final = 5
FULL: Final = "full"


@dataclass(frozen=True, slots=True)
class Call:
    """One home of a visitor's day: ``way`` minutes from the one before.

    ``others`` come too; calls of one ``round_`` are opened as one round.
    """

    person_id: UUID
    at: time
    until: time
    way: int
    round_: str
    others: tuple[UUID, ...] = ()
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Going:
    """A visitor's day; ``way`` is all its travel in minutes."""

    visitor_id: UUID
    day: date
    begins: time
    back: time
    way: int
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A round to be opened: homes that the same people visit on a day, in their order."""

    id: UUID
    day: date
    visitor_ids: tuple[UUID, ...]
    starts: time
    ends: time
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A home that no round comes to; ``detail`` are weekdays or hours."""

    person_id: UUID
    code: str
    visitor_ids: tuple[UUID, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Itinerary:
    """All days of a search, and the homes left out."""

    run_id: UUID
    goings: tuple[Going, ...]
    left: tuple[Left, ...]

    @property
    def openings(self) -> list[Opening]:
        """Return the rounds that acceptance opens, in order of their days."""
        groups: dict[str, list[tuple[Going, Call]]] = {}
        for going in self.goings:
            for call in going.calls:
                groups.setdefault(call.round_, []).append((going, call))
        found = [self._opening(key, pairs) for key, pairs in groups.items()]
        return sorted(found, key=lambda one: (one.day, one.starts, str(one.id)))

    def _opening(self, key: str, pairs: Sequence[tuple[Going, Call]]) -> Opening:
        """Return a round; one that is all of a day begins where its people leave home."""
        goings = {going.visitor_id: going for going, _call in pairs}
        calls = {call.person_id: call for _going, call in pairs}
        whole = all(call.round_ == key for going in goings.values() for call in going.calls)
        starts = [going.begins if whole else call.at for going, call in pairs]
        ends = [going.back if whole else call.until for going, call in pairs]
        return Opening(
            uuid5(NAMESPACE_OID, f"{self.run_id}:{key}"),
            pairs[0][0].day,
            tuple(goings),
            min(starts),
            max(ends),
            tuple(sorted(calls.values(), key=lambda call: call.at)),
        )

    def shown(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "goings": [
                [
                    str(going.visitor_id),
                    going.day.isoformat(),
                    *(f"{at:%H:%M}" for at in (going.begins, going.back)),
                    going.way,
                    [_call_json(call) for call in going.calls],
                ]
                for going in self.goings
            ],
            "left": [
                [str(one.person_id), one.code, [str(key) for key in one.visitor_ids], one.detail]
                for one in self.left
            ],
        }


def _call_json(call: Call) -> list[Any]:
    others = [str(key) for key in call.others]
    times = (f"{call.at:%H:%M}", f"{call.until:%H:%M}")
    return [str(call.person_id), *times, call.way, call.round_, others, call.is_stranger]


def itinerary(run: Run) -> Itinerary:
    """Return what a search of rounds found; empty where it found nothing."""
    shown = run.about.get("shown")
    if shown is not None:
        return Itinerary(run.id, tuple(_goings(shown)), tuple(map(_left, shown["left"])))
    left = tuple(_left(one) for one in run.about["unplaced"])
    if run.problem["kind"] == "rounds":
        goings, rest = _of_old(run)
    else:
        goings, rest = _of_visits(run)
    return Itinerary(run.id, goings, left + rest)


def _left(row: Sequence[Any]) -> Left:
    key, code, visitors, detail = (*row, (), "")[:4]  # of two in searches of before
    return Left(UUID(key), code, tuple(UUID(one) for one in visitors), detail)


def _goings(shown: Mapping[str, Any]) -> Iterator[Going]:
    for who, day, begins, back, minutes, calls in shown["goings"]:
        yield Going(
            UUID(who),
            date.fromisoformat(day),
            time.fromisoformat(begins),
            time.fromisoformat(back),
            minutes,
            tuple(
                Call(
                    UUID(key),
                    time.fromisoformat(at),
                    time.fromisoformat(until),
                    leg,
                    round_,
                    tuple(UUID(one) for one in others),
                    stranger,
                )
                for key, at, until, leg, round_, others, stranger in calls
            ),
        )


def _of_visits(run: Run) -> tuple[tuple[Going, ...], tuple[Left, ...]]:
    """Read a search whose visitors each have their own home and days."""
    problem = read(VisitProblem, run.problem)
    plan = read(VisitPlan, run.plan) if run.plan else VisitPlan("visits", ())
    days = [date.fromisoformat(day) for day in run.about["days"]]
    together: dict[str, list[str]] = {}
    for each in plan.rounds:
        for call in each.calls:
            together.setdefault(call.visit, []).append(each.visitor)
    goings = tuple(_going(problem, each, days, together) for each in plan.rounds)
    order = sorted(goings, key=lambda one: (one.day, one.begins, -len(one.calls)))
    left = tuple(_why(problem, why, days) for why in why_rounds.left_out(problem, plan))
    return tuple(order), left


def _going(
    problem: VisitProblem, each: Round, days: Sequence[date], together: Mapping[str, list[str]]
) -> Going:
    [who] = [one for one in problem.visitors if one.id == each.visitor]
    [duty] = [one for one in who.duties if one.day == each.day]
    visits = {one.id: one for one in problem.visits}
    here: Visit | Visitor = who
    total, calls = 0.0, []
    for call in each.calls:
        visit = visits[call.visit]
        leg = way(problem, here, visit)
        here, total = visit, total + leg
        come = sorted(together[call.visit])
        calls.append(
            Call(
                UUID(call.visit),
                _at(call.begins, duty),
                _at(call.begins + visit.needs[call.need].minutes, duty),
                round(leg),
                f"{days[each.day]}:{','.join(come)}",
                tuple(UUID(one) for one in come if one != who.id),
                bool(visit.known) and who.id not in visit.known,
            )
        )
    leg = way(problem, here, who)
    last = each.calls[-1]
    back = last.begins + visits[last.visit].needs[last.need].minutes + leg
    return Going(
        UUID(who.id),
        days[each.day],
        _at(duty.begins, duty),
        _at(back, duty),
        round(total + leg),
        tuple(calls),
    )


def _at(minutes: float, duty: Duty) -> time:
    """Return the time of day, to the next five minutes until the end of the duty."""
    whole = min(-(-round(minutes, 2) // FIVE) * FIVE, duty.ends)
    return time(int(whole) // 60 % 24, int(whole) % 60)


def _why(problem: VisitProblem, why: why_rounds.Why, days: Sequence[date]) -> Left:
    """Return why a home is left out, with the weekdays or the hours that it is about."""
    [visit] = [one for one in problem.visits if one.id == why.home]
    detail = ""
    if why.code == why_rounds.DAY:
        detail = "".join(sorted({str(days[n].isoweekday()) for n in visit.days}))
    elif why.code == why_rounds.TIME:
        ends = visit.closes + visit.needs[0].minutes
        detail = "–".join(f"{int(at) // 60}:{int(at) % 60:02}" for at in (visit.opens, ends))
    elif why.code == why_rounds.LANGUAGE:
        detail = "、".join(visit.needs[0].skills)
    elif why.code == why_rounds.MOST:
        detail = str(max(one.holds for one in problem.visitors))
    return Left(UUID(why.home), why.code, tuple(UUID(one) for one in why.visitors), detail)


def _of_old(run: Run) -> tuple[tuple[Going, ...], tuple[Left, ...]]:
    """Read a search of before, when all went from the unit's point for the same hours."""
    problem = read(RoundProblem, run.problem)
    plan = read(RoundPlan, run.plan) if run.plan else RoundPlan(())
    routes = sorted(plan.routes, key=lambda route: (-len(route), route))
    pairs = zip(routes, run.about["goes"], strict=False)
    goings = tuple(
        _old_going(run, problem, route, (number, who, day))
        for number, (route, (who, day)) in enumerate(pairs)
    )
    placed = {stop for route in plan.routes for stop in route}
    people = enumerate(run.about["people"], start=1)
    return goings, tuple(Left(UUID(key), FULL) for n, key in people if n not in placed)


def _old_going(
    run: Run, problem: RoundProblem, route: tuple[int, ...], which: tuple[int, str, str]
) -> Going:
    number, who, day = which
    begins, ends = (time.fromisoformat(run.settings[name]) for name in ("begins", "ends"))
    duty = Duty(0, *(float(at.hour * 60 + at.minute) for at in (begins, ends)))
    now, here, total, scale = 0, 0, 0, problem.scale
    calls = []
    for stop in route:
        leg = length(problem, here, stop)
        now, total, here = max(now + leg, problem.stops[stop].opens), total + leg, stop
        end = now + problem.stops[stop].service
        at, until = (_at(duty.begins + each / scale, duty) for each in (now, end))
        key = UUID(run.about["people"][stop - 1])
        calls.append(Call(key, at, until, round(leg / scale), str(number)))
        now = end
    leg = length(problem, here, 0)
    back = _at(duty.begins + (now + leg) / scale, duty)
    minutes = round((total + leg) / scale)
    return Going(UUID(who), date.fromisoformat(day), begins, back, minutes, tuple(calls))
