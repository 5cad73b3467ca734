"""One person at a time: enter, correct, move to another branch."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.events import announce
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, OrganisationId
from dongxun.people import queries, sealing
from dongxun.people.contracts import Details, PersonId, Status, is_secretary_by
from dongxun.people.models import Membership, Person, PersonPrivate, PersonTag

PLAIN = frozenset(
    {"name", "sex", "category", "status", "joined_on", "full_on", "duty", "is_secretary"}
)
DAYS = frozenset({"joined_on", "full_on"})
"""Fields that may be known no longer."""
UNKNOWN: Mapping[str, object] = {
    "phone": "",
    "id_number": "",
    "address": "",
    "birth_year": None,
    "birth_month": None,
}
"""Private fields that may be known no longer, and how they stand then."""
COUNTING = frozenset({"category", "status", "is_secretary"})
"""Fields that decide whether somebody counts, and as whom; a change is announced."""


SHOWN = COUNTING | {"duty"}
"""Fields whose change the audit spells out; of the others it says only that they changed."""


def say_changed(ids: Iterable[UUID], day: date | None = None, *, at_home: bool = False) -> None:
    """Announce that branch, status, category, tags or duty of these people changed; 500 an event.

    Args:
        at_home: they were never away: a line of the register came by mistake.
    """
    texts = [str(person_id) for person_id in ids]
    more: dict[str, Any] = {"day": day.isoformat()} if day else {}
    more |= {"at_home": True} if at_home else {}
    for start in range(0, len(texts), 500):
        announce("MembershipChanged", person_ids=texts[start : start + 500], **more)


def branch_in_scope(branch_id: UUID, *, by: Actor) -> Node:
    """Return a branch that may hold people.

    Raises:
        NotFound: absent or outside.
        Invalid: this organisation holds no members itself.
    """
    branch = organisations.node_in_scope(branch_id, by=by)
    if not branch.has_members:
        raise Invalid(_("Only a branch has members. Choose a branch."), where="branch")
    return branch


def apply_private(row: PersonPrivate, name: str, given: dict[str, object]) -> None:
    """Write private details into a row, unsaved."""
    if "phone" in given:
        sealing.put_phone(row, name, str(given["phone"]))
    if "id_number" in given:
        sealing.put_id_number(row, str(given["id_number"]))
    if "address" in given:
        row.address = secret.seal(str(given["address"]), sealing.ADDRESS)
    for field in ("birth_year", "birth_month", "health_code"):
        if field in given:
            setattr(row, field, given[field])


@transaction.atomic
def create_person(
    *, by: Actor, branch_id: OrganisationId, details: Details, person_id: PersonId | None = None
) -> PersonId:
    """Enter a person into a branch. Safe to repeat with the same ``person_id``.

    Raises:
        NotFound: the branch is absent or outside.
        Invalid: no name, or no branch with members.
    """
    branch = branch_in_scope(branch_id, by=by)
    require("people.manage", by, branch.interval)
    if person_id and Person.objects.filter(id=person_id).exists():
        return queries.card(person_id, by=by).id
    name = (details.name or "").strip()
    if not name:
        raise Invalid(_("A name is needed."), where="name")
    _refuse_known_number(details, None, by)
    given, now = _with_leading(details.given(), ""), clock.now()
    person = Person(
        id=person_id or new_id(),
        branch_id=branch.id,
        pinyin=sealing.initials(name),
        created_at=now,
        updated_at=now,
        **{field: value for field, value in given.items() if field in PLAIN},
    )
    person.name = name
    person.save(force_insert=True)
    private = PersonPrivate(person=person)
    apply_private(private, name, given)
    private.save(force_insert=True)
    Membership.objects.create(person=person, branch_id=branch.id, since=clock.today())
    _add_tags(person.id, details.tags)
    say_changed([person.id])
    _audit("people.create_person", by, person)
    return PersonId(person.id)


@transaction.atomic
def update_person(
    *, by: Actor, person_id: UUID, details: Details, version: int | None = None
) -> PersonId:
    """Correct what is known of a person.

    Args:
        version: what the writer saw; a later write by somebody else is a conflict.

    Raises:
        NotFound: absent or outside.
        Conflict: somebody else wrote in the meantime.
    """
    person = queries.row(person_id, by=by)
    require("people.manage", by, person.branch)
    if version is not None and version != person.version:
        raise Conflict(
            _("Somebody else changed this person in the meantime. Look at it again, then save.")
        )
    given = _with_leading(details.given(), person.duty)
    if "name" in given and not str(given["name"]).strip():
        raise Invalid(_("A name is needed."), where="name")
    _refuse_known_number(details, person, by)
    is_counting = any(
        field in given and given[field] != getattr(person, field) for field in COUNTING
    )
    before = {field: getattr(person, field) for field in PLAIN}
    _apply_plain(person, given | dict.fromkeys(DAYS.intersection(details.emptied)))
    _touch(person)
    private, _made = PersonPrivate.objects.get_or_create(person=person)
    if "name" in given and "phone" not in given:
        given["phone"] = sealing.phone_of(private)
    apply_private(private, person.name, given)
    emptied = _forget(private, details.emptied)
    private.save()
    _add_tags(person.id, details.tags)
    PersonTag.objects.filter(person=person, tag__in=details.tags_off).delete()
    if is_counting or details.tags or details.tags_off:
        say_changed([person.id])
    _audit(
        "people.update_person",
        by,
        person,
        fields=_corrected(details, before, person),
        emptied=emptied,
        changed=audit.changed(
            {field: before[field] for field in SHOWN},
            {field: getattr(person, field) for field in SHOWN},
        ),
    )
    return PersonId(person.id)


def _apply_plain(row: Person, given: Mapping[str, Any]) -> None:
    for field in given.keys() & PLAIN:
        setattr(row, field, given[field])
    row.pinyin = sealing.initials(row.name)


def _forget(row: PersonPrivate, names: Iterable[str]) -> list[str]:
    """Empty private fields of a row with their hashes, unsaved; return those that were known."""
    found = sorted(name for name in UNKNOWN.keys() & set(names) if getattr(row, name))
    apply_private(row, "", {name: UNKNOWN[name] for name in found})
    return found


def _corrected(details: Details, before: Mapping[str, object], person: Person) -> list[str]:
    """Return the fields that became others, and the private ones that were written."""
    private = details.given().keys() - PLAIN
    plain = {name for name in PLAIN - SHOWN if getattr(person, name) != before[name]}
    return sorted(plain | private)


def _refuse_known_number(details: Details, person: Person | None, by: Actor) -> None:
    """Let an ID number be one person's, as an import does; names nobody outside the scope."""
    if not details.id_number:
        return
    rows = PersonPrivate.objects.filter(
        id_hash=sealing.id_hash(details.id_number), person__merged_into=None
    )
    other = rows.exclude(person=person).values_list("person_id", flat=True).first()
    if other is None:
        return
    here = queries.cards([other], by=by).get(other)
    message = _("This person is on the roster of another organisation. Ask for a transfer there.")
    if here:
        words = _("This is the ID number of %(name)s, %(branch)s.")
        message = words % {"name": here.name, "branch": here.branch_name}
    raise Invalid(message, where="id_number")


def set_status(*, by: Actor, person_id: UUID, status: Status) -> PersonId:
    """Say where a membership stands; who counts follows."""
    return update_person(by=by, person_id=person_id, details=Details(status=status))


@transaction.atomic
def transfer(*, by: Actor, person_id: UUID, branch_id: UUID, on: date | None = None) -> PersonId:
    """Move a person to another branch; the credit travels along. Safe to repeat.

    Raises:
        NotFound: person or branch is absent or outside.
        Invalid: the day lies before the last move.
    """
    person = queries.row(person_id, by=by)
    branch = branch_in_scope(branch_id, by=by)
    require("people.manage", by, person.branch)
    require("people.manage", by, branch.interval)
    if person.branch_id == branch.id:
        return PersonId(person.id)
    day = on or clock.today()
    last = Membership.objects.select_for_update().filter(person=person, until=None).first()
    if last and day < last.since:
        raise Invalid(_("The day lies before the last move."), where="on")
    if last:
        last.until = day
        last.save(update_fields=["until"])
    Membership.objects.create(person=person, branch_id=branch.id, since=day)
    old, person.branch_id = person.branch_id, branch.id
    _touch(person)
    say_changed([person.id], day)
    moved = audit.changed({"branch": old}, {"branch": branch.id})
    _audit("people.transfer", by, person, on=day.isoformat(), changed=moved)
    return PersonId(person.id)


def tag(*, by: Actor, person_id: UUID, word: str) -> PersonId:
    """Put a word on a person; a second time changes nothing."""
    return update_person(by=by, person_id=person_id, details=Details(tags=(word.strip()[:30],)))


def untag(*, by: Actor, person_id: UUID, word: str) -> PersonId:
    """Take a word off a person."""
    return update_person(by=by, person_id=person_id, details=Details(tags_off=(word,)))


def _with_leading(given: dict[str, object], duty: str) -> dict[str, object]:
    """Say who is secretary, where a duty is given that is another than ``duty``."""
    if given.get("duty", duty) != duty:
        given.setdefault("is_secretary", is_secretary_by(str(given["duty"])))
    return given


def _add_tags(person_id: UUID, words: Iterable[str]) -> None:
    PersonTag.objects.bulk_create(
        [PersonTag(person_id=person_id, tag=word) for word in words if word], ignore_conflicts=True
    )


def _touch(person: Person) -> None:
    person.updated_at = clock.now()
    person.save()
    Person.objects.filter(id=person.id).update(version=F("version") + 1)


def _audit(action: str, by: Actor, person: Person, **detail: object) -> None:
    audit.write(
        action,
        by=by,
        subject=("person", person.id),
        organisation_id=person.branch_id,
        **detail,
    )
