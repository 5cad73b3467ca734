"""What single things were worth in hours, for papers that list them one by one."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from dongxun.coverage.hours import hours_by_year
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import LiveFact
from dongxun.seasons import api as seasons


def hours_about(
    season_id: UUID, object_ids: Collection[UUID], *, source: str
) -> dict[UUID, Decimal]:
    """Return the hours that the season's table makes of each object by itself; none for none.

    For a list of visits. A person's own sum is rounded once and may differ by cents.
    """
    table = {row.format: row for row in seasons.rules(season_id).credit}
    facts: defaultdict[UUID, list[LiveFact]] = defaultdict(list)
    for fact in ledger.facts_caused_by(object_ids, source):
        facts[fact.object_id].append(fact)
    return {
        key: sum(hours_by_year([(f, f.seconds) for f in found], table).values(), Decimal(0))
        for key, found in facts.items()
    }
