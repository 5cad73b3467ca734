"""What is followed up after an exchange: gaps, pledges, outcomes."""

from datetime import date
from typing import Any
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
from dongxun.exchanges.models import Exchange, Followed, Gap, Outcome, Pledge
from dongxun.exchanges.services.shared import audit_thing, member_named, open_season
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Overtaken
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations

Values = dict[str, Any]


@transaction.atomic
def save_gap(
    *,
    by: Actor,
    exchange_id: UUID,
    gap_id: UUID | None = None,
    version: str | None = None,
    **said: Any,
) -> UUID:
    """Note what a unit lacks beside the model it saw, and who closes it by when.

    Said again of the same gap, with ``gap_id`` also in other words, it is put right.

    Args:
        version: what the writer saw of it (``Followed.version``).
        said: ``organisation_id``, ``gap``, ``model_id``, ``practice``, ``measure``, ``person``
            and ``due_on``.

    Raises:
        NotFound, NotAllowed.
        Invalid: a unit that takes no part, the unit itself as model, nothing said.
        Overtaken: somebody else has put it right otherwise since then.
    """
    row = queries.exchange(exchange_id, by=by)
    values = _gap(row, by=by, **said)
    key = {"exchange": row, "organisation_id": values["organisation_id"], "gap": values["gap"]}
    return _note(Gap, by, (gap_id, version), key, values)


def _gap(
    row: Exchange,
    *,
    by: Actor,
    organisation_id: UUID,
    gap: str,
    model_id: UUID,
    practice: str,
    measure: str,
    person: str,
    due_on: date,
) -> dict[str, Any]:
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
    return {
        "organisation_id": organisation_id,
        "gap": gap.strip()[:300],
        "model_id": model_id,
        "practice": practice.strip()[:300],
        "measure": measure.strip()[:300],
        "person": person.strip()[:60],
        "member_id": member_named(person, organisations.node(organisation_id), by=by),
        "due_on": due_on,
    }


def _note(
    kind: type[Followed],
    by: Actor,
    known: tuple[UUID | None, str | None],
    key: Values,
    values: Values,
) -> UUID:
    """Write one of the things that are followed up, or put right what stands of it.

    Args:
        known: its id and the version that the writer saw, where it is there already.
    """
    known_id, version = known
    rows = kind.objects.select_for_update().filter(withdrawn_at=None)
    found: Followed | None = rows.filter(**({"id": known_id} if known_id else key)).first()
    if found is None and known_id:
        raise NotFound
    if found is None:
        made: Followed = kind.objects.create(**(values | key), created_at=clock.now())
        act = {
            "gap": "exchanges.save_gap",
            "pledge": "exchanges.save_pledge",
            "outcome": "exchanges.save_outcome",
        }
        audit_thing(act[_word(kind)], by, _word(kind), made.id, made.organisation_id)
        return made.id
    if not by.reaches(found.organisation.lft):
        raise NotFound
    changed = {name: value for name, value in values.items() if getattr(found, name) != value}
    if changed and version not in {None, found.version}:
        raise Overtaken
    if changed:
        kind.objects.filter(id=found.id).update(**changed)
        audit_thing(
            "exchanges.change_followed", by, _word(kind), found.id, values["organisation_id"]
        )
    return found.id


def _word(kind: type[Followed]) -> str:
    return kind.__name__.lower()


@transaction.atomic
def withdraw(*, by: Actor, kind: type[Followed], thing_id: UUID, reason: str) -> None:
    """Take back what was noted by mistake; it stays kept, with the reason. Safe to repeat.

    Raises:
        NotFound: absent, or not the actor's.
        Invalid: no reason.
    """
    row = queries.followed(kind, thing_id, by=by, withdrawn=True)
    if row.withdrawn_at is not None:
        return
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why it is taken back."))])
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit_thing("exchanges.withdraw_followed", by, _word(kind), row.id, row.organisation_id)


@transaction.atomic
def follow_gap(
    *, by: Actor, gap_id: UUID, state: str, result: str, standing: str | None = None
) -> None:
    """Say how far a gap is closed; closing wants the result in words. Safe to repeat.

    Args:
        standing: what the writer saw of what became of it (``Followed.standing``).

    Raises:
        NotFound.
        Invalid: no such state, or closed without a result.
        Overtaken: somebody else has said something else since then.
    """
    row = queries.followed(Gap, gap_id, by=by, lock=True)
    bad = []
    if state not in GapState.values:
        bad.append(("state", _("Choose how far it is.")))
    if state == GapState.CLOSED and not result.strip():
        bad.append(("result", _("Say what has changed; then it is closed.")))
    if bad:
        raise Invalid(details=bad)
    if (row.state, row.result) == (state, result.strip()[:300]):
        return
    if standing not in {None, row.standing}:
        raise Overtaken
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
    pledge_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Note what a person or a unit pledged, and when somebody asks again. Safe to repeat.

    Said again in the same words, with ``pledge_id`` also in others, it is put right.

    Args:
        session_id: the session at which it was said.
        version: what the writer saw of it (``Followed.version``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no words, or a day that is past.
        Overtaken: somebody else has put it right otherwise since then.
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
    if follow_on < clock.today() and not (pledge_id and _asked(pledge_id, follow_on)):
        bad.append(("follow_on", _("Ask again on a day that is still to come.")))
    if bad:
        raise Invalid(details=bad)
    values = {
        "organisation_id": node.id,
        "speaker": speaker.strip()[:60],
        "words": words.strip()[:300],
        "member_id": member_named(speaker, node, by=by),
        "follow_on": follow_on,
    }
    occasion = {"exchange_id": exchange_id, "session_id": session_id}
    values |= {name: one for name, one in occasion.items() if one}
    key: Values = {"season_id": season_id, "organisation_id": node.id}
    key |= {name: values[name] for name in ("speaker", "words")}
    return _note(Pledge, by, (pledge_id, version), key, values)


def _asked(pledge_id: UUID, on: date) -> bool:
    return Pledge.objects.filter(id=pledge_id, follow_on=on).exists()


@transaction.atomic
def follow_pledge(
    *,
    by: Actor,
    pledge_id: UUID,
    state: str,
    outcome: str,
    again_on: date | None = None,
    standing: str | None = None,
) -> None:
    """Say what became of a pledge; open again wants a new day. Safe to repeat.

    Args:
        standing: what the writer saw of what became of it (``Followed.standing``).

    Raises:
        NotFound.
        Invalid: no such state, no word about it, no new day.
        Overtaken: somebody else has said something else since then.
    """
    row = queries.followed(Pledge, pledge_id, by=by, lock=True)
    bad = []
    if state not in PledgeState.values:
        bad.append(("state", _("Choose what became of it.")))
    if state != PledgeState.OPEN and not outcome.strip():
        bad.append(("outcome", _("Say what was done.")))
    if state == PledgeState.OPEN and (again_on is None or again_on < clock.today()):
        bad.append(("again_on", _("Ask again on a day that is still to come.")))
    if bad:
        raise Invalid(details=bad)
    said = (state, outcome.strip()[:300], again_on or row.follow_on)
    if standing not in {None, row.standing} and said != (row.state, row.outcome, row.follow_on):
        raise Overtaken
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
    outcome_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Note what study turned into, with the evidence for it. Safe to repeat.

    Said again under the same title, with ``outcome_id`` also another, it is put right.

    Args:
        version: what the writer saw of it (``Followed.version``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no title, no evidence, a day still to come, a good deed of nobody.
        Overtaken: somebody else has put it right otherwise since then.
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
    values = {
        "organisation_id": node.id,
        "kind": kind,
        "title": title.strip()[:120],
        "person": person.strip()[:60],
        "member_id": member_named(person, node, by=by),
        "evidence": evidence.strip()[:500],
        "on": on,
    }
    values |= {"exchange_id": exchange_id} if exchange_id else {}
    key: Values = {"season_id": season_id, "organisation_id": node.id}
    key |= {name: values[name] for name in ("kind", "title")}
    return _note(Outcome, by, (outcome_id, version), key, values)
