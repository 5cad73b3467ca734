"""Words and shapes of this room."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

LINE = "plan:"
"""Plan lines of sessions that begin so were made by an accepted season plan."""
REPAIR_LINE = "repair:"
"""Those that begin so were made by an accepted repair for who had missed a topic."""
MOST_UNITS = 60
"""Of a division into zones: more are drawn on no map that can be read."""
THREADS = 2


class RunKind(models.TextChoices):
    """What is planned."""

    SEASON = "season", _("season timetable")
    REPAIR = "repair", _("repair")
    ZONES = "zones", _("zones")
    ROUNDS = "rounds", _("rounds of visits")
    ROSTER = "roster", _("duty roster")
    AREAS = "areas", _("joint zones of agencies")
    HUBS = "hubs", _("villages and halls")
    PAIRS = "pairs", _("villages and enterprises")


class RunState(models.TextChoices):
    """Where a search stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("searching")
    DONE = "done", _("finished")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("stopped")


OVER = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})


@dataclass(frozen=True, slots=True)
class SeasonSettings:
    """What is asked for when a season is planned.

    ``seconds`` and ``seed`` are of the search; the rest are rules of the plan. ``leave_out``:
    branches that no hall in reach holds are not planned for, instead of split into study groups.
    """

    topic_ids: tuple[UUID, ...]
    first: date
    last: date
    within_km: float = 10.0
    load: int = 12
    lecturer_a_week: int = 3
    cohort_a_week: int = 2
    leave_out: bool = False
    seconds: int = 60
    seed: int = 1


@dataclass(frozen=True, slots=True)
class ZoneSettings:
    """What is asked for when units are divided into zones.

    ``tolerance`` is how far a zone's people may be from the mean, in percent. ``neighbours``
    are pairs of units by id; none given, those between whom no third unit lies.
    """

    unit_ids: tuple[UUID, ...]
    zones: int
    tolerance: int = 25
    neighbours: tuple[tuple[UUID, UUID], ...] | None = None
    seconds: int = 20
    seed: int = 1


@dataclass(frozen=True, slots=True)
class AreaSettings:
    """What is asked for when agencies are gathered into joint zones, each around its lead.

    A zone has ``least`` to ``most`` agencies; ``lead_ids`` may lead one, all where none is named.
    """

    unit_ids: tuple[UUID, ...]
    areas: int
    least: int = 1
    most: int = 100
    lead_ids: tuple[UUID, ...] = ()
    seconds: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class HubSettings:
    """What is asked for when villages are sent to ``hubs`` places of some ``types``.

    With ``seats`` no place has more people than seats.
    """

    hubs: int
    types: tuple[str, ...]
    within_km: float | None = None
    seats: bool = False
    seconds: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PairSettings:
    """What is asked for when villages are paired with enterprises, each of which ``takes`` so many."""

    takes: int
    within_km: float | None = None
    seconds: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Go:
    """A day on which somebody visits, from leaving home to being back."""

    person_id: UUID
    day: date
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """What is asked for when rounds to homes are planned.

    Nobody visits more than ``most`` homes a day, of ``minutes`` each; ``kmh`` is how fast they
    come along by road. ``two`` sends two to every home, not only to those that want it.
    ``strangers`` are minutes that sending a stranger counts where somebody is known.
    ``begins`` and ``ends`` are the hours offered where a day has none of its own.
    """

    topic_id: UUID
    goes: tuple[Go, ...]
    begins: time
    ends: time
    minutes: int = 30
    most: int = 8
    kmh: float = 15.0
    two: bool = False
    strangers: int = 20
    seconds: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True)
class RosterSettings:
    """What is asked for when the duties of a post are given out.

    ``teams`` are keys of ``volunteers.duty_teams``. ``away`` holds for certain, ``likes`` and
    ``dislikes`` where it can: (person, day). ``rest`` are hours between two shifts, ``hours`` all
    that one person stands, ``on_end`` days of duty on end. ``evenly`` is shared out by turns:
    ``all`` shifts or ``nights``.
    """

    post_id: UUID
    teams: tuple[str, ...]
    first: date
    last: date
    away: tuple[tuple[UUID, date], ...] = ()
    likes: tuple[tuple[UUID, date], ...] = ()
    dislikes: tuple[tuple[UUID, date], ...] = ()
    rest: int = 11
    hours: int = 40
    on_end: int = 5
    evenly: str = "all"
    seconds: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A session as a plan has it."""

    starts_at: datetime
    ends_at: datetime
    venue_id: UUID
    lecturer_id: UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One session of a plan, ready to be shown.

    ``key`` is its plan line; ``change`` is ``new moved same``, ``was`` the words of what it
    was before; ``held``: it was held and stays as it is; ``group`` is the study group of its only
    branch that it is for, 0 for everybody; ``rows`` are the units of the timeline
    whose branches take part. ``joined`` and ``left`` are the names of branches that come now and
    did not before, and the other way round. ``unwanted``: its lecturer would rather not teach then.
    """

    key: str
    topic_id: UUID
    topic: str
    at: Place
    venue: str
    lecturer: str
    units: tuple[UUID, ...]
    unit_names: tuple[str, ...]
    members: int
    rows: tuple[str, ...]
    pinned: bool
    held: bool = False
    group: int = 0
    unwanted: bool = False
    change: str = "new"
    was: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return self.at.starts_at
