"""Rows that services write, locked and only for who may: what all of them begin with."""

from datetime import datetime
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import spoken_code
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonRules, SeasonState
from dongxun.volunteers.models import Errand, Post, Service, Shift, Team, Turn, Volunteer


def open_season(season_id: UUID, *, kept: datetime | None = None) -> SeasonRules:
    """Return the rules of a season that still takes entries.

    Args:
        kept: when that happened which waited on a phone; before the closing it is taken.

    Raises:
        NotFound, SeasonClosed.
    """
    rules = seasons.rules(season_id)
    if rules.state == SeasonState.CLOSED:
        closed_at = seasons.closed_at(season_id)
        if kept is None or closed_at is None or kept > closed_at:
            raise SeasonClosed
    return rules


def managed(organisation_id: UUID, *, by: Actor) -> Node:
    """Return an organisation whose volunteers the actor may arrange.

    Raises:
        NotFound: absent, or outside the actor's subtrees.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("volunteers.manage", by, node.interval.lft)
    return node


def home_of(person_id: UUID, *, by: Actor) -> BranchOf:
    """Return the branch of a person for whom the actor may speak.

    Raises:
        NotFound: absent, or nobody of theirs.
    """
    home = people.branches_of([person_id]).get(person_id)
    if home is None or not allows("volunteers.speak_for", by, (person_id, home.lft)):
        raise NotFound
    return home


def own_post(post_id: UUID, *, by: Actor) -> Post:
    """Return a post that the actor arranges, locked.

    Raises:
        NotFound: absent or another's.
        SeasonClosed.
    """
    row = Post.objects.select_for_update(of=("self",)).select_related("organisation", "season")
    found = wanted_row(row.filter(id=post_id))
    if not allows("volunteers.manage", by, found.organisation.lft):
        raise NotFound
    open_season(found.season_id)
    return found


def any_shift(shift_id: UUID) -> Shift:
    """Return a shift, locked.

    Raises:
        NotFound, SeasonClosed.
    """
    rows = Shift.objects.select_for_update(of=("self",))
    found = wanted_row(rows.select_related("post__organisation").filter(id=shift_id))
    open_season(found.post.season_id)
    return found


def any_service(service_id: UUID) -> Service:
    """Return a service, locked.

    Raises:
        NotFound, SeasonClosed.
    """
    rows = Service.objects.select_for_update(of=("self",)).select_related("organisation", "type")
    found = wanted_row(rows.filter(id=service_id))
    open_season(found.season_id)
    return found


def own_service(service_id: UUID, *, by: Actor) -> Service:
    """Return a service that the actor arranges, locked.

    Raises:
        NotFound, SeasonClosed.
    """
    found = any_service(service_id)
    if not allows("volunteers.manage", by, found.organisation.lft):
        raise NotFound
    return found


def own_turn(turn_id: UUID, *, by: Actor, kept: datetime | None = None, past: bool = False) -> Turn:
    """Return a live turn of the actor's own people, or at what they arrange, locked.

    Args:
        kept: see :func:`open_season`.
        past: see :func:`_turn`.

    Raises:
        NotFound, SeasonClosed.
    """
    found = _turn(turn_id, past=past)
    open_season(found.season_id, kept=kept)
    manages = allows("volunteers.manage", by, found.organisation.lft)
    if not manages and not allows("volunteers.speak_for", by, (found.person_id, found.branch.lft)):
        raise NotFound
    return found


def managed_turn(turn_id: UUID, *, by: Actor, past: bool = False) -> Turn:
    """Return a live turn at what the actor arranges, locked, to decide about it.

    What began before the season was closed is decided after it, too: words come late, and hours
    that wait on the last day wait for somebody.

    Args:
        past: see :func:`_turn`.

    Raises:
        NotFound, SeasonClosed.
    """
    found = _turn(turn_id, past=past)
    open_season(found.season_id, kept=found.starts_at)
    if not allows("volunteers.manage", by, found.organisation.lft):
        raise NotFound
    return found


def _turn(turn_id: UUID, *, past: bool) -> Turn:
    """Return a live turn, locked.

    Args:
        past: also one that was given back, swapped or called off, of which a phone may not have
            heard; where the person has taken the same thing again, that turn.

    Raises:
        NotFound.
    """
    rows = Turn.objects.select_for_update(of=("self",)).select_related("organisation", "branch")
    found = wanted_row(rows.filter(id=turn_id))
    if found.given_back_at is None:
        return found
    if not past:
        raise NotFound
    same = {"starts_at": found.starts_at, "ends_at": found.ends_at, "service": found.service_id}
    post = found.shift.post_id if found.shift else None
    again = rows.filter(person_id=found.person_id, given_back_at=None, errand=None)
    return again.filter(shift__post=post, **same).first() or found


def any_errand(errand_id: UUID, *, kept: datetime | None = None) -> Errand:
    """Return an errand, locked.

    Args:
        kept: see :func:`open_season`.

    Raises:
        NotFound, SeasonClosed.
    """
    rows = Errand.objects.select_for_update(of=("self",)).select_related("organisation")
    found = wanted_row(rows.filter(id=errand_id))
    open_season(found.season_id, kept=kept)
    return found


def own_errand(errand_id: UUID, *, by: Actor, kept: datetime | None = None) -> Errand:
    """Return an errand of the actor's organisations, locked.

    Args:
        kept: see :func:`open_season`.

    Raises:
        NotFound, SeasonClosed.
    """
    found = any_errand(errand_id, kept=kept)
    if not allows("volunteers.manage", by, found.organisation.lft):
        raise NotFound
    return found


def own_team(team_id: UUID, *, by: Actor) -> Team:
    """Return a team of the actor's organisations, locked.

    Raises:
        NotFound.
    """
    rows = Team.objects.select_for_update(of=("self",)).select_related("organisation")
    found = wanted_row(rows.filter(id=team_id))
    if not allows("volunteers.manage", by, found.organisation.lft):
        raise NotFound
    return found


def lock_person(person_id: UUID) -> None:
    """Hold a person's choices: two turns taken at once are taken one after the other."""
    Volunteer.objects.get_or_create(
        person_id=person_id, defaults={"number": spoken_code(8), "since": clock.today()}
    )
    Volunteer.objects.select_for_update().get(person_id=person_id)
