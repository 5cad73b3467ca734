"""The coverage workbook of 10,000 people, as a person orders it: queries, wording and file."""

import os
from collections.abc import Iterator
from pathlib import Path

from tools.bench import Figure, peak_mb, spent

DATABASES = ("sqlite", "postgresql")
PEOPLE = 10_000
SHARES = [0.95, 0.9, 0.8, 0.7, 0.45]


def measure() -> Iterator[Figure]:
    """Write the workbook twice; the first time loads what is loaded once a process."""
    from benchmarks._district import SYSTEM, settle
    from dongxun.coverage import services
    from dongxun.reports import orders, recipes

    season, _people = settle(PEOPLE, SHARES)
    services.rebuild(by=SYSTEM, season_id=season.id)
    order = orders.order(
        by=SYSTEM, paper="coverage", form="xlsx", season_id=season.id, node_id=season.root_id
    )
    recipe = recipes.RECIPES["coverage"]
    target = Path(os.environ["DONGXUN_VAR"]) / "ledger.xlsx"
    for _turn in range(2):
        with spent() as cost:
            for key in recipe.keys(order):
                recipe.make(order, key, target, lambda: None)
    assert target.stat().st_size > 100_000, target.stat().st_size
    yield Figure("ledger workbook of 10,000 people, queries and all", cost.cpu, "CPU-s", 3)
    yield Figure("its peak memory, the season before it included", peak_mb(), "MB", 300)
