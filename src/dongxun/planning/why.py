"""Why something is impossible or not held, and what it would take: in words, with numbers."""

from django.utils.translation import gettext as _

from dongxun.kernel.errors import Text
from dongxun.organisations import api as organisations
from dongxun.planning.snapshots import groups
from dongxun.planning.snapshots.season import Snapshot
from dongxun_planner.season.problems import Meeting, SeasonProblem, Unit, Venue

MOST_NAMES = 5


def impossible(found: Snapshot) -> list[tuple[str, Text]]:
    """Return what no plan can help, each with the field that could; empty where plans exist."""
    problem = found.problem
    if not problem.topics:
        return [("topics", _("Choose at least one topic."))]
    if not problem.days:
        return [("last", _("There is no working day between these days."))]
    if not problem.units:
        return [_nobody(found)]
    if not problem.venues:
        return [("unit", _("No hall here has both a number of seats and a point on the map."))]
    if not any(lecturer.free for lecturer in problem.lecturers):
        words = _(
            "No lecturer of these topics is free in these days. Subjects of lecturers decide."
        )
        return [("topics", words)]
    return [("within_km", words) for words in _far(problem)]


def _nobody(found: Snapshot) -> tuple[str, Text]:
    """Say why nobody is left to be planned for."""
    if found.large:
        words = _("No hall within reach holds any of these branches: %(names)s.")
        return "within_km", words % _named(found.large, found.problem)
    if found.left_out.get("had"):
        words = _(
            "Everybody here has had these topics, or has a published session of them. Nothing is"
            " left to be planned."
        )
        return "topics", words
    return "unit", _("Nobody learns together here, or no branch has a point on the map.")


def _far(problem: SeasonProblem) -> list[str]:
    """Say which units no hall in reach can hold."""
    pinned = {name for pin in problem.pinned for name in pin.units}
    alone: list[str] = []
    large: list[str] = []
    for unit in problem.units:
        if unit.id in pinned:
            continue
        seats = [venue.seats for venue in problem.venues if _km(unit, venue) <= problem.within_km]
        if not seats:
            alone.append(unit.name)
        elif max(seats) < unit.members:
            large.append(f"{unit.name}（{unit.members} > {max(seats)}）")
    found = []
    if alone:
        words = _(
            "%(n)d branches have no hall within %(km)g km: %(names)s. Look further, or choose below"
            " to leave them out."
        )
        found.append(words % _named(alone, problem))
    if large:
        words = _(
            "%(n)d branches are larger than any hall within %(km)g km, even in %(groups)d groups:"
            " %(names)s. Look further, or choose below to leave them out."
        )
        found.append(words % (_named(large, problem) | {"groups": groups.MOST}))
    return found


def _named(names: list[str], problem: SeasonProblem) -> dict[str, object]:
    more = "……" if len(names) > MOST_NAMES else ""
    shown = "、".join(names[:MOST_NAMES]) + more
    return {"n": len(names), "km": problem.within_km, "names": shown}


def _km(unit: Unit, venue: Venue) -> float:
    there = (venue.latitude, venue.longitude)
    return organisations.distance_km((unit.latitude, unit.longitude), there)


def lacking(problem: SeasonProblem, unit: str, meeting: Meeting, first_slot: int) -> str:
    """Say what a published session lacks that finds no other place, hall or lecturer."""
    others = [
        one
        for one in problem.lecturers
        if meeting.topic in one.topics and one.id != meeting.lecturer
    ]
    able = [one for one in problem.lecturers if meeting.topic in one.topics]
    free = [one for one in able if any(slot >= first_slot for slot in one.free)]
    members = next((one.members for one in problem.units if one.id == unit), 0)
    slots = len(problem.days) * problem.halves
    halls = [one for one in problem.venues if one.seats >= members and len(one.closed) < slots]
    if not free and not others:
        return _("Nobody else here teaches its topics.")
    if not free:
        words = _("Its %(n)d lecturers have no free half-day until the season ends.")
        return words % {"n": len(able)}
    if not halls:
        return _("No open hall with a point on the map holds its %(n)d people.") % {"n": members}
    return _("Its lecturers, halls and people are never free together until the season ends.")
