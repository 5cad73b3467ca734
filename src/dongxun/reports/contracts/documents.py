"""Files that organisers put into the dossier."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What a file in the dossier is."""

    PLAN = "plan", _("season plan")
    NOTICE = "notice", _("notice")
    LEADERS = "leaders", _("leading group")
    DUTIES = "duties", _("division of duties")


SECTION_OF = {
    DocumentKind.PLAN: "01",
    DocumentKind.NOTICE: "01",
    DocumentKind.LEADERS: "02",
    DocumentKind.DUTIES: "02",
}


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A file in the dossier as its page shows it."""

    id: UUID
    kind: DocumentKind
    upload_id: UUID
    name: str
    size: int
    sha256: str
    pages: int | None
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a section should hold and does not: in words, and where to see to it."""

    section: str
    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SectionState:
    """A section of the dossier before it is made."""

    number: str
    title: str
    has: tuple[str, ...]
    gaps: tuple[Gap, ...]
