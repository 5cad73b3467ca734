"""Whom to ring about a need: opened by who handles it, and written down."""

from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.needs import sealing
from dongxun.needs.contracts import NotNow
from dongxun.needs.queries.tickets import need_row


@transaction.atomic
def show_contact(*, by: Actor, need_id: UUID) -> sealing.Requester:
    """Return name and number of whoever raised a need; the looking is written down.

    Raises:
        NotFound: absent, or hidden from the actor.
        NotAllowed: the actor does not handle it.
        NotNow: it is closed; nobody needs to ring any more.
    """
    need = need_row(need_id, by=by)
    require("needs.work_on_need", by, need)
    if not need.is_open:
        raise NotNow
    audit.write(
        "needs.show_contact", by=by, subject=("need", need.id), organisation_id=need.lead_id
    )
    return sealing.unseal(need.requester)
