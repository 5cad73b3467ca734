"""A filled donation ledger, entered whole: every line or none."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import one_by_one
from dongxun.packs.contracts import DonationDraft
from dongxun.packs.services.donations import promise_donation


@transaction.atomic
def promise_donations(
    *, by: Actor, season_id: UUID, organisation_id: UUID, drafts: Sequence[DonationDraft]
) -> int:
    """Write down what a filled ledger says; return how many gifts. Safe to repeat, line by line.

    Raises:
        NotFound, SeasonClosed: as for one.
        Invalid: nothing on the sheet; or what does not fit, each with ``<number>.<field>``.
    """
    made = one_by_one(
        drafts,
        lambda draft: promise_donation(
            by=by, season_id=season_id, organisation_id=organisation_id, draft=draft
        ),
    )
    return len(made)
