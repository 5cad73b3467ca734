"""Doors of rooms below, each behind one small function."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.sync import ItemAnswer
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.packs import api as packs
from dongxun.packs.contracts import CarryLine, GuestHome, ReceiptHow
from dongxun.visits.models import Stop, Visitor

ABOUT = "visit"
"""What needs call a stop in ``about_kind``."""


def to_carry(stops: Collection[Stop], *, by: Actor) -> dict[UUID, list[CarryLine]]:
    """Return what is to be carried to each of these doors; the caller has checked them.

    What a courier carries who does not go on the round is left out. Wants ``branch`` selected.
    """
    found: dict[UUID, list[CarryLine]] = {}
    for round_id in {stop.round_id for stop in stops}:
        here = [stop for stop in stops if stop.round_id == round_id]
        going = Visitor.objects.filter(round=round_id, gone_at=None)
        who = going.values_list("person_id", "account_id")
        carriers = {key for pair in who for key in pair if key}
        ids = {stop.person_id for stop in here if stop.person_id}
        people = packs.to_carry(person_ids=ids, by=by, carriers=carriers)
        guests = {stop.id: home for stop in here if (home := guest_of(stop))}
        found |= packs.to_guests(guests=guests, by=by, carriers=carriers)
        found |= {stop.id: people[stop.person_id] for stop in here if stop.person_id in people}
    return found


def guest_of(stop: Stop) -> GuestHome | None:
    """Return the home of somebody on no roster, as packs know it; None for a member's."""
    if stop.person_id is not None or not stop.guest:
        return None
    return GuestHome(stop.guest, stop.branch.lft, stop.branch.rgt)


def sign_for(
    *,
    by: Actor,
    item_id: UUID,
    line_id: UUID,
    how: str,
    occurred_at: datetime,
    received_by: str,
    relation: str,
    skewed: bool,
    stop: Stop,
) -> ItemAnswer:
    """Note that a pack was handed over at a door the caller has checked.

    Raises:
        DomainError: as ``packs.api.sign_for`` says.
        ValueError: an unknown way of signing.
    """
    found = packs.sign_for(
        by=by,
        item_id=item_id,
        line_id=line_id,
        how=ReceiptHow(how),
        occurred_at=occurred_at,
        received_by=received_by,
        relation=relation,
        skewed=skewed,
        vouched=frozenset({stop.person_id}) if stop.person_id else frozenset(),
        guest=guest_of(stop),
    )
    return ItemAnswer(item_id, found.answer)


def raise_need(*, by: Actor, item_id: UUID, stop: Stop, text: str, occurred_at: datetime) -> bool:
    """Write down what was heard at a door; return whether it was known already.

    Raises:
        DomainError: as ``needs.api.raise_need`` says.
    """
    known = stop.person is not None and (by.reaches(stop.branch.lft) or not by.is_account)
    draft = NeedDraft(
        id=item_id,
        text=text,
        source=NeedSource.VISIT,
        organisation_id=stop.branch_id,
        person_id=stop.person_id if known else None,
        requester_name=stop.person.name if stop.person else stop.guest,
        occurred_at=occurred_at,
        about_kind=ABOUT,
        about_id=stop.id,
        season_id=stop.round.season_id,
    )
    return needs.raise_need(by=by, draft=draft).repeated


def heard_at(stop_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return what was heard at each of these doors; the caller has checked them."""
    return needs.heard_about(ABOUT, stop_ids)
