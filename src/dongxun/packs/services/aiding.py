"""A search for a donor that a need set going tells the need how it goes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Actor
from dongxun.needs import api as needs
from dongxun.needs.contracts import Aid, AidKind
from dongxun.packs.models import Donation, Drive

WORDS: Final[Mapping[str, Promise]] = {
    "packs.open_drive": _("A donor is looked for."),
    "packs.close_drive": _("Nothing more is wanted."),
    "packs.promise_donation": _("A donor was found."),
    "packs.ship_donation": _("It is on its way."),
    "packs.accept_donation": _("It arrived and was counted."),
    "packs.thank_donor": _("The donor was thanked."),
    "packs.show_donation": _("It is shown inside the unit."),
    "packs.withdraw_donation": _("It does not come."),
}


def tell_need(action: str, drive: Drive | None, *, by: Actor, gift: Donation | None = None) -> None:
    """Tell the need of a drive, if it has one, what has just happened."""
    if drive is None or drive.need_id is None:
        return
    said = f"{gift.donor_name}：" if gift else ""
    aid = Aid(
        id=drive.id,
        kind=AidKind.DRIVE,
        organisation_id=drive.organisation_id,
        title=drive.title,
        words=f"{said}{WORDS[action]}",
        is_over=drive.closed_at is not None,
    )
    needs.tell_aid(by=by, need_id=drive.need_id, aid=aid)
