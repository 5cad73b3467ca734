"""Errands and searches for a donor out of a need: their rooms tell here how they go.

What they tell becomes part of the need's timeline. It never moves the need on: that stays
with whoever has it in hand, and its end with the requester's word.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Max

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.needs.contracts import Aid, NeedAct, NeedCard, NotNow
from dongxun.needs.models import Need, NeedAid, Step
from dongxun.needs.queries.tickets import card_of, need_row


def need_to_aid(need_id: UUID, *, by: Actor) -> NeedCard:
    """Return a need for which the actor may set something going.

    Raises:
        NotFound: absent, or hidden from the actor.
        NotAllowed: it is not theirs to work on.
        NotNow: it is signed off.
    """
    need = need_row(need_id, by=by)
    require("needs.work_on_need", by, need)
    if not need.is_open:
        raise NotNow
    return card_of(need)


@transaction.atomic
def tell_aid(*, by: Actor, need_id: UUID, aid: Aid) -> None:
    """Write into a need's timeline what an errand or a search for a donor has come to.

    The calling room has asked :func:`need_to_aid` when it began and calls once for each
    thing that happens. After the need is signed off only the last word is kept.
    """
    need = Need.objects.select_for_update().filter(id=need_id).first()
    if need is None:
        return
    now = clock.now()
    values = {
        "need": need,
        "kind": aid.kind,
        "organisation_id": aid.organisation_id,
        "title": aid.title[:120],
        "words": aid.words[:300],
        "is_over": aid.is_over,
        "told_at": now,
    }
    NeedAid.objects.update_or_create(id=aid.id, defaults=values)
    if not need.is_open:
        return
    last = need.steps.aggregate(last=Max("number"))["last"] or 0
    Step.objects.create(
        need=need,
        number=last + 1,
        key=new_id(),
        act=NeedAct(aid.kind.value),
        state=need.state,
        holder_id=need.holder_id,
        words=aid.words,
        by_id=by.id,
        by_label=by.label[:120],
        due_on=need.due_on,
        occurred_at=now,
    )
