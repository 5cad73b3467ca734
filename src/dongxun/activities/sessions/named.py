"""Whom sessions expect by name rather than by subtree: secretaries, a cohort, whoever is signed up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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

    One query, and two more for secretaries and for each cohort; who counts is
    asked for the first of their days.
    """
    found: defaultdict[UUID | None, dict[UUID, int]] = defaultdict(dict)
    ids = [want.id for want in wants if want.id]
    signed = SignUp.objects.filter(session__in=ids, cancelled_at=None)
    for session_id, person_id, lft in signed.values_list("session_id", "person_id", "branch__lft"):
        found[session_id][person_id] = lft
    groups: defaultdict[tuple[str, UUID | None], list[Wants]] = defaultdict(list)
    for want in wants:
        if want.audience == Audience.SECRETARIES:
            groups[want.audience, None].append(want)
        elif want.audience == Audience.COHORT:
            groups[want.audience, want.cohort_id].append(want)
    for (_audience, cohort_id), rows in groups.items():
        members = _members(rows, cohort_id)
        for want in rows:
            for person_id, lft in members.items():
                if any(lft in interval for interval in want.intervals):
                    found[want.id][person_id] = lft
    return found


def _members(rows: Iterable[Wants], cohort_id: UUID | None) -> dict[UUID, int]:
    """Return who counts of a cohort, or the secretaries, in the subtrees of these sessions."""
    every = list(rows)
    homes = seasons.eligible_ids(
        every[0].season_id,
        min(want.day for want in every),
        {interval for want in every for interval in want.intervals},
        cohort_id=cohort_id,
        secretaries_only=cohort_id is None,
    )
    nodes = organisations.nodes(set(homes.values()))
    return {person_id: nodes[branch_id].interval.lft for person_id, branch_id in homes.items()}
