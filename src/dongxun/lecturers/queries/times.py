"""When lecturers can teach, for a room above that plans many lessons at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dongxun.lecturers.contracts import DayPart
from dongxun.lecturers.queries import profiles

USUAL = frozenset({DayPart.MORNING.value, DayPart.AFTERNOON.value})
"""Who never said when they can teach is taken to be free at these."""


@dataclass(frozen=True, slots=True)
class Times:
    """Parts of the week, days away and terms of one lecturer; without terms nothing ends.

    ``unwanted`` are parts at which they would rather not teach; they are free then or not.
    """

    parts: frozenset[tuple[int, str]] = frozenset()
    away: tuple[tuple[date, date], ...] = ()
    terms: tuple[tuple[date, date], ...] = ()
    unwanted: frozenset[tuple[int, str]] = frozenset()

    def can_come(self, day: date) -> bool:
        """Whether they are appointed on that day, and not away."""
        if self.terms and not any(first <= day <= last for first, last in self.terms):
            return False
        return not any(first <= day <= last for first, last in self.away)

    def is_free(self, day: date, part: str) -> bool:
        """Whether they usually teach then, and can come."""
        usual = (day.weekday(), part) in self.parts if self.parts else part in USUAL
        return usual and self.can_come(day)

    def would_rather_not(self, day: date, part: str) -> bool:
        """Whether they would rather not teach then: a wish, no rule."""
        return (day.weekday(), part) in self.unwanted


def times_of(ids: Collection[UUID]) -> dict[UUID, Times]:
    """Return the times of each of these lecturers; four queries. Who teaches is no secret."""
    parts, away = profiles.free_parts(ids), profiles.away(ids)
    terms, unwanted = profiles.live_terms(ids), profiles.unwanted_parts(ids)
    return {
        key: Times(
            frozenset(parts.get(key, ())),
            tuple((row.first, row.last) for row in away.get(key, ())),
            tuple((row.since, profiles.last_day(row)) for row in terms.get(key, ())),
            frozenset(unwanted.get(key, ())),
        )
        for key in ids
    }
