"""What is left to plan once the pinned cohorts stand, and the way back to names."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.season.cohorts import Grouping
from dongxun_planner.season.problems import Cohort, Meeting, SeasonPlan, SeasonProblem, Unheld
from dongxun_planner.season.shortage import scarce
from dongxun_planner.season.slots import Meetings, Rules, place
from dongxun_planner.season.tables import Flags, Ints, Tables


@dataclass(frozen=True)
class Live:
    """A problem, the tables of its unpinned units, and which units these are."""

    problem: SeasonProblem
    full: Tables
    tables: Tables
    units: Ints

    @staticmethod
    def of(problem: SeasonProblem, full: Tables) -> "Live":
        """Leave out the units of pinned cohorts."""
        pinned = {name for pin in problem.pinned for name in pin.units}
        left = [i for i, unit in enumerate(problem.units) if unit.id not in pinned]
        units = np.array(left, dtype=np.int64)
        tables = dataclasses.replace(
            full,
            members=full.members[units],
            study_day=full.study_day[units],
            way=full.way[units],
            off=full.off[units],
            unheld=full.unheld[min(len(problem.pinned), len(full.unheld) - 1) :],
        )
        return Live(problem, full, tables, units)

    def constant(self, halls: Floats) -> float:
        """Return what the pinned cohorts cost at these prices of halls."""
        place_of = {unit.id: i for i, unit in enumerate(self.problem.units)}
        total = 0.0
        for pin, venue in zip(self.problem.pinned, self._pinned_venues(), strict=True):
            units = np.array([place_of[name] for name in pin.units], dtype=np.int64)
            off = self.full.off[units][self.full.study_day[units] != pin.weekday].sum()
            total += float(halls[venue] + self.full.way[units, venue].sum() + off)
        return total

    def _pinned_venues(self) -> list[int]:
        place_of = {venue.id: j for j, venue in enumerate(self.problem.venues)}
        return [place_of[pin.venue] for pin in self.problem.pinned]

    def whole(self, grouping: Grouping) -> Grouping:
        """Return the grouping with the pinned cohorts before it (their units left out)."""
        pins = self._pinned_venues()
        count = len(pins)
        at = np.concatenate([np.arange(count), grouping.cohort_of + count]).astype(np.int64)
        venue = np.concatenate([pins, grouping.venue]).astype(np.int64)
        days = np.array([pin.weekday for pin in self.problem.pinned], dtype=np.int64)
        return Grouping(at, venue, np.concatenate([days, grouping.weekday]).astype(np.int64))

    def plan(
        self,
        grouping: Grouping,
        prices: Floats,
        moves: int,
        seed: int,
        *,
        over: Callable[[], bool],
    ) -> SeasonPlan:
        """Give the cohorts lecturers and slots, and names."""
        problem, all_ = self.problem, self.whole(grouping)
        start, fixed = self._pinned_meetings(len(all_.venue))
        rules = Rules(
            problem.lecturer_a_week,
            problem.cohort_a_week,
            problem.prices.moved,
            problem.prices.unheld,
        )
        meetings = place(
            self.full,
            all_.venue,
            all_.weekday,
            rules,
            prices,
            start,
            fixed,
            moves=moves,
            seed=seed,
            over=over,
        )
        return self._named(grouping, all_, meetings)

    def _pinned_meetings(self, cohorts: int) -> tuple[Meetings, Flags]:
        topics = {topic: t for t, topic in enumerate(self.problem.topics)}
        lecturers = {lecturer.id: i for i, lecturer in enumerate(self.problem.lecturers)}
        sessions = cohorts * len(topics)
        meetings = Meetings(np.full(sessions, -1), np.full(sessions, -1))
        fixed = np.zeros(sessions, dtype=np.bool_)
        for k, pin in enumerate(self.problem.pinned):
            for meeting in pin.meetings:
                session = k * len(topics) + topics[meeting.topic]
                meetings.lecturer[session] = lecturers[meeting.lecturer]
                meetings.slot[session] = meeting.slot
                fixed[session] = True
        return meetings, fixed

    def _named(self, grouping: Grouping, all_: Grouping, meetings: Meetings) -> SeasonPlan:
        problem, count = self.problem, len(self.problem.topics)
        names: list[tuple[str, ...]] = [pin.units for pin in problem.pinned]
        for k in range(len(grouping.venue)):
            members = self.units[grouping.cohort_of == k]
            names.append(tuple(problem.units[i].id for i in members))
        cohorts, unheld = [], []
        lack = scarce(problem, self.full, len(all_.venue))
        for k, units in enumerate(names):
            held = []
            for t, topic in enumerate(problem.topics):
                who, when = int(meetings.lecturer[k * count + t]), int(meetings.slot[k * count + t])
                if when >= 0:
                    held.append(Meeting(topic, problem.lecturers[who].id, when))
                else:
                    unheld.append(Unheld(units, topic, self._why(topic, lack)))
            venue = problem.venues[int(all_.venue[k])].id
            cohorts.append(Cohort(venue, int(all_.weekday[k]), units, tuple(held)))
        return SeasonPlan(tuple(cohorts), tuple(unheld))

    def _why(self, topic: str, lack: str) -> str:
        t = self.problem.topics.index(topic)
        if not self.full.teaches[:, t].any():
            return f"nobody teaches {topic}"
        if not (self.full.load[self.full.teaches[:, t]] > 0).any():
            return f"no lecturer of {topic} has a free slot and sessions left"
        return lack or f"the lecturers of {topic} are taken or not free in the slots that are left"
