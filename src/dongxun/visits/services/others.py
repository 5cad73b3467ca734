"""Two bodies under one id: a person decides whether the second is taken as well."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rules import require
from dongxun.visits.queries import own_other, refused


class OtherRefused(Invalid):
    """The second body cannot be taken; it stays kept."""

    code = "other_refused"
    message = _("It does not fit any more and cannot be taken; it stays kept here.")


@transaction.atomic
def settle_other(*, by: Actor, other_id: UUID, take: bool) -> None:
    """Leave the first body alone, or take the second as a record of its own beside it.

    Nothing is deleted. Where the two then differ, they stand as two records of one door.

    Raises:
        NotFound: absent, settled, or about a door that is not the actor's.
        OtherRefused: it cannot be taken: the code says why; it stays to be looked at.
    """
    pair = own_other(other_id, by=by)
    at = pair.stop.round
    require("visits.plan_round", by, at.organisation.lft)
    answer = sync.settle_other(other_id, by=by, take=take)
    if answer is not None and answer.answer == SyncAnswer.REJECTED:
        raise OtherRefused(code=answer.reason)
    audit.write(
        "visits.settle",
        by=by,
        subject=("visit", pair.stop.id),
        organisation_id=at.organisation_id,
        taken=take,
    )


@transaction.atomic
def see_refused(*, by: Actor, item_ids: Collection[UUID]) -> None:
    """Note that somebody has looked at records that were refused; they stay kept.

    Raises:
        NotFound: all absent, seen, or about a door that is not the actor's.
    """
    found = [one for one in refused(by=by) if one.item.id in item_ids]
    seen = [one for one in found if sync.settle_refused(one.item.id)]
    if not seen:
        raise NotFound
    for one in seen:
        audit.write(
            "visits.see_refused",
            by=by,
            subject=("visit", one.stop.id),
            organisation_id=one.stop.round.organisation_id,
        )
