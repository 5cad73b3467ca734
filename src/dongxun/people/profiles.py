"""Reads of lecturers: members of the tree and outsiders, each person once."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.organisations import api as organisations
from dongxun.people.contracts import Lecturer, LecturerId, LecturerKind, PersonId
from dongxun.people.models import LecturerCategory, LecturerProfile


def lecturer_kinds(*, retired: bool = True) -> dict[str, str]:
    """Return the kinds of lecturer by code: the usual ones, renamed or added to by the office.

    Args:
        retired: with those that are offered no more.
    """
    found = {code: str(label) for code, label in LecturerKind.choices}
    for row in LecturerCategory.objects.order_by("id"):
        if row.retired and not retired:
            found.pop(row.code, None)
        else:
            found[row.code] = row.name or found.get(row.code, row.code)
    return found


def as_lecturer(found: LecturerProfile) -> Lecturer:
    """Return the shape that may cross the door; wants ``organisation`` selected."""
    return Lecturer(
        id=LecturerId(found.id),
        name=found.name,
        title=found.title,
        kind=found.kind,
        organisation_id=found.organisation_id,
        organisation_name=found.organisation.short_name,
        subjects=tuple(found.subjects),
        person_id=PersonId(found.person_id) if found.person_id else None,
        active=found.active,
    )


def _profiles() -> QuerySet[LecturerProfile]:
    """Return the lecturers, each person once."""
    return LecturerProfile.objects.filter(merged_into=None).select_related("organisation")


def _profiles_of(reach: Q) -> QuerySet[LecturerProfile]:
    """Return the lecturers of units, and those whom another profile of these was joined to."""
    joined = LecturerProfile.objects.filter(reach).exclude(merged_into=None)
    return _profiles().filter(reach | Q(id__in=joined.values("merged_into")))


def lecturers(*, by: Actor, active_only: bool = True, shared: bool = False) -> list[Lecturer]:
    """Return the lecturers that ``by`` may book: of the subtree, and of the nodes above it.

    Whom they might book by a second profile they may book by the one that it was joined to.

    Args:
        shared: with those of organisations in the same zone, who teach there as well.
    """
    found = _profiles()
    if not by.is_system:
        mates = organisations.zone_mates(by=by) if shared else []
        reach = organisations.within_or_above(by.intervals(ORGANISERS))
        found = _profiles_of(reach | organisations.within(mates, "organisation__lft"))
    if active_only:
        found = found.filter(active=True)
    return [as_lecturer(profile) for profile in found.order_by("name", "id")]


def manageable_lecturers(*, by: Actor) -> list[Lecturer]:
    """Return the lecturers of the actor's own subtrees, whom they may correct."""
    found = _profiles()
    if not by.is_system:
        roles = (Role.OFFICE, Role.ORGANISER)
        found = found.filter(organisations.within(by.intervals(roles), "organisation__lft"))
    return [as_lecturer(profile) for profile in found.order_by("name", "id")]


def lecturers_of(person_id: UUID) -> list[Lecturer]:
    """Return the lecturers that a person is or was, who may be booked first; mostly one."""
    found = _profiles().filter(person_id=person_id)
    return [as_lecturer(profile) for profile in found.order_by("-active", "id")]


def lecturer_names(ids: Iterable[UUID]) -> dict[UUID, Lecturer]:
    """Return lecturers by id, also by one that another was joined to; who teaches is no secret."""
    found = LecturerProfile.objects.filter(id__in=list(ids)).select_related("organisation")
    return {profile.id: as_lecturer(profile) for profile in found}


def standing_lecturers(ids: Iterable[UUID]) -> dict[UUID, Lecturer]:
    """Return by each id whom it means today: of one that was joined to another, that one.

    Whoever writes down a lecturer asks this, for the id may be older than a merge.
    """
    rows = LecturerProfile.objects.filter(id__in=list(ids))
    found = dict(rows.values_list("id", Coalesce("merged_into", "id")))
    stays = lecturer_names(found.values())
    return {asked: stays[key] for asked, key in found.items()}


def homes_of_lecturer(lecturer_id: UUID) -> list[int]:
    """Return the positions in the tree of the units that look after a lecturer.

    More than one where profiles of several units were joined.
    """
    rows = LecturerProfile.objects.filter(Q(id=lecturer_id) | Q(merged_into=lecturer_id))
    return list(rows.values_list("organisation__lft", flat=True))
