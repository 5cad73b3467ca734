"""Slots of a plan: parts of teaching days, and back to moments."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dongxun.kernel import clock
from dongxun.lecturers.contracts import BEGINS, PART_ENDS, DayPart

PARTS = tuple(DayPart)
HALVES = len(PARTS)
LONGEST = 210
"""Minutes that fit into each part of a day: 9:00 to 12:30, 14:00 to 17:30, 18:30 to 22:00."""
KMH = 30.0
"""How fast a lecturer comes along between two lessons of a day, as the crow flies."""


def pauses(minutes: int) -> tuple[int, ...]:
    """Return the least minutes between lessons of so many: in the next part of the day, the one after."""
    begins = [60 * BEGINS[part].hour + BEGINS[part].minute for part in PARTS]
    return tuple(
        max(0, min(begins[i + k] - begins[i] for i in range(HALVES - k)) - minutes)
        for k in range(1, HALVES)
    )


@dataclass(frozen=True, slots=True)
class Grid:
    """The teaching days of a plan in order; slot ``3 i + k`` is part k of day i."""

    days: tuple[date, ...]

    @classmethod
    def of(cls, days: Sequence[str]) -> "Grid":
        """Return the grid of a problem."""
        return cls(tuple(date.fromisoformat(day) for day in days))

    def moment(self, slot: int) -> datetime:
        """Return when a session in a slot begins."""
        return clock.moment(self.days[slot // HALVES], BEGINS[PARTS[slot % HALVES]])

    def span(self, slot: int, minutes: int) -> tuple[datetime, datetime]:
        """Return when a session of so many minutes in a slot begins and ends."""
        start = self.moment(slot)
        return start, start + timedelta(minutes=minutes)

    def slot_of(self, at: datetime) -> int | None:
        """Return the slot in which something begins; none outside the days."""
        day = clock.day_of(at)
        i = bisect_left(self.days, day)
        if i == len(self.days) or self.days[i] != day:
            return None
        local = clock.local(at).time()
        part = next((k for k, p in enumerate(PARTS) if local < PART_ENDS[p][1]), HALVES - 1)
        return i * HALVES + part

    def holds(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a meeting takes up one slot: it is not too long, and over before the next begins."""
        day = clock.day_of(starts_at)
        later = (clock.moment(day, BEGINS[part]) for part in PARTS)
        into = any(starts_at < begin < ends_at for begin in later)
        return ends_at - starts_at <= timedelta(minutes=LONGEST) and not into

    def touched(self, starts_at: datetime, ends_at: datetime) -> list[int]:
        """Return every slot that something between two moments takes up."""
        first = bisect_left(self.days, clock.day_of(starts_at))
        last = bisect_right(self.days, clock.day_of(ends_at))
        return [
            i * HALVES + k
            for i in range(first, last)
            for k, part in enumerate(PARTS)
            if clock.moment(self.days[i], PART_ENDS[part][0]) < ends_at
            and starts_at < clock.moment(self.days[i], PART_ENDS[part][1])
        ]
