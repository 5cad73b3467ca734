"""What the console's first page and the grid behind it cost for a whole district."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from tools.bench import Figure

if TYPE_CHECKING:
    from uuid import UUID

    from dongxun.coverage.contracts import Kind
    from dongxun.organisations.models import Organisation
    from dongxun.seasons.models import Season

PEOPLE = 48_000
SHARES = [0.95, 0.9, 0.8, 0.7, 0.45]
ROUNDS = 40


def measure() -> Iterator[Figure]:
    """Ask for the grids of two seasons, one with a tenth of the facts, then for the page."""
    from benchmarks._district import SYSTEM, district, divide, facts, settle, take_part
    from dongxun.coverage import days, services
    from dongxun.kernel import clock
    from dongxun.ledger import api as ledger
    from dongxun.seasons.tests.make import make_season

    few, pairs = settle(PEOPLE, [share / 10 for share in SHARES])
    season = make_season(district(few), topics=7, minutes=60)
    take_part(season, pairs)
    ledger.record_many(facts(season, pairs, SHARES), by=SYSTEM, quiet=True)
    for one in (few, season):
        divide(one)
        services.rebuild(by=SYSTEM, season_id=one.id)
    # a week ago a snapshot was frozen, as in any season that has run for a while
    days.freeze(by=SYSTEM, season_id=season.id, as_of=clock.today() - timedelta(days=7))
    yield from _counters(few, season)
    yield from _page(season)


def _counters(few: "Season", season: "Season") -> Iterator[Figure]:
    """Ask at the district, by units and by both kinds of zones, at a town, a village and a branch."""
    from dongxun.coverage.contracts import Kind
    from dongxun.organisations.models import Organisation

    inside = Organisation.objects.filter(lft__gt=few.root.lft, rgt__lt=few.root.rgt)
    town, village, branch = (inside.filter(depth=depth).order_by("lft")[7] for depth in (1, 2, 3))
    for what, node, kind in (
        ("the district's units", few.root, Kind.CHILDREN),
        ("the district's zones", few.root, Kind.GEO),
        ("the district's joint zones", few.root, Kind.JOINT),
        ("a town", town, Kind.CHILDREN),
        ("a village", village, Kind.CHILDREN),
        ("a branch", branch, Kind.CHILDREN),
    ):
        yield from _pair(
            f"coverage grid of {what}", _grid_of(few, node, kind), _grid_of(season, node, kind)
        )
    yield from _pair("coverage grid of a zone, for its lead", _zone_of(few), _zone_of(season))
    rows = inside.order_by("lft").values_list("id", flat=True)
    for what, depth in (("villages", 2), ("branches", 3)):
        ids = list(rows.filter(depth=depth)[:100])
        yield from _pair(f"the counters of 100 {what}", _book_of(few, ids), _book_of(season, ids))


def _grid_of(one: "Season", node: "Organisation", kind: "Kind") -> Callable[[], object]:
    from benchmarks._district import SYSTEM
    from dongxun.coverage import api

    return lambda: api.grid(by=SYSTEM, season_id=one.id, node=node.id, kind=kind)


def _zone_of(one: "Season") -> Callable[[], object]:
    from dongxun.coverage import api
    from dongxun.kernel.actors import Actor, ActorKind
    from dongxun.kernel.ids import new_id
    from dongxun.seasons import api as seasons

    towns = [part.organisation_id for part in seasons.zones(one.id)[1].organisations]
    lead = Actor(ActorKind.ACCOUNT, id=new_id(), zone_organisations=frozenset(towns))
    return lambda: api.grid(by=lead, season_id=one.id, node=None)


def _book_of(one: "Season", ids: "list[UUID]") -> Callable[[], object]:
    from dongxun.coverage.queries.numbers import book, moment

    return lambda: book(one.id, ids, moment(one.id, None))


def _pair(what: str, few: Callable[[], object], many: Callable[[], object]) -> Iterator[Figure]:
    small, large = _by_turns(few, many)
    yield Figure(what, large, "CPU-ms", 50)
    yield Figure("the same to that with a tenth of the facts", large / small, "ratio", 1.2)


def _page(season: "Season") -> Iterator[Figure]:
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks._district import district
    from dongxun.access.tests.make import come_in, make_account
    from dongxun.kernel import clock
    from dongxun.kernel.actors import Role

    settings.ALLOWED_HOSTS = ["*"]
    client = come_in(Client(), make_account(Role.OFFICE, district(season)))
    page = client.get("/console/")
    assert page.status_code == 200, page.status_code
    assert "48,000" in page.content.decode()
    zones = f"lately:coverage.zones:{clock.today()}:{season.id}"
    for what, forget, bar in (
        ("", lambda: None, 12),
        (", the zones read anew", lambda: cache.delete(zones), 12),
        (", with nothing remembered", cache.clear, 12),
    ):
        forget()
        with CaptureQueriesContext(connection) as asked:
            client.get("/console/")
        yield Figure(f"console home, queries with login{what}", len(asked), "", bar)
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
