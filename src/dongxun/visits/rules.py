"""Who may plan rounds, who may stand at a door."""

from collections.abc import Sequence

from dongxun.access.contracts import LinkPurpose
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule
from dongxun.visits.models import Round, Visitor


@rule("visits.plan_round")
def plan_round(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that the round belongs to."""
    return actor.reaches(lft)


@rule("visits.record_visit")
def record_visit(actor: Actor, rounds: Sequence[Round]) -> bool:
    """A visitor of the round, by link or account, and whoever may plan it.

    A home that was moved has been on several rounds, its own first: what lies on the phones
    of all their visitors is taken. Wants ``organisation`` selected and ``visitors`` fetched.
    """
    return visitor_of(actor, rounds) is not None or actor.reaches(rounds[0].organisation.lft)


def visitor_of(actor: Actor, rounds: Sequence[Round]) -> Visitor | None:
    """Return which of these rounds' visitors this is."""
    linked = set(actor.linked(LinkPurpose.VISITOR))
    for visitor in (one for at in rounds for one in at.visitors.all()):
        own = actor.is_account and visitor.account_id == actor.id
        if visitor.gone_at is None and (visitor.id in linked or own):
            return visitor
    return None
