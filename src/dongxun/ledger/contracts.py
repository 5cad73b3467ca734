"""The shape of a learning fact."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class FactKind(models.TextChoices):
    """What happened."""

    ATTENDED = "attended", _("attended")
    STUDIED = "studied", _("studied")
    PASSED = "passed", _("passed a check")
    REFLECTED = "reflected", _("handed in a reflection")
    ON_LEAVE = "on_leave", _("on leave")


class Mode(models.TextChoices):
    """How the time was spent; empty for facts without time."""

    NONE = "", _("no time")
    GROUP = "group", _("together")
    MAKEUP = "makeup", _("make-up")
    HOME = "home", _("at home, visited")
    ONLINE = "online", _("online, own device")
    EXTERNAL = "external", _("elsewhere")


SESSION = "session"
"""The ``object_kind`` of facts that a session caused; only these can overlap in time."""


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be written. ``id`` is derived from its cause (``kernel.ids.derived_id``).

    ``seconds`` is zero for facts without time; ``format`` is a code of the
    season's credit table; ``branch_id`` is the home branch on that day;
    ``until`` is the end of the make-up window, for ``ON_LEAVE`` only.
    ``occurred_at`` of a session's fact is the session's start, the same for
    everybody, so that no order of merging can change it.
    """

    id: UUID
    kind: FactKind
    person_id: UUID
    branch_id: UUID
    season_id: UUID
    topic_id: UUID | None
    seconds: int
    mode: Mode
    format: str
    occurred_at: datetime
    object_kind: str
    object_id: UUID
    source: str
    until: date | None = None


class LiveFact(NamedTuple):
    """A fact that stands, as coverage reads it by the hundred thousand.

    ``person_id`` is the survivor when the fact was written for a duplicate
    that has been merged since.
    """

    id: UUID
    person_id: UUID
    kind: str
    topic_id: UUID | None
    seconds: int
    mode: str
    format: str
    occurred_at: datetime
    object_kind: str
    object_id: UUID
    until: date | None = None


class Line(NamedTuple):
    """A fact with the moments at which the book took it in and, if ever, struck it out."""

    fact: LiveFact
    stored_at: datetime
    struck_at: datetime | None

    def stood_at(self, moment: datetime) -> bool:
        """Return whether the book held the fact as true at ``moment``."""
        return self.stored_at <= moment and (self.struck_at is None or self.struck_at > moment)
