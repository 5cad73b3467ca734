"""Rate limits that hold under races, on SQLite and PostgreSQL alike.

Call them from a view, before the service: a refusal rolls the service's
transaction back, and a count inside it would be forgotten with it.
"""

from datetime import timedelta

from django.db import IntegrityError, connection, transaction

from dongxun.access.models import Throttle
from dongxun.kernel import clock, secret
from dongxun.kernel.errors import TooMany

_COUNT = """
INSERT INTO access_throttle (key, window_start, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN access_throttle.window_start <= %s THEN 1
               ELSE access_throttle.count + 1 END,
  window_start = CASE WHEN access_throttle.window_start <= %s THEN excluded.window_start
                      ELSE access_throttle.window_start END
RETURNING count
"""
_FAIL = """
INSERT INTO access_throttle (key, window_start, count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN access_throttle.window_start <= %s THEN 1
               ELSE access_throttle.count + 1 END,
  window_start = excluded.window_start
"""
FREE_TRIES = 5
LONGEST_WAIT_S = 900
FORGET_AFTER = timedelta(hours=12)


def _key(key: str) -> str:
    """Hide addresses and names: a key is only ever compared."""
    kind, _, rest = key.partition(":")
    return f"{kind[:40]}:{secret.keyed_hash(rest, 'throttle')}"


def throttle(key: str, limit: int, window_s: int) -> None:
    """Count one try of ``key``; at most ``limit`` in ``window_s`` seconds.

    Args:
        key: ``kind:what is tried, and from where``; stored as a keyed hash.

    Raises:
        TooMany: this try is above the limit.
    """
    now = clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    ended = adapt(now - timedelta(seconds=window_s))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_key(key), adapt(now), ended, ended])
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooMany


def refuse_spent(key: str, limit: int, window_s: int) -> None:
    """Let pass until :func:`throttle` has counted ``limit`` of ``key`` in the window.

    With it only failures are counted, after they happened: a hall full of people
    behind one address types its right codes unhindered.

    Raises:
        TooMany: the limit is spent.
    """
    since = clock.now() - timedelta(seconds=window_s)
    if Throttle.objects.filter(key=_key(key), window_start__gt=since, count__gte=limit).exists():
        raise TooMany


def wait_s(count: int, free: int = FREE_TRIES) -> int:
    """Return how long to wait after ``count`` failures in a row: 1, 2, 4 ... 900 seconds."""
    return 0 if count < free else min(2 ** min(count - free, 20), LONGEST_WAIT_S)


def attempt(key: str, free: int = FREE_TRIES) -> None:
    """Enter one try of ``key`` as a failure, before it is judged.

    After ``free`` failures each further try waits twice as long as the last.
    :func:`forgive` takes them back after a success. Of many tries at once at
    most one passes, because each must raise the count it has seen.

    Raises:
        TooMany: it is too early for the next try.
    """
    hashed, now = _key(key), clock.now()
    row = Throttle.objects.filter(key=hashed).first()
    if row is None:
        try:
            with transaction.atomic():
                Throttle.objects.create(key=hashed, window_start=now, count=1)
        except IntegrityError as error:
            raise TooMany from error
        return
    if row.window_start + timedelta(seconds=wait_s(row.count, free)) > now:
        raise TooMany
    count = 1 if row.window_start + FORGET_AFTER <= now else row.count + 1
    seen = Throttle.objects.filter(key=hashed, count=row.count, window_start=row.window_start)
    if not seen.update(count=count, window_start=now):
        raise TooMany


def refuse_early(key: str, free: int) -> None:
    """Let pass unless ``key`` has failed more than ``free`` times and must still wait.

    Raises:
        TooMany: it is too early for the next try.
    """
    row = Throttle.objects.filter(key=_key(key)).first()
    if row and row.window_start + timedelta(seconds=wait_s(row.count, free)) > clock.now():
        raise TooMany


def note_failure(key: str) -> None:
    """Count a failure of ``key`` for :func:`refuse_early`; forgotten after an hour's rest."""
    now = clock.now()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_FAIL, [_key(key), adapt(now), adapt(now - timedelta(hours=1))])


def forgive(key: str) -> None:
    """Forget the failures of ``key``."""
    Throttle.objects.filter(key=_key(key)).delete()


def sweep() -> int:
    """Remove counters older than a day; return how many. The worker does it every hour."""
    deleted, _ = Throttle.objects.filter(window_start__lt=clock.now() - timedelta(days=1)).delete()
    return deleted
