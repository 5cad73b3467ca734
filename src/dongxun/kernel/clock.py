"""The only clock. Moments are aware and stored in UTC; a *day* is a local date."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Between these a phone's clock may be wrong as it likes; beyond, no sum of days would hold."""

_frozen: datetime | None = None
_ahead = timedelta(0)


def now() -> datetime:
    """Return this moment, in UTC."""
    return _frozen or datetime.now(UTC) + _ahead


def zone() -> ZoneInfo:
    """Return the zone in which this installation counts its days."""
    return get_default_timezone()


def today() -> date:
    """Return the local date."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the local date on which ``moment`` falls."""
    return moment.astimezone(zone()).date()


def moment(day: date, at: time = time(0, 0)) -> datetime:
    """Return the aware moment of a local day and time."""
    return datetime.combine(day, at, tzinfo=zone())


def local(at: datetime) -> datetime:
    """Return a moment as the clock on the wall shows it."""
    return at.astimezone(zone())


def parse_local(text: str) -> datetime:
    """Return the moment that a field of day and time says; aware ones stay as they are.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone())


def parse_moment(raw: object) -> datetime:
    """Return the aware moment that a phone's item says.

    Raises:
        ValueError: it is none, or of a year that no phone shows.
    """
    found = datetime.fromisoformat(str(raw))
    if found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(raw)
    return found


def read_day(text: str | None) -> date | None:
    """Return the day that a text from outside holds, None when it holds none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


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


def run_from(at: datetime | None) -> None:
    """Let the clock of this process run on from ``at``; None sets it right again. For tests."""
    global _ahead  # noqa: PLW0603 - one process, one clock
    _ahead = at - datetime.now(UTC) if at else timedelta(0)
