"""The only clock. Moments are aware and stored in UTC; a *day* is a local date."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_frozen: datetime | None = None


def now() -> datetime:
    """Return this moment, in UTC."""
    return _frozen or datetime.now(UTC)


def zone() -> ZoneInfo:
    """Return the zone in which this installation counts its days."""
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """Return the local date."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the local date on which ``moment`` falls."""
    return moment.astimezone(zone()).date()


def moment(day: date, at: time = time(0, 0)) -> datetime:
    """Return the aware moment of a local day and time."""
    return datetime.combine(day, at, tzinfo=zone())


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a local day and the first of the next."""
    return moment(day), moment(day + timedelta(days=1))


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at``, in all threads of this process. For tests and the demo."""
    global _frozen  # noqa: PLW0603 - one process, one clock
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before
