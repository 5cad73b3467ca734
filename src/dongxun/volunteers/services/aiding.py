"""An errand that a need set going tells the need how it goes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Actor
from dongxun.needs import api as needs
from dongxun.needs.contracts import Aid, AidKind
from dongxun.volunteers.models import Errand

NEED: Final = "need"
"""``about_kind`` of an errand that came out of a need."""
WORDS: Final[Mapping[str, Promise]] = {
    "volunteers.ask_errand": _("A volunteer is looked for."),
    "volunteers.take_errand": _("A volunteer is on the way."),
    "volunteers.give_errand_back": _("The volunteer cannot; another is looked for."),
    "volunteers.finish_errand": _("The errand is done."),
    "volunteers.receive_errand": _("It arrived."),
    "volunteers.cancel_errand": _("The errand was called off."),
}
LAST: Final = frozenset({"volunteers.receive_errand", "volunteers.cancel_errand"})


def tell_need(action: str, errand: Errand, *, by: Actor) -> None:
    """Tell the need of an errand, if it has one, what has just happened."""
    if errand.about_kind != NEED or errand.about_id is None:
        return
    said = {
        "volunteers.finish_errand": errand.done_words,
        "volunteers.receive_errand": errand.received_note,
        "volunteers.cancel_errand": errand.cancel_reason,
    }.get(action, "")
    aid = Aid(
        id=errand.id,
        kind=AidKind.ERRAND,
        organisation_id=errand.organisation_id,
        title=str(errand.get_kind_display()),
        words=" ".join(word for word in (str(WORDS[action]), said) if word),
        is_over=action in LAST,
    )
    needs.tell_aid(by=by, need_id=errand.about_id, aid=aid)
