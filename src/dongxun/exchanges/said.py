"""How what phones send to this room reads, for whoever decides between two words for one thing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.exchanges.floating import kept
from dongxun.exchanges.models import EvidenceWord, Slot
from dongxun.exchanges.services.evidence import believe_words, decide_files
from dongxun.kernel.actors import Actor
from dongxun.kernel.bodies import opened
from dongxun.kernel.differences import (
    Body,
    Reading,
    Shown,
    Voice,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import read_number
from dongxun.kit.times import when
from dongxun.organisations import api as organisations

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
    rows = Slot.objects.select_related("exchange", "upload")
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


def read_named(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return who says they reported in where; organisers of home and host both decide."""
    places = {place.id: place for place in organisations.stations(ids=ids_in(bodies, "place"))}
    hosts = organisations.nodes({place.organisation_id for place in places.values()})
    found: list[Reading | None] = []
    for closed in bodies:
        body, place = opened(kept.KIND, closed), named_in(places, closed, "place")
        try:
            home = organisations.named(str(body.get("branch", "")))
        except organisations.NoUnit:
            found.append(None)
            continue
        spots = [hosts[place.organisation_id].interval.lft] if place else []
        found.append(
            Reading(
                about=joined(body.get("name", ""), home.short_name),
                words=joined(_("reported in"), place.name if place else "", when(moment_in(body))),
                places=(home.interval.lft, *spots),
                organisation_id=home.id,
                href=reverse("exchanges:floating"),
            )
        )
    return found


speak_for(kept.KIND, Voice(_("a report-in by name"), read_named))


def files_of(item_id: UUID, body: Body) -> tuple[Shown | None, Shown | None]:
    """Return the file that is shown for the item, and the one that came with a phone's words."""
    slot = _slot(body)
    word = EvidenceWord.objects.select_related("upload").filter(id=item_id).first()
    mine = slot.upload if slot else None
    theirs = word.upload if word else None
    return (
        _shown("evidence_file", slot.id, mine) if slot and mine else None,
        _shown("word_file", word.id, theirs) if word and theirs and theirs != mine else None,
    )


def _shown(name: str, key: object, upload: Any) -> Shown | None:
    if upload.removed_at is not None:
        return None
    return Shown(reverse(f"exchanges:{name}", args=[key]) + "?look=1", upload.name)


speak_for(
    "exchange_evidence",
    Voice(_("evidence of an item"), read, stands, take_words, files_of, decide_files),
)
