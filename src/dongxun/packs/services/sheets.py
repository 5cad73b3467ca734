"""A returned paper sheet of a list: entered whole, and safe to enter again corrected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID, uuid5

from django.db import transaction

from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.packs.contracts import ListState, NotIssued, ReceiptHow
from dongxun.packs.models import IssueLine, IssueList, Receipt
from dongxun.packs.queries.lists import lines_of
from dongxun.packs.services import merging, receipts
from dongxun.packs.services.receipts import Signed

NOON = time(12, 0)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """What the sheet says of one line; ``how`` is None where nobody signed."""

    how: ReceiptHow | None
    on: date | None = None
    received_by: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a sheet changed; ``kept_stronger`` were received by other proof as well."""

    received: int = 0
    taken_back: int = 0
    kept_stronger: tuple[UUID, ...] = ()


@transaction.atomic
def enter_sheet(*, by: Actor, list_id: UUID, marks: Mapping[UUID, Mark]) -> Entered:
    """Make the record say what the sheet says.

    Entered again unchanged it writes nothing. A line that shows no signature loses the
    receipt an earlier entry of the sheet gave it; a receipt from a phone stays.

    Raises:
        NotFound: the list is absent, or none of its lines is theirs to sign for.
        NotIssued: it is still being drawn up.
        Invalid: some marks cannot be true; ``details`` says which, and nothing is written.
    """
    row = IssueList.objects.filter(id=list_id).first()
    if row is None or not lines_of(list_id, by=by).exists():
        raise NotFound
    if row.state == ListState.DRAFT:
        raise NotIssued
    theirs = _held(list_id, set(marks), by)
    found = {key: mark for key, mark in marks.items() if key in theirs}
    wrong = _wrong(theirs, found)
    if wrong:
        raise Invalid(details=wrong)
    received, back, stronger = 0, 0, []
    for key, mark in found.items():
        line = theirs[key]
        if mark.how is None:
            n, others = _unsign(line)
            back += n
            stronger += [line.id] if others else []
        elif _sign(line, mark, by=by):
            received += 1
    if received or back:
        audit.write(
            "packs.enter_sheet",
            by=by,
            subject=("issue_list", row.id),
            organisation_id=row.organisation_id,
            received=received,
            taken_back=back,
        )
    return Entered(received, back, tuple(stronger))


def _held(list_id: UUID, line_ids: Collection[UUID], by: Actor) -> dict[UUID, IssueLine]:
    """Return the lines that are theirs, held until the transaction ends, in one order for all."""
    rows = lines_of(list_id, by=by).select_related("list", "branch", "person")
    rows = rows.select_for_update(of=("self",))
    return {
        line.id: line
        for part in bulk.chunks(sorted(line_ids), _BATCH)
        for line in rows.filter(id__in=part).order_by("id")
    }


def _signed(line: IssueLine, mark: Mark) -> Signed:
    """Return the mark as a receipt: at noon of its day, else of the day the list was issued."""
    issued = line.list.issued_at or clock.now()
    day = mark.on or clock.day_of(issued)
    at = clock.moment(day, NOON)
    at = max(at, issued) if day == clock.day_of(issued) else at
    how = mark.how or ReceiptHow.SHEET
    return Signed(how, at, mark.received_by.strip(), mark.relation.strip())


def _wrong(theirs: Mapping[UUID, IssueLine], marks: Mapping[UUID, Mark]) -> list[tuple[str, Text]]:
    wrong: list[tuple[str, Text]] = []
    for key, mark in marks.items():
        line = theirs[key]
        if mark.how is None:
            continue
        if line.returned_at:
            wrong.append((str(key), receipts.came_back()))
            continue
        try:
            receipts.check(line, _signed(line, mark))
        except Invalid as error:
            text = error.details[0][1] if error.details else error.message
            wrong.append((str(key), text))
    return wrong


def _sign(line: IssueLine, mark: Mark, *, by: Actor) -> bool:
    """Keep the sheet's word of a line; return whether it is new."""
    signed = _signed(line, mark)
    live = list(line.receipts.filter(withdrawn_at=None))
    same = (signed.how, signed.received_by, signed.relation)
    sheet = [r for r in live if _from_sheet(r)]
    kept = [r for r in sheet if (r.how, r.received_by, r.relation) == same]
    day = clock.day_of(signed.occurred_at)
    if any(clock.day_of(r.occurred_at) == day for r in kept):
        return False
    receipts.take_back(line, sheet, "sheet corrected")
    if live and not sheet and _seen(live, day):
        return False
    said = f"sheet:{line.receipts.count()}"
    receipts.keep(line, uuid5(line.id, said), signed, by=by, sheet=True)
    receipts.settle(line)
    merging.count_for_survivor(line)
    return True


def _seen(live: list[Receipt], day: date) -> bool:
    """Whether a phone already told of this day: the sheet adds nothing."""
    return any(clock.day_of(r.occurred_at) == day for r in live)


def _unsign(line: IssueLine) -> tuple[int, bool]:
    """Take back what sheets said of a line; return how many, and whether other proof stays."""
    live = list(line.receipts.filter(withdrawn_at=None))
    sheet = [r for r in live if _from_sheet(r)]
    receipts.take_back(line, sheet, "sheet corrected")
    return len(sheet), len(live) > len(sheet)


def _from_sheet(receipt: Receipt) -> bool:
    return receipt.from_sheet
