"""What each edition of a lesson asks for, and whether what somebody did is all of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dongxun.kernel import clock
from dongxun.library.contracts import LessonState, Step
from dongxun.library.models import Lesson, Progress
from dongxun.library.queries.published import parts_of
from dongxun.people.contracts import Belonged
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class Asks:
    """The chapters of an edition, and the right answer to each of its questions."""

    chapters: frozenset[str]
    right: Mapping[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> frozenset[str]:
        """Return everything that has to be done."""
        return self.chapters | self.right.keys()


@dataclass(frozen=True, slots=True)
class Asked:
    """A lesson as its editions ask, the oldest first; ``last`` is the one members have.

    An edition that is older than this record is not among them.
    """

    last: int
    by_edition: Mapping[int, Asks]
    out: Sequence[tuple[int, datetime]] = ()

    def has_chapter(self, step: Step) -> bool:
        """Return whether the chapter of a step is of the edition that it was made on."""
        asks = self.by_edition.get(self.edition_of(step))
        some = [asks] if asks else self.by_edition.values()
        return any(str(step.chapter_id) in one.chapters for one in some)

    def edition_of(self, step: Step) -> int:
        """Return the edition that a step was made on; one not named is the last of its day."""
        number = step.edition
        if number is None:
            number = max((n for n, at in self.out if at <= step.occurred_at), default=1)
        return max(1, min(number, self.last))

    def right_on(self, edition: int) -> Mapping[str, int]:
        """Return the right answers of an edition; of the last one where it is not known."""
        return self.by_edition.get(edition, self.by_edition[self.last]).right

    def finished_at(self, row: Progress) -> datetime | None:
        """Return when the last piece of evidence for some edition was there, None without one.

        For an edition counts what was done on it or on those before: who has begun a later one
        has not finished an earlier one by half of that.
        """
        done = row.ended | row.answered
        found = []
        for number, asks in self.by_edition.items():
            made = [k for k in asks.parts if k in done and row.made_on.get(k, self.last) <= number]
            if made and len(made) == len(asks.parts):
                found.append(max(datetime.fromisoformat(done[key]) for key in made))
        return min(found, default=None)


def asked_by(lesson: Lesson) -> Asked:
    """Return what the editions of a lesson as members have it ask for."""
    parts, kept = parts_of(lesson), dict[int, Asks]()
    rows = list(lesson.editions.values_list("number", "published_at", "asks"))
    for number, _at, asks in rows:
        if asks is not None:
            kept[number] = Asks(frozenset(asks["chapters"]), asks["right"])
    right = {str(question.id): question.right for question in parts.questions}
    kept[lesson.edition] = Asks(frozenset(str(one.id) for one in parts.chapters), right)
    return Asked(lesson.edition, kept, [(number, at) for number, at, _asks in rows])


def asks_of(lesson: Lesson) -> dict[str, Any]:
    """Return what a lesson asks for as it is written now, to be kept with its edition."""
    return {
        "chapters": [str(one.id) for one in lesson.chapters.all()],
        "right": {str(one.id): one.right for one in lesson.questions.all()},
    }


def stood_open(lesson: Lesson, step: Step, homes: Sequence[Belonged]) -> bool:
    """Return whether a lesson that is not open to somebody now was so when they learned it.

    It has been withdrawn since, its season has ended, or they have moved.
    """
    at, day = lesson.organisation, clock.day_of(step.occurred_at)
    is_gone = lesson.withdrawn_at is None or step.occurred_at > lesson.withdrawn_at
    if lesson.state == LessonState.DRAFT or (lesson.state == LessonState.WITHDRAWN and is_gone):
        return False
    if lesson.cohort_id and step.person_id not in seasons.cohort_people(lesson.cohort_id):
        return False
    return any(at.lft <= one.lft <= at.rgt and one.holds_on(day) for one in homes)
