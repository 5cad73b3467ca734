"""Published sessions in groups that can stand beside each other in one problem."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession
from dongxun.activities.contracts import Audience as For
from dongxun.organisations import api as organisations
from dongxun.planning.snapshots.expected import Audience
from dongxun.planning.snapshots.slots import HALVES, Grid
from dongxun.seasons import api as seasons
from dongxun_planner.replan.problems import Bar
from dongxun_planner.season.problems import Cohort, Meeting

Parts = tuple[tuple[UUID, int | None], ...]
"""Who takes part, each with how many they send; None: everybody. Last the cohort, if it is for one,
or the session itself, if its people are known by name."""
BY_NAME = frozenset({For.DELEGATES, For.SECRETARIES, For.MAKEUP})


def key_of(cohort: int, topic: str) -> str:
    """Return how a session is called in what is kept besides."""
    return f"{cohort}:{topic}"


class World:
    """Groups of sessions that can stand beside each other."""

    def __init__(self, grid: Grid, lost: set[UUID]) -> None:
        self.grid, self.lost = grid, lost
        self.known: dict[tuple[Parts, str, str], tuple[PlannedSession, int, str]] = {}
        self.busy: set[tuple[str, str, int]] = set()
        self.sizes: dict[UUID, int] = {}

    def add(self, sessions: Sequence[PlannedSession]) -> None:
        """Take sessions in, in this order."""
        self.sizes |= activities.sizes_of({one.id for one in sessions if one.audience in BY_NAME})
        for one in sessions:
            if one.cohort_id and one.cohort_id not in self.sizes:
                self.sizes[one.cohort_id] = len(seasons.cohort_people(one.cohort_id))
            self._one(one)

    def _one(self, one: PlannedSession) -> None:
        """Take a session in, unless it needs more than a slot, or something of it is wanted twice."""
        slot = self.grid.slot_of(one.starts_at)
        teachers = one.lecturers or one.declined[-1:]
        if slot is None or one.place_id is None or len(teachers) != 1 or not one.topics:
            return
        if one.is_online or one.is_attended or not self.grid.holds(one.starts_at, one.ends_at):
            return
        parts = self._parts(one)
        topic = "+".join(sorted(str(key) for key in one.topics))
        place, teacher = str(one.place_id), str(teachers[0])
        key = (parts, place, topic)
        wanted = {("hall", place, slot), ("day", f"{parts}{place}", slot // HALVES)}
        wanted |= set() if one.id in self.lost else {("lecturer", teacher, slot)}
        if key in self.known or wanted & self.busy:
            return
        self.busy |= wanted
        self.known[key] = (one, slot, teacher)

    def _parts(self, one: PlannedSession) -> Parts:
        """Return who takes part: of those known by name nobody else, and of delegates no unit whole."""
        parts = tuple(sorted(one.sent, key=str))
        if one.cohort_id:
            return (*parts, (one.cohort_id, None))
        if one.audience not in BY_NAME:
            return parts
        if one.audience != For.DELEGATES:
            return (*parts, (one.id, None))
        named = self.sizes.get(one.id, 0)
        self.sizes[one.id] = max(named, sum(n or 0 for _key, n in parts))
        return ((one.id, None),)

    def keep(self, venues: set[str]) -> None:
        """Leave out what is held at places nothing is known of."""
        self.known = {key: value for key, value in self.known.items() if key[1] in venues}

    def longest(self) -> int:
        """Return the minutes of the longest session."""
        spans = [one.ends_at - one.starts_at for one, _slot, _who in self.known.values()]
        return round(max(spans, default=timedelta()).total_seconds() / 60)

    @cached_property
    def ids(self) -> set[UUID]:
        """The sessions in it."""
        return {one.id for one, _slot, _who in self.known.values()}

    def numbered(self) -> dict[tuple[int, str], PlannedSession]:
        """Return the sessions by group and topic."""
        return {
            (self.number_of[key[:2]], key[2]): one for key, (one, _slot, _who) in self.known.items()
        }

    @cached_property
    def groups(self) -> list[tuple[Parts, str]]:
        """The groups, once it is known what to keep: units and place, in a fixed order."""
        return sorted({(parts, place) for parts, place, _topic in self.known}, key=str)

    @cached_property
    def number_of(self) -> dict[tuple[Parts, str], int]:
        """The number of each group."""
        return {group: number for number, group in enumerate(self.groups)}

    @cached_property
    def audiences(self) -> list[Audience]:
        """Who belongs to each group."""
        nodes = organisations.nodes({key for parts, _p in self.groups for key, _q in parts})
        own: dict[tuple[Parts, str], set[UUID]] = {}
        for (parts, place, _topic), (one, _slot, _who) in self.known.items():
            own.setdefault((parts, place), set()).add(one.id)
        return [
            Audience(
                tuple(nodes[key].interval for key, n in parts if n is None and key in nodes),
                sum(n for _key, n in parts if n is not None),
                frozenset(own[parts, place]),
                next((self.sizes[key] for key, _n in parts if key in self.sizes), None),
            )
            for parts, place in self.groups
        ]

    def fallen(self) -> set[int]:
        """Return the groups of which something has fallen through."""
        return {
            self.number_of[key[:2]]
            for key, (one, _s, _w) in self.known.items()
            if one.id in self.lost
        }

    def barred(self) -> Iterator[Bar]:
        """Yield who declined which session: it is not given to them again."""
        for (parts, place, topic), (one, _slot, _who) in self.known.items():
            for who in one.declined:
                yield Bar(self.number_of[parts, place], topic, str(who))

    def cohorts(self) -> list[Cohort]:
        """Return the groups with their sessions as they are published."""
        meetings: list[list[Meeting]] = [[] for _group in self.groups]
        for key, (_one, slot, who) in self.known.items():
            meetings[self.number_of[key[:2]]].append(Meeting(key[2], who, slot))
        return [
            Cohort(place, 2, (str(number),), tuple(meetings[number]))
            for number, (_parts, place) in enumerate(self.groups)
        ]

    def about(self, lost: Mapping[UUID, tuple[PlannedSession, str]]) -> dict[str, dict[str, Any]]:
        """Return the session behind each (group, topic), as JSON."""
        return {
            key_of(self.number_of[parts, place], topic): {
                "id": str(one.id),
                "title": one.title,
                "starts_at": one.starts_at.isoformat(),
                "minutes": round((one.ends_at - one.starts_at).total_seconds() / 60),
                "slot": slot,
                "lecturers": [str(who) for who in (*one.lecturers, *one.declined)],
                "declined": [str(who) for who in one.declined],
                "why": lost[one.id][1] if one.id in lost else "",
            }
            for (parts, place, topic), (one, slot, _who) in self.known.items()
        }
