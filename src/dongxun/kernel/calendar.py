"""Days that stand out: the festivals of the lunar year that a winter season meets."""

from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _
from lunar_python import Lunar


@cache
def spring_festival(year: int) -> date:
    """Return the first day of the lunar year that begins in ``year``."""
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
