"""班次: named groups of people of an organisation's subtree."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, bulk
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons.models import Cohort
from dongxun.seasons.services.goals import below

_BATCH = 500


@transaction.atomic
def write_cohort(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    name: str,
    person_ids: Collection[UUID],
) -> UUID:
    """Name a group of people of an organisation's subtree; the same name is changed.

    Raises:
        NotAllowed, SeasonClosed.
        NotFound: season, organisation or somebody is absent or outside.
        Invalid: no name.
    """
    season, node = below(season_id, organisation_id, by=by)
    _check_homes(node, person_ids)
    row, _created = Cohort.objects.get_or_create(
        season=season, organisation_id=node.id, name=_name(name)
    )
    have = set(_members(row).values_list("person_id", flat=True))
    _take_out(row, have - set(person_ids))
    _put_in(row, set(person_ids) - have)
    _audit("seasons.write_cohort", by, row, people=len(set(person_ids)))
    return row.id


@transaction.atomic
def begin_cohort(*, by: Actor, season_id: UUID, organisation_id: UUID, name: str) -> UUID:
    """Begin a cohort without people; one of the same name stays as it is.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: no name.
    """
    organisations.node_in_scope(organisation_id, by=by)
    season, node = below(season_id, organisation_id, by=by)
    row, created = Cohort.objects.get_or_create(
        season=season, organisation_id=node.id, name=_name(name)
    )
    if created:
        _audit("seasons.begin_cohort", by, row)
    return row.id


@transaction.atomic
def rename_cohort(*, by: Actor, cohort_id: UUID, name: str) -> None:
    """Give a cohort another name.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Conflict: another cohort of the organisation has this name.
        Invalid: no name.
    """
    row, node = own_cohort(cohort_id, by=by)
    name = _name(name)
    twins = Cohort.objects.filter(season_id=row.season_id, organisation_id=node.id, name=name)
    if twins.exclude(id=row.id).exists():
        raise Conflict(_("Another cohort has this name."), where="name")
    row.name = name
    row.save(update_fields=["name"])
    _audit("seasons.rename_cohort", by, row)


@transaction.atomic
def change_cohort(
    *,
    by: Actor,
    cohort_id: UUID,
    add: Collection[UUID] = (),
    remove: Collection[UUID] = (),
) -> int:
    """Put people into a cohort and take others out; return how many changed. Safe to repeat.

    Sessions to come follow at once; sessions that were held keep their rolls.

    Raises:
        NotAllowed, SeasonClosed.
        NotFound: the cohort or somebody to add is absent or outside.
    """
    row, node = own_cohort(cohort_id, by=by)
    _check_homes(node, add)
    have = set(_members(row).values_list("person_id", flat=True))
    gone, new = have & set(remove), set(add) - have
    _take_out(row, gone)
    _put_in(row, new)
    _audit("seasons.change_cohort", by, row, added=len(new), removed=len(gone))
    return len(gone) + len(new)


@transaction.atomic
def remove_cohort(*, by: Actor, cohort_id: UUID) -> None:
    """Dissolve a cohort. Safe to repeat.

    Raises:
        NotAllowed, SeasonClosed.
        Conflict: sessions are held for it.
    """
    if not Cohort.objects.filter(id=cohort_id).exists():
        return
    row, node = own_cohort(cohort_id, by=by)
    try:
        row.delete()
    except ProtectedError as error:
        raise Conflict(_("Sessions are held for this cohort; it can be renamed.")) from error
    audit.write(
        "seasons.remove_cohort", by=by, subject=("cohort", cohort_id), organisation_id=node.id
    )


def own_cohort(cohort_id: UUID, *, by: Actor) -> tuple[Cohort, Node]:
    """Return a cohort with its organisation where ``by`` plans; others are as if absent.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row = wanted_row(Cohort.objects.filter(id=cohort_id))
    organisations.node_in_scope(row.organisation_id, by=by)
    _season, node = below(row.season_id, row.organisation_id, by=by)
    return row, node


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid(details=[("name", _("Give the cohort a name."))])
    return name.strip()[:80]


def _check_homes(node: Node, person_ids: Collection[UUID]) -> None:
    homes = people.member_rows(person_ids)
    if len(homes) != len(set(person_ids)) or any(
        home.branch_lft not in node.interval for home in homes.values()
    ):
        raise NotFound


def _members(row: Cohort) -> QuerySet[Any]:
    return Cohort.people.through.objects.filter(cohort_id=row.id)


def _take_out(row: Cohort, person_ids: Collection[UUID]) -> None:
    for part in bulk.chunks(person_ids, _BATCH):
        _members(row).filter(person_id__in=part).delete()


def _put_in(row: Cohort, person_ids: Collection[UUID]) -> None:
    Cohort.people.through.objects.bulk_create(
        [Cohort.people.through(cohort_id=row.id, person_id=key) for key in sorted(person_ids)],
        ignore_conflicts=True,
    )


def _audit(action: str, by: Actor, row: Cohort, **more: int) -> None:
    audit.write(
        action,
        by=by,
        subject=("cohort", row.id),
        organisation_id=row.organisation_id,
        **more,
    )
