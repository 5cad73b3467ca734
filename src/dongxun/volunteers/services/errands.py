"""跑腿: asked for, taken, done, received. Addresses and numbers are sealed at once."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Text
from dongxun.kernel.ids import normal_code, spoken_code
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.kernel.sync import ItemAnswer
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
    ErrandStep,
    ErrandTaken,
    MinutesOutside,
    Receipt,
)
from dongxun.volunteers.models import SEALED, Errand, Word
from dongxun.volunteers.reach import offered
from dongxun.volunteers.services import running
from dongxun.volunteers.services.aiding import NEED, tell_need
from dongxun.volunteers.services.rows import (
    any_errand,
    home_of,
    lock_person,
    managed,
    open_season,
    own_errand,
)
from dongxun.volunteers.services.running import PAGE, Heard

MOST_MINUTES = 600
MOST_WORDS = 500


@transaction.atomic
def ask_errand(*, by: Actor, draft: ErrandDraft, at: datetime | None = None) -> ErrandReceipt:
    """Ask for an errand: anybody by phone, a branch, or somebody on behalf.

    Safe to repeat: the same id returns the first code.

    Args:
        at: when it was asked on a phone without network.

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
    asked_at = min(at or clock.now(), clock.now())
    _check(draft, asked_at)
    if draft.about_kind == NEED and draft.about_id is not None:
        needs.need_to_aid(draft.about_id, by=by)
    row = Errand.objects.create(
        id=draft.id,
        season_id=season.id,
        organisation_id=node.id,
        code=_fresh_code(),
        kind=draft.kind,
        words=draft.words.strip(),
        asker=draft.asker,
        for_name=secret.seal(draft.for_name.strip()[:40], SEALED),
        address=secret.seal(draft.address.strip()[:120], SEALED),
        phone=secret.seal(draft.phone.strip()[:20], SEALED),
        asker_name=secret.seal(draft.asker_name.strip()[:40], SEALED),
        asker_phone=secret.seal(draft.asker_phone.strip()[:20], SEALED),
        wanted_by=draft.wanted_by,
        about_kind=draft.about_kind[:40],
        about_id=draft.about_id,
        asked_at=asked_at,
    )
    _tell("volunteers.ask_errand", by, row)
    return ErrandReceipt(row.id, row.code)


def _check(draft: ErrandDraft, asked_at: datetime) -> None:
    bad: list[tuple[str, Text]] = []
    if draft.kind not in ErrandKind.values:
        bad.append(("kind", _("Choose what it is about.")))
    if not draft.words.strip():
        bad.append(("words", _("Say what is to be done.")))
    if len(draft.words.strip()) > MOST_WORDS:
        bad.append(("words", _("At most %(n)d characters.") % {"n": MOST_WORDS}))
    if not draft.for_name.strip():
        bad.append(("for_name", _("Who is it for?")))
    if not draft.address.strip():
        bad.append(("address", _("Where do they live?")))
    if draft.asker == Asker.THIRD and not draft.asker_phone.strip():
        bad.append(("asker_phone", _("A number on which you can be reached.")))
    if draft.wanted_by is not None and draft.wanted_by < asked_at:
        bad.append(("wanted_by", _("That time is over.")))
    if bad:
        raise Invalid(details=bad)


NOT_TAKEN: Mapping[str, tuple[str, Text]] = {
    "branch": (
        "errand_unit",
        gettext_lazy(
            "No village or branch is called so, or several are. Write the name as in the list."
        ),
    ),
    "kind": ("errand_kind", gettext_lazy("Choose what it is about.")),
    "words": ("errand_words", gettext_lazy("Say what is to be done, in at most 500 characters.")),
    "for_name": ("errand_for", gettext_lazy("Who is it for?")),
    "address": ("errand_address", gettext_lazy("Where do they live?")),
    "asker_phone": ("errand_number", gettext_lazy("A number on which you can be reached.")),
    "wanted_by": ("errand_day", gettext_lazy("That time is over.")),
}
"""What is said of an errand that a phone asked for and that does not fit, by its field."""


def until(day: date) -> datetime:
    """Return the last moment of the day by which something is wanted."""
    return clock.day_bounds(day)[1] - timedelta(minutes=1)


def code_of(errand_id: UUID) -> str:
    """Return the code of an errand for the phone that gave it its number.

    Raises:
        NotFound: there is none.
    """
    return wanted_row(Errand.objects.filter(id=errand_id)).code


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
def take_errand(
    *, by: Actor, errand_id: UUID, person_id: UUID, heard: Heard = PAGE
) -> ItemAnswer | None:
    """Let a volunteer take an errand; the address is theirs to see from then on.

    Safe to repeat. What a phone without network ``heard`` is kept even where another was
    faster, or it was called off: whoever took it first has it, and both phones are told.

    Raises:
        NotFound: absent, of another town, or nobody of theirs.
        NotAllowed: the phone has not opened the person's own link.
        ErrandTaken, ErrandOff: another was faster, or it was called off.
    """
    errand = any_errand(errand_id, kept=heard.at)
    home = home_of(person_id, by=by)
    _may_run(errand, home, person_id, by)
    if heard.at is None and errand.state == ErrandState.CANCELLED:
        raise ErrandOff
    if heard.at is None and errand.state != ErrandState.WAITING:
        if errand.runner_id == person_id:
            return None
        raise ErrandTaken
    lock_person(person_id)
    running.keep(errand, Word.TAKE, heard, person_id=person_id)
    changed = running.settle(errand)
    if changed:
        _tell("volunteers.take_errand", by, errand, person=str(person_id))
    return running.tell(errand, heard.id, changed=changed) if heard.id else None


def _may_run(errand: Errand, home: BranchOf, person_id: UUID, by: Actor) -> None:
    if allows("volunteers.manage", by, errand.organisation.lft):
        return
    if not Errand.objects.filter(offered(home), id=errand.id).exists():
        raise NotFound
    if not allows("volunteers.see_addresses", by, person_id):
        raise NotAllowed(_("Ask your secretary for your personal link to run errands."))


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
    running.forget(errand)
    running.settle(errand)
    _tell("volunteers.give_errand_back", by, errand)


@transaction.atomic
def finish_errand(*, by: Actor, errand_id: UUID, words: str, minutes: int) -> None:
    """Say that it is done, what came of it and how long it took; hours wait for approval.

    Safe to repeat.

    Args:
        minutes: without the way there and back.

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
    _finish(errand, errand.runner_id, words, minutes, by=by, heard=PAGE)


def _finish(
    errand: Errand, person_id: UUID, words: str, minutes: int, *, by: Actor, heard: Heard
) -> bool:
    if not 1 <= minutes <= MOST_MINUTES:
        message = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_MINUTES}
        raise MinutesOutside(message, where="minutes")
    said = {"person_id": person_id, "words": words.strip()[:300], "minutes": minutes}
    running.keep(errand, Word.DONE, heard, **said)
    changed = running.settle(errand)
    if changed:
        _tell("volunteers.finish_errand", by, errand, minutes=minutes)
    return changed


@transaction.atomic
def note_done(*, by: Actor, step: ErrandStep) -> ItemAnswer:
    """Note what a phone without network says was done; it was taken, too. Safe to repeat.

    Raises:
        NotFound, NotAllowed: not theirs to run, or not on this phone.
        MinutesOutside.
    """
    errand = any_errand(step.errand_id, kept=step.at)
    _may_run(errand, home_of(step.person_id, by=by), step.person_id, by)
    lock_person(step.person_id)
    heard = Heard(step.id, step.at)
    changed = _finish(errand, step.person_id, step.words, step.minutes, by=by, heard=heard)
    return running.tell(errand, step.id, changed=changed)


@transaction.atomic
def receive_errand(
    *,
    by: Actor,
    errand_id: UUID,
    how: str,
    note: str = "",
    code: str = "",
    heard: Heard = PAGE,
) -> ItemAnswer | None:
    """Note that it arrived: by the asker with the code, or by the organiser. Safe to repeat.

    Args:
        heard: what a phone without network confirmed. Its word may be here before the
            runner's; it then counts as received as soon as that one says it is done.

    Raises:
        ErrandOff: it was called off.
        NotFound: neither; Conflict: it is not done yet, or the runner confirms their own.
        Invalid: say how it is known.
    """
    errand = any_errand(errand_id, kept=heard.at)
    by_code = how == Receipt.CODE and normal_code(code) == errand.code
    if not by_code and not allows("volunteers.manage", by, errand.organisation.lft):
        raise NotFound
    if heard.at is None:
        if errand.state == ErrandState.CANCELLED:
            raise ErrandOff
        if errand.runner_id is not None and errand.runner_id in by.persons:
            raise Conflict(SYNC_REASONS[running.OWN_RECEIPT], code=running.OWN_RECEIPT)
        if errand.state == ErrandState.RECEIVED:
            return None
        if errand.state != ErrandState.DONE:
            raise Conflict(_("It is not done yet."))
    if how not in Receipt.values or (how == Receipt.CODE and not by_code):
        raise Invalid(_("Say how it is known that it arrived."), where="how")
    persons = [str(person) for person in by.persons]
    running.keep(errand, Word.RECEIVED, heard, how=how, words=note.strip()[:200], persons=persons)
    changed = running.settle(errand)
    if changed:
        _tell("volunteers.receive_errand", by, errand, how=how)
    return running.tell(errand, heard.id, changed=changed) if heard.id else None


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
