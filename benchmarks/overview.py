"""What the console's first page and the grid behind it cost for a whole district."""

from collections.abc import Callable, Iterator

from tools.bench import Figure, spent

PEOPLE = 48_000
SHARES = [0.95, 0.9, 0.8, 0.7, 0.45]
ROUNDS = 40


def measure() -> Iterator[Figure]:
    """Ask for the grid with a tenth of the facts and with all, then for the page."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks._district import SYSTEM, district, facts, settle
    from dongxun.access.tests.make import come_in, make_account
    from dongxun.coverage import api, services
    from dongxun.coverage.queries.numbers import book, moment
    from dongxun.kernel.actors import Role
    from dongxun.ledger import api as ledger
    from dongxun.organisations.models import Organisation

    settings.ALLOWED_HOSTS = ["*"]
    season, pairs = settle(PEOPLE, [share / 10 for share in SHARES])
    services.rebuild(by=SYSTEM, season_id=season.id)

    def grid() -> None:
        api.grid(by=SYSTEM, season_id=season.id, node=season.root_id)

    few = _each(grid)
    ledger.record_many(facts(season, pairs, SHARES), by=SYSTEM, quiet=True)
    services.rebuild(by=SYSTEM, season_id=season.id)
    many = _each(grid)
    yield Figure("coverage grid of the district's units", many, "CPU-ms", 50)
    yield Figure("the same to that with a tenth of the facts", many / few, "ratio", 1.2)
    ids = list(Organisation.objects.filter(depth=2).values_list("id", flat=True)[:100])
    hundred = _each(lambda: book(season.id, ids, moment(season.id, None)))
    yield Figure("the counters of 100 organisations", hundred, "CPU-ms", 50)

    client = come_in(Client(), make_account(Role.OFFICE, district(season)))
    page = client.get("/console/")
    assert page.status_code == 200, page.status_code
    assert "48,000" in page.content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get("/console/")
    yield Figure("console home, queries with login", len(asked), "", 12)
    cost = _each(lambda: client.get("/console/"))
    yield Figure("console home at 48,000 people", cost, "CPU-ms", 40)


def _each(work: Callable[[], object]) -> float:
    """Return CPU milliseconds of one round, the first one left out."""
    work()
    with spent() as used:
        for _round in range(ROUNDS):
            work()
    return used.cpu * 1000 / ROUNDS
