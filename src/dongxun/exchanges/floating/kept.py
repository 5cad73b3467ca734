"""报到 by name that waited on a phone: checked when it is sent, as the page would have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.exchanges.floating.forms import ReportForm
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, Text
from dongxun.kernel.sync import Item, ItemAnswer
from dongxun.people import api as people

KIND: Final = "report_by_name"
SEALED: Final = ("name", "digits", "phone")
WRONG: Final[Mapping[str, tuple[str, Text]]] = {
    "branch": (
        "report_branch",
        _("No branch is called so, or several are. Write the name as in the list."),
    ),
    "name": ("report_name", _("Write your name.")),
    "digits": ("report_digits", _("Write the last four digits of your phone number.")),
    "phone": ("report_phone", _("This is not a telephone number.")),
}
"""What is said of a report that does not fit, by its field."""
SENDERS: Final = frozenset(
    {people.NotRecognised.code, people.HostIsHome.code, *(code for code, _words in WRONG.values())}
)
"""Refusals that only the sender can mend: no work for an office."""


def take_named(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``{branch, name, digits, phone, place, occurred_at}``, each by itself."""
    return [_one(by, item) for item in items]


def _one(by: Actor, item: Item) -> ItemAnswer:
    form = ReportForm(item.body)
    if not form.is_valid():
        code = next(WRONG[name][0] for name in WRONG if name in form.errors)
        return ItemAnswer(item.id, SyncAnswer.REJECTED, code, passing=True)
    data: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            _id, repeated = people.report_in_by_digits(
                by=by,
                branch_id=data["branch"].id,
                name=data["name"],
                digits=data["digits"],
                place_id=UUID(str(item.body["place"])),
                phone=data["phone"],
                report_id=item.id,
                at=clock.parse_moment(item.body["occurred_at"]),
            )
    except DomainError as error:
        is_senders = error.code in SENDERS
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code, passing=is_senders)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.MERGED if repeated else SyncAnswer.STORED)
