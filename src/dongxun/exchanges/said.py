"""How evidence that a phone sent reads, for whoever decides between two words for one item."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.exchanges.models import Slot
from dongxun.exchanges.services.evidence import believe_words
from dongxun.kernel.actors import Actor
from dongxun.kernel.differences import Body, Reading, Voice, joined, moment_in, speak_for
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import read_number
from dongxun.kit.times import when

MOST_ID = 2**63 - 1


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which item each body speaks; the organisers of all sides decide."""
    slots = _slots(bodies)
    return [_of(body, slots.get(_key(body))) for body in bodies]


def _of(body: Body, slot: Slot | None) -> Reading | None:
    units = [party.organisation for party in slot.exchange.parties.all()] if slot else []
    if slot is None or not units:
        return None
    return Reading(
        about=joined(slot.exchange.title, slot.label),
        words=joined(body.get("words", ""), when(moment_in(body))),
        places=tuple(unit.lft for unit in units if not unit.external),
        organisation_id=units[0].id,
        href=reverse("exchanges:exchange", args=[slot.exchange_id]),
    )


def _slots(bodies: Sequence[Body]) -> dict[int, Slot]:
    rows = Slot.objects.select_related("exchange")
    rows = rows.prefetch_related("exchange__parties__organisation")
    return rows.in_bulk({key for body in bodies if (key := _key(body))})


def _slot(body: Body) -> Slot | None:
    return _slots([body]).get(_key(body))


def _key(body: Body) -> int:
    """Return the item's number; 0, which none has, for anything else."""
    return read_number(str(body.get("slot", "")), MOST_ID) or 0


def stands(body: Body) -> str:
    """Return what is written for the item."""
    slot = _slot(body)
    return joined(slot.words, slot.done_by) if slot else ""


def take_words(by: Actor, body: Body) -> None:
    """Let the phone's words stand for the item."""
    slot = _slot(body)
    if slot is None:
        raise NotFound
    believe_words(by=by, slot_id=slot.id, words=str(body.get("words", "")))


speak_for("exchange_evidence", Voice(_("evidence of an item"), read, stands, take_words))
