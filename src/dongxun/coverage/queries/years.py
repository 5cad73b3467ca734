"""Hours by calendar year: what people have of what they owe, and who is short.

The hours stand on each person's row (``PersonStanding.hours_by_year``), worked out with the
rest of the standing; here they are only put beside what the category owes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, DecimalField, Func, Q, QuerySet
from django.db.models.lookups import LessThan

from dongxun.coverage.contracts import YearFigure, YearHours
from dongxun.coverage.definitions import definition
from dongxun.coverage.models import PersonStanding
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.kernel.lately import lately
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Owing, SeasonRules

_HOURS: Final = DecimalField(max_digits=7, decimal_places=2)


def years_of(rules: SeasonRules, day: date | None = None) -> tuple[int, ...]:
    """Return the calendar years of a season that have begun by a day, today by default."""
    last = min(rules.ends_on.year, (day or clock.today()).year)
    return tuple(range(rules.starts_on.year, last + 1))


def year_hours(
    rules: SeasonRules, category: str, kept: Mapping[str, str], years: Iterable[int]
) -> tuple[YearHours, ...]:
    """Return what somebody has of what their category owes, in each of some years."""
    owed = rules.owed(category).year_hours
    return tuple(YearHours(year, Decimal(kept.get(str(year), 0)), owed) for year in years)


def own_years(rules: SeasonRules, category: str, kept: Mapping[str, str]) -> tuple[YearHours, ...]:
    """Return the years of the season that have begun, and any other that somebody learned in."""
    years = {*years_of(rules), *map(int, kept)}
    return year_hours(rules, category, kept, sorted(years))


class _HoursIn(Func):
    """The hours of a year as a number; the key of a JSON object, never a place in a list."""

    output_field = _HOURS

    def __init__(self, year: int) -> None:
        super().__init__("hours_by_year", year=int(year))

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = """CAST(COALESCE(json_extract(%(expressions)s, '$."%(year)s"'), 0) AS NUMERIC)"""
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "COALESCE(CAST(%(expressions)s ->> '%(year)s' AS numeric), 0)"
        return self.as_sql(compiler, connection, template=template, **more)


def short_in(rules: SeasonRules, year: int) -> Q:
    """Return the condition that somebody has fewer hours in a year than they owe."""
    found = Q(pk__in=())
    for category in Owing.values:
        owed = rules.owed(category).year_hours
        found |= Q(LessThan(_HoursIn(year), owed), category=category)
    return found


def year_figures(season_id: UUID, intervals: Sequence[Interval]) -> list[YearFigure]:
    """Return, for each year that has begun, how many of some subtrees have its hours.

    Counts name nobody. One query, as of a minute ago at most.
    """
    rules = seasons.rules(season_id)
    years = years_of(rules)
    if not years:
        return []
    people: QuerySet[PersonStanding] = PersonStanding.objects.filter(
        organisations.within(intervals, "branch__lft"), season_id=season_id, eligible=True
    )

    def count() -> dict[str, int]:
        short = {f"y{year}": Count("id", filter=short_in(rules, year)) for year in years}
        return people.aggregate(people=Count("id"), **short)

    about = ".".join(f"{one.lft}-{one.rgt}" for one in intervals)
    found = lately("coverage.years", season_id, about, count=count)
    whole, words = found["people"], definition("year", rules.wordings)
    return [YearFigure(y, whole - found.get(f"y{y}", 0), whole, words) for y in years]
