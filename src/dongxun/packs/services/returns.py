"""退回: something came back, or did not after all."""

from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.packs.contracts import LineKind, ListState, MovementKind
from dongxun.packs.models import IssueLine, IssueList
from dongxun.packs.services import receipts, stock
from dongxun.packs.services.lists import own_list


@transaction.atomic
def return_line(*, by: Actor, line_id: UUID, reason: str) -> None:
    """Note that a line came back: refused, moved away, deceased. Its goods return to the store.

    Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
        Invalid: no reason; or the line is a parcel, whose people return one by one.
        Conflict: it was received, or the list was not issued.
    """
    line, row = _held(line_id, by=by)
    if line.returned_at:
        return
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why it came back."))])
    if line.kind == LineKind.PARCEL:
        raise Invalid(_("A parcel does not come back whole; return its people one by one."))
    if line.received_at or row.state == ListState.DRAFT:
        raise Conflict(_("Only what was issued and not received can come back."))
    line.returned_at, line.return_reason = clock.now(), reason.strip()[:200]
    line.save(update_fields=["returned_at", "return_reason"])
    _move(line, row, by, MovementKind.RETURN, reason)


@transaction.atomic
def take_return_back(*, by: Actor, line_id: UUID) -> None:
    """Note that a line did not come back after all; a receipt kept meanwhile counts from now on.

    Its goods leave the store again. Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
        StockShort: the goods were given to others since.
    """
    line, row = _held(line_id, by=by)
    if line.returned_at is None:
        return
    _move(line, row, by, MovementKind.ISSUE, line.return_reason)
    line.returned_at, line.return_reason = None, ""
    line.save(update_fields=["returned_at", "return_reason"])
    receipts.settle(line)


def _held(line_id: UUID, *, by: Actor) -> tuple[IssueLine, IssueList]:
    line = wanted_row(IssueLine.objects.filter(id=line_id))
    row = own_list(line.list_id, by=by)
    line.refresh_from_db()
    return line, row


def _move(line: IssueLine, row: IssueList, by: Actor, kind: MovementKind, note: str) -> None:
    """Move what a line holds; each time it comes back is a cause of its own."""
    back = kind == MovementKind.RETURN
    cause = uuid5(line.id, line.returned_at.isoformat() if line.returned_at else "")
    changes = [
        stock.Change(
            kind,
            content.article_id,
            row.place_id,
            content.quantity * line.quantity * (1 if back else -1),
        )
        for content in row.contents.all()
    ]
    stock.move(changes, cause=cause, on=clock.today(), by=by, note=note)
    audit.write(
        "packs.return_line" if back else "packs.take_return_back",
        by=by,
        subject=("issue_list", row.id),
        organisation_id=row.organisation_id,
    )
