"""What was promised is put right before it arrives: the donor, the goods, where they go."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import DonationDraft, DonationState
from dongxun.packs.services.donations import check, own_donation, write_lines


@transaction.atomic
def change_donation(*, by: Actor, donation_id: UUID, draft: DonationDraft, why: str) -> None:
    """Put right what a donor gives, while it has neither arrived nor been thanked for.

    Raises:
        NotFound: donation or consignee are absent or elsewhere.
        Conflict: it has arrived, was thanked for or withdrawn.
        Invalid: as ``donations.check`` says, or it is not said why.
    """
    row = own_donation(donation_id, by=by)
    if row.state not in {DonationState.PROMISED, DonationState.SHIPPED} or row.arrived_on:
        raise Conflict(_("It has arrived already."))
    donor = organisations.node(draft.donor_id) if draft.donor_id else None
    name = draft.donor_name.strip() or (donor.name if donor else "")
    check(draft, name)
    if not why.strip():
        raise Invalid(details=[("why", _("Say why it is changed."))])
    row.kind, row.donor_id, row.donor_name = draft.kind, donor.id if donor else None, name[:120]
    row.consignee_id = organisations.node(draft.consignee_id).id
    row.on = draft.on or clock.today()
    row.amount_yuan, row.people, row.note = (
        draft.amount_yuan,
        draft.people,
        draft.note.strip()[:300],
    )
    row.save()
    row.lines.all().delete()
    write_lines(row, draft)
    audit.write(
        "packs.change_donation",
        by=by,
        subject=("donation", row.id),
        organisation_id=row.organisation_id,
        reason=why.strip()[:200],
    )
