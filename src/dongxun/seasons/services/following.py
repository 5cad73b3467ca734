"""Participation follows the roster: who joins, moves, leaves, or was somebody twice."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import OrganisationId
from dongxun.people import api as people
from dongxun.people.api import MemberRow
from dongxun.seasons.contracts import SeasonState, StudyMode
from dongxun.seasons.models import Cohort, Participation, Season
from dongxun.seasons.services.participation import (
    announce_people,
    intervals_of,
    modes_from_tags,
    succeed,
)
from dongxun.seasons.services.requirements import category_of


@transaction.atomic
def follow_members(
    person_ids: Collection[UUID], day: date | None = None, *, at_home: bool = False
) -> int:
    """Bring the parts of these people into line with where they now belong.

    Recomputed from the roster as it stands, so any order and any repetition of
    messages ends in the same rows. Return how many parts changed.

    Args:
        day: on which it happened; today unless given.
        at_home: whom the register of floating members does not name lives at home.
    """
    followed = [season for season in Season.objects.all() if _is_followed(season)]
    members = people.member_rows(person_ids) if followed else {}
    moment = day or clock.today()
    return sum(follow_in(season, members, moment, at_home=at_home) for season in followed)


def _is_followed(season: Season) -> bool:
    """Return whether people join and leave: not once it is over, nor before anybody is enrolled."""
    if season.state == SeasonState.CLOSED:
        return False
    return season.state == SeasonState.RUNNING or season.participations.exists()


def follow_units(season: Season, touched: Collection[Interval]) -> int:
    """Let the people of organisations that came or went join or leave; return how many did.

    Safe to repeat.
    """
    if not _is_followed(season):
        return 0
    ids = {member.person_id for member in people.members_within(touched)}
    here = Participation.objects.filter(
        organisations.within(touched, "branch__lft"), season=season, valid_to=None
    )
    ids |= set(here.values_list("person_id", flat=True))
    return follow_in(season, people.member_rows(ids), clock.today())


@transaction.atomic
def follow_move(organisation_id: UUID) -> int:
    """Let the people of a unit that was moved join or leave each season; return how many did.

    From where the unit stands now, so any order and any repetition of messages ends alike.
    """
    here = organisations.nodes([organisation_id]).get(OrganisationId(organisation_id))
    if here is None:
        return 0
    return sum(follow_units(season, [here.interval]) for season in Season.objects.all())


def follow_in(
    season: Season, members: dict[UUID, MemberRow], day: date, *, at_home: bool = False
) -> int:
    """Do the same in one season."""
    intervals = intervals_of(season)
    day = max(day, season.starts_on)
    rows: dict[UUID, Participation] = {}
    past = Participation.objects.filter(season=season, person_id__in=list(members))
    for row in past.order_by("valid_from", "id"):
        rows[row.person_id] = row
    fresh = _fresh_branches(season, members)
    modes = modes_from_tags() if len(rows) < len(members) else {}
    away = dict.fromkeys(members, False) if at_home else {}
    away |= people.whereabouts(members)
    changed: list[UUID] = []
    new: list[Participation] = []
    for person_id, member in members.items():
        counts = member.counts and any(member.branch_lft in part for part in intervals)
        last = rows.get(person_id)
        if last is not None and last.valid_to is None:
            if _follow_open(last, member, counts=counts, day=day, away=away.get(person_id)):
                changed.append(person_id)
        elif counts:
            start = season.starts_on if member.branch_id in fresh else day
            default = modes.get(person_id, (StudyMode.GROUP, ""))
            if away.get(person_id):
                default = (StudyMode.FLOATING, "")
            new.append(_new_part(season, member, last, start=start, day=day, mode=default))
    Participation.objects.bulk_create(new, batch_size=500)
    changed += [part.person_id for part in new]
    announce_people(season.id, changed)
    return len(changed)


def _fresh_branches(season: Season, members: dict[UUID, MemberRow]) -> set[UUID]:
    """Return branches nobody of which takes part yet: their roster counts from the first day."""
    wanted = {member.branch_id for member in members.values()}
    known = Participation.objects.filter(season=season, branch_id__in=wanted)
    return wanted - set(known.values_list("branch_id", flat=True).distinct())


def _follow_open(
    last: Participation, member: MemberRow, *, counts: bool, day: date, away: bool | None
) -> bool:
    """Close or pass on the part that somebody has; return whether that was needed.

    Args:
        away: what the register of floating members says; None when it says nothing.
    """
    if not counts:
        return _close(last, day)
    wanted: dict[str, object] = {"branch_id": member.branch_id, "category": category_of(member)}
    if away and last.mode != StudyMode.FLOATING:
        wanted |= {"mode": StudyMode.FLOATING, "reason": ""}
    elif away is False and last.mode == StudyMode.FLOATING:
        wanted |= {"mode": StudyMode.GROUP, "reason": ""}
    if all(getattr(last, name) == value for name, value in wanted.items()):
        return False
    succeed(last, day, **wanted)
    return True


def _new_part(
    season: Season,
    member: MemberRow,
    last: Participation | None,
    *,
    start: date,
    day: date,
    mode: tuple[str, str],
) -> Participation:
    """Return the part of somebody who comes, or who comes back after ``last``."""
    if last is not None:
        mode = (last.mode, last.reason)
        start = max(day, last.valid_to or day)
    return Participation(
        season=season,
        person_id=member.person_id,
        branch_id=member.branch_id,
        mode=mode[0],
        reason=mode[1],
        category=category_of(member),
        valid_from=start,
    )


def _close(row: Participation, day: date) -> bool:
    if row.valid_from >= day:
        row.delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    return True


@transaction.atomic
def forget_people(person_ids: Collection[UUID]) -> int:
    """Take out the parts of people who came by mistake; return how many.

    A part that somebody has changed by hand stays, and holds its person.
    """
    parts = Participation.objects.filter(person_id__in=person_ids)
    changed = set(parts.exclude(excluded_reason="").values_list("person_id", flat=True))
    several = parts.values("season_id", "person_id").annotate(n=Count("id")).filter(n__gt=1)
    changed |= {row["person_id"] for row in several}
    deleted, _rows = parts.exclude(person_id__in=changed).delete()
    return deleted


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Leave one part to somebody who was in the roster twice, and one place in each cohort.

    The survivor's own parts stand; a survivor without any takes over the other's.
    Safe to repeat.
    """
    places = Cohort.people.through.objects.filter(person_id=merged_id)
    twice = Cohort.people.through.objects.filter(person_id=kept_id).values("cohort_id")
    places.exclude(cohort_id__in=twice).update(person_id=kept_id)
    places.delete()
    for season_id in set(
        Participation.objects.filter(person_id=merged_id).values_list("season_id", flat=True)
    ):
        theirs = Participation.objects.filter(season_id=season_id, person_id=merged_id)
        if Participation.objects.filter(season_id=season_id, person_id=kept_id).exists():
            theirs.delete()
        else:
            theirs.update(person_id=kept_id)
        announce_people(season_id, [kept_id, merged_id])
