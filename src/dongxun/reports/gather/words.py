"""Fixed words of official forms."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from dongxun.activities.api import SessionLine

MODES = {"group": "集中", "home": "送学", "floating": "流动"}
CATEGORIES = {
    "full": "正式党员",
    "probationary": "预备党员",
    "applicant": "入党申请人",
    "other": "其他",
}
WEEKDAYS = "一二三四五六日"
NOON, EVENING = 12, 18


def local(moment: datetime) -> datetime:
    """Return a moment in the installation's zone."""
    return timezone.localtime(moment)


def half_of(moment: datetime) -> str:
    """Return 上午, 下午 or 晚上."""
    hour = local(moment).hour
    if hour < NOON:
        return "上午"
    return "下午" if hour < EVENING else "晚上"


def clock_of(start: datetime, end: datetime) -> str:
    """Return 8:30—11:30."""
    first, last = local(start), local(end)
    return f"{first.hour}:{first:%M}—{last.hour}:{last:%M}"


def when_of(session: SessionLine) -> str:
    """Return 12月9日（周三）8:30—11:30."""
    day = local(session.starts_at)
    weekday = WEEKDAYS[day.weekday()]
    hours = clock_of(session.starts_at, session.ends_at)
    return f"{day.month}月{day.day}日（周{weekday}）{hours}"


def day_words(day: date) -> str:
    """Return 12月9日."""
    return f"{day.month}月{day.day}日"


def period_words(first: date, last: date) -> str:
    """Return 2026年12月9日至2027年3月10日, shorter where a part repeats."""
    begin = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begin
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{begin}至{year}{last.month}月{last.day}日"


def joined(words: Iterable[str]) -> str:
    """Return words with the Chinese comma between."""
    return "、".join(word for word in words if word)
