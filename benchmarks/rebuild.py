"""What it costs to compute a whole season from the ledger, and to turn a day."""

from collections.abc import Iterator

from tools.bench import Figure, peak_mb, spent

PEOPLE = 48_000
SHARES = [0.95, 0.9, 0.8, 0.7, 0.45]
DATABASES = ("sqlite", "postgresql")


def measure() -> Iterator[Figure]:
    """Rebuild 48,000 people × 7 topics from nothing, then once more with nothing to do."""
    from benchmarks._district import SYSTEM, settle
    from dongxun.coverage import days, services
    from dongxun.coverage.models import PersonStanding, TopicStanding

    with spent() as writing:
        season, _people = settle(PEOPLE, SHARES)
    yield Figure("write the people and 182,000 facts", writing.cpu, "CPU-s")
    with spent() as first:
        services.rebuild(by=SYSTEM, season_id=season.id)
    assert PersonStanding.objects.count() == PEOPLE
    assert TopicStanding.objects.count() > 3 * PEOPLE
    yield Figure("rebuild 48,000 people × 7 topics from nothing", first.cpu, "CPU-s", 120)
    with spent() as again:
        wrong = services.rebuild(by=SYSTEM, season_id=season.id)
    assert wrong == 0
    yield Figure("the same when nothing has changed", again.cpu, "CPU-s", 120)
    with spent() as rolling:
        days.roll_day(by=SYSTEM, season_id=season.id)
    yield Figure("turn the day: freeze every counter", rolling.cpu, "CPU-s", 5)
    yield Figure("peak memory of the rebuild", peak_mb(), "MB", 400)
