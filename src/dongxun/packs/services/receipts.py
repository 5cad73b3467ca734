"""签收: that a line was received; safe to repeat, and a second receipt keeps both moments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.kit import times
from dongxun.packs.contracts import (
    STRENGTH,
    BeforeIssue,
    GuestHome,
    ListState,
    NotIssued,
    ReceiptAnswer,
    ReceiptHow,
)
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.queries.carrying import is_of
from dongxun.packs.rules import Signing
from dongxun.packs.services import merging

AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a receipt says: how, when, and who took it if it was somebody else."""

    how: ReceiptHow
    occurred_at: datetime
    received_by: str = ""
    relation: str = ""
    note: str = ""
    skewed: bool = False


@transaction.atomic
def sign_for(
    *,
    by: Actor,
    item_id: UUID,
    line_id: UUID,
    how: ReceiptHow,
    occurred_at: datetime,
    received_by: str = "",
    relation: str = "",
    note: str = "",
    skewed: bool = False,
    vouched: frozenset[UUID] = frozenset(),
    guest: GuestHome | None = None,
) -> ReceiptAnswer:
    """Note that a line was received, and answer in words.

    Safe to repeat: the same ``item_id`` gives the first answer as ``duplicate``. Another
    receipt for a line that was already received is kept beside the first and answered
    ``merged``; the line shows the earlier moment, in whatever order they came. A line
    that had come back answers ``conflict``: the receipt is kept, a person decides.

    Args:
        item_id: minted where it was signed, on the phone or for the sheet.
        occurred_at: aware; when it was handed over. Ahead of our clock it is flagged.
        skewed: the phone's clock was off: flagged, and counted from the issue on, never refused.
        received_by: who took it for the recipient; then ``relation`` is needed.
        vouched: people of a visitor's round, as the calling room has checked.
        guest: the home of somebody on no roster, on such a round.

    Raises:
        NotFound: there is no such line for ``by``.
        NotIssued: the list is still being drawn up.
        BeforeIssue: ``occurred_at`` is on a day before the list was issued.
        Invalid: somebody else took it and it is not said who, or how they are related.
        Conflict: ``item_id`` was used for another line.
    """
    line = line_to_sign(line_id, by=by, vouched=vouched, guest=guest)
    at = max(occurred_at, line.list.issued_at or occurred_at) if skewed else occurred_at
    signed = Signed(how, at, received_by.strip(), relation.strip(), note.strip(), skewed)
    known = Receipt.objects.filter(id=item_id).first()
    if known is not None:
        if known.line_id != line.id:
            raise Conflict(_("This receipt was already used for somebody else."))
        return _answer(known, line, SyncAnswer.DUPLICATE)
    check(line, signed)
    row = keep(line, item_id, signed, by=by)
    if line.returned_at:
        _write(line, row, by)
        return _answer(row, line, SyncAnswer.CONFLICT)
    was_received = line.received_at is not None
    settle(line)
    merging.count_for_survivor(line)
    _write(line, row, by)
    return _answer(row, line, SyncAnswer.MERGED if was_received else SyncAnswer.STORED)


@transaction.atomic
def withdraw_receipts(*, by: Actor, line_id: UUID, reason: str) -> None:
    """Take back every receipt of a line: it was not received after all. Safe to repeat.

    Raises:
        NotFound: there is no such line for ``by``.
        Invalid: no reason.
    """
    line = line_to_sign(line_id, by=by)
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why it is taken back."))])
    if take_back(line, list(line.receipts.filter(withdrawn_at=None)), reason):
        audit.write(
            "packs.withdraw_receipts",
            by=by,
            subject=("issue_line", line.id),
            organisation_id=line.branch_id,
        )


def line_to_sign(
    line_id: UUID,
    *,
    by: Actor,
    vouched: frozenset[UUID] = frozenset(),
    guest: GuestHome | None = None,
) -> IssueLine:
    """Return a line that ``by`` may sign for, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
    """
    rows = IssueLine.objects.select_for_update(of=("self",)).select_related(
        "list", "branch", "person"
    )
    line = wanted_row(rows.filter(id=line_id))
    survivor = line.person.merged_into_id if line.person else None
    signing = Signing(
        branch_lft=line.branch.lft,
        kind=line.kind,
        person_id=survivor or line.person_id,
        courier_id=line.courier_id,
        courier_account=line.courier_account,
        vouched=vouched,
        is_guests=guest is not None and is_of(line, guest),
    )
    try:
        require("packs.sign_for", by, signing)
    except NotAllowed as error:
        raise NotFound from error
    return line


def check(line: IssueLine, signed: Signed) -> None:
    """Ask whether a receipt can be true.

    Raises:
        NotIssued, BeforeIssue.
        Invalid: who took it instead is half said.
    """
    if line.list.state == ListState.DRAFT or line.list.issued_at is None:
        raise NotIssued(where="line")
    if clock.day_of(signed.occurred_at) < clock.day_of(line.list.issued_at):
        raise BeforeIssue(where="occurred_at")
    if signed.how == ReceiptHow.PROXY and not signed.received_by:
        raise Invalid(details=[("received_by", _("Say who took it."))], code="proxy_unnamed")
    if signed.received_by and not signed.relation:
        raise Invalid(
            details=[("relation", _("Say how they are related."))], code="relation_missing"
        )


def came_back() -> str:
    """Return what is said of a receipt for something that came back."""
    return _("It is noted as come back; take that back first.")


def keep(
    line: IssueLine, item_id: UUID, signed: Signed, *, by: Actor, sheet: bool = False
) -> Receipt:
    """Write the receipt as it was told."""
    now = clock.now()
    return Receipt.objects.create(
        id=item_id,
        line=line,
        how=signed.how,
        occurred_at=signed.occurred_at,
        recorded_at=now,
        recorded_by=by.label[:120],
        received_by=signed.received_by[:80],
        relation=signed.relation[:30],
        note=signed.note[:200],
        skewed=signed.skewed or signed.occurred_at > now + AHEAD,
        from_sheet=sheet,
    )


def settle(line: IssueLine) -> None:
    """Let the line show the earliest receipt that stands, the stronger one of two."""
    live = list(line.receipts.filter(withdrawn_at=None))
    first = min(
        live, key=lambda r: (r.occurred_at, STRENGTH[ReceiptHow(r.how)], r.id), default=None
    )
    line.received_at = first.occurred_at if first else None
    line.how = first.how if first else ""
    line.save(update_fields=["received_at", "how"])


def take_back(line: IssueLine, receipts: list[Receipt], reason: str) -> int:
    """Withdraw receipts of a line and settle it anew; return how many."""
    for receipt in receipts:
        receipt.withdrawn_at = clock.now()
        receipt.withdrawn_reason = reason.strip()[:200]
        receipt.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    if receipts:
        settle(line)
    return len(receipts)


def _write(line: IssueLine, row: Receipt, by: Actor) -> None:
    audit.write(
        "packs.sign_for",
        by=by,
        subject=("issue_line", line.id),
        organisation_id=line.branch_id,
        how=row.how,
    )


def _answer(row: Receipt, line: IssueLine, answer: SyncAnswer) -> ReceiptAnswer:
    first = line.received_at or row.occurred_at
    moments = {"first": times.when(first), "at": times.when(row.occurred_at)}
    words = {
        SyncAnswer.STORED: _("Noted as received, %(at)s."),
        SyncAnswer.DUPLICATE: _("This receipt is already here, %(at)s."),
        SyncAnswer.MERGED: _(
            "Already received, %(first)s. This receipt is kept beside it, %(at)s."
        ),
        SyncAnswer.CONFLICT: _(
            "It is noted as come back. This receipt is kept, %(at)s; a person decides."
        ),
    }
    return ReceiptAnswer(row.id, line.id, answer, words[answer] % moments, row.occurred_at, first)
