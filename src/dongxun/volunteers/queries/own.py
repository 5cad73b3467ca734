"""The phone of a volunteer: own turns, what is open nearby, errands, hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.people import api as people
from dongxun.people.contracts import BranchOf
from dongxun.volunteers.contracts import ErrandState, HoursState, TeamState
from dongxun.volunteers.models import (
    Certificate,
    DutyEntry,
    Errand,
    Handover,
    Post,
    Service,
    Shift,
    Team,
    TeamMember,
    Turn,
)
from dongxun.volunteers.queries.hours import hanging_now
from dongxun.volunteers.reach import offered

AHEAD = timedelta(days=14)
BEHIND = timedelta(hours=12)
SHOWN = 60


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift that somebody may take; ``offers`` of those on it would like to swap."""

    id: UUID
    post: str
    place: str
    starts_at: datetime
    ends_at: datetime
    missing: int
    offers: int
    mine_then: bool


def home(person_id: UUID, *, by: Actor) -> BranchOf:
    """Return the branch of a person of this phone.

    Raises:
        NotFound: nobody of this phone.
    """
    found = people.branches_of([person_id]).get(person_id)
    if found is None or person_id not in by.persons:
        raise NotFound
    return found


def my_turns(person_id: UUID, *, by: Actor) -> list[Turn]:
    """Return the turns of a person that are running or ahead, soonest first."""
    home(person_id, by=by)
    found = Turn.objects.filter(
        person_id=person_id, given_back_at=None, errand=None, ends_at__gt=clock.now() - BEHIND
    ).exclude(~Q(off_at=None))
    related = found.select_related("shift__post__place", "service__type", "organisation")
    return list(related.order_by("starts_at", "id")[:SHOWN])


def my_turn(turn_id: UUID, *, by: Actor) -> Turn:
    """Return one turn of this phone's people.

    Raises:
        NotFound: absent, given back, or nobody of this phone.
    """
    return wanted_row(
        Turn.objects.filter(
            id=turn_id, person_id__in=by.persons, given_back_at=None
        ).select_related("shift__post__place", "service__type", "organisation", "person")
    )


def beside(turn: Turn) -> list[str]:
    """Return the names of those on the same shift or at the same service."""
    if turn.errand_id is not None:
        return []
    same = Turn.objects.filter(given_back_at=None, shift=turn.shift_id, service=turn.service_id)
    return list(
        same.exclude(id=turn.id).order_by("taken_at").values_list("person__name", flat=True)
    )


def left_for(turn: Turn) -> list[Handover]:
    """Return the notes of the last day at this post that others wrote, newest first."""
    if turn.shift is None:
        return []
    found = Handover.objects.filter(
        shift__post=turn.shift.post_id, occurred_at__gt=clock.now() - timedelta(days=1)
    ).exclude(turn=turn)
    return list(found.select_related("turn__person", "read_turn__person").order_by("-occurred_at"))


def own_notes(turn: Turn) -> list[Handover]:
    """Return what a turn left to the next."""
    return list(Handover.objects.filter(turn=turn).order_by("occurred_at"))


def open_shifts(person_id: UUID, *, by: Actor) -> list[OpenShift]:
    """Return the shifts of the next two weeks where somebody is wanted, soonest first."""
    here = home(person_id, by=by)
    now = clock.now()
    rows = _with_heads(person_id).filter(
        Q(heads__lt=F("needed")) | Q(offers__gt=0),
        offered(here, "post__organisation"),
        cancelled_at=None,
        post__closed_at=None,
        ends_at__gt=now,
        starts_at__lt=now + AHEAD,
    )
    return [
        OpenShift(
            id=row.id,
            post=row.post.name,
            place=row.post.place.name,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            missing=max(row.needed - row.heads, 0),
            offers=row.offers,
            mine_then=row.mine_then,
        )
        for row in rows.order_by("starts_at", "post__name", "id")[:SHOWN]
    ]


def _with_heads(person_id: UUID) -> QuerySet[Shift, Any]:
    """Return shifts with how many are on them, who would swap, and whether one is wanted then."""
    live = Q(turns__given_back_at=None, turns__isnull=False)
    swaps = live & Q(turns__offered_at__isnull=False, turns__on_at=None)
    mine = Turn.objects.filter(
        person_id=person_id,
        given_back_at=None,
        errand=None,
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return Shift.objects.select_related("post__place").annotate(
        heads=Count("turns", filter=live),
        offers=Count("turns", filter=swaps),
        mine_then=Exists(mine),
    )


def open_services(person_id: UUID, *, by: Actor) -> list[Service]:
    """Return the activities ahead that a person may join and has not joined."""
    here = home(person_id, by=by)
    joined = Turn.objects.filter(service=OuterRef("id"), person_id=person_id, given_back_at=None)
    rows = Service.objects.filter(
        offered(here) | offered(here, "partners"), cancelled_at=None, ends_at__gt=clock.now()
    )
    live = Count("turns", filter=Q(turns__given_back_at=None), distinct=True)
    found = rows.annotate(heads=live).filter(
        ~Exists(joined), Q(needed=None) | Q(heads__lt=F("needed"))
    )
    return list(found.select_related("type", "organisation").order_by("starts_at", "id")[:SHOWN])


def near_errands(person_id: UUID, *, by: Actor) -> list[Errand]:
    """Return the errands of one's town that wait for somebody: one's own branch first."""
    here = home(person_id, by=by)
    rows = Errand.objects.filter(offered(here), state=ErrandState.WAITING)
    listed = list(rows.select_related("organisation").order_by("asked_at", "id")[:SHOWN])
    return sorted(
        listed, key=lambda one: not one.organisation.lft <= here.lft <= one.organisation.rgt
    )


def own_errands(person_id: UUID, *, by: Actor) -> list[Errand]:
    """Return the errands a person runs or has lately run."""
    home(person_id, by=by)
    since = clock.now() - AHEAD
    rows = Errand.objects.filter(runner_id=person_id).filter(
        Q(state=ErrandState.TAKEN) | Q(done_at__gt=since)
    )
    return list(rows.select_related("organisation").order_by("state", "-taken_at")[:SHOWN])


def phone_errand(errand_id: UUID, *, by: Actor) -> Errand:
    """Return an errand that this phone's people may take or have taken.

    Raises:
        NotFound: of another town, or somebody else's.
    """
    row = wanted_row(Errand.objects.filter(id=errand_id).select_related("organisation", "runner"))
    if row.runner_id is not None:
        if row.runner_id in by.persons:
            return row
        raise NotFound
    homes = people.branches_of(by.persons).values()
    seen = (Errand.objects.filter(offered(one), id=row.id).exists() for one in homes)
    if row.state != ErrandState.WAITING or not any(seen):
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class OwnHours:
    """What a volunteer has so far; ``turns`` are the latest of all ``n_turns``."""

    approved: Decimal
    waiting: Decimal
    n_turns: int
    turns: tuple[Turn, ...]
    certificates: tuple[Certificate, ...]


def own_hours(person_id: UUID, season_id: UUID, *, by: Actor) -> OwnHours:
    """Return a person's hours of a season, with the latest turns behind them."""
    home(person_id, by=by)
    rows = Turn.objects.filter(person_id=person_id, season_id=season_id, given_back_at=None)
    over = rows.exclude(hours_state="")
    sums = over.aggregate(
        approved=Sum("hours", filter=Q(hours_state=HoursState.APPROVED)),
        waiting=Sum("hours", filter=Q(hours_state=HoursState.WAITING)),
        n=Count("id"),
    )
    listed = over.select_related("shift__post", "service", "errand")
    owned = person_id in by.owned
    found = Certificate.objects.filter(
        person_id=person_id, season_id=season_id, replaced_by=None
    ).select_related("issuer")
    return OwnHours(
        approved=sums["approved"] or Decimal(0),
        waiting=sums["waiting"] or Decimal(0),
        n_turns=sums["n"],
        turns=tuple(listed.order_by("-starts_at", "id")[:SHOWN]),
        certificates=tuple(found) if owned else (),
    )


def hanging_here(person_id: UUID, season_id: UUID, *, by: Actor) -> list[Turn]:
    """Return the hours that hang out in a person's own branch."""
    here = home(person_id, by=by)
    rows = Turn.objects.filter(hanging_now(season_id), branch_id=here.branch_id, given_back_at=None)
    found = rows.select_related("person", "shift__post", "service", "errand")
    return list(found.order_by("person__name", "starts_at", "id")[:SHOWN])


def near_teams(person_id: UUID, *, by: Actor) -> list[tuple[Team, bool]]:
    """Return the teams of one's town, and whether one is in them; own waiting ones too."""
    here = home(person_id, by=by)
    inside = TeamMember.objects.filter(team=OuterRef("id"), person_id=person_id, left_at=None)
    rows = Team.objects.filter(offered(here)).annotate(mine=Exists(inside))
    found = rows.filter(Q(state=TeamState.APPROVED) | Q(mine=True)).exclude(state=TeamState.ENDED)
    heads = Count("members", filter=Q(members__left_at=None))
    listed = found.annotate(heads=heads).select_related("organisation", "leader")
    return [(row, row.mine) for row in listed.order_by("-mine", "name", "id")[:SHOWN]]


def post_on_duty(post_id: UUID, *, by: Actor) -> tuple[Post, Turn]:
    """Return a post at which somebody of this phone is on duty, and their turn.

    Raises:
        NotFound: nobody of this phone has a turn there now or lately.
    """
    now = clock.now()
    found = wanted_row(
        Turn.objects.filter(
            shift__post_id=post_id,
            person_id__in=by.persons,
            given_back_at=None,
            starts_at__lt=now + timedelta(hours=2),
            ends_at__gt=now - timedelta(hours=2),
        )
        .select_related("shift__post", "person")
        .order_by("-starts_at")
    )
    if found.shift is None or not found.shift.post.keeps_register:
        raise NotFound
    return found.shift.post, found


def own_lines(post: Post, turn: Turn) -> list[DutyEntry]:
    """Return what this turn's person wrote into the register, newest first; times and kinds only."""
    rows = DutyEntry.objects.filter(post=post, person_id=turn.person_id)
    since = turn.starts_at - timedelta(hours=2)
    return list(rows.filter(occurred_at__gte=since).order_by("-occurred_at", "-id")[:20])
