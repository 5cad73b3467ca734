"""What is typed for a session, and how sessions are shown."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ActivityType, Audience, SessionState
from dongxun.kernel import clock

CLASH_WORDS = {"place": _("place"), "lecturer": _("lecturer"), "people": _("people")}


def phase(state: str, starts_at: datetime, ends_at: datetime) -> str:
    """Return a session's phase: ``draft coming running over archived cancelled``."""
    if state != SessionState.PUBLISHED:
        return state
    now = clock.now()
    if now < starts_at:
        return "coming"
    return "running" if now <= ends_at else "over"


@dataclass(frozen=True, slots=True)
class Invited:
    """An organisation beside the host; a quota means: so many named delegates."""

    organisation_id: UUID
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run-sheet, or one stand of a fair."""

    title: str
    minutes: int | None = None
    owner: str = ""
    is_oath: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A lecturer asked for a subject."""

    lecturer_id: UUID
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SubVenue:
    """A further venue of a session: who holds it, and where."""

    host_id: UUID
    place_id: UUID | None = None
    place_text: str = ""
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Everything that can be typed for one session.

    ``topics`` are (topic, minutes); their sum is the session's credit.
    """

    season_id: UUID
    host_id: UUID
    title: str
    type: str
    starts_at: datetime
    ends_at: datetime
    topics: tuple[tuple[UUID, int], ...] = ()
    co_hosts: tuple[Invited, ...] = ()
    invited: tuple[Invited, ...] = ()
    place_id: UUID | None = None
    place_text: str = ""
    format: str = "hall"
    audience: str = Audience.ALL
    cohort_id: UUID | None = None
    capacity: int | None = None
    sign_up: bool = False
    open_to_all: bool = False
    mask_names: bool = False
    is_first_lesson: bool = False
    is_group_viewing: bool = False
    online_url: str = ""
    organiser_name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    campaign_id: UUID | None = None
    cascade_task_id: UUID | None = None
    main_session_id: UUID | None = None
    lecturers: tuple[Asked, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session as lists, calendars and the timeline show it."""

    id: UUID
    code: str
    season_id: UUID
    title: str
    type: str
    state: str
    host_id: UUID
    host_name: str
    host_lft: int
    starts_at: datetime
    ends_at: datetime
    place_id: UUID | None
    place: str
    credit_minutes: int
    topics: tuple[str, ...] = ()
    lecturers: tuple[str, ...] = ()
    lecturer_missing: bool = False
    is_online: bool = False
    main_session_id: UUID | None = None
    cascade_task_id: UUID | None = None
    is_first_lesson: bool = False
    clashes: tuple[str, ...] = ()
    parts: tuple[tuple[UUID, int, int], ...] = ()
    tags: tuple[str, ...] = ()
    sign_up: bool = False

    @property
    def type_name(self) -> str:
        """Return the kind of gathering in words."""
        return str(ActivityType(self.type).label)

    @property
    def phase(self) -> str:
        """Return where it stands: a stored state, or running and over by the clock."""
        return phase(self.state, self.starts_at, self.ends_at)

    @property
    def clash_words(self) -> str:
        """Return what is wanted twice, in words."""
        return "、".join(str(CLASH_WORDS[kind]) for kind in self.clashes)


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody or something wanted twice at one time.

    ``kind`` is ``place``, ``lecturer`` or ``people``; ``what`` names it;
    ``title`` is empty when the other session is not for the actor to see.
    """

    kind: str
    what: str
    title: str
    starts_at: datetime
    ends_at: datetime
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of the same length."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Warnings:
    """What the step list shows before saving; it never blocks saving."""

    clashes: tuple[Clash, ...] = ()
    free: tuple[Slot, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class BranchCount:
    """How many people of one branch are expected."""

    branch_id: UUID
    name: str
    expected: int


@dataclass(frozen=True, slots=True)
class Held:
    """What an organisation or zone did: sessions distinct, people by home branch."""

    sessions: int = 0
    person_times: int = 0
    public: int = 0
    minors: int = 0
