"""What visits tell the ledger: study at home, one fact per visit and topic."""

from uuid import UUID

from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.visits.contracts import SOURCE
from dongxun.visits.merging import Merged
from dongxun.visits.models import Stop

OBJECT = "visit"


def studied_at_home(
    stop: Stop, merged: Merged, *, season_id: UUID, branch_id: UUID
) -> list[NewFact]:
    """Return what a visit is worth; nothing for guests and for doors nobody opened.

    The id hangs on the visit, the topic and the claim that speaks for it: the same
    claims in any order give the same facts, and a fact struck out never comes back.
    """
    if stop.person_id is None or merged.speaks is None or merged.occurred_at is None:
        return []
    return [
        NewFact(
            id=derived_id(stop.created_at, SOURCE, stop.id, part.topic_id, merged.speaks),
            kind=FactKind.STUDIED,
            person_id=stop.person_id,
            branch_id=branch_id,
            season_id=season_id,
            topic_id=part.topic_id,
            seconds=part.minutes * 60,
            mode=Mode.HOME,
            format="home",
            occurred_at=merged.occurred_at,
            object_kind=OBJECT,
            object_id=stop.id,
            source=SOURCE,
        )
        for part in merged.topics
    ]
