"""What the units of a tier are asked to do."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.organisations import queries
from dongxun.organisations.contracts import Tier
from dongxun.organisations.models import TierGuide


@transaction.atomic
def save_guides(*, by: Actor, organisation_id: UUID, texts: Mapping[Tier, str]) -> None:
    """Say what units below an organisation are asked to do, by tier. Safe to repeat.

    An empty text takes the guide of that tier away.

    Raises:
        NotFound: the organisation is absent or outside.
        NotAllowed: ``by`` does not manage it.
    """
    node = queries.node_in_scope(organisation_id, by=by)
    require("organisations.manage", by, node.interval)
    for tier, text in texts.items():
        rows = TierGuide.objects.filter(organisation_id=node.id, tier=tier)
        if text.strip():
            TierGuide.objects.update_or_create(
                organisation_id=node.id, tier=tier, defaults={"text": text.strip()}
            )
        else:
            rows.delete()
    audit.write(
        "organisations.save_guides",
        by=by,
        subject=("organisation", node.id),
        organisation_id=node.id,
    )
