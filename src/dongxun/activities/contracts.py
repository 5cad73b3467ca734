"""Words and shapes that other rooms may hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

SessionId = NewType("SessionId", UUID)


class SessionState(models.TextChoices):
    """Draft, published, archived or cancelled; running and over follow from the clock."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")
    CANCELLED = "cancelled", _("cancelled")


class ActivityType(models.TextChoices):
    """What kind of gathering it is."""

    LECTURE = "lecture", _("lecture")
    PARTY_LECTURE = "party_lecture", _("party lecture")
    JOINT_CLASS = "joint_class", _("joint class")
    THEME_DAY = "theme_day", _("theme day")
    DISCUSSION = "discussion", _("discussion")
    STUDY_TOUR = "study_tour", _("study tour")
    VISIT_EXCHANGE = "visit_exchange", _("visit exchange")
    MOBILE_CLASS = "mobile_class", _("mobile class")
    GROUP_VIEWING = "group_viewing", _("group viewing")
    KICK_OFF = "kick_off", _("kick-off")
    FAIR = "fair", _("fair with stands")
    TALK_SHOW = "talk_show", _("theory talk show")
    QUIZ = "quiz", _("theory quiz")
    WORKSHOP = "workshop", _("theory crafts")
    ARTS = "arts", _("theory through the arts")
    FILM = "film", _("film showing")
    SERVICE = "service", _("volunteer service")
    MINORS = "minors", _("for minors")
    MAKEUP = "makeup", _("make-up class")
    OTHER = "other", _("other")


class Part(models.TextChoices):
    """How an organisation takes part in a session."""

    HOST = "host", _("host")
    CO_HOST = "co_host", _("co-host")
    INVITED = "invited", _("invited")


class Audience(models.TextChoices):
    """Who is expected."""

    ALL = "all", _("all members of the organisations")
    DELEGATES = "delegates", _("named delegates")
    SECRETARIES = "secretaries", _("secretaries")
    COHORT = "cohort", _("one cohort")
    MAKEUP = "makeup", _("people with something to make up")


class Method(models.TextChoices):
    """How a presence is known; declared order is from weak to strong."""

    DECLARED = "declared", _("printed code, declared")
    WORKBOOK = "workbook", _("from a workbook")
    PROXY = "proxy", _("entered by somebody else")
    SELF = "self", _("own phone, screen code")
    SHEET = "sheet", _("signed sheet")
    ROLL = "roll", _("roll call")


class CorrectionState(models.TextChoices):
    """What became of a request to put a record right."""

    OPEN = "open", _("waiting for an answer")
    DONE = "done", _("put right")
    DECLINED = "declined", _("stays as it is")


class RemarkKind(models.TextChoices):
    """What a note about a session is: decisions follow from all three."""

    FEEDBACK = "feedback", _("feedback after class")
    SPOKEN = "spoken", _("said in the discussion")
    GAP = "gap", _("gap found on the tour")


ORDERED = "order:"
"""Plan lines that begin so were asked for by an order: their lecturer is asked before they are
published, and nobody else is told."""
STRENGTH = {method: rank for rank, method in enumerate(Method)}


@dataclass(frozen=True, slots=True)
class TodaySession:
    """A session of today as the first page lists it; ``phase`` is ``coming running over``."""

    id: SessionId
    title: str
    starts_at: datetime
    ends_at: datetime
    host: str
    place: str
    phase: str
    present: int


@dataclass(frozen=True, slots=True)
class Board:
    """Sessions of a subtree at a glance: distinct sessions, sub-venues with their main one.

    ``without_lecturer`` are (host, start), ``clashes`` (host, other host, place, start).
    """

    week: int
    week_held: int
    today: int
    running: int
    sessions: tuple[TodaySession, ...]
    without_lecturer: tuple[tuple[str, datetime], ...]
    clashes: tuple[tuple[str, str, str, datetime], ...]
    walk_ins: int
