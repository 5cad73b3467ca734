"""Who teaches: members of the tree and outsiders."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import profiles, queries, sealing
from dongxun.people.contracts import Lecturer
from dongxun.people.models import LecturerCategory, LecturerProfile


@transaction.atomic
def save_lecturer(
    *,
    by: Actor,
    name: str,
    kind: str,
    organisation_id: UUID,
    title: str = "",
    subjects: Iterable[str] = (),
    phone: str | None = "",
    person_id: UUID | None = None,
    active: bool = True,
    lecturer_id: UUID | None = None,
) -> Lecturer:
    """Enter or correct a lecturer; an outsider has no ``person_id``. Safe to repeat by id.

    Args:
        phone: None leaves the number as it is.

    Raises:
        NotFound: organisation, person or lecturer is absent or outside.
        Invalid: no name, or a kind that is not known.
    """
    organisation = organisations.node_in_scope(organisation_id, by=by)
    require("people.manage_lecturers", by, organisation.interval)
    if not name.strip():
        raise Invalid(_("A name is needed."), where="name")
    if kind not in profiles.lecturer_kinds():
        raise Invalid(_("Choose a kind of lecturer."), where="kind")
    if person_id:
        queries.card(person_id, by=by)
    row = LecturerProfile.objects.filter(id=lecturer_id).first() if lecturer_id else None
    if row and row.id not in {found.id for found in profiles.lecturers(by=by, active_only=False)}:
        raise NotFound
    row = row or LecturerProfile(id=lecturer_id or new_id())
    row.name, row.title, row.kind = name.strip(), title, kind
    row.organisation_id, row.person_id = organisation.id, person_id
    row.subjects, row.active = list(subjects), active
    if phone is not None:
        row.phone = secret.seal(phone, sealing.PHONE)
    row.save()
    audit.write(
        "people.save_lecturer",
        by=by,
        subject=("lecturer", row.id),
        organisation_id=organisation.id,
    )
    return profiles.lecturer_names([row.id])[row.id]


def hold_lecturer(lecturer_id: UUID) -> None:
    """Let one writer at a time decide about a lecturer's days; wants a transaction."""
    rows = LecturerProfile.objects.select_for_update(no_key=True)
    list(rows.filter(id=lecturer_id).values_list("id"))


@transaction.atomic
def set_lecturer_active(*, by: Actor, lecturer_id: UUID, active: bool) -> None:
    """Let a lecturer be booked, or no more. Safe to repeat.

    Raises:
        NotFound: absent, or not one of the actor's own subtrees.
    """
    if lecturer_id not in {one.id for one in profiles.manageable_lecturers(by=by)}:
        raise NotFound
    if LecturerProfile.objects.filter(id=lecturer_id).exclude(active=active).update(active=active):
        row = LecturerProfile.objects.get(id=lecturer_id)
        audit.write(
            "people.save_lecturer",
            by=by,
            subject=("lecturer", row.id),
            organisation_id=row.organisation_id,
        )


@transaction.atomic
def join_profiles(person_id: UUID) -> None:
    """Let several profiles of one person be one. Safe to repeat.

    Who teaches now stays, of two such the one of the wider unit; gaps are filled from the others.
    These stay as rows that point to it, and rooms above hear ``LecturerMerged`` of each.
    """
    rows = LecturerProfile.objects.select_for_update(of=("self",)).select_related("organisation")
    found = list(rows.filter(person_id=person_id, merged_into=None))
    if len(found) < 2:
        return
    kept, *others = sorted(found, key=_standing)
    for other in others:
        kept.title = kept.title or other.title
        kept.phone = kept.phone or other.phone
        kept.subjects = list(dict.fromkeys([*kept.subjects, *other.subjects]))
        LecturerProfile.objects.filter(merged_into=other).update(merged_into=kept)
        other.active, other.merged_into = False, kept
        other.save(update_fields=["active", "merged_into"])
        announce("LecturerMerged", kept_id=str(kept.id), merged_id=str(other.id))
    kept.save()
    audit.write(
        "people.join_lecturers",
        by=Actor.system("people"),
        subject=("lecturer", kept.id),
        organisation_id=kept.organisation_id,
        count=len(others),
    )


def _standing(row: LecturerProfile) -> tuple[bool, int, UUID]:
    return not row.active, row.organisation.lft - row.organisation.rgt, row.id


MOST_KINDS = 30


@transaction.atomic
def save_lecturer_kind(*, by: Actor, name: str, code: str = "", retired: bool = False) -> str:
    """Add a kind of lecturer, rename one, or offer it no more; return its code. Safe to repeat.

    Raises:
        NotAllowed: only the office does.
        NotFound: no such kind.
        Invalid: no name, one that is there already, or too many.
    """
    require("people.set_lecturer_kinds", by)
    known, name = profiles.lecturer_kinds(), name.strip()[:20]
    if code and code not in known:
        raise NotFound
    if not name:
        raise Invalid(_("A name is needed."), where="name")
    taken = next((key for key, label in known.items() if label == name and key != code), "")
    if taken and code:
        raise Invalid(_("There is a kind of this name already."), where="name")
    if not code and not taken and len(known) >= MOST_KINDS:
        raise Invalid(_("At most %(n)d kinds.") % {"n": MOST_KINDS}, where="name")
    code = code or taken or f"k{new_id().hex[-10:]}"
    named = {} if known.get(code) == name else {"name": name}
    LecturerCategory.objects.update_or_create(code=code, defaults={"retired": retired, **named})
    audit.write("people.save_lecturer_kind", by=by, name=name)
    return code
