"""Participation follows the roster: who joins, moves, leaves, or was somebody twice."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.people import api as people
from dongxun.people.api import MemberRow
from dongxun.seasons.contracts import SeasonState, StudyMode
from dongxun.seasons.models import Participation, Season
from dongxun.seasons.services.participation import (
    announce_people,
    intervals_of,
    modes_from_tags,
    succeed,
)


@transaction.atomic
def follow_members(person_ids: Collection[UUID], day: date | None = None) -> int:
    """Bring the parts of these people into line with where they now belong.

    Recomputed from the roster as it stands, so any order and any repetition of
    messages ends in the same rows. Return how many parts changed.

    Args:
        day: on which it happened; today unless given.
    """
    members = people.member_rows(person_ids)
    changed = 0
    for season in Season.objects.exclude(state=SeasonState.CLOSED):
        if season.state == SeasonState.RUNNING or season.participations.exists():
            changed += _follow(season, members, day or clock.today())
    return changed


def _follow(season: Season, members: dict[UUID, MemberRow], day: date) -> int:
    intervals = intervals_of(season)
    day = max(day, season.starts_on)
    rows: dict[UUID, Participation] = {}
    past = Participation.objects.filter(season=season, person_id__in=list(members))
    for row in past.order_by("valid_from", "id"):
        rows[row.person_id] = row
    fresh = _fresh_branches(season, members)
    modes = modes_from_tags() if len(rows) < len(members) else {}
    changed: list[UUID] = []
    for person_id, member in members.items():
        counts = member.counts and any(member.branch_lft in part for part in intervals)
        last = rows.get(person_id)
        start = season.starts_on if member.branch_id in fresh else day
        default = modes.get(person_id, (StudyMode.GROUP, ""))
        if _follow_one(season, member, last, counts=counts, day=day, start=start, mode=default):
            changed.append(person_id)
    announce_people(season.id, changed)
    return len(changed)


def _fresh_branches(season: Season, members: dict[UUID, MemberRow]) -> set[UUID]:
    """Return branches nobody of which takes part yet: their roster counts from the first day."""
    wanted = {member.branch_id for member in members.values()}
    known = Participation.objects.filter(season=season, branch_id__in=wanted)
    return wanted - set(known.values_list("branch_id", flat=True).distinct())


def _follow_one(
    season: Season,
    member: MemberRow,
    last: Participation | None,
    *,
    counts: bool,
    day: date,
    start: date,
    mode: tuple[str, str],
) -> bool:
    is_open = last is not None and last.valid_to is None
    if last is not None and is_open:
        if not counts:
            return _close(last, day)
        if last.branch_id != member.branch_id:
            succeed(last, day, branch_id=member.branch_id)
            return True
        return False
    if not counts:
        return False
    if last is not None:
        mode = (last.mode, last.reason)
        start = max(day, last.valid_to or day)
    Participation.objects.create(
        season=season,
        person_id=member.person_id,
        branch_id=member.branch_id,
        mode=mode[0],
        reason=mode[1],
        valid_from=start,
    )
    return True


def _close(row: Participation, day: date) -> bool:
    if row.valid_from >= day:
        row.delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    return True


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Leave one part to somebody who was in the roster twice.

    The survivor's own parts stand; a survivor without any takes over the other's.
    """
    for season_id in set(
        Participation.objects.filter(person_id=merged_id).values_list("season_id", flat=True)
    ):
        theirs = Participation.objects.filter(season_id=season_id, person_id=merged_id)
        if Participation.objects.filter(season_id=season_id, person_id=kept_id).exists():
            theirs.delete()
        else:
            theirs.update(person_id=kept_id)
        announce_people(season_id, [kept_id, merged_id])
