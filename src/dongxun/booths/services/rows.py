"""Rows held for a change, and what the log is told."""

from datetime import datetime
from uuid import UUID

from dongxun.booths.contracts import CardState
from dongxun.booths.models import StampCard
from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.seasons.contracts import SeasonClosed, SeasonState

HERE = Actor.system("booths")
"""Runs the quizzes of a card for whoever runs the card: they may belong to a unit above."""


def held(card_id: UUID, *, by: Actor, kept: datetime | None = None) -> StampCard:
    """Return a card that the actor runs, held until the transaction ends.

    Args:
        kept: when that happened which waited on a phone; before the closing it is taken.

    Raises:
        NotFound: absent, or not theirs; both read alike.
        SeasonClosed: it can be read, not changed.
    """
    rows = StampCard.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "season").filter(id=card_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    require("booths.run", by, row.organisation.lft)
    if row.season.state == SeasonState.CLOSED:
        closed_at = row.season.closed_at
        if kept is None or closed_at is None or kept > closed_at:
            raise SeasonClosed
    return row


def note(act: str, by: Actor, row: StampCard) -> None:
    """Write one act about a card into the audit log."""
    audit.write(act, by=by, subject=("stamp_card", row.id), organisation_id=row.organisation_id)


def tell(row: StampCard, person_ids: set[UUID]) -> None:
    """Let rooms above count anew what full cards these people have."""
    if person_ids and row.state != CardState.DRAFT:
        ids = sorted(map(str, person_ids))
        announce("StampsChanged", season_id=str(row.season_id), person_ids=ids)
