"""Teaching days: which days of a season are left once holidays are taken out.

春节 and the statutory holidays come from ``lunar_python``, which knows the State Council's
announcements; where none is out yet, the lunar days themselves are taken.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from lunar_python import Solar
from lunar_python.util import HolidayUtil


def teaching_days(
    first: date, last: date, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
) -> tuple[str, ...]:
    """Return the ISO dates from first to last on these weekdays, without holidays."""
    return tuple(
        day.isoformat()
        for day in _days(first, last)
        if day.weekday() in weekdays and not holiday(day)
    )


def _days(first: date, last: date) -> Iterator[date]:
    for k in range((last - first).days + 1):
        yield first + timedelta(days=k)


@cache
def holiday(day: date) -> str | None:
    """Return the name of the holiday that frees this day, if one does."""
    announced = HolidayUtil.getHoliday(day.year, day.month, day.day)
    if announced is not None:
        return None if announced.isWork() else str(announced.getName())
    if (day.month, day.day) == (1, 1):
        return "元旦"
    if not (1, 20) <= (day.month, day.day) <= (3, 1):  # 春节 is never outside; asking takes a while
        return None
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    tomorrow = day + timedelta(days=1)
    eve = Solar.fromYmd(tomorrow.year, tomorrow.month, tomorrow.day).getLunar()
    in_spring = lunar.getMonth() == 1 and lunar.getDay() <= 7
    before = (eve.getMonth(), eve.getDay()) == (1, 1)
    return "春节" if in_spring or before else None
