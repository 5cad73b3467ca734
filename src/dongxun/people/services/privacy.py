"""Opening what is private: with a purpose, and with a trace."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.people import queries, sealing
from dongxun.people.contracts import PersonId, Private, PrivatePurpose
from dongxun.people.models import PersonPrivate


@transaction.atomic
def private_of(person_id: UUID, *, by: Actor, purpose: PrivatePurpose) -> Private:
    """Return phone, ID, birth and address of a person, and write down who asked and why.

    Raises:
        NotFound: absent or outside.
        NotAllowed: ``by`` looks after nobody here.
    """
    person = queries.row(person_id, by=by)
    if person.id not in by.owned:
        require("people.open_private", by, person.branch)
    row = PersonPrivate.objects.filter(person=person).first() or PersonPrivate(person=person)
    audit.write(
        "people.private_of",
        by=by,
        subject=("person", person.id),
        organisation_id=person.branch_id,
        purpose=purpose.value,
    )
    return Private(
        person_id=PersonId(person.id),
        phone=sealing.phone_of(row),
        id_number=secret.unseal(row.id_number, sealing.ID_NUMBER),
        birth_year=row.birth_year,
        birth_month=row.birth_month,
        health_code=row.health_code,
        address=secret.unseal(row.address, sealing.ADDRESS),
    )


@transaction.atomic
def homes_of(
    person_ids: Collection[UUID],
    *,
    by: Actor,
    purpose: PrivatePurpose = PrivatePurpose.HOME_STUDY,
) -> dict[UUID, Private]:
    """Return phone, year of birth and address of people who are visited; logged as one row.

    For the room of visits, which has checked that ``by`` goes there, or may print who was
    visited; no ID, no health code.
    """
    rows = PersonPrivate.objects.filter(person_id__in=list(person_ids))
    found = {
        row.person_id: Private(
            person_id=PersonId(row.person_id),
            phone=sealing.phone_of(row),
            id_number="",
            birth_year=row.birth_year,
            birth_month=row.birth_month,
            health_code="",
            address=secret.unseal(row.address, sealing.ADDRESS),
        )
        for row in rows
    }
    if found:
        printed = purpose == PrivatePurpose.EXPORT
        audit.write(
            "people.print_homes" if printed else "people.homes_of",
            by=by,
            count=len(found),
            purpose=purpose.value,
        )
    return found
