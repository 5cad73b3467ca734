"""Study days: the rule by which each returns, and the dates on which it does."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.seasons.models import Season, StudyDay
from dongxun.seasons.queries.goals import concerns
from dongxun.seasons.queries.season import season_row


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
class StudyDayView:
    """A study day as lists show it; ``following`` is the next date, if there is one."""

    id: UUID
    season_id: UUID
    title: str
    organisation_id: UUID
    organisation_name: str
    every: str
    weekday: int | None
    day: int | None
    at: time
    minutes: int
    following: date | None
    may_change: bool


def study_days(season_id: UUID, today: date, *, by: Actor) -> list[StudyDayView]:
    """Return the study days of the actor's concern, from the top of the tree down.

    Raises:
        NotFound: the season is absent or hidden.
    """
    season = season_row(season_id, by=by)
    rows = StudyDay.objects.filter(season=season).select_related("organisation")
    return [
        _view(row, season, today, by)
        for row in rows.order_by("organisation__lft", "weekday", "day", "at", "title")
        if concerns(by, Interval(row.organisation.lft, row.organisation.rgt))
    ]


def study_day(study_day_id: UUID, today: date, *, by: Actor) -> StudyDayView:
    """Return one study day that the actor may change.

    Raises:
        NotFound: absent, or elsewhere.
    """
    row = wanted_row(StudyDay.objects.select_related("organisation").filter(id=study_day_id))
    if not by.reaches(row.organisation.lft):
        raise NotFound
    return _view(row, season_row(row.season_id, by=by), today, by)


def _view(row: StudyDay, season: Season, today: date, by: Actor) -> StudyDayView:
    first = max(today, season.starts_on)
    return StudyDayView(
        id=row.id,
        season_id=row.season_id,
        title=row.title,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.short_name,
        every=row.every,
        weekday=row.weekday,
        day=row.day,
        at=row.at,
        minutes=row.minutes,
        following=next(_days(row, first, season.ends_on), None),
        may_change=allows("seasons.plan_below", by, row.organisation.lft),
    )


def study_dates(season_id: UUID, first: date, last: date, *, by: Actor) -> list[StudyDate]:
    """Return the dates between two days on which study days of the actor's concern fall.

    One query; the days are those of the season and within it.
    """
    rows = StudyDay.objects.filter(season_id=season_id).select_related("organisation", "season")
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
        if concerns(by, Interval(row.organisation.lft, row.organisation.rgt))
        for day in _days(row, max(first, row.season.starts_on), min(last, row.season.ends_on))
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
