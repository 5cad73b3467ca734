"""Re-crediting: what a session was worth is corrected after people have checked in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities import facts
from dongxun.activities.attendance import present
from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Leave, Session
from dongxun.activities.presence import live
from dongxun.activities.sessions.checks import check_credit
from dongxun.activities.sessions.rows import bump, own_session, plan_of, subs_of, write_plan
from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import Mode, NewFact
from dongxun.seasons import api as seasons

TOLD = (facts.SOURCE, facts.LEAVE)


@transaction.atomic
def recredit_session(
    *,
    by: Actor,
    session_id: UUID,
    topics: Sequence[tuple[UUID, int]],
    reason: str,
    format: str = "",  # noqa: A002 - as in SessionPlan
) -> int:
    """Give a session, its sub-venues with it, other minutes; return how many people were present.

    What it told the ledger is struck out and stated anew under the next version of its
    credit, for leaves too. Safe to repeat: the same credit again writes only what is missing,
    such as the facts of a check-in that was being written at the same moment.

    Args:
        format: a row of the season's credit table; the session's own when empty.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: the topics do not fit, or no reason.
        Conflict: cancelled, archived, or a sub-venue.
    """
    session = own_session(session_id, by=by)
    if session.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    if session.main_session_id:
        raise Conflict(_("A sub-venue follows its main session; change the credit there."))
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why; it stays with the record."))])
    had = plan_of(session)
    plan = replace(had, topics=tuple(topics), format=format or had.format)
    check_credit(plan, seasons.rules(session.season_id))
    came = 0
    for row in (session, *subs_of(session)):
        _give(row, plan)
        came += _state_anew(row, by, reason.strip()[:200])
    if _credit(plan) != _credit(had):
        audit.write(
            "activities.recredit_session",
            by=by,
            subject=("session", session.id),
            organisation_id=session.host_id,
            count=came,
            reason=reason.strip()[:200],
            changed=audit.changed(_minutes(had), _minutes(plan)),
        )
    return came


def _credit(plan: SessionPlan) -> tuple[dict[UUID, int], str]:
    return dict(plan.topics), plan.format


def _minutes(plan: SessionPlan) -> dict[str, object]:
    return {"minutes": sum(n for _topic, n in plan.topics)}


def _give(row: Session, plan: SessionPlan) -> None:
    """Write topics and format into a row, and nothing else of the plan."""
    own = plan_of(row)
    if _credit(own) == _credit(plan):
        return
    row.credit_version += 1
    write_plan(row, replace(own, topics=plan.topics, format=plan.format))
    bump(row, "recredited")


def _state_anew(row: Session, by: Actor, reason: str) -> int:
    """Strike what the ledger should no longer hold of a session, state what it lacks."""
    told = ledger.facts_about(row.id).filter(source__in=TOLD)
    known = list(told.values_list("pk", "person_id", "topic_id", "mode"))
    here = list(live().filter(session=row))
    wanted = {fact.id: fact for fact in _facts(row, here, known)}
    known_ids = {line[0] for line in known}
    ledger.void(known_ids - wanted.keys(), by=by, reason=reason)
    ledger.record([fact for key, fact in wanted.items() if key not in known_ids], by=by)
    return len({vars(one)["owner_id"] for one in here})


def _facts(row: Session, here: Sequence, known: Sequence) -> list[NewFact]:  # type: ignore[type-arg]
    """Return what the ledger is to hold; what made something up still does."""
    makeup: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for _fact, person_id, topic_id, mode in known:
        if mode == Mode.MAKEUP:
            makeup[person_id].add(topic_id)
    for person_id, owed in present.owed(row, here).items():
        makeup[person_id] |= set(owed)
    topics = list(row.topics.all())
    found = [
        fact
        for one in here
        for fact in facts.attended(row, topics, one, frozenset(makeup[one.person_id]))
    ]
    for leave in Leave.objects.filter(session=row, withdrawn_at=None):
        found += facts.on_leave(row, topics, leave)
    return found
