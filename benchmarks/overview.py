"""What the console's first page and the grid behind it cost for a whole district."""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING

from tools.bench import Figure

if TYPE_CHECKING:
    from dongxun.seasons.models import Season

PEOPLE = 48_000
SHARES = [0.95, 0.9, 0.8, 0.7, 0.45]
ROUNDS = 40


def measure() -> Iterator[Figure]:
    """Ask for the grids of two seasons, one with a tenth of the facts, then for the page."""
    from benchmarks._district import SYSTEM, district, facts, settle, take_part
    from dongxun.coverage import services
    from dongxun.ledger import api as ledger
    from dongxun.seasons.tests.make import make_season

    few, pairs = settle(PEOPLE, [share / 10 for share in SHARES])
    season = make_season(district(few), topics=7, minutes=60)
    take_part(season, pairs)
    ledger.record_many(facts(season, pairs, SHARES), by=SYSTEM, quiet=True)
    for one in (few, season):
        services.rebuild(by=SYSTEM, season_id=one.id)
    yield from _counters(few, season)
    yield from _page(season)


def _counters(few: "Season", season: "Season") -> Iterator[Figure]:
    from benchmarks._district import SYSTEM
    from dongxun.coverage import api
    from dongxun.coverage.queries.numbers import book, moment
    from dongxun.organisations.models import Organisation

    def grid_of(one: "Season") -> Callable[[], object]:
        return lambda: api.grid(by=SYSTEM, season_id=one.id, node=one.root_id)

    ids = list(Organisation.objects.filter(depth=2).values_list("id", flat=True)[:100])

    def counters_of(one: "Season") -> Callable[[], object]:
        return lambda: book(one.id, ids, moment(one.id, None))

    for what, work in (
        ("coverage grid of the district's units", grid_of),
        ("the counters of 100 organisations", counters_of),
    ):
        small, large = _by_turns(work(few), work(season))
        yield Figure(what, large, "CPU-ms", 50)
        yield Figure("the same to that with a tenth of the facts", large / small, "ratio", 1.2)


def _page(season: "Season") -> Iterator[Figure]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks._district import district
    from dongxun.access.tests.make import come_in, make_account
    from dongxun.kernel.actors import Role

    settings.ALLOWED_HOSTS = ["*"]
    client = come_in(Client(), make_account(Role.OFFICE, district(season)))
    page = client.get("/console/")
    assert page.status_code == 200, page.status_code
    assert "48,000" in page.content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get("/console/")
    yield Figure("console home, queries with login", len(asked), "", 12)
    cost, _nothing = _by_turns(lambda: client.get("/console/"), lambda: None)
    yield Figure("console home at 48,000 people", cost, "CPU-ms", 40)


def _by_turns(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Return CPU milliseconds of the middle one of many rounds of each, the first left out.

    The middle one, because a burst of other work on the machine costs a few of them more;
    by turns, because such work comes and goes within minutes.
    """
    costs: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS + 1):
        for work, found in zip((first, second), costs, strict=True):
            begun = time.process_time()
            work()
            found.append(time.process_time() - begun)
    return median(costs[0][1:]) * 1000, median(costs[1][1:]) * 1000
