"""A class held for a change, and what open pages are told of it."""

from typing import Any
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.live.contracts import EventKind
from dongxun.live.models import Event, LiveClass


def held(live_id: UUID) -> LiveClass:
    """Return a class, held until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    return wanted_row(LiveClass.objects.select_for_update().filter(id=live_id))


def own_class(live_id: UUID, *, by: Actor) -> tuple[LiveClass, activities.Airing]:
    """Return a class that the actor runs, held, with its session.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row = held(live_id)
    airing = activities.own_airing(row.session_id, by=by)
    require("live.run_class", by, airing.host_lft)
    return row, airing


def tell(row: LiveClass, kind: EventKind, **body: Any) -> None:
    """Add the next event of a class that is held; its number follows without a gap."""
    row.last_seq += 1
    row.save(update_fields=["last_seq"])
    Event.objects.create(live=row, seq=row.last_seq, kind=kind, body=body, at=clock.now())


def note(act: str, by: Actor, row: LiveClass, airing: activities.Airing, **detail: Any) -> None:
    """Write one act about a class into the audit log."""
    audit.write(
        act, by=by, subject=("live_class", row.id), organisation_id=airing.host_id, **detail
    )
