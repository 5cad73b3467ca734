"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple, NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PersonId = NewType("PersonId", UUID)
LecturerId = NewType("LecturerId", UUID)


class Category(models.TextChoices):
    """人员类别. Full and probationary members count; nobody else does."""

    FULL = "full", _("full member")
    PROBATIONARY = "probationary", _("probationary member")
    APPLICANT = "applicant", _("applicant")
    OTHER = "other", _("other")


class Status(models.TextChoices):
    """Where the membership stands."""

    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("membership suspended")
    LOST = "lost", _("lost contact")
    TRANSFERRED = "transferred", _("transferred out")
    DECEASED = "deceased", _("deceased")


COUNTED_CATEGORIES = frozenset({Category.FULL, Category.PROBATIONARY})
NOT_ELIGIBLE = frozenset({Status.SUSPENDED, Status.TRANSFERRED, Status.DECEASED})


class LecturerKind(models.TextChoices):
    """讲师类别."""

    FOLK = "folk", _("folk speaker")
    SCHOOL = "school", _("party school teacher")
    MODEL = "model", _("role model")
    TEACHER = "teacher", _("ideology teacher")
    OFFICIAL = "official", _("official")
    EXPERT = "expert", _("expert")
    VOLUNTEER = "volunteer", _("volunteer speaker")


class PrivatePurpose(models.TextChoices):
    """Why somebody opens what is private; written to the audit trail."""

    CONTACT = "contact", _("to reach this person")
    CHECK = "check", _("to check the roster")
    HOME_STUDY = "home_study", _("to plan a visit")
    OWN = "own", _("own record")
    EXPORT = "export", _("for a printed list")


class AwayReason(models.TextChoices):
    """外出原因: why a member lives elsewhere."""

    WORK = "work", _("work or trade elsewhere")
    STUDY = "study", _("studies elsewhere")
    FAMILY = "family", _("lives with family elsewhere")
    MOVED = "moved", _("moved house")
    ABROAD = "abroad", _("went abroad")
    OTHER = "other", _("another reason")


class LostReason(models.TextChoices):
    """失联原因: why nobody reaches a member any more."""

    WORK = "work", _("went away to work or trade")
    UNIT = "unit", _("their unit was restructured or went bankrupt")
    GRADUATED = "graduated", _("left school, nobody knows where to")
    JOB = "job", _("changed their employer")
    ABROAD = "abroad", _("went abroad")
    MOVED = "moved", _("moved house")
    OTHER = "other", _("another reason")


class ContactWay(models.TextChoices):
    """How a branch spoke with somebody who lives elsewhere."""

    PHONE = "phone", pgettext_lazy("spoken with", "by phone")
    CHAT = "chat", _("by chat or video")
    MET = "met", _("face to face")
    LETTER = "letter", _("by letter")


class StayState(models.TextChoices):
    """Where a floating member stands; one word at a time."""

    AWAY = "away", _("away, not reported in")
    WAITING = "waiting", _("reported in, to be confirmed")
    RECEIVED = "received", pgettext_lazy("floating member", "received")
    LOST = "lost", _("lost contact")
    BACK = "back", _("came back home")


class StayStep(models.TextChoices):
    """What happened in the course of a stay elsewhere."""

    REGISTERED = "registered", _("registered")
    CHANGED = "changed", _("register corrected")
    REPORTED = "reported", _("reported in")
    HOST_YES = "host_yes", _("received by the host")
    HOST_NO = "host_no", _("not received by the host")
    HOME_YES = "home_yes", _("confirmed at home")
    HOME_NO = "home_no", _("not confirmed at home")
    CONTACTED = "contacted", _("contacted")
    LOST = "lost", _("contact lost")
    FOUND = "found", _("found again")
    BACK = "back", _("came back home")


TAG_FLOATING, TAG_HOME_STUDY, TAG_LOST = "流动", "送学", "失联"
"""Tags that a roster sets; seasons reads them when it enrols people."""

VETERAN_YEARS = 50
_LEADING_DUTIES = ("书记", "党支部书记", "支部书记")


def is_secretary_by(duty: str) -> bool:
    """Return whether a duty, as rosters write it, makes its holder the branch's secretary."""
    return duty.strip().startswith(_LEADING_DUTIES)


@dataclass(frozen=True, slots=True)
class Details:
    """What may be written of a person; None leaves a field as it is.

    ``phone`` and ``id_number`` are plain here and sealed at once. A new ``duty`` says
    by itself who is secretary, unless ``is_secretary`` does. ``tags`` are
    added, and only those of ``tags_off`` are taken away; days and private fields
    named in ``emptied`` are known no longer.
    """

    name: str | None = None
    sex: str | None = None
    category: str | None = None
    status: str | None = None
    joined_on: date | None = None
    full_on: date | None = None
    duty: str | None = None
    is_secretary: bool | None = None
    phone: str | None = None
    id_number: str | None = None
    birth_year: int | None = None
    birth_month: int | None = None
    health_code: str | None = None
    address: str | None = None
    tags: tuple[str, ...] = ()
    tags_off: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()

    def given(self) -> dict[str, object]:
        """Return the fields that say something, tags and what is emptied aside."""
        names = (f.name for f in fields(self) if f.name not in {"tags", "tags_off", "emptied"})
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Private:
    """What only the door gives, and only with a purpose."""

    person_id: PersonId
    phone: str
    id_number: str
    birth_year: int | None
    birth_month: int | None
    health_code: str
    address: str


Month = tuple[int, int]
"""Year and month."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Which private ``fields`` of a person are known; for forms that show none of them."""

    fields: frozenset[str] = frozenset()
    birth: Month | None = None


NOTHING_KNOWN = OnRecord()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people of a subtree are on the roster, and how many of them count."""

    people: int
    counted: int
    floating: int
    home_study: int


@dataclass(frozen=True, slots=True)
class Lecturer:
    """Somebody who teaches; an outsider has no ``person_id``."""

    id: LecturerId
    name: str
    title: str
    kind: str
    organisation_id: UUID
    organisation_name: str
    subjects: tuple[str, ...]
    person_id: PersonId | None
    active: bool

    def speaks_of(self, *wanted: str) -> bool:
        """Whether one of the subjects is in these words, or one of them in a subject."""
        return any(
            subject and words and (subject in words or words in subject)
            for subject in self.subjects
            for words in wanted
        )


@dataclass(frozen=True, slots=True)
class Card:
    """A person as a list shows them: nothing private."""

    id: PersonId
    name: str
    branch_id: UUID
    branch_name: str
    branch_lft: int
    category: str
    status: str
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class BranchOf:
    """Where somebody belongs: the branch and its position in the tree."""

    branch_id: UUID
    lft: int


@dataclass(frozen=True, slots=True)
class Belonged:
    """Where in the tree somebody's branch stands, and from when to when they belonged to it."""

    lft: int
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether they belonged there on a day; on that of a move to both branches."""
        return self.since <= day and (self.until is None or day <= self.until)


class RollLine(NamedTuple):
    """A person as a roll prints them; ``pinyin`` are the initials to find the name by."""

    id: UUID
    name: str
    pinyin: str
    duty: str
    branch_id: UUID
    branch_name: str
    branch_lft: int
    order: int
