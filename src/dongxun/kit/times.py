"""How days and moments are written: near ones in relation to now, others as a date."""

from datetime import date, datetime, timedelta

from django.utils.dateformat import format as write
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dongxun.kernel import clock

MINUTE = 60
HOUR = 60 * MINUTE


def day(value: date | datetime | None) -> str:
    """Write a day: ``1月20日``; with its year when that is not this year."""
    if value is None:
        return ""
    local = _local_day(value)
    if local.year == clock.today().year:
        return write(local, pgettext("format of a day", "j F"))
    return write(local, pgettext("format of a day with year", "j F Y"))


def day_with_weekday(value: date | datetime | None) -> str:
    """Write a day and its weekday: ``1月20日 星期三``."""
    if value is None:
        return ""
    return f"{day(value)} {write(_local_day(value), 'l')}"


def hour_minute(value: datetime | None) -> str:
    """Write the local time of day: ``08:41``."""
    return "" if value is None else time_format(value.astimezone(clock.zone()), "H:i")


def when(value: datetime | None) -> str:
    """Write a moment as people say it: ``3 分钟前``, ``明天 14:00``, ``1月27日 14:00``."""
    if value is None:
        return ""
    past = (clock.now() - value).total_seconds()
    if 0 <= past < MINUTE:
        return _("just now")
    if 0 <= past < HOUR:
        minutes = int(past // MINUTE)
        words = ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes)
        return words % {"count": minutes}
    return f"{_near_day(value)} {hour_minute(value)}"


def period(start: datetime, end: datetime) -> str:
    """Write from when to when: the day once if it is the same."""
    if clock.day_of(start) == clock.day_of(end):
        return f"{_near_day(start)} {hour_minute(start)}–{hour_minute(end)}"
    return _("%(start)s to %(end)s") % {"start": when(start), "end": when(end)}


def days(start: date, end: date) -> str:
    """Write from which day to which: ``12月9日至3月10日``."""
    if start == end:
        return day(start)
    return _("%(first)s to %(last)s") % {"first": day(start), "last": day(end)}


def _local_day(value: date | datetime) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value


def _near_day(value: datetime) -> str:
    names = {
        timedelta(-1): _("yesterday"),
        timedelta(0): _("today"),
        timedelta(1): _("tomorrow"),
    }
    return names.get(clock.day_of(value) - clock.today()) or day(value)
