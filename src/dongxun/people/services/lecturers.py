"""Who teaches: members of the tree and outsiders."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import queries, sealing
from dongxun.people.contracts import Lecturer, LecturerKind
from dongxun.people.models import LecturerProfile


@transaction.atomic
def save_lecturer(
    *,
    by: Actor,
    name: str,
    kind: LecturerKind,
    organisation_id: UUID,
    title: str = "",
    subjects: Iterable[str] = (),
    phone: str = "",
    person_id: UUID | None = None,
    active: bool = True,
    lecturer_id: UUID | None = None,
) -> Lecturer:
    """Enter or correct a lecturer; an outsider has no ``person_id``. Safe to repeat by id.

    Raises:
        NotFound: organisation, person or lecturer is absent or outside.
        Invalid: no name.
    """
    organisation = organisations.node_in_scope(organisation_id, by=by)
    require("people.manage_lecturers", by, organisation.interval)
    if not name.strip():
        raise Invalid(_("A name is needed."), where="name")
    if person_id:
        queries.card(person_id, by=by)
    row = LecturerProfile.objects.filter(id=lecturer_id).first() if lecturer_id else None
    if row and row.id not in {found.id for found in queries.lecturers(by=by, active_only=False)}:
        raise NotFound
    row = row or LecturerProfile(id=lecturer_id or new_id())
    row.name, row.title, row.kind = name.strip(), title, kind
    row.organisation_id, row.person_id = organisation.id, person_id
    row.subjects, row.active = list(subjects), active
    row.phone = secret.seal(phone, sealing.PHONE)
    row.save()
    audit.write(
        "people.save_lecturer",
        by=by,
        subject=("lecturer", row.id),
        organisation_id=organisation.id,
    )
    return queries.lecturer_names([row.id])[row.id]
