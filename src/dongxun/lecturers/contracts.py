"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_WORDS = 300
MOST_MINUTES = 480
FEWEST_MINUTES = 10
MOST_YEARS = 5


class CandidateState(models.TextChoices):
    """Where a nomination stands."""

    NOMINATED = "nominated", _("to be vetted")
    PASSED = "passed", _("passed, to be appointed")
    REFUSED = "refused", _("not passed")
    APPOINTED = "appointed", _("appointed")


class DayPart(models.TextChoices):
    """When in a day somebody can teach."""

    MORNING = "morning", _("morning")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")


BEGINS = {DayPart.MORNING: time(9), DayPart.AFTERNOON: time(14), DayPart.EVENING: time(18, 30)}
"""When a lesson of a part of the day usually begins."""
PART_ENDS = {
    DayPart.MORNING: (time(0), time(12, 30)),
    DayPart.AFTERNOON: (time(12, 30), time(18)),
    DayPart.EVENING: (time(18), time(23, 59)),
}


class OrderState(models.TextChoices):
    """Where an order stands; follows from its session, the answers and the clock."""

    WAITING = "waiting", _("to be dispatched")
    BACK = "back", _("to be dispatched again")
    ASKED = "asked", _("lecturer asked")
    ACCEPTED = "accepted", pgettext_lazy("booking", "accepted")
    HELD = "held", _("held, to be rated")
    RATED = "rated", _("rated")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REFUSED = "refused", _("cannot be met")


TO_DISPATCH = frozenset({OrderState.WAITING, OrderState.BACK})
CLOSED = frozenset({OrderState.WITHDRAWN, OrderState.REFUSED})


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """What a unit orders: what about, from whom, when, for how many."""

    wish: str
    wanted_from: date
    wanted_until: date
    topic_id: UUID | None = None
    lecturer_id: UUID | None = None
    part: str = ""
    people: int | None = None
    place_id: UUID | None = None
    place_text: str = ""
    contact: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CandidateDraft:
    """Somebody whom a unit nominates; ``phone`` is plain here and sealed at once."""

    name: str
    kind: str
    reason: str
    title: str = ""
    subjects: tuple[str, ...] = ()
    phone: str = ""
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Ratings of a lecturer: their mean, of ``n`` sessions, ordered or not."""

    n: int
    mean: float


@dataclass(frozen=True, slots=True)
class Paper:
    """What a letter of appointment says."""

    number: str
    name: str
    title: str
    kind: str
    subjects: tuple[str, ...]
    issuer: str
    issuer_id: UUID
    since: date
    until: date
    issued_on: date


@dataclass(frozen=True, slots=True)
class Moment:
    """The time that somebody is sought for."""

    starts_at: datetime
    ends_at: datetime
