"""What the services of the register share: a line found, opened, settled and kept."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.people.contracts import (
    TAG_FLOATING,
    AwayReason,
    Details,
)
from dongxun.people.floating.contracts import StayDraft, StayOver
from dongxun.people.models import Person, Stay
from dongxun.people.services.persons import update_person

MOST = {
    "direction": 120,
    "host_words": 120,
    "host_contact": 120,
    "education": 30,
    "card_number": 40,
    "study": 200,
    "dues": 60,
    "review": 60,
    "note": 300,
}
"""How many characters each column of the register holds."""


def own_stay(stay_id: UUID, *, by: Actor, is_open: bool = True) -> Stay:
    """Return a line of the actor's own people.

    Raises:
        NotFound: absent or outside.
        StayOver: closed, where an open one is wanted.
    """
    rows = Stay.objects.select_for_update(of=("self",)).select_related("person__branch")
    stay = wanted_row(rows.filter(id=stay_id))
    if not by.reaches(stay.person.branch.lft):
        raise NotFound
    require("people.manage", by, stay.person.branch)
    if is_open and stay.back_on is not None:
        raise StayOver
    return stay


def open_line(
    person: Person,
    *,
    stay_id: UUID | None = None,
    is_confirmed: bool = True,
    values: dict[str, object],
) -> Stay:
    """Return a fresh open line.

    Raises:
        Conflict: the person has one already.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            return Stay.objects.create(
                id=stay_id or new_id(),
                person=person,
                is_confirmed=is_confirmed,
                created_at=now,
                updated_at=now,
                **values,
            )
    except IntegrityError as error:  # somebody else was quicker
        raise Conflict(_("%(name)s is in the register already.") % {"name": person.name}) from error


def checked(draft: StayDraft) -> dict[str, object]:
    """Return what is to be written, trimmed.

    Raises:
        Invalid: too long, a day still to come, no such reason.
    """
    values = draft.given()
    bad = []
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = value.strip()
            most = MOST.get(name, 300)
            if len(value.strip()) > most:
                bad.append((name, _("At most %(most)s characters.") % {"most": most}))
    if draft.left_on and draft.left_on > clock.today():
        bad.append(("left_on", _("This day is still to come.")))
    if draft.reason and draft.reason not in AwayReason.values:
        bad.append(("reason", _("Choose a reason.")))
    if bad:
        raise Invalid(details=bad)
    return values


def mark_floating(stay: Stay, by: Actor) -> None:
    """Let the season count the member as floating from today."""
    person = stay.person
    words = Details(tags=(TAG_FLOATING,))
    if by.reaches(person.branch.lft):
        update_person(by=by, person_id=person.id, details=words)


def write_audit(action: str, by: Actor, stay: Stay, **detail: object) -> None:
    """Leave one trace, at the home branch."""
    audit.write(
        action,
        by=by,
        subject=("person", stay.person_id),
        organisation_id=stay.person.branch_id,
        **detail,
    )
