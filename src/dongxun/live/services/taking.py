"""What is said in a class can be taken on: a word or question becomes a need."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from dongxun.activities import api as activities
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id
from dongxun.live.models import Said
from dongxun.live.services.rows import note, own_class
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.organisations import api as organisations

ABOUT = "said"
"""``about_kind`` of a need that was heard in a class."""


@transaction.atomic
def take_on(*, by: Actor, live_id: UUID, ids: Sequence[UUID]) -> list[str]:
    """Make needs of what was said; return their codes, in the order said. Safe to repeat.

    The branch of whoever said it receives the need, with their name, where the actor
    manages that branch; otherwise the host of the class does, without a person.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row, airing = own_class(live_id, by=by)
    found = list(row.said.filter(id__in=list(ids)).order_by("said_at", "id"))
    fresh = [said for said in found if not said.need_code]
    for said in fresh:
        said.need_code = needs.raise_need(by=by, draft=_draft(said, airing, by)).code
        said.save(update_fields=["need_code"])
    if fresh:
        note("live.take_on", by, row, airing, n=len(fresh))
    return [said.need_code for said in found]


def _draft(said: Said, airing: activities.Airing, by: Actor) -> NeedDraft:
    home = organisations.node(said.branch_id)
    is_own = by.reaches(home.interval.lft)
    return NeedDraft(
        id=derived_id(said.said_at, "live.need", said.id),
        text=said.text,
        source=NeedSource.CHAT,
        organisation_id=home.id if is_own else airing.host_id,
        person_id=said.person_id if is_own else None,
        requester_name="" if is_own else said.name,
        occurred_at=said.said_at,
        about_kind=ABOUT,
        about_id=said.id,
    )
