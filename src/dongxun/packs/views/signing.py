"""A receipt taken on a page."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.http import Request
from dongxun.packs.contracts import ReceiptHow
from dongxun.packs.services import receipts

NOON = time(12)


def sign(request: Request, line_id: UUID, data: Mapping[str, Any]) -> None:
    """Take the receipt that a ``SignForm`` holds, and say what became of it."""
    answer = receipts.sign_for(
        by=request.actor,
        item_id=data["item"],
        line_id=line_id,
        how=ReceiptHow(data["how"]),
        occurred_at=_moment(data["on"]),
        received_by=data["received_by"],
        relation=data["relation"],
        note=data["note"],
    )
    stored = answer.answer == SyncAnswer.STORED
    (messages.success if stored else messages.warning)(request, str(answer.message))


def _moment(day: date) -> datetime:
    """Return when it was handed over: now if today, else at noon of that day."""
    return clock.now() if day == clock.today() else clock.moment(day, NOON)
