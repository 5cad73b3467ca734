"""The problem of repairing a published season, and its plan, as immutable values."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dongxun_planner.season.check import broken_units
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem
from dongxun_planner.wire import Amount, Count, Positive


@dataclass(frozen=True)
class Missed:
    """People of a unit who missed a topic."""

    unit: str
    topic: str
    members: Positive


@dataclass(frozen=True)
class Bar:
    """A lecturer who will not hold a session: they declined it."""

    cohort: Count
    topic: str
    lecturer: str


@dataclass(frozen=True)
class Kin:
    """Two published cohorts some of whose people are the same: they never meet in one slot."""

    cohort: Count
    other: Count


@dataclass(frozen=True)
class Belongs:
    """People of a unit are among those of a published cohort, or may be: they come when it meets."""

    unit: str
    cohort: Count


@dataclass(frozen=True)
class Guests:
    """So many more than its cohort's own have their seats in a published session, wherever it goes.

    No more than ``joins`` may join it, whatever its hall holds.
    """

    cohort: Count
    topic: str
    members: Count = 0
    joins: Count | None = None


@dataclass(frozen=True)
class ReplanProblem:
    """Keep what is published; repair what cannot stay; seat those who missed something.

    ``season`` says what is true now: who is free when, which halls are closed when. ``published``
    is what people know. Slots before ``first_slot`` are past. A published meeting with its
    lecturer not free or barred or its hall closed has fallen through; every other one stays, also
    where its people are wanted twice: that is not for a repair to settle. The hall in which a
    session is published is never too small for it. Who missed something may be a unit of its own,
    of no cohort; ``belongs`` says when its people have to be elsewhere.

    Cost: ``change`` for each published meeting that is moved or dropped, ``makeup`` for each new
    session, ``uncovered`` for each person left without a topic, and their ways at the season's
    price.
    """

    kind: Literal["replan"]
    season: SeasonProblem
    published: SeasonPlan
    missed: tuple[Missed, ...] = ()
    first_slot: Count = 0
    makeups: Count = 5
    change: Amount = 500.0
    makeup: Amount = 800.0
    uncovered: Amount = 200.0
    barred: tuple[Bar, ...] = ()
    kin: tuple[Kin, ...] = ()
    belongs: tuple[Belongs, ...] = ()
    guests: tuple[Guests, ...] = ()
    version: Literal[1] = 1

    def own(self) -> dict[str, set[int]]:
        """Return the cohorts that each unit's people are of."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, cohort in enumerate(self.published.cohorts):
            for name in cohort.units:
                found[name].add(number)
        for each in self.belongs:
            found[each.unit].add(each.cohort)
        return found

    def sizes(self) -> dict[tuple[int, str], int]:
        """Return how many come to each published session, guests too."""
        members = {unit.id: unit.members for unit in self.season.units}
        more = Counter[tuple[int, str]]()
        for each in self.guests:
            more[each.cohort, each.topic] += each.members
        return {
            (number, meeting.topic): sum(members[name] for name in cohort.units)
            + more[number, meeting.topic]
            for number, cohort in enumerate(self.published.cohorts)
            for meeting in cohort.meetings
        }

    def limits(self) -> dict[tuple[int, str], int]:
        """Return how many may join the published sessions that say so."""
        return {(g.cohort, g.topic): g.joins for g in self.guests if g.joins is not None}

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        yield from self.season.complaints()
        gathered = {name for cohort in self.published.cohorts for name in cohort.units}
        alone = {miss.unit for miss in self.missed} - gathered
        learning = tuple(unit for unit in self.season.units if unit.id not in alone)
        yield from broken_units(replace(self.season, units=learning), self.published)
        units = {unit.id for unit in self.season.units}
        venues = {venue.id for venue in self.season.venues}
        topics = set(self.season.topics)
        for miss in self.missed:
            if miss.unit not in units or miss.topic not in topics:
                yield f"missed {miss.topic} by {miss.unit}: one of the two is not here"
        numbers = range(len(self.published.cohorts))
        for each in self.belongs:
            if each.unit not in units:
                yield f"unit {each.unit}: is not here"
        for number in (
            *(b.cohort for b in self.barred),
            *(b.cohort for b in self.belongs),
            *(g.cohort for g in self.guests),
            *(n for k in self.kin for n in (k.cohort, k.other)),
        ):
            if number not in numbers:
                yield f"cohort {number}: is not published"
        yield from self._own_kin()
        yield from self._beyond()
        for cohort in self.published.cohorts:
            if cohort.venue not in venues:
                yield f"published at {cohort.venue}: is not here; close a lost hall instead"
            if len({m.topic for m in cohort.meetings} & topics) != len(cohort.meetings):
                yield f"published at {cohort.venue}: a topic twice, or one that is not here"

    def _own_kin(self) -> Iterator[str]:
        for number in (each.cohort for each in self.kin if each.cohort == each.other):
            yield f"kin: cohort {number} stands with itself"

    def _beyond(self) -> Iterator[str]:
        """Say which past sessions were never in the season; a later one has fallen through."""
        slots = len(self.season.days) * self.season.halves
        for cohort in self.published.cohorts:
            for m in cohort.meetings:
                if slots <= m.slot < self.first_slot:
                    yield f"published {m.topic} at {cohort.venue}: slot {m.slot} is beyond the season"


@dataclass(frozen=True)
class Session:
    """A meeting as it will be: of a cohort by its number in what is published, or new (none)."""

    cohort: int | None
    topic: str
    venue: str
    lecturer: str
    slot: Count


@dataclass(frozen=True)
class Join:
    """People who missed a topic and hear it in somebody else's session."""

    unit: str
    topic: str
    members: Positive
    venue: str
    slot: Count


@dataclass(frozen=True)
class ReplanPlan:
    """Every session from now on, who joins which, and who is left without."""

    sessions: tuple[Session, ...]
    joins: tuple[Join, ...] = ()
    uncovered: tuple[Missed, ...] = ()
    kind: Literal["replan"] = "replan"
    version: Literal[1] = 1
