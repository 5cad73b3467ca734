"""What this room says on pages of rooms below: lessons that fall through, and the way to a repair."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.beside import Beside
from dongxun.lecturers import api as lecturers
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.planning.rules import DESK
from dongxun.planning.snapshots import placing, published
from dongxun.seasons import api as seasons
from dongxun.volunteers import api as volunteers

AHEAD = timedelta(days=180)
MOST_NAMED = 10


def of_lecturers(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return how many lessons of each lecturer lie on days on which they cannot come."""
    if not by.holds(*DESK):
        return {}
    now, times = clock.now(), lecturers.times_of(ids)
    lost = {
        one.session_id
        for one in activities.taken(ids, now, now + AHEAD)
        if not times[one.lecturer_id].can_come(clock.day_of(one.starts_at))
    }
    season = seasons.current_season(by) if lost else None
    if season is None:
        return {}
    found: dict[UUID, list[Beside]] = {}
    for top in organisations.own_tops(by, DESK):
        for key, n in _counted(published.ahead(season.id, top, by=by, ids=lost), times).items():
            href = f"{reverse('planning:new_repair')}?unit={top.id}"
            found.setdefault(key, []).append(Beside(_words(n), href))
    return found


def _counted(
    sessions: Collection[activities.PlannedSession], times: Mapping[UUID, lecturers.Times]
) -> Counter[UUID]:
    """Count the sessions by each lecturer who cannot come."""
    return Counter(
        key
        for one in sessions
        for key in one.lecturers
        if key in times and not times[key].can_come(clock.day_of(one.starts_at))
    )


def _words(count: int) -> str:
    words = ngettext(
        "%(n)d session falls through: repair", "%(n)d sessions fall through: repair", count
    )
    return words % {"n": count}


def of_zones(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way to zones proposed by the planner, for the root of the season."""
    season = seasons.current_season(by) if by.holds(Role.OFFICE) else None
    if (
        season is None
        or season.root_id not in ids
        or not by.reaches(season.root_lft, [Role.OFFICE])
    ):
        return {}
    return {season.root_id: [Beside(_("Propose zones"), reverse("planning:new_zones"))]}


def of_dispatch(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the ways from an order of a lesson to a whole timetable and to its repair, by unit."""
    season = seasons.current_season(by) if by.holds(*DESK) else None
    if season is None:
        return {}
    plan, repair = reverse("planning:new_season"), reverse("planning:new_repair")
    return {
        key: [
            Beside(_("Plan a timetable"), f"{plan}?unit={key}"),
            Beside(_("Repair the timetable"), f"{repair}?unit={key}"),
        ]
        for key, node in organisations.nodes(ids).items()
        if by.reaches(node.interval.lft, DESK)
    }


def of_homes(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way to rounds proposed by the planner, for units whose list of homes is shown."""
    nodes = organisations.nodes(ids)
    href = reverse("planning:new_rounds")
    return {
        key: [Beside(_("Propose rounds"), f"{href}?unit={key}")]
        for key, node in nodes.items()
        if by.reaches(node.interval.lft, DESK)
    }


def of_lost_places(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return how many published sessions ahead lose their hall with each of these closed places."""
    season = seasons.current_season(by) if by.holds(*DESK) else None
    if season is None or not ids:
        return {}
    found: dict[UUID, list[Beside]] = {}
    for top in organisations.own_tops(by, DESK):
        ahead = published.ahead(season.id, top, by=by)
        counts = Counter(one.place_id for one in ahead if one.place_id in ids)
        href = f"{reverse('planning:new_repair')}?unit={top.id}"
        for key, n in counts.items():
            if key is not None:
                found.setdefault(key, []).append(Beside(_words(n), href))
    return found


def of_missed(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way to new sessions for those who missed topics; the unit is added by the page."""
    if not by.holds(*DESK):
        return {}
    href = reverse("planning:new_repair")
    return {key: [Beside(_("Arrange anew"), f"{href}?topic={key}")] for key in ids}


def of_posts(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way to a roster proposed by the planner, for posts that still stand."""
    return {
        key: [Beside(_("Propose a duty roster"), reverse("planning:new_roster", args=[key]))]
        for key, (lft, is_open) in volunteers.posts_at(ids).items()
        if is_open and by.reaches(lft, DESK)
    }


def of_cohorts(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return who of a branch is in none of its study groups, on the page of each; expected nowhere."""
    found: dict[UUID, list[Beside]] = {}
    for key in ids:
        view = seasons.cohort(key, by=by)
        branch = organisations.node(view.organisation_id)
        groups = placing.study_groups(view.season_id, branch)
        if key not in groups:
            continue
        left, _sizes = placing.unplaced(view.season_id, branch, groups)
        here = reverse("seasons:cohort", args=[key])
        names = sorted(card.name for card in people.cards(left, by=by).values())
        words = _(
            "%(name)s is in none of the branch's study groups, and expected at none of their sessions"
        )
        found[key] = [
            Beside(words % {"name": name}, f"{here}?look=1&q={quote(name)}")
            for name in names[:MOST_NAMED]
        ]
        if (more := len(names) - MOST_NAMED) > 0:
            said = ngettext("%(n)d more is in none", "%(n)d more are in none", more)
            found[key].append(Beside(said % {"n": more}, f"{here}?look=1"))
    return found
