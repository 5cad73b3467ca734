"""Whom sessions expect by name rather than by subtree: secretaries, a cohort, whoever is signed up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dongxun.activities.contracts import Audience
from dongxun.activities.models import SignUp
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

Named = Mapping[UUID, int]
"""People, each with the position of their home in the tree."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What decides whom a session expects; ``intervals`` are its subtrees without a quota."""

    id: UUID | None
    season_id: UUID
    day: date
    audience: str
    cohort_id: UUID | None
    intervals: tuple[Interval, ...]


def named(wants: Sequence[Wants]) -> dict[UUID | None, dict[UUID, int]]:
    """Return whom each session of one season expects by name: delegates and whoever signed up too.

    One query, one more for secretaries, two for each first day of a cohort's sessions, and one for
    homes; who counts is asked for the first of their days.
    """
    found: defaultdict[UUID | None, dict[UUID, int]] = defaultdict(dict)
    ids = [want.id for want in wants if want.id]
    signed = SignUp.objects.filter(session__in=ids, cancelled_at=None)
    for session_id, person_id, lft in signed.values_list("session_id", "person_id", "branch__lft"):
        found[session_id][person_id] = lft
    groups: defaultdict[UUID | None, list[Wants]] = defaultdict(list)
    for want in wants:
        if want.audience == Audience.SECRETARIES:
            groups[None].append(want)
        elif want.audience == Audience.COHORT:
            groups[want.cohort_id].append(want)
    members = _members(groups)
    nodes = organisations.nodes({home for some in members.values() for home in some.values()})
    for cohort_id, rows in groups.items():
        for want in rows:
            for person_id, branch_id in members[cohort_id].items():
                lft = nodes[branch_id].interval.lft
                if any(lft in interval for interval in want.intervals):
                    found[want.id][person_id] = lft
    return found


def _members(
    groups: Mapping[UUID | None, Sequence[Wants]],
) -> dict[UUID | None, dict[UUID, UUID]]:
    """Return who counts of each cohort, and the secretaries (none), as person → branch."""
    found: dict[UUID | None, dict[UUID, UUID]] = {}
    cohorts: defaultdict[tuple[UUID, date], list[UUID]] = defaultdict(list)
    for cohort_id, rows in groups.items():
        season_id, day = rows[0].season_id, min(want.day for want in rows)
        if cohort_id is not None:
            cohorts[season_id, day].append(cohort_id)
            continue
        spans = {interval for want in rows for interval in want.intervals}
        found[None] = seasons.eligible_ids(season_id, day, spans, secretaries_only=True)
    for (season_id, day), ids in cohorts.items():
        counting = seasons.eligible_in_cohorts(season_id, day, ids)
        found |= {key: counting[key] for key in ids}
    return found
