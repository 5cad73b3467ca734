"""Words, shapes and errors that other rooms may hold."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, Text

NeedId = NewType("NeedId", UUID)

SPOKEN = "（语音诉求，还没听写）"
"""The words of a need that was only spoken, until a person has written it down."""


class NeedSource(models.TextChoices):
    """How a need reached us."""

    PUBLIC = "public", _("own phone")
    VISIT = "visit", _("on a visit")
    CHAT = "chat", _("in a chat")
    ON_BEHALF = "on_behalf", _("somebody on behalf")
    BRANCH = "branch", _("by the branch")
    CONSOLE = "console", _("at the desk")


class NeedState(models.TextChoices):
    """Where a need stands: 登记 受理 派单 办理 办结待核 回访 销号, 退回重办 提级 挂账."""

    REGISTERED = "registered", _("registered")
    ACCEPTED = "accepted", _("accepted")
    DISPATCHED = "dispatched", _("dispatched")
    IN_WORK = "in_work", _("in work")
    DONE_UNCHECKED = "done_unchecked", _("done, to be checked")
    CALLBACK = "callback", _("to be called back")
    REDO = "redo", _("sent back to be redone")
    ESCALATED = "escalated", _("one level up")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("signed off")


class NeedAct(models.TextChoices):
    """What somebody does to a need; each is a step of its timeline."""

    RAISE = "raise", _("raise it")
    ACCEPT = "accept", _("accept it")
    DISPATCH = "dispatch", _("dispatch it")
    BEGIN = "begin", _("begin the work")
    HAND_ON = "hand_on", _("hand it on")
    GUIDE = "guide", _("give guidance")
    FINISH = "finish", _("report it done")
    CHECK = "check", _("find it done")
    CALL_BACK = "call_back", _("call back")
    REDO = "redo", _("send it back")
    ESCALATE = "escalate", _("take it one level up")
    SUSPEND = "suspend", _("suspend it")
    RESUME = "resume", _("take it up again")
    CLOSE = "close", _("sign it off")
    ERRAND = "errand", _("an errand for it")
    DRIVE = "drive", _("a donor for it")


class AidKind(models.TextChoices):
    """Other work that a need sets going: an errand of volunteers, a search for a donor."""

    ERRAND = "errand", _("errand")
    DRIVE = "drive", _("what is wanted")


class Satisfaction(models.TextChoices):
    """The requester's word."""

    SATISFIED = "satisfied", _("satisfied")
    BASIC = "basic", _("satisfied on the whole")
    UNSATISFIED = "unsatisfied", _("not satisfied")


class Urgency(models.TextChoices):
    """How soon it is wanted."""

    USUAL = "usual", _("usual")
    URGENT = "urgent", _("urgent")


class ProjectState(models.TextChoices):
    """A project is written down, handed in, returned or approved, and reached."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    REACHED = "reached", _("target reached")


class Milestone(models.TextChoices):
    """促开工、促竣工、促投产."""

    START = "start", _("start of construction")
    COMPLETE = "complete", _("completion")
    PRODUCE = "produce", _("start of production")


class Stage(models.TextChoices):
    """How far an assisted enterprise has come."""

    STOPPED = "stopped", _("at a standstill")
    PREPARING = "preparing", _("preparing")
    PARTLY = "partly", _("partly at work")
    RESUMED = "resumed", _("at work again")


class PictureMoment(models.TextChoices):
    """What a picture shows."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class NotNow(Conflict):
    """The need stands where this cannot be done."""

    code = "need_not_now"
    message = _("This need has moved on. Look where it stands now.")


class OwnNeed(NotAllowed):
    """Nobody checks, calls back or closes what they raised for themselves or worked on."""

    code = "own_need"
    message = _("You raised this for yourself or worked on it: somebody else has to do this.")


class EvidenceMissing(Invalid):
    """Closing needs what was done in words, and the requester's word."""

    code = "evidence_missing"
    message = _("Closing needs what was done, and the requester's word.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDraft:
    """A need as it is heard; ``id`` is minted by whoever hears it, so sending it twice is safe.

    ``organisation_id`` receives it first, and leads. ``about_kind`` and ``about_id`` say
    where it was heard: ("session", …), ("visit", …); ``season_id`` is the season of that, where
    it is not simply that of the day.
    """

    id: UUID
    text: str
    source: NeedSource
    organisation_id: UUID
    theme_id: UUID | None = None
    person_id: UUID | None = None
    requester_name: str = ""
    requester_phone: str = ""
    occurred_at: datetime
    about_kind: str = ""
    about_id: UUID | None = None
    place: str = ""
    urgency: Urgency = Urgency.USUAL
    season_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NeedCard:
    """What another room may know of a need: no requester."""

    id: NeedId
    code: str
    text: str
    place: str
    organisation_id: UUID
    holder_id: UUID
    is_open: bool


@dataclass(frozen=True, slots=True)
class Aid:
    """Word of how an errand or a search for a donor goes; ``id`` is that room's own.

    ``words`` say what has just happened, ``is_over`` that nothing more comes of it.
    """

    id: UUID
    kind: AidKind
    organisation_id: UUID
    title: str
    words: str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One line of 问题清单/整改台账; ``due_on`` is the day by which the next thing is owed."""

    text: str
    found_at: datetime
    source: str
    theme: str
    urgency: str
    unit: str
    responsible: str
    helpers: str
    measures: str
    due_on: date
    progress: str
    outcome: str
    pictures: str
    checked_by: str
    closed_on: date | None
    satisfaction: str
    remark: str
    code: str


@dataclass(frozen=True, slots=True)
class NeedReceipt:
    """What the requester gets: ``code`` opens the state, read aloud or typed."""

    id: NeedId
    code: str
    reply_by: date
    due_on: date
    repeated: bool = False


class NoSeason(Conflict):
    """There is no season in which a need could be counted."""

    code = "no_season"
    message = _("No season has been set up here yet.")


NOT_TAKEN: dict[str, tuple[str, Text]] = {
    "text": ("need_text", _("Say what is needed, in at most 2,000 characters.")),
    "organisation": (
        "need_unit",
        _("No unit of this season is called so, or several are. Write the name as in the list."),
    ),
    "requester_phone": ("need_phone", _("This is not a telephone number.")),
    "theme_id": ("need_theme", _("There is no such theme any more; choose another.")),
}
"""What is said of a need that a phone sent and that does not fit, by its field."""
SYNC_REASONS: dict[str, Text] = {NoSeason.code: NoSeason.message, **dict(NOT_TAKEN.values())}
