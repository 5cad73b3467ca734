"""What is followed up after an exchange: gaps, pledges, outcomes."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.exchanges import queries
from dongxun.exchanges.contracts import (
    GapState,
    OutcomeKind,
    PledgeState,
)
from dongxun.exchanges.models import (
    Gap,
    Outcome,
    Pledge,
)
from dongxun.exchanges.services.shared import audit_thing, member_named, open_season
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations


@transaction.atomic
def save_gap(
    *,
    by: Actor,
    exchange_id: UUID,
    organisation_id: UUID,
    gap: str,
    model_id: UUID,
    practice: str,
    measure: str,
    person: str,
    due_on: date,
) -> UUID:
    """Note what a unit lacks beside the model it saw, and who closes it by when.

    Raises:
        NotFound, NotAllowed.
        Invalid: a unit that takes no part, the unit itself as model, nothing said.
    """
    row = queries.exchange(exchange_id, by=by)
    parties = {party.organisation_id: party.organisation for party in row.parties.all()}
    bad = []
    if organisation_id not in parties:
        bad.append(("organisation", _("This unit takes no part in the exchange.")))
    if model_id not in parties or model_id == organisation_id:
        bad.append(("model", _("Choose another unit of the exchange as the model.")))
    wanted = {"gap": gap, "measure": measure, "person": person}
    bad += [(name, _("Fill this in.")) for name, text in wanted.items() if not text.strip()]
    if due_on < row.day:
        bad.append(("due_on", _("Due after the day of the exchange.")))
    if bad:
        raise Invalid(details=bad)
    require("exchanges.plan", by, parties[organisation_id].lft)
    unit = organisations.node(organisation_id)
    found, created = Gap.objects.get_or_create(
        exchange=row,
        organisation_id=organisation_id,
        gap=gap.strip()[:300],
        defaults={
            "model_id": model_id,
            "practice": practice.strip()[:300],
            "measure": measure.strip()[:300],
            "person": person.strip()[:60],
            "member_id": member_named(person, unit, by=by),
            "due_on": due_on,
            "created_at": clock.now(),
        },
    )
    if created:
        audit_thing("exchanges.save_gap", by, "gap", found.id, organisation_id)
    return found.id


@transaction.atomic
def follow_gap(*, by: Actor, gap_id: UUID, state: str, result: str) -> None:
    """Say how far a gap is closed; closing wants the result in words. Safe to repeat.

    Raises:
        NotFound.
        Invalid: no such state, or closed without a result.
    """
    row = Gap.objects.select_related("organisation").filter(id=gap_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    bad = []
    if state not in GapState.values:
        bad.append(("state", _("Choose how far it is.")))
    if state == GapState.CLOSED and not result.strip():
        bad.append(("result", _("Say what has changed; then it is closed.")))
    if bad:
        raise Invalid(details=bad)
    if (row.state, row.result) == (state, result.strip()[:300]):
        return
    row.state, row.result = state, result.strip()[:300]
    row.closed_on = clock.today() if state == GapState.CLOSED else None
    row.save()
    audit_thing("exchanges.follow_gap", by, "gap", row.id, row.organisation_id)


@transaction.atomic
def save_pledge(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    words: str,
    follow_on: date,
    speaker: str = "",
    exchange_id: UUID | None = None,
    session_id: UUID | None = None,
) -> UUID:
    """Note what a person or a unit pledged, and when somebody asks again. Safe to repeat.

    Args:
        session_id: the session at which it was said.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no words, or a day that is past.
    """
    open_season(season_id, by=by)
    node = organisations.node_in_scope(organisation_id, by=by)
    require("exchanges.plan", by, node.interval.lft)
    if exchange_id is not None:
        queries.exchange(exchange_id, by=by)
    if session_id is not None:
        activities.paper_session(session_id, by=by)
    bad = []
    if not words.strip():
        bad.append(("words", _("Write what was pledged.")))
    if follow_on < clock.today():
        bad.append(("follow_on", _("Ask again on a day that is still to come.")))
    if bad:
        raise Invalid(details=bad)
    row, created = Pledge.objects.get_or_create(
        season_id=season_id,
        organisation_id=node.id,
        speaker=speaker.strip()[:60],
        words=words.strip()[:300],
        defaults={
            "exchange_id": exchange_id,
            "session_id": session_id,
            "member_id": member_named(speaker, node, by=by),
            "follow_on": follow_on,
            "created_at": clock.now(),
        },
    )
    if created:
        audit_thing("exchanges.save_pledge", by, "pledge", row.id, node.id)
    return row.id


@transaction.atomic
def follow_pledge(
    *, by: Actor, pledge_id: UUID, state: str, outcome: str, again_on: date | None = None
) -> None:
    """Say what became of a pledge; open again wants a new day. Safe to repeat.

    Raises:
        NotFound.
        Invalid: no such state, no word about it, no new day.
    """
    row = Pledge.objects.select_related("organisation").filter(id=pledge_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    bad = []
    if state not in PledgeState.values:
        bad.append(("state", _("Choose what became of it.")))
    if state != PledgeState.OPEN and not outcome.strip():
        bad.append(("outcome", _("Say what was done.")))
    if state == PledgeState.OPEN and (again_on is None or again_on < clock.today()):
        bad.append(("again_on", _("Ask again on a day that is still to come.")))
    if bad:
        raise Invalid(details=bad)
    row.state, row.outcome = state, outcome.strip()[:300]
    row.followed_on = clock.today()
    if state == PledgeState.OPEN and again_on is not None:
        row.follow_on = again_on
    row.save()
    audit_thing("exchanges.follow_pledge", by, "pledge", row.id, row.organisation_id)


@transaction.atomic
def save_outcome(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    kind: str,
    title: str,
    evidence: str,
    on: date,
    person: str = "",
    exchange_id: UUID | None = None,
) -> UUID:
    """Note what study turned into, with the evidence for it. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no title, no evidence, a day still to come, a good deed of nobody.
    """
    open_season(season_id, by=by)
    node = organisations.node_in_scope(organisation_id, by=by)
    require("exchanges.plan", by, node.interval.lft)
    if exchange_id is not None:
        queries.exchange(exchange_id, by=by)
    bad = []
    if kind not in OutcomeKind.values:
        bad.append(("kind", _("Choose what it is.")))
    if not title.strip():
        bad.append(("title", _("A title is needed.")))
    if kind == OutcomeKind.DEED and not person.strip():
        bad.append(("person", _("Say whose deed it was.")))
    if not evidence.strip():
        bad.append(("evidence", _("Say how one can see it: a document, a place, a number.")))
    if on > clock.today():
        bad.append(("on", _("This day is still to come.")))
    if bad:
        raise Invalid(details=bad)
    row, created = Outcome.objects.get_or_create(
        season_id=season_id,
        organisation_id=node.id,
        kind=kind,
        title=title.strip()[:120],
        defaults={
            "person": person.strip()[:60],
            "member_id": member_named(person, node, by=by),
            "evidence": evidence.strip()[:500],
            "on": on,
            "exchange_id": exchange_id,
            "created_at": clock.now(),
        },
    )
    if created:
        audit_thing("exchanges.save_outcome", by, "outcome", row.id, node.id)
    return row.id
