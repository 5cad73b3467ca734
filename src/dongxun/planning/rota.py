"""A proposed roster as people read it: who stands when, shift by shift, and why somebody lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.planning.models import Run
from dongxun.planning.snapshots.roster import Cell, is_night
from dongxun_planner.roster.problems import RosterPlan, RosterProblem, Worker, clashing
from dongxun_planner.wire import read


@dataclass(frozen=True, slots=True)
class Stands:
    """Somebody on a shift; ``is_new`` where the roster puts them there."""

    person_id: UUID
    card: Card | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """A shift with its people; ``why`` tells of everybody else where somebody lacks."""

    shift_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    needed: int
    people: tuple[Stands, ...]
    why: tuple[str, ...] = ()

    @property
    def lacking(self) -> int:
        """Return how many are lacking."""
        return max(0, self.needed - len(self.people))

    @property
    def new(self) -> list[Stands]:
        """Return whom the roster puts there."""
        return [one for one in self.people if one.is_new]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody's row: for each day the shifts they stand, and whether they cannot come."""

    card: Card | None
    days: tuple[tuple[tuple[Proposed, bool], ...], ...]
    off: frozenset[int]
    hours: float
    nights: int

    @property
    def cells(self) -> list[tuple[tuple[tuple[Proposed, bool], ...], bool]]:
        """Return (shifts with whether they are new, cannot come) of each day."""
        return [(shifts, day in self.off) for day, shifts in enumerate(self.days)]


class Rota:
    """All of a search's roster; people whom the actor may not see have no card."""

    def __init__(self, run: Run, *, by: Actor) -> None:
        self.run = run
        self.problem = read(RosterProblem, run.problem)
        plan = read(RosterPlan, run.plan) if run.plan else RosterPlan(())
        self._rows = {row.worker: row.shifts for row in plan.rows}
        self._workers = {worker.id: worker for worker in self.problem.workers}
        self._kinds = {shift.id: shift for shift in self.problem.shifts}
        ids = {*run.about["people"], *(key for one in run.about["duties"] for key in one["on"])}
        self._cards = people.cards([UUID(key) for key in ids], by=by)
        self.shifts = [*self._shifts()]

    def _shifts(self) -> Iterator[Proposed]:
        for duty in self.run.about["duties"]:
            day, kind = duty["cell"]
            there = [self._stands(key, is_new=False) for key in duty["on"]]
            fresh = [
                self._stands(key, is_new=True)
                for key, row in self._rows.items()
                if row[day] == kind and key not in duty["on"]
            ]
            on_it = (*there, *fresh[: max(0, duty["needed"] - len(there))])
            lacks = len(on_it) < duty["needed"] and self._rows
            yield Proposed(
                UUID(duty["id"]) if duty["id"] else None,
                datetime.fromisoformat(duty["starts_at"]),
                datetime.fromisoformat(duty["ends_at"]),
                duty["needed"],
                on_it,
                tuple(self._why((day, kind))) if lacks else (),
            )

    def _stands(self, key: str, *, is_new: bool) -> Stands:
        return Stands(UUID(key), self._cards.get(UUID(key)), is_new)

    @property
    def days(self) -> list[date]:
        """Return the days of the roster."""
        first = date.fromisoformat(self.run.settings["first"])
        return [first + timedelta(days=n) for n in range(self.problem.days)]

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.days[-1]

    @cached_property
    def by_day(self) -> list[tuple[date, list[Proposed]]]:
        """Return the shifts of each day that has some."""
        found: dict[date, list[Proposed]] = defaultdict(list)
        for duty, shift in zip(self.run.about["duties"], self.shifts, strict=True):
            found[self.days[duty["cell"][0]]].append(shift)
        return sorted(found.items())

    @cached_property
    def rows(self) -> list[PersonRow]:
        """Return a row for each of the team, and for whoever else is on a shift already."""
        cells: dict[UUID, dict[int, list[tuple[Proposed, bool]]]] = defaultdict(dict)
        for duty, shift in zip(self.run.about["duties"], self.shifts, strict=True):
            for one in shift.people:
                there = cells[one.person_id].setdefault(duty["cell"][0], [])
                there.append((shift, one.is_new))
        team = [UUID(key) for key in self.run.about["people"]]
        keys = dict.fromkeys([*team, *cells])
        return [self._row(key, cells.get(key, {})) for key in keys]

    def _row(self, key: UUID, cells: dict[int, list[tuple[Proposed, bool]]]) -> PersonRow:
        worker = self._workers.get(str(key))
        stood = [shift for shifts in cells.values() for shift, _new in shifts]
        seconds = sum((one.ends_at - one.starts_at).total_seconds() for one in stood)
        off = frozenset(worker.off) if worker else frozenset()
        days = tuple(tuple(cells.get(day, ())) for day in range(self.problem.days))
        nights = sum(self._is_night(one) for one in stood)
        return PersonRow(self._cards.get(key), days, off - set(cells), seconds / 3600, nights)

    def _is_night(self, shift: Proposed) -> bool:
        at = self.shifts.index(shift)
        return is_night(self._kinds[self.run.about["duties"][at]["cell"][1]])

    @property
    def new(self) -> int:
        """Return how many places the roster fills."""
        return sum(len(one.new) for one in self.shifts)

    @property
    def there(self) -> int:
        """Return how many places are filled today."""
        return sum(len(one.people) for one in self.shifts) - self.new

    @property
    def lacking(self) -> int:
        """Return how many places stay empty."""
        return sum(one.lacking for one in self.shifts)

    @property
    def unlaid(self) -> int:
        """Return how many shifts are laid when the roster is accepted."""
        return sum(one.shift_id is None and bool(one.new) for one in self.shifts)

    def _why(self, cell: Cell) -> Iterator[str]:
        """Say how many of the team cannot take a shift, for each cause."""
        causes = Counter(self._cause(worker, cell) for worker in self.problem.workers)
        words = {
            "there": _("stand another shift on that day"),
            "off": _("cannot come, or are on duty elsewhere"),
            "rest": _("would have too little rest"),
            "hours": _("have all their hours"),
            "on_end": _("would be on duty too many days on end"),
            "": _("could still be asked: search longer"),
        }
        for cause, said in words.items():
            if causes[cause]:
                yield f"{said} {causes[cause]}"

    def _cause(self, worker: Worker, cell: Cell) -> str:
        """Return what keeps somebody from a shift besides those they have."""
        (day, kind), row = cell, self._rows[worker.id]
        shift = self._kinds[kind]
        if row[day] == kind:
            return "on it"
        if day in worker.off:
            return "off"
        if row[day] is not None:
            return "there"
        before = self._kinds.get(row[day - 1] or "") if day else None
        after = self._kinds.get(row[day + 1] or "") if day + 1 < len(row) else None
        if (before and clashing(self.problem, before, shift)) or (
            after and clashing(self.problem, shift, after)
        ):
            return "rest"
        stood = sum(self._kinds[name].minutes for name in row if name)
        if worker.most_minutes is not None and stood + shift.minutes > worker.most_minutes:
            return "hours"
        run = 1 + _on_end(row[:day][::-1]) + _on_end(row[day + 1 :])
        return "on_end" if worker.longest is not None and run > worker.longest else ""


def _on_end(row: tuple[str | None, ...]) -> int:
    """Return for how many days from the first a row goes on without a free day."""
    return next((n for n, name in enumerate(row) if name is None), len(row))
