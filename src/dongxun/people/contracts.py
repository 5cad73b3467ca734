"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass
from datetime import date
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

PersonId = NewType("PersonId", UUID)


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
