"""Who goes: account holders, and people by a personal link."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.people import api as people
from dongxun.visits.contracts import LATE_DAYS, LinkInUse
from dongxun.visits.models import Visitor
from dongxun.visits.services.rounds import live_stops, note, open_row


@transaction.atomic
def add_visitor(
    *,
    by: Actor,
    round_id: UUID,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Send somebody on a round: a person, or an account (one's own, or one overseen).

    Safe to repeat; returns the visitor's id.

    Raises:
        NotFound: the round, person or account is not this actor's.
        RoundOver: closed or cancelled.
        Invalid: neither or both.
    """
    row = open_row(round_id, by=by)
    who: dict[str, UUID]
    if person_id is not None and account_id is None:
        name, who = people.card(person_id, by=by).name, {"person_id": person_id}
        if live_stops(row).filter(person_id=person_id).exists():
            raise Invalid(_("%(name)s is visited on this round.") % {"name": name}, where="visitor")
    elif account_id is not None and person_id is None:
        name, who = (
            access.account_names([account_id], by=by).get(account_id, ""),
            {"account_id": account_id},
        )
        if not name:
            raise NotFound
    else:
        raise Invalid(_("Choose who goes."), where="visitor")
    visitor, created = Visitor.objects.get_or_create(
        round=row, gone_at=None, **who, defaults={"name": name}
    )
    if created:
        note("add_visitor", by, row)
    return visitor.id


def visitor_row(visitor_id: UUID, *, by: Actor) -> Visitor:
    """Return somebody who goes on a round of the actor.

    Raises:
        NotFound: not this actor's, or gone already.
        RoundOver: closed or cancelled.
    """
    found = Visitor.objects.filter(id=visitor_id, gone_at=None).first()
    if found is None:
        raise NotFound
    found.round = open_row(found.round_id, by=by)
    return found


@transaction.atomic
def remove_visitor(*, by: Actor, visitor_id: UUID) -> None:
    """Send somebody else instead: this one's link stops, what they recorded stays.

    Raises:
        NotFound: not this actor's, or gone already.
        RoundOver: closed or cancelled.
    """
    visitor = visitor_row(visitor_id, by=by)
    Visitor.objects.filter(id=visitor.id).update(gone_at=clock.now())
    if visitor.person_id:
        _stop_links(visitor, by)
    note("remove_visitor", by, visitor.round)


@transaction.atomic
def link_for(*, by: Actor, visitor_id: UUID, again: bool = False) -> access.IssuedLink:
    """Make a visitor's link; an earlier one stops. It takes late records for 90 days.

    Args:
        again: also where a phone has opened the earlier one; its homes leave that phone.

    Raises:
        NotFound: not this actor's, or an account's visitor, who signs in instead.
        RoundOver: closed or cancelled.
        LinkInUse: a phone has opened the earlier one, and it is not said ``again``.
    """
    visitor = visitor_row(visitor_id, by=by)
    if visitor.person_id is None:
        raise NotFound
    if not again and access.is_link_open(
        by=by,
        purpose=LinkPurpose.VISITOR,
        object_id=visitor.id,
        place_id=visitor.round.organisation_id,
    ):
        raise LinkInUse
    _stop_links(visitor, by)
    until = clock.moment(visitor.round.day) + timedelta(days=LATE_DAYS + 2)
    return access.issue_link(
        by=by,
        purpose=LinkPurpose.VISITOR,
        expires_at=until,
        object_id=visitor.id,
        organisation_id=visitor.round.organisation_id,
    )


def _stop_links(visitor: Visitor, by: Actor) -> None:
    access.revoke_links(
        by=by,
        purpose=LinkPurpose.VISITOR,
        object_id=visitor.id,
        place_id=visitor.round.organisation_id,
    )
