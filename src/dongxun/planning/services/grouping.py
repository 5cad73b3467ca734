"""Study groups get their people: a cohort of the season for each, shared out evenly."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.planning.models import Run
from dongxun.planning.snapshots import groups
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode

Groups = Mapping[tuple[UUID, int], UUID]
"""The cohort of each (branch, number of the group)."""


def formed(row: Run, *, by: Actor) -> Groups:
    """Have a cohort for each study group of a plan, with its people. Safe to repeat.

    Each branch at once, and nobody else puts people into groups meanwhile.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    found: dict[tuple[UUID, int], UUID] = {}
    for key, _name, count in row.about.get("split", ()):
        with transaction.atomic():
            organisations.hold(seasons.rules(row.season_id).root_id)
            ids = [_begun(row, UUID(key), k + 1, by) for k in range(count)]
            _fill(row, UUID(key), ids, by)
        found |= {(UUID(key), k + 1): cohort for k, cohort in enumerate(ids)}
    return found


def _fill(row: Run, branch_id: UUID, ids: Sequence[UUID], by: Actor) -> None:
    """Give the groups of a branch their people."""
    have = [seasons.cohort_people(cohort) for cohort in ids]
    wanted = _shares(have, _learning(row, branch_id))
    for cohort, mine, people in zip(ids, have, wanted, strict=True):
        if mine != people:
            seasons.change_cohort(by=by, cohort_id=cohort, add=people - mine, remove=mine - people)


def shared(row: Run, *, by: Actor) -> dict[tuple[UUID, int], set[UUID]]:
    """Return who is to come to each study group of a plan: everybody of the branch to one of them.

    Each group gets its share, as the plan counts it. Who is in a group stays there while it has
    room; newcomers come to where seats of the share are left.
    """
    split = row.about.get("split", ())
    views = seasons.cohort_list(row.season_id, by=by) if split else ()
    cohorts = {(one.organisation_id, one.name): one.id for one in views}
    found: dict[tuple[UUID, int], set[UUID]] = {}
    for key, _name, count in split:
        ids = [cohorts.get((UUID(key), _called(k + 1))) for k in range(count)]
        have = [seasons.cohort_people(one) if one else set() for one in ids]
        for k, people in enumerate(_shares(have, _learning(row, UUID(key)))):
            found[UUID(key), k + 1] = people
    return found


def in_groups(row: Run) -> set[UUID]:
    """Return who learns together in a branch that a plan has split."""
    branches = (UUID(key) for key, _name, _count in row.about.get("split", ()))
    return {person for branch in branches for person in _learning(row, branch)}


def _learning(row: Run, branch_id: UUID) -> set[UUID]:
    """Return who of a branch learns together."""
    here = organisations.node(branch_id).interval
    return set(seasons.eligible_ids(row.season_id, clock.today(), [here], modes=(StudyMode.GROUP,)))


def _called(number: int) -> str:
    """Return the name of a group's cohort: the same in whichever language somebody works."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Study group %(n)d") % {"n": number}


def _begun(row: Run, branch_id: UUID, number: int, by: Actor) -> UUID:
    """Return the cohort of a group, by its name."""
    return seasons.begin_cohort(
        by=by, season_id=row.season_id, organisation_id=branch_id, name=_called(number)
    )


def _shares(have: Sequence[set[UUID]], people: set[UUID]) -> list[set[UUID]]:
    """Return who is in which group, each with its share of everybody."""
    sizes = groups.shares(len(people), len(have))
    left, found = set(people), list[set[UUID]]()
    for members, size in zip(have, sizes, strict=True):
        found.append(set(sorted(members & left, key=str)[:size]))
        left -= found[-1]
    waiting = sorted(left, key=str)
    for group, size in zip(found, sizes, strict=True):
        room = size - len(group)
        group.update(waiting[:room])
        waiting = waiting[room:]
    return found
