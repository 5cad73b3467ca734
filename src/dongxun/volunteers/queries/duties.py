"""What a plan of duties begins from: shifts to come, who could stand there, who is taken when."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.volunteers import reckoning
from dongxun.volunteers.contracts import TeamState
from dongxun.volunteers.models import Post, Shift, TeamMember, Turn
from dongxun.volunteers.queries.overview import teams
from dongxun.volunteers.queries.roster import DAY, post_row

BEFORE: Final = "before"
"""Stands for everybody who was on duty at the post before."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift to come and who is on it; without id it is of the post's day and not laid yet."""

    shift_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    needed: int
    person_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that somebody has; ``shift_id`` is none for one at an activity."""

    person_id: UUID
    starts_at: datetime
    ends_at: datetime
    shift_id: UUID | None


def planned(post: Post, first: date, last: date) -> list[reckoning.Stretch]:
    """Return the shifts that the post's day would have on each day, in order."""
    offsets = [at for start in post.starts if (at := reckoning.offset_of(start)) is not None]
    found: list[reckoning.Stretch] = []
    day = first
    while day <= last:
        found += reckoning.shifts_of(clock.moment(day), offsets)
        day += timedelta(days=1)
    return found


def duties(post_id: UUID, first: date, last: date, *, by: Actor) -> list[Duty]:
    """Return the shifts of these days that have not begun, in order.

    Those of the post's day count where nothing else is laid at that time. An ended post has none.

    Raises:
        NotFound: not the actor's post.
    """
    post = post_row(post_id, by=by)
    first, last = max(first, post.from_day), min(last, post.until_day)
    if post.closed_at is not None or last < first:
        return []
    begin, end = clock.moment(first), clock.moment(last + DAY)
    live = Turn.objects.filter(given_back_at=None).order_by("taken_at", "id")
    rows = Shift.objects.filter(
        post=post, cancelled_at=None, starts_at__lt=end + DAY, ends_at__gt=begin
    ).prefetch_related(Prefetch("turns", queryset=live, to_attr="live_turns"))
    laid = list(rows.order_by("starts_at", "id"))
    found = [
        Duty(row.id, row.starts_at, row.ends_at, row.needed, _on(row))
        for row in laid
        if begin <= row.starts_at < end
    ]
    if post.starts:
        found += [
            Duty(None, a, b, post.needed)
            for a, b in planned(post, first, last)
            if not any(row.starts_at < b and a < row.ends_at for row in laid)
        ]
    coming = (duty for duty in found if duty.starts_at > clock.now())
    return sorted(coming, key=lambda duty: (duty.starts_at, duty.ends_at))


def _on(row: Shift) -> tuple[UUID, ...]:
    turns: list[Turn] = getattr(row, "live_turns", [])
    return tuple(turn.person_id for turn in turns)


def duty_teams(post_id: UUID, *, by: Actor) -> list[tuple[str, str, int]]:
    """Return whom a post's duties could be given to: (key, name, how many).

    Raises:
        NotFound: not the actor's post.
    """
    own = list(teams(by).filter(state=TeamState.APPROVED))
    mates = TeamMember.objects.filter(team__in=own, left_at=None)
    heads = Counter(mates.values_list("team_id", flat=True))
    found = [
        (str(row.id), f"{row.name}（{row.organisation.short_name}）", heads[row.id])
        for row in own
        if heads[row.id]
    ]
    before = len(_before(post_row(post_id, by=by)))
    known = [(BEFORE, _("Whoever has been on this post's shifts"), before)] if before else []
    return [*found, *known]


def duty_people(post_id: UUID, keys: Collection[str], *, by: Actor) -> set[UUID]:
    """Return who is meant by keys of :func:`duty_teams`; unknown ones mean nobody.

    Raises:
        NotFound: not the actor's post.
    """
    post = post_row(post_id, by=by)
    own = [row.id for row in teams(by).filter(state=TeamState.APPROVED) if str(row.id) in keys]
    mates = TeamMember.objects.filter(team_id__in=own, left_at=None)
    found = set(mates.values_list("person_id", flat=True))
    return found | (_before(post) if BEFORE in keys else set())


def _before(post: Post) -> set[UUID]:
    rows = Turn.objects.filter(shift__post=post, given_back_at=None)
    return set(rows.values_list("person_id", flat=True))


def taken(ids: Collection[UUID], begin: datetime, end: datetime) -> list[Taken]:
    """Return the turns of these people that touch a time; errands have no hours of their own.

    For rooms that compute; nothing personal in it.
    """
    rows = Turn.objects.filter(
        person_id__in=list(ids),
        given_back_at=None,
        errand=None,
        starts_at__lt=end,
        ends_at__gt=begin,
    )
    values = rows.order_by("starts_at", "id").values_list(
        "person_id", "starts_at", "ends_at", "shift_id"
    )
    return [Taken(*line) for line in values]


def posts_at(ids: Collection[UUID]) -> dict[UUID, tuple[int, bool]]:
    """Return where in the tree each post stands, and whether it has not been ended.

    For rooms that compute; nothing personal in it.
    """
    rows = Post.objects.filter(id__in=list(ids)).values_list("id", "organisation__lft", "closed_at")
    return {key: (lft, closed_at is None) for key, lft, closed_at in rows}
