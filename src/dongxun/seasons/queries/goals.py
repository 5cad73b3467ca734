"""Campaigns, cascade tasks and courses of a season."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import get_language

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.seasons.contracts import GivenBy
from dongxun.seasons.models import Campaign, CascadeTask, Course, CreditRule
from dongxun.seasons.queries.season import season_row


@dataclass(frozen=True, slots=True)
class Task:
    """A session that each organisation of a level below one holds on its own."""

    id: UUID
    season_id: UUID
    organisation_id: UUID
    organisation_name: str
    interval: Interval
    level: str
    title: str
    activity_type: str
    topic_id: UUID | None
    minutes: int
    due_on: date
    is_first_lesson: bool
    given_by: str = ""
    target: int = 1
    ended_on: date | None = None

    @property
    def speaker(self) -> str:
        """Return who speaks, in words; empty for anybody."""
        return str(GivenBy(self.given_by).label) if self.given_by else ""


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and a name."""

    id: UUID
    name: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign: a theme that many sessions share."""

    id: UUID
    season_id: UUID
    name: str
    theme: str


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of a topic."""

    id: UUID
    topic_id: UUID
    title: str
    minutes: int
    summary: str
    audience: str


def campaigns(season_id: UUID) -> list[Named]:
    """Return the season's campaigns by name."""
    rows = Campaign.objects.filter(season_id=season_id).order_by("name")
    return [Named(row.id, row.name) for row in rows]


def campaign(campaign_id: UUID, *, by: Actor) -> CampaignView:
    """Return one campaign.

    Raises:
        NotFound: absent, or of a hidden season.
    """
    row = wanted_row(Campaign.objects.filter(id=campaign_id))
    season_row(row.season_id, by=by)
    return CampaignView(row.id, row.season_id, row.name, row.theme)


def campaign_ids(season_id: UUID) -> set[UUID]:
    """Return the ids of the season's campaigns."""
    return set(Campaign.objects.filter(season_id=season_id).values_list("id", flat=True))


def courses(season_id: UUID) -> dict[UUID, list[CourseLine]]:
    """Return the courses of each topic, in order."""
    found: dict[UUID, list[CourseLine]] = {}
    rows = Course.objects.filter(topic__season_id=season_id).order_by("order", "title")
    for row in rows:
        line = CourseLine(row.id, row.topic_id, row.title, row.minutes, row.summary, row.audience)
        found.setdefault(row.topic_id, []).append(line)
    return found


def credit_labels(season_id: UUID) -> list[tuple[str, str]]:
    """Return the rows of the credit table as (format, label in the reader's language)."""
    column = "label_zh" if (get_language() or "zh").startswith("zh") else "label_en"
    rows = CreditRule.objects.filter(season_id=season_id).order_by("id")
    return list(rows.values_list("format", column))


def credit_names(season_id: UUID, code: str) -> tuple[str, str]:
    """Return the Chinese and the English name of a row of the credit table; empty without it."""
    rows = CreditRule.objects.filter(season_id=season_id, format=code)
    return rows.values_list("label_zh", "label_en").first() or ("", "")


def _task(row: CascadeTask) -> Task:
    return Task(
        id=row.id,
        season_id=row.season_id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.short_name,
        interval=Interval(row.organisation.lft, row.organisation.rgt),
        level=row.level,
        title=row.title,
        activity_type=row.activity_type,
        topic_id=row.topic_id,
        minutes=row.minutes,
        due_on=row.due_on,
        is_first_lesson=row.is_first_lesson,
        given_by=row.given_by,
        target=row.target,
        ended_on=row.ended_on,
    )


def concerns(by: Actor, organisation: Interval) -> bool:
    """Return whether an organisation is the actor's, above it, or below it."""
    return by.reaches(organisation.lft) or any(
        own.lft in organisation for own in by.intervals(ORGANISERS)
    )


def tasks(season_id: UUID, *, by: Actor) -> list[Task]:
    """Return the cascade tasks that concern the actor's subtrees, soonest due first, ended last.

    Raises:
        NotFound: the season is absent or hidden.
    """
    season_row(season_id, by=by)
    rows = CascadeTask.objects.filter(season_id=season_id).select_related("organisation")
    found = [_task(row) for row in rows.order_by("-is_first_lesson", "due_on", "title")]
    found.sort(key=lambda task: task.ended_on is not None)
    return [task for task in found if concerns(by, task.interval)]


def task(task_id: UUID, *, by: Actor) -> Task:
    """Return one cascade task.

    Raises:
        NotFound: absent, or none of the actor's concern.
    """
    row = wanted_row(CascadeTask.objects.filter(id=task_id).select_related("organisation"))
    if not concerns(by, _task(row).interval):
        raise NotFound
    return _task(row)
