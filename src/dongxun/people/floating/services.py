"""Writes to the register: leaving, contact, loss, coming back."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Overtaken
from dongxun.kernel.rules import require
from dongxun.kit.times import day
from dongxun.people import queries
from dongxun.people.contracts import (
    TAG_FLOATING,
    ContactWay,
    Details,
    LostReason,
    Status,
    StayStep,
)
from dongxun.people.floating.contracts import StayDraft, StayOver
from dongxun.people.floating.standing import found_again, note, save, settle
from dongxun.people.floating.writing import (
    checked,
    mark_floating,
    open_line,
    own_stay,
    write_audit,
)
from dongxun.people.models import ReportIn, Stay, StayNote
from dongxun.people.services.persons import say_changed, update_person


@transaction.atomic
def register_stay(
    *, by: Actor, person_id: UUID, draft: StayDraft, stay_id: UUID | None = None
) -> UUID:
    """Enter a member of one's own as living elsewhere. Safe to repeat with the same ``stay_id``.

    Raises:
        NotFound: absent or outside.
        Conflict: there is an open line already.
        Invalid: a field does not fit.
    """
    person = queries.row(person_id, by=by)
    require("people.manage", by, person.branch)
    if stay_id and Stay.objects.filter(id=stay_id, person=person).exists():
        return stay_id
    if Stay.objects.filter(person=person, back_on=None).exists():
        raise Conflict(_("%(name)s is in the register already.") % {"name": person.name})
    stay = open_line(person, stay_id=stay_id, values=checked(draft))
    note(stay, StayStep.REGISTERED, by, place=stay.direction)
    mark_floating(stay, by)
    write_audit("people.register_stay", by, stay)
    return stay.id


@transaction.atomic
def change_stay(*, by: Actor, stay_id: UUID, draft: StayDraft, version: int | None = None) -> UUID:
    """Correct a line of the register.

    Args:
        version: what the writer saw; a later write by somebody else is a conflict.

    Raises:
        NotFound, StayOver, Invalid.
        Overtaken: somebody else wrote something else in the meantime.
    """
    stay = own_stay(stay_id, by=by)
    values = checked(draft)
    if any(getattr(stay, name) != value for name, value in values.items()):
        if version not in {None, stay.version}:
            raise Overtaken
        for name, value in values.items():
            setattr(stay, name, value)
        note(stay, StayStep.CHANGED, by)
        save(stay)
        write_audit("people.change_stay", by, stay, fields=sorted(values))
    return stay.id


@transaction.atomic
def note_contact(*, by: Actor, stay_id: UUID, on: date, way: str, words: str = "") -> None:
    """Note that the branch spoke with the member. Safe to repeat.

    It counts on its day, however late it is written down: also once the member is back, for
    a day on which they were still away.

    Raises:
        NotFound.
        StayOver: they were back by that day.
        Invalid: a day still to come, or no way of contact.
    """
    stay = own_stay(stay_id, by=by, is_open=False)
    if stay.back_on is not None and on >= stay.back_on:
        raise StayOver
    bad = []
    if on > clock.today():
        bad.append(("on", _("This day is still to come.")))
    if way not in ContactWay.values:
        bad.append(("way", _("Say how you spoke with them.")))
    if bad:
        raise Invalid(details=bad)
    moment = clock.moment(on)
    words = words.strip()[:200]
    known = StayNote.objects.filter(
        stay=stay, step=StayStep.CONTACTED, at=moment, words=words
    ).exists()
    if known:
        return
    if stay.lost_on is not None and on >= stay.lost_on:
        found_again(stay, by)
    note(stay, StayStep.CONTACTED, by, words=words, at=moment, place=ContactWay(way).label)
    if stay.contacted_on is None or on >= stay.contacted_on:
        stay.contacted_on, stay.contacted_by = on, way
    settle(stay)
    write_audit("people.note_contact", by, stay, way=way)


@transaction.atomic
def lose_contact(*, by: Actor, stay_id: UUID, on: date, reason: str, words: str = "") -> None:
    """Note that nobody reaches the member any more, since when and why. Safe to repeat.

    Raises:
        NotFound, StayOver.
        Invalid: a day still to come or before the last word with them, or no reason.
    """
    stay = own_stay(stay_id, by=by)
    bad = []
    if on > clock.today():
        bad.append(("on", _("This day is still to come.")))
    if stay.contacted_on is not None and on < stay.contacted_on:
        words = _("You spoke with them since, on %(day)s.") % {"day": day(stay.contacted_on)}
        bad.append(("on", words))
    if reason not in LostReason.values:
        bad.append(("reason", _("Choose a reason.")))
    if bad:
        raise Invalid(details=bad)
    if (stay.lost_on, stay.lost_reason) == (on, reason):
        return
    stay.lost_on, stay.lost_reason = on, reason
    label = str(LostReason(reason).label)
    note(stay, StayStep.LOST, by, words=words.strip()[:200], place=label)
    settle(stay)
    update_person(by=by, person_id=stay.person_id, details=Details(status=Status.LOST))
    write_audit("people.lose_contact", by, stay, reason=reason)


@transaction.atomic
def come_back(*, by: Actor, stay_id: UUID, on: date) -> None:
    """Close a line: the member lives at home again and learns with the branch from then on.

    Safe to repeat.

    Raises:
        NotFound.
        Invalid: a day still to come, or before they left.
    """
    stay = own_stay(stay_id, by=by, is_open=False)
    if stay.back_on is not None:
        return
    if on > clock.today():
        raise Invalid(details=[("on", _("This day is still to come."))])
    if stay.left_on and on < stay.left_on:
        raise Invalid(details=[("on", _("They left later than this day."))])
    if stay.lost_on is not None:
        found_again(stay, by)
    ReportIn.objects.filter(stay=stay, closed_at=None).update(closed_at=clock.now())
    stay.back_on = on
    note(stay, StayStep.BACK, by)
    settle(stay)
    update_person(by=by, person_id=stay.person_id, details=Details(tags_off=(TAG_FLOATING,)))
    say_changed([stay.person_id], on)
    write_audit("people.come_back", by, stay)
