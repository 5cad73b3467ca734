"""Campaigns, study days as dates, cascade tasks, cohorts, courses of a season."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import get_language

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.seasons.models import (
    Campaign,
    CascadeTask,
    Cohort,
    Course,
    CreditRule,
    Season,
    StudyDay,
)
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


@dataclass(frozen=True, slots=True)
class StudyDate:
    """One day on which a recurring study day falls."""

    study_day_id: UUID
    title: str
    organisation_id: UUID
    organisation_name: str
    on: date
    at: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and a name."""

    id: UUID
    name: str
    count: int = 0


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


def campaign_ids(season_id: UUID) -> set[UUID]:
    """Return the ids of the season's campaigns."""
    return set(Campaign.objects.filter(season_id=season_id).values_list("id", flat=True))


def cohorts(season_id: UUID, *, by: Actor) -> list[Named]:
    """Return the cohorts of the actor's subtrees and those above them, with their size."""
    rows = Cohort.objects.filter(season_id=season_id).select_related("organisation")
    counted = rows.annotate(n=Count("people")).order_by("organisation__lft", "name")
    return [
        Named(row.id, row.name, row.n)
        for row in counted
        if by.reaches(row.organisation.lft)
        or any(
            row.organisation.lft <= own.lft <= row.organisation.rgt
            for own in by.intervals(ORGANISERS)
        )
    ]


def cohort_ids(season_id: UUID) -> set[UUID]:
    """Return the ids of the season's cohorts."""
    return set(Cohort.objects.filter(season_id=season_id).values_list("id", flat=True))


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
    )


def _concerns(by: Actor, organisation: Interval) -> bool:
    """Return whether an organisation is the actor's, above it, or below it."""
    return by.reaches(organisation.lft) or any(
        own.lft in organisation for own in by.intervals(ORGANISERS)
    )


def tasks(season_id: UUID, *, by: Actor) -> list[Task]:
    """Return the cascade tasks that concern the actor's subtrees, soonest due first.

    Raises:
        NotFound: the season is absent or hidden.
    """
    season_row(season_id, by=by)
    rows = CascadeTask.objects.filter(season_id=season_id).select_related("organisation")
    found = [_task(row) for row in rows.order_by("-is_first_lesson", "due_on", "title")]
    return [task for task in found if _concerns(by, task.interval)]


def task(task_id: UUID, *, by: Actor) -> Task:
    """Return one cascade task.

    Raises:
        NotFound: absent, or none of the actor's concern.
    """
    row = CascadeTask.objects.filter(id=task_id).select_related("organisation").first()
    if row is None or not _concerns(by, _task(row).interval):
        raise NotFound
    return _task(row)


def study_dates(season_id: UUID, first: date, last: date, *, by: Actor) -> list[StudyDate]:
    """Return the dates between two days on which study days of the actor's concern fall."""
    season = Season.objects.filter(id=season_id).first()
    if season is None:
        raise NotFound
    first, last = max(first, season.starts_on), min(last, season.ends_on)
    rows = StudyDay.objects.filter(season=season).select_related("organisation")
    found = [
        StudyDate(
            row.id,
            row.title,
            row.organisation_id,
            row.organisation.short_name,
            day,
            row.at,
            row.minutes,
        )
        for row in rows
        if _concerns(by, Interval(row.organisation.lft, row.organisation.rgt))
        for day in _days(row, first, last)
    ]
    return sorted(found, key=lambda d: (d.on, d.at, d.title))


def _days(row: StudyDay, first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if row.every == "week" and day.weekday() == row.weekday:
            yield day
        # a 31st falls on the last day of a shorter month
        last_day = monthrange(day.year, day.month)[1]
        if row.every == "month" and day.day == min(row.day or 1, last_day):
            yield day
