"""Coverage in the crawl: who may open its figures, names and past days."""

from typing import Final

from dongxun.coverage import api as coverage
from dongxun.kernel import clock, jobs
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import CONSOLE, EVERYBODY, OFFICE, ORGANISERS, OWN, Row


def reckoning(cast: Cast, town: Town) -> object:
    """Return a finished day of the town as it is known now, with its people's names."""
    row = coverage.ask(by=SYSTEM, season_id=cast.season.id, node=town.node, day=clock.today())
    if row.job_id is not None:
        jobs.run(row.job_id)
    return row.id


COVERAGE: Final = {
    "coverage:names": Row(ORGANISERS),
    "coverage:statistics": Row(CONSOLE),
    "coverage:person_part": Row(OWN),
    "coverage:definitions": Row(EVERYBODY),
    "coverage:wording": Row(
        OFFICE, arguments=lambda cast, _t: {"season_id": cast.season.id, "key": "reached"}
    ),
    "coverage:reckon": Row(
        frozenset({"office", "organiser"}),
        body=lambda cast, _t: {"in": str(cast.own.node.id), "as_of": clock.today().isoformat()},
    ),
    "coverage:reckoning": Row(frozenset({"office", "organiser"})),
}
