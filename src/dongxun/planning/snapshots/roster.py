"""A post's shifts and a team as a problem of rosters: who may stand when, by ids alone.

Who is on a shift already keeps it. Whoever is on duty elsewhere, or too near to it, is away on
that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.people import api as people
from dongxun.people.contracts import NOT_ELIGIBLE
from dongxun.planning.contracts import RosterSettings
from dongxun.volunteers import api as volunteers
from dongxun_planner.roster.check import check_roster
from dongxun_planner.roster.problems import (
    DAY,
    Cover,
    RosterPlan,
    RosterProblem,
    Row,
    Shift,
    Wish,
    Worker,
)

MOST_DAYS: Final = 42
MOST_PEOPLE: Final = 150
LACKING, TOO_MANY, WISH, UNEVEN = 1000.0, 5000.0, 3.0, 1.0
"""What somebody lacking, somebody too many, a wish not met and a second heavy shift count."""
NIGHT_ENDS: Final = 300
ALL, NIGHTS = "all", "nights"
Cell = tuple[int, str]
"""A day of the roster and the kind of shift."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the problem is made of; ``cells`` and ``duties`` go together.

    ``mine`` are the cells that somebody has already, ``busy`` what they do elsewhere. ``left_out``
    are people of the teams who are gone, suspended or not of the actor's units.
    """

    asked: RosterSettings
    duties: tuple[volunteers.Duty, ...]
    people: tuple[UUID, ...]
    mine: Mapping[UUID, tuple[Cell, ...]]
    busy: Mapping[UUID, tuple[volunteers.Taken, ...]]
    left_out: int = 0

    @property
    def cells(self) -> list[Cell]:
        """Return day and kind of each shift."""
        return [self.cell(duty) for duty in self.duties]

    def cell(self, duty: volunteers.Duty) -> Cell:
        """Return day and kind of a shift."""
        day = (clock.day_of(duty.starts_at) - self.asked.first).days
        return day, f"{_minute(duty.starts_at)}+{_minutes(duty)}"

    def missing(self) -> int:
        """Return how many people the shifts lack today."""
        return sum(max(0, duty.needed - len(duty.person_ids)) for duty in self.duties)


def _minute(moment: datetime) -> int:
    at = clock.local(moment)
    return at.hour * 60 + at.minute


def _minutes(duty: volunteers.Duty) -> int:
    return round((duty.ends_at - duty.starts_at).total_seconds() / 60)


def look(*, by: Actor, asked: RosterSettings) -> Standing:
    """Return what stands now of the post, its team and what they do.

    Raises:
        NotFound: not the actor's post.
    """
    duties = volunteers.duties(asked.post_id, asked.first, asked.last, by=by)
    meant = volunteers.duty_people(asked.post_id, asked.teams, by=by)
    known = people.cards(meant, by=by).values()
    here_now = [card for card in known if card.status not in NOT_ELIGIBLE]
    cards = sorted(here_now, key=lambda card: (card.branch_lft, card.name, str(card.id)))
    ids = tuple(UUID(str(card.id)) for card in cards)
    begin = clock.moment(asked.first) - timedelta(days=2)
    end = clock.moment(asked.last) + timedelta(days=4)
    here = {duty.shift_id: duty for duty in duties if duty.shift_id is not None}
    stand = Standing(asked, tuple(duties), ids, {}, {}, len(meant) - len(ids))
    mine, busy = defaultdict(list), defaultdict(list)
    for turn in volunteers.taken(ids, begin, end):
        if turn.shift_id in here:
            mine[turn.person_id].append(stand.cell(here[turn.shift_id]))
        else:
            busy[turn.person_id].append(turn)
    return replace(
        stand,
        mine={key: tuple(cells) for key, cells in mine.items()},
        busy={key: tuple(turns) for key, turns in busy.items()},
    )


def problem_of(stand: Standing) -> RosterProblem:
    """Return the problem; what somebody has already never makes it impossible."""
    asked, cells = stand.asked, stand.cells
    kinds = {kind: _minutes(duty) for (_day, kind), duty in zip(cells, stand.duties, strict=True)}
    shifts = tuple(_kind(kind, minutes, asked.evenly) for kind, minutes in sorted(kinds.items()))
    bare = RosterProblem(
        "roster",
        days=(asked.last - asked.first).days + 1,
        shifts=shifts,
        workers=(),
        first_weekday=asked.first.weekday(),
        rest=asked.rest * 60,
        fairness=UNEVEN,
    )
    workers = [_worker(stand, bare, key) for key in stand.people]
    fixed = {(worker.id, cell) for worker in workers for cell in worker.fixed}
    return replace(
        bare,
        workers=tuple(workers),
        covers=tuple(_covers(stand, bare, fixed)),
        wishes=tuple(_wishes(stand)),
    )


def _kind(name: str, minutes: int, evenly: str) -> Shift:
    starts = int(name.partition("+")[0])
    is_night = starts < NIGHT_ENDS or starts + minutes > DAY
    return Shift(name, minutes, starts, heavy=is_night or evenly == ALL)


def is_night(shift: Shift) -> bool:
    """Tell whether a shift takes hours of the deep night."""
    return (shift.starts or 0) < NIGHT_ENDS or (shift.starts or 0) + shift.minutes > DAY


def _worker(stand: Standing, bare: RosterProblem, key: UUID) -> Worker:
    """Return somebody's rules: what they have is kept, unless it breaks these rules itself."""
    asked = stand.asked
    away = {(day - asked.first).days for who, day in asked.away if who == key}
    mine = stand.mine.get(key, ())
    minutes = {shift.id: shift.minutes for shift in bare.shifts}
    most = max(asked.hours * 60, sum(minutes[kind] for _day, kind in mine))
    off = away | days_taken(stand, stand.busy.get(key, ()))
    worker = Worker(
        str(key),
        most_minutes=most,
        longest=asked.on_end,
        off=tuple(sorted(off - {day for day, _kind in mine})),
        fixed=tuple(sorted(mine)),
    )
    row = row_of(bare, worker.id, mine)
    if row is not None and keeps(bare, worker, row):
        return worker
    near = [one for one, cell in zip(stand.duties, stand.cells, strict=True) if cell in mine]
    own = [volunteers.Taken(key, one.starts_at, one.ends_at, one.shift_id) for one in near]
    off |= {day for day, _kind in mine} | days_taken(stand, own)
    return replace(worker, off=tuple(sorted(off)), fixed=())


def row_of(problem: RosterProblem, worker: str, cells: Iterable[Cell]) -> Row | None:
    """Return a row of these shifts; None where two are on one day."""
    given = tuple(cells)
    days = dict(given)
    if len(days) < len(given):
        return None
    return Row(worker, tuple(days.get(day) for day in range(problem.days)))


def keeps(problem: RosterProblem, worker: Worker, row: Row) -> bool:
    """Tell whether a row keeps somebody's rules."""
    alone = replace(problem, workers=(worker,), covers=(), wishes=())
    return not check_roster(alone, RosterPlan((row,))).broken


def days_taken(stand: Standing, turns: Sequence[volunteers.Taken]) -> set[int]:
    """Return the days on which a shift here lies at the same time, or less than the rest away."""
    rest = timedelta(hours=stand.asked.rest)
    found = set()
    for (day, _kind), duty in zip(stand.cells, stand.duties, strict=True):
        for turn in turns:
            pad = rest if turn.shift_id else timedelta(0)
            if duty.starts_at < turn.ends_at + pad and turn.starts_at - pad < duty.ends_at:
                found.add(day)
    return found


def _covers(stand: Standing, bare: RosterProblem, fixed: set[tuple[str, Cell]]) -> Iterable[Cover]:
    """Yield how many each shift needs; none where the post has no such shift on that day."""
    wanted = {}
    for cell, duty in zip(stand.cells, stand.duties, strict=True):
        others = [key for key in duty.person_ids if (str(key), cell) not in fixed]
        wanted[cell] = max(0, duty.needed - len(others))
    for day in range(bare.days):
        for shift in bare.shifts:
            yield Cover(day, shift.id, wanted.get((day, shift.id), 0), LACKING, TOO_MANY)


def _wishes(stand: Standing) -> Iterable[Wish]:
    first, known = stand.asked.first, set(stand.people)
    for pairs, wanted in ((stand.asked.likes, True), (stand.asked.dislikes, False)):
        for who, day in pairs:
            if who in known:
                yield Wish(str(who), (day - first).days, wanted, WISH)


def longest_rest(stand: Standing) -> int:
    """Return how many hours of rest these shifts allow for at most: until the next day's end."""
    starts = [_minute(duty.starts_at) for duty in stand.duties]
    ends = (at + _minutes(duty) for at, duty in zip(starts, stand.duties, strict=True))
    return (min(starts) + 2 * DAY - max(ends)) // 60


def about(stand: Standing) -> dict[str, Any]:
    """Return what the pages say besides the problem, as JSON."""
    return {
        "people": [str(key) for key in stand.people],
        "left_out": stand.left_out,
        "duties": [
            {
                "id": str(duty.shift_id or ""),
                "starts_at": duty.starts_at.isoformat(),
                "ends_at": duty.ends_at.isoformat(),
                "needed": duty.needed,
                "on": [str(key) for key in duty.person_ids],
                "cell": list(cell),
            }
            for duty, cell in zip(stand.duties, stand.cells, strict=True)
        ],
    }


def settings_of(asked: RosterSettings) -> dict[str, Any]:
    """Return what was asked for, as JSON."""
    return {
        "post_id": str(asked.post_id),
        "teams": list(asked.teams),
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        **{
            name: [[str(who), day.isoformat()] for who, day in getattr(asked, name)]
            for name in ("away", "likes", "dislikes")
        },
        "rest": asked.rest,
        "hours": asked.hours,
        "on_end": asked.on_end,
        "evenly": asked.evenly,
        "seconds": asked.seconds,
        "seed": asked.seed,
    }


def asked_of(stored: Mapping[str, Any]) -> RosterSettings:
    """Return the settings of an earlier search."""
    pairs = {
        name: tuple((UUID(who), date.fromisoformat(day)) for who, day in stored[name])
        for name in ("away", "likes", "dislikes")
    }
    return RosterSettings(
        **dict(stored)
        | pairs
        | {
            "post_id": UUID(stored["post_id"]),
            "teams": tuple(stored["teams"]),
            "first": date.fromisoformat(stored["first"]),
            "last": date.fromisoformat(stored["last"]),
        }
    )
