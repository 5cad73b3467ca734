"""What live classes tell the ledger: a class watched alone, by the short check passed after it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from dongxun.activities.api import Airing
from dongxun.kernel.ids import derived_id
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.live.models import LiveClass

SOURCE = "live.watched"
OBJECT = "live_class"
COUNTED = "counted on a roll"
CORRECTED = "record corrected"
COME_BACK = (COUNTED, CORRECTED)
"""Why these facts are struck: somebody stands on a roll, or the class is worth something else by now;
either may turn out wrong, so they may come back."""


def watched(
    row: LiveClass,
    airing: Airing,
    person_id: UUID,
    passed_at: datetime,
    *,
    branch_id: UUID,
    struck: int,
) -> list[NewFact]:
    """Return what a class watched alone is worth, topic by topic, as its session is.

    ``struck`` counts how often it was taken out for what may turn out wrong.
    """
    return [
        NewFact(
            id=derived_id(
                passed_at, SOURCE, row.id, person_id, topic_id, str(minutes), str(struck)
            ),
            kind=FactKind.STUDIED,
            person_id=person_id,
            branch_id=branch_id,
            season_id=airing.season_id,
            topic_id=topic_id,
            seconds=minutes * 60,
            mode=Mode.ONLINE,
            format="online",
            occurred_at=passed_at,
            object_kind=OBJECT,
            object_id=row.id,
            source=SOURCE,
        )
        for topic_id, minutes in airing.shares
    ]


def titles(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return what live classes are called."""
    return dict(LiveClass.objects.filter(id__in=ids).values_list("id", "session__title"))
