"""Days that stand out: festivals of the lunar year, and which days are worked.

Working days follow the arrangement that the State Council publishes for a year: days
off, and weekends worked in exchange (``lunar_python`` carries it). A year whose
arrangement is not known takes weekends and the statutory days off themselves, without
days worked in exchange; ``is_arranged`` says which it is.
"""

from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _

_WEEKEND = (5, 6)
_SOLAR_DAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_LUNAR_DAYS_OFF = frozenset({(1, 1), (1, 2), (1, 3), (5, 5), (8, 15)})


@cache
def spring_festival(year: int) -> date:
    """Return the first day of the lunar year that begins in ``year``."""
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, 1, 1).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def festivals(first: date, last: date) -> list[tuple[str, date, date]]:
    """Return (name, first day, last day) of the festivals that touch these days.

    Spring Festival from New Year's Eve for eight days, as the holiday falls;
    Lantern Festival is its fifteenth day.
    """
    found = []
    for year in range(first.year, last.year + 1):
        new_year = spring_festival(year)
        eve = new_year - timedelta(days=1)
        lantern = new_year + timedelta(days=14)
        found.append((_("Spring Festival"), eve, eve + timedelta(days=7)))
        found.append((_("Lantern Festival"), lantern, lantern))
    return [mark for mark in found if mark[1] <= last and first <= mark[2]]


@cache
def is_arranged(year: int) -> bool:
    """Return whether the days off of ``year`` have been published and are known here."""
    from lunar_python.util import HolidayUtil

    return bool(HolidayUtil.getHolidays(year))


@cache
def is_working_day(day: date) -> bool:
    """Return whether offices work on ``day``.

    Source: 《全国年节及纪念日放假办法》 (State Council order 795, in force 2025) for years
    without a published arrangement.
    """
    if is_arranged(day.year):
        from lunar_python.util import HolidayUtil

        marked = HolidayUtil.getHoliday(day.isoformat())
        if marked is not None:
            return bool(marked.isWork())
    elif _is_statutory(day):
        return False
    return day.weekday() not in _WEEKEND


def _is_statutory(day: date) -> bool:
    if (day.month, day.day) in _SOLAR_DAYS_OFF:
        return True
    from lunar_python import Solar

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    if lunar.getJieQi() == "清明" or (lunar.getMonth(), lunar.getDay()) in _LUNAR_DAYS_OFF:
        return True
    return day + timedelta(days=1) == spring_festival(day.year)


def working_day_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``; ``day`` itself is never counted.

    With 0 it is ``day``, whether worked or not.
    """
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days follow ``first`` up to and with ``last``; 0 if none do."""
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(is_working_day(day) for day in days)


def last_working_day(day: date) -> date:
    """Return ``day`` if it is worked, else the working day before it.

    What was due earlier is overdue; over a weekend nothing becomes so.
    """
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
