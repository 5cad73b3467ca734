"""A need moves on: every act is one row of the table in ``transitions``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.needs import terms
from dongxun.needs.contracts import (
    EvidenceMissing,
    NeedAct,
    NeedState,
    NotNow,
    OwnNeed,
    Satisfaction,
)
from dongxun.needs.models import Need, NeedHelper, Step
from dongxun.needs.queries.tickets import has_hands_in, has_worked_on, need_row
from dongxun.needs.services.sorting import known_expert
from dongxun.needs.transitions import TABLE, Whose
from dongxun.organisations import api as organisations

LONGEST_SUSPENSION = timedelta(days=366)
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody does to a need; which fields count depends on the act.

    ``key`` is minted by the form, so that sending it twice is one step. ``organisation_id``
    is who gets it (dispatch, hand on), ``until`` the day of a suspended one.
    """

    act: NeedAct
    words: str = ""
    key: UUID = field(default_factory=new_id)
    version: int | None = None
    organisation_id: UUID | None = None
    helper_ids: tuple[UUID, ...] = ()
    responsible: str = ""
    expert_id: UUID | None = None
    until: date | None = None
    satisfaction: str = ""


@transaction.atomic
def move_need(*, by: Actor, need_id: UUID, move: Move) -> Step:
    """Do one act to a need; safe to repeat under the same key.

    Raises:
        NotFound: absent, or hidden from the actor.
        NotAllowed: not the actor's to do.
        OwnNeed: the actor raised it for themselves, or worked on it.
        NotNow: the need stands elsewhere by now.
        Invalid: something that the act wants is missing; says where.
        EvidenceMissing: closing without what was done, or without the requester's word.
    """
    need = need_row(need_id, by=by)
    done = Step.objects.filter(need=need, key=move.key).first()
    if done is not None:
        return done
    rule = TABLE[move.act]
    own_part = "needs.lead_need" if rule.whose is Whose.LEAD else "needs.work_on_need"
    require(own_part, by, need)
    if need.state not in rule.after or move.version not in (None, need.version):
        raise NotNow
    if rule.apart and has_hands_in(by, need):
        raise OwnNeed
    _want(move, words=rule.words)
    return take(by, need, move)


def take(by: Actor, need: Need, move: Move) -> Step:
    """Write one act that was asked about: the need as it is then, its step, the audit."""
    was = need.state
    changes = {"state": TABLE[move.act].state or need.state} | _CHANGES[move.act](need, move, by)
    changes = _raised_a_level(need, changes)
    now = clock.now()
    if changes["state"] != need.state or "holder_id" in changes:
        changes["since"] = now
    fresh = Need.objects.filter(id=need.id, version=need.version)
    if not fresh.update(**changes, version=need.version + 1):
        raise NotNow
    need.refresh_from_db()
    step = Step.objects.create(
        need=need,
        number=need.steps.count() + 1,
        key=move.key,
        act=move.act,
        state=need.state,
        holder_id=need.holder_id,
        words=move.words.strip()[:MOST_WORDS],
        by_id=by.id,
        by_label=by.label[:120],
        due_on=need.due_on,
        occurred_at=now,
    )
    audit.write(
        "needs.move_need",
        by=by,
        subject=("need", need.id),
        organisation_id=need.lead_id,
        act=move.act.value,
        changed=audit.changed({"state": was}, {"state": need.state}),
    )
    return step


def _want(move: Move, *, words: bool) -> None:
    bad: list[tuple[str, Text]] = []
    if words and not move.words.strip():
        bad.append(("words", _WORDS_WANTED.get(move.act, _("Say why."))))
    if move.act is NeedAct.HAND_ON and move.organisation_id is None:
        bad.append(("organisation", _("Choose who gets it.")))
    if move.act is NeedAct.SUSPEND:
        bad += _bad_until(move.until)
    if move.act is NeedAct.CALL_BACK and not (move.satisfaction or move.words.strip()):
        bad.append(
            ("satisfaction", _("Choose what they said, or write why you did not reach them."))
        )
    if move.satisfaction and move.satisfaction not in Satisfaction.values:
        bad.append(("satisfaction", _("Choose one of the answers.")))
    if move.satisfaction == Satisfaction.UNSATISFIED and not move.words.strip():
        bad.append(("words", _("Write what they are not satisfied with.")))
    if bad:
        raise Invalid(details=bad)


def _bad_until(until: date | None) -> list[tuple[str, Text]]:
    today = clock.today()
    if until is None:
        return [("until", _("Choose the day on which it is looked at again."))]
    if not today < until <= today + LONGEST_SUSPENSION:
        return [("until", _("A day after today, within a year."))]
    return []


_WORDS_WANTED: Mapping[NeedAct, Text] = {
    NeedAct.ACCEPT: _("Write the first reply."),
    NeedAct.GUIDE: _("Write what was advised."),
    NeedAct.FINISH: _("Write what was done; this is the evidence."),
}

Changes = dict[str, Any]


def _accept(need: Need, move: Move, by: Actor) -> Changes:
    first = {} if need.replied_on else {"replied_on": clock.today()}
    start = None if need.state == NeedState.ESCALATED else clock.day_of(need.recorded_at)
    return first | {"due_on": terms.end_of_work(need.season_id, start)}


def _dispatch(need: Need, move: Move, by: Actor) -> Changes:
    worker = move.organisation_id or need.worker_id or need.lead_id
    _known(worker)
    for helper_id in move.helper_ids:
        _known(helper_id)
        if helper_id != worker:
            NeedHelper.objects.get_or_create(need=need, organisation_id=helper_id)
    again = need.worker_id not in (None, worker)
    return {
        "worker_id": worker,
        "holder_id": worker,
        "responsible": move.responsible.strip()[:60] or need.responsible,
        "measures": move.words.strip() or need.measures,
        "hand_ons": need.hand_ons + again,
    }


def _hand_on(need: Need, move: Move, by: Actor) -> Changes:
    assert move.organisation_id is not None  # noqa: S101 - asked in _want
    _known(move.organisation_id)
    if move.organisation_id == need.holder_id:
        raise Invalid(details=[("organisation", _("It is with them already."))])
    return {
        "worker_id": move.organisation_id,
        "holder_id": move.organisation_id,
        "responsible": move.responsible.strip()[:60],
        "hand_ons": need.hand_ons + 1,
    }


def _guide(need: Need, move: Move, by: Actor) -> Changes:
    return {"expert_id": known_expert(move.expert_id)} if move.expert_id else {}


def _finish(need: Need, move: Move, by: Actor) -> Changes:
    return {
        "evidence": move.words.strip(),
        "answer": move.words.strip(),
        "done_by": by.id,
        "done_on": clock.today(),
        "holder_id": need.lead_id,
        "satisfaction": "",
        "word": "",
    }


def _check(need: Need, move: Move, by: Actor) -> Changes:
    return {"checked_by": by.label[:120]}


def _call_back(need: Need, move: Move, by: Actor) -> Changes:
    if not move.satisfaction:
        return {}
    said = {"satisfaction": move.satisfaction, "word": move.words.strip()[:300]}
    if move.satisfaction != Satisfaction.UNSATISFIED:
        return said
    return said | _redo(need, move, by) | {"state": NeedState.REDO}


def _redo(need: Need, move: Move, by: Actor) -> Changes:
    return {
        "redos": need.redos + 1,
        "holder_id": need.worker_id or need.lead_id,
        "due_on": terms.end_of_work(need.season_id),
    }


def _escalate(need: Need, move: Move, by: Actor) -> Changes:
    above = _above(need)
    if above is None:
        raise NotNow(_("Nobody stands above: it is with the top of the season already."))
    return {"lead_id": above, "holder_id": above}


def _suspend(need: Need, move: Move, by: Actor) -> Changes:
    return {"suspended_from": need.state, "due_on": move.until, "holder_id": need.lead_id}


def _resume(need: Need, move: Move, by: Actor) -> Changes:
    state = NeedState(need.suspended_from or NeedState.ACCEPTED)
    in_hand = state in (NeedState.DISPATCHED, NeedState.IN_WORK, NeedState.REDO)
    return {
        "state": state,
        "suspended_from": "",
        "holder_id": need.worker_id if in_hand and need.worker_id else need.lead_id,
        "due_on": terms.end_of_work(need.season_id),
    }


def _close(need: Need, move: Move, by: Actor) -> Changes:
    if not need.evidence or need.satisfaction not in (Satisfaction.SATISFIED, Satisfaction.BASIC):
        raise EvidenceMissing
    return {"is_open": False, "closed_by": by.id, "closed_on": clock.today()}


_CHANGES = {
    NeedAct.ACCEPT: _accept,
    NeedAct.DISPATCH: _dispatch,
    NeedAct.BEGIN: lambda _need, _move, _by: {},
    NeedAct.HAND_ON: _hand_on,
    NeedAct.GUIDE: _guide,
    NeedAct.FINISH: _finish,
    NeedAct.CHECK: _check,
    NeedAct.CALL_BACK: _call_back,
    NeedAct.REDO: _redo,
    NeedAct.ESCALATE: _escalate,
    NeedAct.SUSPEND: _suspend,
    NeedAct.RESUME: _resume,
    NeedAct.CLOSE: _close,
}


def _raised_a_level(need: Need, changes: Changes) -> Changes:
    """Return the changes, one level up when it was sent back or handed on too often."""
    most = terms.of_season(need.season_id).redo_escalate
    redos, hand_ons = changes.get("redos", 0), changes.get("hand_ons", 0)
    counted = (redos > need.redos, redos), (hand_ons > need.hand_ons, hand_ons)
    if not any(rose and count and count % most == 0 for rose, count in counted):
        return changes
    above = _above(need) or need.lead_id
    return changes | {"state": NeedState.ESCALATED, "lead_id": above, "holder_id": above}


def _above(need: Need) -> UUID | None:
    """Return who stands above the lead, within the season's root."""
    if need.lead_id == need.season.root_id:
        return None
    return organisations.node(need.lead_id).parent_id


def _known(organisation_id: UUID) -> None:
    try:
        node = organisations.node(organisation_id)
    except NotFound:
        node = None
    if node is None or node.external:
        raise Invalid(details=[("organisation", _("There is no such unit here."))])


@transaction.atomic
def give_word(*, by: Actor, need_id: UUID, satisfaction: str, words: str = "", key: UUID) -> Step:
    """Take the requester's own word, given with the code in hand. Safe to repeat.

    The code may be in other hands: whose account or phone it came from is written down.

    Raises:
        NotFound: there is no such need.
        OwnNeed: they have worked on it themselves.
        NotNow: nobody has asked for it yet, or it is closed.
        Invalid: no answer chosen.
    """
    need = wanted_row(Need.objects.select_related("season").filter(id=need_id))
    done = Step.objects.filter(need=need, key=key).first()
    if done is not None:
        return done
    if has_worked_on(by, need):
        raise OwnNeed(_("You have worked on this: whoever asked for it gives the word."))
    if need.state != NeedState.CALLBACK:
        raise NotNow
    move = Move(NeedAct.CALL_BACK, words=words, key=key, satisfaction=satisfaction)
    if satisfaction not in Satisfaction.values:
        raise Invalid(details=[("satisfaction", _("Choose one of the answers."))])
    _want(move, words=False)
    return take(by, need, move)
