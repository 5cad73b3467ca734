"""跑腿: asked for, taken, done, received. Addresses and numbers are sealed at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Text
from dongxun.kernel.ids import normal_code, spoken_code
from dongxun.kernel.rules import allows
from dongxun.needs import api as needs
from dongxun.organisations import api as organisations
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.volunteers.contracts import (
    SYNC_REASONS,
    Asker,
    ErrandDraft,
    ErrandKind,
    ErrandOff,
    ErrandReceipt,
    ErrandState,
    ErrandTaken,
    MinutesOutside,
    Receipt,
    Source,
)
from dongxun.volunteers.models import SEALED, Errand, Turn
from dongxun.volunteers.reach import offered
from dongxun.volunteers.services.aiding import NEED, tell_need
from dongxun.volunteers.services.rows import (
    any_errand,
    home_of,
    lock_person,
    managed,
    open_season,
    own_errand,
)
from dongxun.volunteers.services.turns import reckon

MOST_MINUTES = 600
OWN_RECEIPT = "errand_own_receipt"


@transaction.atomic
def ask_errand(*, by: Actor, draft: ErrandDraft) -> ErrandReceipt:
    """Ask for an errand: anybody by phone, a branch, or somebody on behalf.

    Safe to repeat: the same id returns the first code.

    Raises:
        NotFound: no such organisation, no season runs, or the need it is for is hidden.
        NotAllowed, NotNow: the need is not theirs to work on, or signed off.
        Invalid: what is missing.
    """
    found = Errand.objects.filter(id=draft.id).first()
    if found is not None:
        return ErrandReceipt(found.id, found.code, repeated=True)
    node = organisations.node(draft.organisation_id)
    if draft.asker == Asker.BRANCH:
        node = managed(draft.organisation_id, by=by)
    season = seasons.season_at(node.interval.lft)
    if season is None:
        raise NotFound(_("No season runs now; ring the branch secretary."))
    open_season(season.id)
    _check(draft)
    if draft.about_kind == NEED and draft.about_id is not None:
        needs.need_to_aid(draft.about_id, by=by)
    row = Errand.objects.create(
        id=draft.id,
        season_id=season.id,
        organisation_id=node.id,
        code=_fresh_code(),
        kind=draft.kind,
        words=draft.words.strip()[:500],
        asker=draft.asker,
        for_name=secret.seal(draft.for_name.strip()[:40], SEALED),
        address=secret.seal(draft.address.strip()[:120], SEALED),
        phone=secret.seal(draft.phone.strip()[:20], SEALED),
        asker_name=secret.seal(draft.asker_name.strip()[:40], SEALED),
        asker_phone=secret.seal(draft.asker_phone.strip()[:20], SEALED),
        wanted_by=draft.wanted_by,
        about_kind=draft.about_kind[:40],
        about_id=draft.about_id,
        asked_at=clock.now(),
    )
    _tell("volunteers.ask_errand", by, row)
    return ErrandReceipt(row.id, row.code)


def _check(draft: ErrandDraft) -> None:
    bad: list[tuple[str, Text]] = []
    if draft.kind not in ErrandKind.values:
        bad.append(("kind", _("Choose what it is about.")))
    if not draft.words.strip():
        bad.append(("words", _("Say what is to be done.")))
    if not draft.for_name.strip():
        bad.append(("for_name", _("Who is it for?")))
    if not draft.address.strip():
        bad.append(("address", _("Where do they live?")))
    if draft.asker == Asker.THIRD and not draft.asker_phone.strip():
        bad.append(("asker_phone", _("A number on which you can be reached.")))
    if draft.wanted_by is not None and draft.wanted_by < clock.now():
        bad.append(("wanted_by", _("That time is over.")))
    if bad:
        raise Invalid(details=bad)


def _fresh_code() -> str:
    while Errand.objects.filter(code=(code := spoken_code())).exists():
        continue
    return code


def errand_of_code(code: str) -> Errand:
    """Return an errand by its code, for whoever asked for it.

    Raises:
        NotFound: there is none.
    """
    row = Errand.objects.filter(code=normal_code(code)).select_related("organisation").first()
    if row is None:
        raise NotFound(_("No errand has this code."))
    return row


@transaction.atomic
def take_errand(*, by: Actor, errand_id: UUID, person_id: UUID, at: datetime | None = None) -> None:
    """Let a volunteer take an errand; the address is theirs to see from then on.

    Safe to repeat. ``at`` is when a phone without network took it; whose word came first
    has it all the same.

    Raises:
        NotFound: absent, of another town, or nobody of theirs.
        NotAllowed: the phone has not opened the person's own link.
        ErrandTaken, ErrandOff: another was faster, or it was called off.
    """
    errand = any_errand(errand_id)
    home = home_of(person_id, by=by)
    manages = allows("volunteers.manage", by, errand.organisation.lft)
    if not manages:
        if not Errand.objects.filter(offered(home), id=errand.id).exists():
            raise NotFound
        if not allows("volunteers.see_addresses", by, person_id):
            raise NotAllowed(_("Ask your secretary for your personal link to run errands."))
    if errand.runner_id == person_id and errand.state != ErrandState.WAITING:
        return
    if errand.state == ErrandState.CANCELLED:
        raise ErrandOff
    if errand.state != ErrandState.WAITING:
        raise ErrandTaken
    lock_person(person_id)
    errand.state, errand.runner_id = ErrandState.TAKEN, person_id
    errand.taken_at = _moment(errand, at)
    errand.save(update_fields=["state", "runner_id", "taken_at"])
    _tell("volunteers.take_errand", by, errand, person=str(person_id))


def _moment(errand: Errand, at: datetime | None) -> datetime:
    """Return when something was done to an errand: never before it was asked for, nor to come."""
    now = clock.now()
    return max(min(at or now, now), errand.asked_at)


def _as_runner(errand: Errand, by: Actor) -> None:
    manages = allows("volunteers.manage", by, errand.organisation.lft)
    if not manages and (errand.runner_id is None or errand.runner_id not in by.owned):
        raise NotFound


@transaction.atomic
def give_errand_back(*, by: Actor, errand_id: UUID) -> None:
    """Let somebody else run it. Safe to repeat.

    Raises:
        NotFound: not theirs; Conflict: it is done.
    """
    errand = any_errand(errand_id)
    _as_runner(errand, by)
    if errand.state == ErrandState.WAITING:
        return
    if errand.state != ErrandState.TAKEN:
        raise Conflict(_("It is done already."))
    errand.state, errand.runner_id, errand.taken_at = ErrandState.WAITING, None, None
    errand.save(update_fields=["state", "runner_id", "taken_at"])
    _tell("volunteers.give_errand_back", by, errand)


@transaction.atomic
def finish_errand(
    *, by: Actor, errand_id: UUID, words: str, minutes: int, at: datetime | None = None
) -> None:
    """Say that it is done, what came of it and how long it took; hours wait for approval.

    Safe to repeat.

    Args:
        minutes: without the way there and back.
        at: when it was done, if a phone without network says so later.

    Raises:
        NotFound: not theirs; Conflict: nobody has taken it.
        MinutesOutside: minutes out of bounds.
    """
    errand = any_errand(errand_id)
    _as_runner(errand, by)
    if errand.state in {ErrandState.DONE, ErrandState.RECEIVED}:
        return
    if errand.state == ErrandState.CANCELLED:
        raise ErrandOff
    if errand.state != ErrandState.TAKEN or errand.runner_id is None:
        raise Conflict(_("Nobody has taken this errand."))
    if not 1 <= minutes <= MOST_MINUTES:
        message = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_MINUTES}
        raise MinutesOutside(message, where="minutes")
    known = errand.received_at is not None
    errand.state = ErrandState.RECEIVED if known else ErrandState.DONE
    errand.done_at = _moment(errand, at)
    errand.done_words = words.strip()[:300]
    errand.save(update_fields=["state", "done_at", "done_words"])
    home = home_of(errand.runner_id, by=by)
    _write_turn(errand, home, errand.runner_id, minutes)
    _tell("volunteers.finish_errand", by, errand, minutes=minutes)


def _write_turn(errand: Errand, home: BranchOf, person_id: UUID, minutes: int) -> None:
    done = errand.done_at or clock.now()
    begun = done - timedelta(minutes=minutes)
    turn = Turn(
        season_id=errand.season_id,
        organisation_id=errand.organisation_id,
        person_id=person_id,
        branch_id=home.branch_id,
        errand=errand,
        starts_at=begun,
        ends_at=done,
        taken_at=errand.taken_at or done,
        on_at=begun,
        on_source=Source.MANUAL,
        off_at=done,
        off_source=Source.MANUAL,
    )
    reckon(turn)
    turn.save()


@transaction.atomic
def receive_errand(
    *,
    by: Actor,
    errand_id: UUID,
    how: str,
    note: str = "",
    code: str = "",
    at: datetime | None = None,
) -> None:
    """Note that it arrived: by the asker with the code, or by the organiser. Safe to repeat.

    Args:
        at: when a phone without network confirmed it. Its word may be here before the
            runner's; it then counts as received as soon as that one says it is done.

    Raises:
        ErrandOff: it was called off.
        NotFound: neither; Conflict: it is not done yet, or the runner confirms their own.
        Invalid: say how it is known.
    """
    errand = any_errand(errand_id)
    by_code = how == Receipt.CODE and normal_code(code) == errand.code
    if not by_code and not allows("volunteers.manage", by, errand.organisation.lft):
        raise NotFound
    if errand.runner_id is not None and errand.runner_id in by.persons:
        raise Conflict(SYNC_REASONS[OWN_RECEIPT], code=OWN_RECEIPT)
    if errand.state == ErrandState.RECEIVED or (at and errand.received_at):
        return
    if errand.state == ErrandState.CANCELLED:
        raise ErrandOff
    if errand.state != ErrandState.DONE and at is None:
        raise Conflict(_("It is not done yet."))
    if how not in Receipt.values or (how == Receipt.CODE and not by_code):
        raise Invalid(_("Say how it is known that it arrived."), where="how")
    errand.received_at = _moment(errand, at)
    if errand.state == ErrandState.DONE:
        errand.state = ErrandState.RECEIVED
    errand.received_how, errand.received_note = how, note.strip()[:200]
    errand.save(update_fields=["state", "received_at", "received_how", "received_note"])
    _tell("volunteers.receive_errand", by, errand, how=how)


@transaction.atomic
def cancel_errand(*, by: Actor, errand_id: UUID, reason: str) -> None:
    """Call an errand off. Safe to repeat.

    Raises:
        NotFound; Invalid: no reason; Conflict: it is done.
    """
    errand = own_errand(errand_id, by=by)
    if errand.state == ErrandState.CANCELLED:
        return
    if errand.state not in {ErrandState.WAITING, ErrandState.TAKEN}:
        raise Conflict(_("It is done already."))
    if not reason.strip():
        raise Invalid(_("Say why it is called off."), where="reason")
    errand.state, errand.cancelled_at = ErrandState.CANCELLED, clock.now()
    errand.cancel_reason = reason.strip()[:200]
    errand.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    _tell("volunteers.cancel_errand", by, errand)


def _tell(action: str, by: Actor, errand: Errand, **detail: object) -> None:
    tell_need(action, errand, by=by)
    audit.write(
        action,
        by=by,
        subject=("errand", errand.id),
        organisation_id=errand.organisation_id,
        **detail,
    )
