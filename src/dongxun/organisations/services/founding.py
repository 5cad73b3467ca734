"""Many organisations at once, with one numbering of the tree at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import queries, tree
from dongxun.organisations.contracts import Point, Tier
from dongxun.organisations.models import Organisation
from dongxun.organisations.services.nodes import pinyin_key


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """An organisation as it is to be; ``code`` is what a later draft names as its parent."""

    code: str
    name: str
    type_code: str
    parent: str
    short_name: str = ""
    tier: str = Tier.NONE
    point: Point | None = None
    secretary_name: str = ""


@transaction.atomic
def found(*, by: Actor, drafts: Sequence[NodeDraft]) -> dict[str, UUID]:
    """Write organisations below ones that are there, by code; return the id of each code.

    Safe to repeat: a code that is known stays as it is.

    Raises:
        NotFound: a parent is neither known nor among the earlier drafts.
        NotAllowed: ``by`` does not manage the place.
    """
    known = dict(Organisation.objects.filter(code__isnull=False).values_list("code", "id"))
    places = queries.nodes({known[d.parent] for d in drafts if d.parent in known})
    for place in places.values():
        require("organisations.manage", by, place.interval)
    rows: list[Organisation] = []
    for order, draft in enumerate(drafts):
        if draft.code in known:
            continue
        if draft.parent not in known:
            raise NotFound
        rows.append(_row(draft, known[draft.parent], order))
        known[draft.code] = rows[-1].id
    Organisation.objects.bulk_create(rows, batch_size=200)
    tree.renumber()
    audit.write("organisations.found", by=by, added=len(rows))
    return {draft.code: known[draft.code] for draft in drafts}


def _row(draft: NodeDraft, parent_id: UUID, order: int) -> Organisation:
    short = draft.short_name or draft.name[:40]
    latitude, longitude = draft.point or (None, None)
    return Organisation(
        id=new_id(),
        code=draft.code,
        name=draft.name,
        short_name=short,
        pinyin=pinyin_key(short),
        type_id=draft.type_code,
        parent_id=parent_id,
        order=order,
        tier=draft.tier,
        latitude=latitude,
        longitude=longitude,
        secretary_name=draft.secretary_name,
    )
