"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple, NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

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


TAG_FLOATING, TAG_HOME_STUDY, TAG_LOST = "流动", "送学", "失联"
"""Tags that a roster sets; seasons reads them when it enrols people."""

VETERAN_YEARS = 50


@dataclass(frozen=True, slots=True)
class Details:
    """What may be written of a person; None leaves a field as it is.

    ``phone`` and ``id_number`` are plain here and sealed at once. ``tags`` are
    added, and only those of ``tags_off`` are taken away.
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

    def given(self) -> dict[str, object]:
        """Return the fields that say something, tags aside."""
        names = (f.name for f in fields(self) if not f.name.startswith("tags"))
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


@dataclass(frozen=True, slots=True)
class Card:
    """A person as a list shows them: nothing private."""

    id: PersonId
    name: str
    branch_id: UUID
    branch_name: str
    category: str
    status: str
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class BranchOf:
    """Where somebody belongs: the branch and its position in the tree."""

    branch_id: UUID
    lft: int


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
