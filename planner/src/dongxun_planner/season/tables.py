"""The season's problem as arrays, for the kernels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dongxun_planner.places import distances_km
from dongxun_planner.season.problems import Lecturer, SeasonProblem, Unit, week_of_day
from dongxun_planner.season.travel import reach_km

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_LEVELS = 12


@dataclass(frozen=True)
class Tables:
    """Numbers instead of names.

    Args:
        hall: yuan of a session at a venue, without lecturers.
        way: units × venues, yuan for what a unit lacks; infinite where it may not go.
        off: yuan for the same if a unit learns on another weekday than its own.
        drive: lecturers × venues, yuan.
        wish: lecturers × slots, yuan of a session in which they would rather not teach then.
        willing: of ``load``, the sessions that a lecturer can hold without such a slot.
        left: of ``load``, the sessions beside those that were held.
        unheld: by number of cohorts, about how many sessions lecturers cannot hold.
        comes: lecturers × venues, who is free in a slot in which it is open.
        room: by venue, the slots in which it is open and a lecturer free; a plan's own sessions there
            are no more than these.
        meets: by venue, the most sessions that a cohort can have there, by days and weeks.
        need: units × topics, what they lack.
        levels: sets of topics that a cohort can lack: what units lack and all unions of it; or
            only the former, where the latter are too many (``whole`` tells).
        away: units × slots, where their people are elsewhere, or on whose day they have a session.
        met: units × weeks, the sessions that they have besides.
        given: lecturers × weeks, the same.
        apart: venues × places in km; the places are the venues and those of other lessons.
        lesson_at: lecturers × slots × as many as one has in a slot, the places of other lessons; −1
            where there is none.
        reach: by parts of the day between two lessons, the km that a lecturer gets.
    """

    members: Ints
    study_day: Ints
    seats: Ints
    hall: Floats
    way: Floats
    off: Floats
    drive: Floats
    weekdays: Ints
    unheld: Floats
    teaches: Flags
    free: Flags
    wish: Floats
    load: Ints
    willing: Ints
    left: Ints
    day_of: Ints
    week_of: Ints
    weekday_of: Ints
    open: Flags
    comes: Flags
    room: Ints
    meets: Ints
    need: Flags
    levels: Flags
    whole: bool
    away: Flags
    met: Ints
    given: Ints
    apart: Floats
    lesson_at: Ints
    reach: Floats

    @property
    def below(self) -> Flags:
        """Return levels × units: who lacks nothing beyond the level."""
        beyond = self.need[None, :, :] & ~self.levels[:, None, :]
        return np.logical_not(beyond.any(axis=2))

    @cached_property
    def each(self) -> Ints:
        """Return by venue the sessions that a cohort has there, if it lacks what most people lack."""
        return np.minimum(self.meets, int(self.usual.sum()))

    def crowded(self, cohorts: Ints) -> Ints:
        """Return by venue how many sessions of so many cohorts find no slot there."""
        beyond = np.maximum(0, cohorts * self.each - self.room)
        return np.asarray(beyond, dtype=np.int64)

    @property
    def usual(self) -> Flags:
        """Return the topics that most members lack, as a set that some unit lacks."""
        same = (self.need[:, None, :] == self.levels[None, :, :]).all(axis=2)
        most = int((same * self.members[:, None]).sum(axis=0).argmax())
        return np.asarray(self.levels[most], dtype=np.bool_)


def tables_of(problem: SeasonProblem) -> Tables:
    """Compute the arrays."""
    units, venues, lecturers = problem.units, problem.venues, problem.lecturers
    members = np.array([u.members for u in units], dtype=np.int64)
    need, teaches = _needs(problem), _teaches(problem)
    day_of, week_of, weekday_of = _calendar(problem)
    lacks, slots = need.sum(axis=1), len(day_of)
    free = _marks([each.free for each in lecturers], slots)
    met, given = besides(problem, units), besides(problem, lecturers)
    load, willing, left = _loads(problem, free, week_of, given)
    levels, whole = _levels(need)
    apart, lesson_at = _lessons(problem, slots)
    return Tables(
        members=members,
        study_day=np.array([u.study_day for u in units], dtype=np.int64),
        seats=_seats(problem),
        hall=np.array([v.cost for v in venues], dtype=np.float64),
        way=_ways(problem, lacks * members),
        off=(lacks * problem.prices.off_day * members).astype(np.float64),
        drive=_drives(problem),
        weekdays=np.array(sorted(set(weekday_of.tolist())) or [0], dtype=np.int64),
        unheld=_unheld(teaches, load, need, members),
        teaches=teaches,
        free=free,
        wish=_wishes(problem, slots),
        load=load,
        willing=willing,
        left=left,
        day_of=day_of,
        week_of=week_of,
        weekday_of=weekday_of,
        **_hours(problem, free, left),
        need=need,
        levels=levels,
        whole=whole,
        away=_marks([u.closed for u in units], slots) | _days_taken(problem),
        met=met,
        given=given,
        apart=apart,
        lesson_at=lesson_at,
        reach=np.array([reach_km(problem, k) for k in range(problem.halves)]) + 1e-9,
    )


def _needs(problem: SeasonProblem) -> Flags:
    """Return units × topics, what they lack."""
    rows = [[t not in u.done for t in problem.topics] for u in problem.units]
    return np.array(rows, dtype=np.bool_).reshape(len(rows), len(problem.topics))


def _teaches(problem: SeasonProblem) -> Flags:
    """Return lecturers × topics, who teaches what."""
    able = [[t in each.topics for t in problem.topics] for each in problem.lecturers]
    return np.array(able, dtype=np.bool_).reshape(len(able), len(problem.topics))


def _calendar(problem: SeasonProblem) -> tuple[Ints, Ints, Ints]:
    """Return the day, the week (from 0) and the weekday of each slot."""
    days = problem.days
    weeks = {week: i for i, week in enumerate(dict.fromkeys(map(week_of_day, days)))}
    rows = [
        (n, weeks[week_of_day(day)], date.fromisoformat(day).weekday())
        for n, day in enumerate(days)
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    day_of, week_of, weekday_of = np.repeat(table, problem.halves, axis=0).T.copy()
    return day_of, week_of, weekday_of


def _lessons(problem: SeasonProblem, slots: int) -> tuple[Floats, Ints]:
    """Return how far venues are from all places of lessons, and where lecturers teach besides."""
    venues = [(venue.latitude, venue.longitude) for venue in problem.venues]
    lessons = [(i, each) for i, one in enumerate(problem.lecturers) for each in one.lessons]
    others = list(dict.fromkeys((each.latitude, each.longitude) for _i, each in lessons))
    number = {point: len(venues) + k for k, point in enumerate(others)}
    places: dict[tuple[int, int], list[int]] = {}
    for i, each in lessons:
        places.setdefault((i, each.slot), []).append(number[each.latitude, each.longitude])
    deep = max(map(len, places.values()), default=1)
    at = np.full((len(problem.lecturers), slots, deep), -1, dtype=np.int64)
    for (i, slot), some in places.items():
        at[i, slot, : len(some)] = some
    return distances_km(venues, venues + others), at


def _seats(problem: SeasonProblem) -> Ints:
    """Return seats by venue; more than there are people are of no use to anybody."""
    total = sum(unit.members for unit in problem.units)
    return np.array([min(venue.seats, total) for venue in problem.venues], dtype=np.int64)


def _ways(problem: SeasonProblem, comes: Ints) -> Floats:
    """Return units × venues, yuan of the ways of so many members."""
    at_units = [(unit.latitude, unit.longitude) for unit in problem.units]
    at_venues = [(venue.latitude, venue.longitude) for venue in problem.venues]
    km = distances_km(at_units, at_venues)
    way = problem.prices.walk_km * km * comes[:, None]
    way[km > problem.within_km + 1e-9] = np.inf
    return way


def _drives(problem: SeasonProblem) -> Floats:
    """Return lecturers × venues, yuan of the way there and back."""
    at_lecturers = [(each.latitude, each.longitude) for each in problem.lecturers]
    at_venues = [(venue.latitude, venue.longitude) for venue in problem.venues]
    return 2 * problem.prices.drive_km * distances_km(at_lecturers, at_venues)


def _levels(need: Flags) -> tuple[Flags, bool]:
    """Return the sets of topics that units lack with all their unions; or without, if too many."""
    if not need.size:
        return np.ones((1, need.shape[1]), dtype=np.bool_), True
    every = own = np.unique(need, axis=0)
    while len(every) <= MOST_LEVELS:
        more = np.unique((every[:, None, :] | own[None, :, :]).reshape(-1, own.shape[1]), axis=0)
        if len(more) == len(every):
            return every, True
        every = more
    return own, False


def _marks(rows: list[tuple[int, ...]], width: int) -> Flags:
    marks = np.zeros((len(rows), width), dtype=np.bool_)
    for i, row in enumerate(rows):
        marks[i, [slot for slot in row if slot < width]] = True
    return marks


def _wishes(problem: SeasonProblem, slots: int) -> Floats:
    unwanted = _marks([each.rather_not for each in problem.lecturers], slots)
    return np.where(unwanted, problem.prices.wish, 0.0)


def _loads(
    problem: SeasonProblem, free: Flags, week_of: Ints, given: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return how many sessions each lecturer can hold, their free slots considered.

    Then how many without breaking a wish. What was held counts, also beyond the limits; what is
    pinned stands beside other sessions. Last, how many beside those held.
    """
    loads: list[int] = []
    willing: list[int] = []
    left: list[int] = []
    wanted = _wishes(problem, len(week_of)) == 0
    for i, lecturer in enumerate(problem.lecturers):
        mine = [m for pin in problem.pinned for m in pin.meetings if m.lecturer == lecturer.id]
        slots = [meeting.slot for meeting in mine if meeting.held]
        pinned = np.bincount(_ints([m.slot for m in mine]), minlength=len(week_of))
        can, kept = np.maximum(pinned, free[i]), np.bincount(week_of, pinned)
        held = np.bincount(week_of[_ints(slots)], minlength=len(kept))
        limit = problem.lecturer_a_week
        room = np.maximum(held, np.maximum(limit - given[i], np.minimum(kept, limit)))
        most = max(len(slots), lecturer.load)
        for found, those in ((loads, can), (willing, can * wanted[i])):
            found.append(min(most, int(np.minimum(np.bincount(week_of, those), room).sum())))
        open_ = free[i].copy()
        open_[_ints(slots)] = False
        to_come = np.minimum(np.bincount(week_of, open_), room - held).sum()
        left.append(min(most - len(slots), int(to_come)))
    return _ints(loads), _ints(willing), _ints(left)


def _hours(problem: SeasonProblem, free: Flags, left: Ints) -> dict[str, Any]:
    """Return when halls are open, who is free then, and how much can be there."""
    open_ = ~_marks([venue.closed for venue in problem.venues], free.shape[1])
    usable = open_ & free[left > 0].any(axis=0)
    comes = free.astype(np.float32) @ open_.T.astype(np.float32) > 0
    room, meets = usable.sum(axis=1).astype(np.int64), _meets(problem, usable)
    return {"open": open_, "comes": comes, "room": room, "meets": meets}


def _meets(problem: SeasonProblem, usable: Flags) -> Ints:
    """Return for each venue the most sessions of a cohort: one a day, so many a week."""
    days = usable.reshape(len(usable), len(problem.days), problem.halves).any(axis=2)
    weeks = [week_of_day(day) for day in problem.days]
    mine = [[week == each for each in weeks] for week in dict.fromkeys(weeks)]
    a_week = days.astype(np.int64) @ np.array(mine, dtype=np.int64).reshape(len(mine), len(weeks)).T
    return np.asarray(np.minimum(a_week, problem.cohort_a_week).sum(axis=1), dtype=np.int64)


def _ints(some: list[int]) -> Ints:
    return np.array(some, dtype=np.int64)


def besides(problem: SeasonProblem, things: Sequence[Unit | Lecturer]) -> Ints:
    """Return things × weeks of the problem, the sessions that they have besides."""
    weeks = {week: i for i, week in enumerate(dict.fromkeys(map(week_of_day, problem.days)))}
    found = np.zeros((len(things), max(1, len(weeks))), dtype=np.int64)
    for i, thing in enumerate(things):
        for day in thing.besides:
            if (week := weeks.get(week_of_day(day))) is not None:
                found[i, week] += 1
    return found


def _days_taken(problem: SeasonProblem) -> Flags:
    """Return units × slots of the days on which they have a session besides."""
    taken = [[day in unit.besides for day in problem.days] for unit in problem.units]
    flags = np.array(taken, dtype=np.bool_).reshape(len(problem.units), len(problem.days))
    return np.repeat(flags, problem.halves, axis=1)


def _sets_of_topics(count: int) -> list[list[int]]:
    """Return the sets worth looking at: all of them, or the small ones where there are many."""
    sizes = range(1, count + 1) if count <= 10 else (1, 2, count)
    return [list(some) for size in sizes for some in combinations(range(count), size)]


def _unheld(teaches: Flags, load: Ints, need: Flags, members: Ints) -> Floats:
    """Return for each number of cohorts about how many sessions nobody can teach.

    By Hall's theorem: for every set of topics, the sessions less the load of all who teach any.
    So large a share of the cohorts will lack a topic as of the people.
    """
    share, most = members @ need / max(1, int(members.sum())), max(1, len(members)) + 1
    unheld = np.zeros(most)
    for some in _sets_of_topics(teaches.shape[1]):
        can = int(load[teaches[:, some].any(axis=1)].sum())
        unheld = np.maximum(unheld, np.arange(most) * float(share[some].sum()) - can)
    return unheld


def scarce_topics(tables: Tables, wanted: Ints) -> tuple[int, list[int]]:
    """Return which topics together lack the most sessions of lecturers, and how many.

    Args:
        wanted: sessions of each topic, those that were held left out.
    """
    worst: tuple[int, list[int]] = (0, [])
    for some in _sets_of_topics(tables.teaches.shape[1]):
        can = int(tables.left[tables.teaches[:, some].any(axis=1)].sum())
        worst = max(worst, (int(wanted[some].sum()) - can, some), key=lambda pair: pair[0])
    return worst
