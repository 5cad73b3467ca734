"""Makers of people for tests."""

from datetime import date
from itertools import count

from dongxun.kernel import clock, secret
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.people.models import Membership, Person, PersonPrivate
from dongxun.people.sealing import match_hash

_numbers = count(1)


def make_person(
    name: str = "",
    *,
    branch: Node,
    digits: str = "",
    since: date | None = None,
    **overrides: object,
) -> Person:
    """Return a full member of ``branch``; ``digits`` are the phone's last four."""
    number = next(_numbers)
    name = name or f"某{number}"
    now = clock.now()
    person = Person.objects.create(
        id=new_id(), name=name, branch_id=branch.id, created_at=now, updated_at=now, **overrides
    )
    digits = digits or f"{number % 10000:04d}"
    PersonPrivate.objects.create(
        person=person,
        phone=secret.seal(f"1990000{digits}", "phone"),
        phone_hash=secret.keyed_hash(f"1990000{digits}", "phone"),
        match=match_hash(name, digits),
    )
    Membership.objects.create(person=person, branch_id=branch.id, since=since or date(2020, 1, 1))
    return person
