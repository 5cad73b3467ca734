"""Study groups get their people: a cohort of the season for each, shared out evenly."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.planning.models import Run
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode

Groups = Mapping[tuple[UUID, int], UUID]
"""The cohort of each (branch, number of the group)."""


def formed(row: Run, *, by: Actor) -> Groups:
    """Have a cohort for each study group of a plan, with everybody of the branch in one of them.

    Who is in a group stays there while it has room; newcomers come to the smallest. Safe to
    repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    found: dict[tuple[UUID, int], UUID] = {}
    for key, _name, count in row.about.get("split", ()):
        branch = organisations.node(UUID(key))
        homes = seasons.eligible_ids(
            row.season_id, clock.today(), [branch.interval], modes=(StudyMode.GROUP,)
        )
        ids = [_begun(row, branch.id, k + 1, by) for k in range(count)]
        for k, (cohort, people) in enumerate(_shared(ids, set(homes)).items()):
            have = seasons.cohort_people(cohort)
            if have != people:
                seasons.change_cohort(
                    by=by, cohort_id=cohort, add=people - have, remove=have - people
                )
            found[branch.id, k + 1] = cohort
    return found


def _begun(row: Run, branch_id: UUID, number: int, by: Actor) -> UUID:
    """Return the cohort of a group, by its name: the same in whichever language somebody works."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Study group %(n)d") % {"n": number}
    return seasons.begin_cohort(
        by=by, season_id=row.season_id, organisation_id=branch_id, name=name
    )


def _shared(cohorts: Collection[UUID], people: set[UUID]) -> dict[UUID, set[UUID]]:
    """Return who is in which group, none with more than its share."""
    most = -(-len(people) // max(1, len(cohorts)))
    left, found = set(people), dict[UUID, set[UUID]]()
    for cohort in cohorts:
        stay = sorted(seasons.cohort_people(cohort) & left, key=str)[:most]
        found[cohort] = set(stay)
        left -= found[cohort]
    for person in sorted(left, key=str):
        min(found.values(), key=len).add(person)
    return found
