"""What is left to plan once the pinned cohorts stand, and the way back to names."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dongxun_planner.highs import Floats
from dongxun_planner.season.cohorts import Grouping
from dongxun_planner.season.lecturers import Halls
from dongxun_planner.season.problems import Cohort, Meeting, SeasonPlan, SeasonProblem, Unheld
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
        taken = Live(problem, full, full, units).pinned_sessions()
        tables = dataclasses.replace(
            full,
            members=full.members[units],
            study_day=full.study_day[units],
            way=full.way[units],
            off=full.off[units],
            need=full.need[units],
            away=full.away[units],
            met=full.met[units],
            room=np.maximum(0, full.room - taken),
            unheld=full.unheld[min(len(problem.pinned), len(full.unheld) - 1) :],
        )
        return Live(problem, full, tables, units)

    def constant(self, halls: Halls) -> float:
        """Return what the pinned cohorts cost at least at these prices of halls."""
        total, lacks = 0.0, self.pinned_lacks()
        for k, (pin, venue) in enumerate(
            zip(self.problem.pinned, self._pinned_venues(), strict=True)
        ):
            units = self._pinned_units(k)
            off = self.full.off[units][self.full.study_day[units] != pin.weekday].sum()
            each = halls.each[:, venue].copy()
            for topic, lecturer in self._held(pin):  # a fact: nobody asks whether they teach it
                each[topic] = min(
                    each[topic], self.full.hall[venue] + self.full.drive[lecturer, venue]
                )
            hall = each[lacks[k]].sum()
            total += float(hall + self.full.way[units, venue].sum() + off)
        return total

    def _held(self, pin: Cohort) -> list[tuple[int, int]]:
        """Return topic and lecturer of each meeting of a pin that was held."""
        lecturers = {lecturer.id: i for i, lecturer in enumerate(self.problem.lecturers)}
        return [
            (self.problem.topics.index(meeting.topic), lecturers[meeting.lecturer])
            for meeting in pin.meetings
            if meeting.held
        ]

    def is_settled(self, plan: SeasonPlan) -> bool:
        """Tell whether pins leave nothing to choose: then this plan is the only one."""
        pins = self.problem.pinned
        free = len(self.units) or len(plan.unheld)
        return not free and sum(len(c.meetings) for c in plan.cohorts) == sum(
            len(pin.meetings) for pin in pins
        )

    def _pinned_units(self, number: int) -> Ints:
        place_of = {unit.id: i for i, unit in enumerate(self.problem.units)}
        return np.array([place_of[n] for n in self.problem.pinned[number].units], dtype=np.int64)

    def pinned_lacks(self) -> Flags:
        """Return pinned cohorts × topics, what they lack."""
        pins = range(len(self.problem.pinned))
        rows = [self.full.need[self._pinned_units(k)].any(axis=0) for k in pins]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), self.full.need.shape[1])

    def pinned_sessions(self) -> Ints:
        """Return how many sessions of pinned cohorts each hall has, those to be found a time for too."""
        lacks = self.pinned_lacks().sum(axis=1)
        halls = np.array(self._pinned_venues(), dtype=np.int64)
        return np.bincount(halls, lacks, minlength=len(self.full.hall)).astype(np.int64)

    def pinned_wants(self) -> Flags:
        """Return the same without what was held, by whomever."""
        wants = self.pinned_lacks()
        for k, pin in enumerate(self.problem.pinned):
            wants[k, [topic for topic, _lecturer in self._held(pin)]] = False
        return wants

    def demand(self, grouping: Grouping) -> tuple[Ints, Flags]:
        """Return for every cohort, the pinned ones first, its hall and what it lacks."""
        at = grouping.cohort_of
        rows = [self.tables.need[at == k].any(axis=0) for k in range(len(grouping.venue))]
        lacks = np.array(rows, dtype=np.bool_).reshape(len(rows), self.full.need.shape[1])
        return self.whole(grouping).venue, np.concatenate([self.pinned_lacks(), lacks])

    def _away(self, grouping: Grouping) -> Flags:
        """Return for every cohort, the pinned ones first, when some of its people are elsewhere."""
        at, slots = grouping.cohort_of, self.full.away.shape[1]
        rows = [self.full.away[self._pinned_units(k)] for k in range(len(self.problem.pinned))]
        rows += [self.tables.away[at == k] for k in range(len(grouping.venue))]
        flags = [row.any(axis=0) for row in rows]
        return np.array(flags, dtype=np.bool_).reshape(len(flags), slots)

    def _met(self, grouping: Grouping) -> Ints:
        """Return for every cohort, the pinned ones first, by week the most that one of its units has besides."""
        at, weeks = grouping.cohort_of, self.full.met.shape[1]
        rows = [self.full.met[self._pinned_units(k)] for k in range(len(self.problem.pinned))]
        rows += [self.tables.met[at == k] for k in range(len(grouping.venue))]
        most = [row.max(axis=0) for row in rows]
        return np.array(most, dtype=np.int64).reshape(len(most), weeks)

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
        _venues, lacks = self.demand(grouping)
        start, fixed = self._pinned_meetings(len(all_.venue))
        wanted = lacks.reshape(-1) | fixed
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
            wanted,
            self._away(grouping),
            self._met(grouping),
            moves=moves,
            seed=seed,
            over=over,
        )
        return self._named(grouping, all_, meetings, wanted)

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

    def _named(
        self, grouping: Grouping, all_: Grouping, meetings: Meetings, wanted: Flags
    ) -> SeasonPlan:
        problem, count = self.problem, len(self.problem.topics)
        names: list[tuple[str, ...]] = [pin.units for pin in problem.pinned]
        for k in range(len(grouping.venue)):
            members = self.units[grouping.cohort_of == k]
            names.append(tuple(problem.units[i].id for i in members))
        cohorts, unheld = [], []
        facts = [{m.topic for m in pin.meetings if m.held} for pin in problem.pinned]
        for k, units in enumerate(names):
            held = []
            for t, topic in enumerate(problem.topics):
                who, when = int(meetings.lecturer[k * count + t]), int(meetings.slot[k * count + t])
                if when >= 0:
                    fact = k < len(facts) and topic in facts[k]
                    held.append(Meeting(topic, problem.lecturers[who].id, when, fact))
                elif wanted[k * count + t]:
                    unheld.append(Unheld(units, topic, ""))
            venue = problem.venues[int(all_.venue[k])].id
            cohorts.append(Cohort(venue, int(all_.weekday[k]), units, tuple(held)))
        return SeasonPlan(tuple(cohorts), tuple(unheld))
