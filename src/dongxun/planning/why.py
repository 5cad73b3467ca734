"""Why something is impossible or not held, and what it would take: in words, with numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dongxun.kernel.errors import Text
from dongxun.organisations import api as organisations
from dongxun.planning.naming import few
from dongxun.planning.snapshots import groups
from dongxun.planning.snapshots.season import Snapshot
from dongxun_planner.replan.check import engages, stuck
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.season.problems import Lecturer, Meeting, SeasonProblem, Unit, Venue

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
        return [("unit", _no_venues(found))]
    if not any(lecturer.free for lecturer in problem.lecturers):
        words = _(
            "No lecturer of these topics is free in these days. Subjects of lecturers decide."
        )
        return [("topics", words + _others(found))]
    return [("within_km", words) for words in _far(problem)]


def _no_venues(found: Snapshot) -> str:
    said = _("No hall here has both a number of seats and a point on the map.")
    bare = found.left_out.get("venues")
    return said + _(" One of them lacks: %(names)s.") % {"names": few(bare)} if bare else said


def _others(found: Snapshot) -> str:
    """Name the lecturers whose subjects are others."""
    others = found.left_out.get("lecturers")
    return _(" Of other subjects: %(names)s.") % {"names": few(others)} if others else ""


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


def left_out(about: Mapping[str, Any]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield what a search left out: in words, how many, and their names if it kept them."""
    words = {
        "units": _("branches without a point on the map"),
        "venues": _("places without seats or a point"),
        "had": _("branches that have had these topics, or have published sessions of all of them"),
        "partly": _(
            "branches of which the same is true for some of them: planned for the others only"
        ),
        "lecturers": _("lecturers whose subjects are none of these topics"),
    }
    names = {"units": about.get("nowhere", [])} | about.get("named", {})
    for key, said in words.items():
        if n := about["left_out"].get(key, 0):
            yield said, n, names.get(key, [])


def lacking(problem: ReplanProblem, cohort: int, meeting: Meeting) -> str:
    """Say what a published session lacks that finds no other place, hall or lecturer."""
    season = problem.season
    able = [one for one in season.lecturers if meeting.topic in one.topics]
    free = [one for one in able if any(slot >= problem.first_slot for slot in one.free)]
    if not free and all(one.id == meeting.lecturer for one in able):
        return _("Nobody else here teaches its topics.")
    if not free:
        words = _("Its %(n)d lecturers have no free half-day until the season ends.")
        return words % {"n": len(able)}
    unit = next(one for one in season.units if one.id in problem.published.cohorts[cohort].units)
    members = problem.sizes()[cohort, meeting.topic]
    return _no_hall(season, unit, members) or _(
        "Its lecturers, halls and people are never free together until the season ends."
    )


def in_the_way(
    problem: ReplanProblem, plan: ReplanPlan, cohort: int, meeting: Meeting
) -> Session | None:
    """Return what finds no place either and stands where a published session could go; None: nothing."""
    left = [
        one
        for one in stuck(problem, plan.sessions)
        if (one.cohort, one.topic) != (cohort, meeting.topic)
    ]
    barred = {b.lecturer for b in problem.barred if (b.cohort, b.topic) == (cohort, meeting.topic)}
    able = [
        one
        for one in problem.season.lecturers
        if meeting.topic in one.topics and one.id not in barred
    ]
    for one in left:
        if _free_but_for(problem, plan, (cohort, meeting), one, able):
            return one
    return None


def _free_but_for(
    problem: ReplanProblem,
    plan: ReplanPlan,
    what: tuple[int, Meeting],
    left: Session,
    able: Sequence[Lecturer],
) -> bool:
    """Whether only what is left there takes hall, lecturer or people of something at its time."""
    (cohort, meeting), season, slot = what, problem.season, left.slot
    unit = next(one for one in season.units if one.id in problem.published.cohorts[cohort].units)
    pairs = {frozenset((pair.cohort, pair.other)) for pair in problem.kin}
    then = [one for one in plan.sessions if one.slot == slot]
    if (
        slot < problem.first_slot
        or slot in unit.closed
        or any(frozenset((cohort, one.cohort)) in pairs for one in then)
    ):
        return False
    members = problem.sizes()[cohort, meeting.topic]
    halls, teachers = {one.venue for one in then}, {one.lecturer for one in then}
    open_ = {
        one.id
        for one in season.venues
        if one.seats >= members and slot not in one.closed and one.id not in halls
        if _km(unit, one) <= season.within_km
    }
    free = {one.id for one in able if slot in one.free and one.id not in teachers}
    takes = {left.lecturer} if engages(problem, left) else set()
    blocked = (
        frozenset((cohort, left.cohort)) in pairs or open_ == {left.venue} or free == takes != set()
    )
    return bool(open_ and free and blocked)


def _no_hall(season: SeasonProblem, unit: Unit, members: int) -> str:
    """Say that no open hall in reach holds so many, and what it would take; empty where one does."""
    slots = len(season.days) * season.halves
    halls = [one for one in season.venues if len(one.closed) < slots]
    near = [one for one in halls if _km(unit, one) <= season.within_km]
    if any(one.seats >= members for one in near):
        return ""
    largest = max(near, key=lambda one: one.seats, default=None)
    able = [one for one in halls if one.seats >= members]
    nearest = min(able, key=lambda one: _km(unit, one), default=None)
    said = {"n": members, "km": season.within_km}
    if largest is None:
        found = _("No open hall lies within %(km)g km of its %(n)d people.") % said
    else:
        words = _(
            "Its %(n)d people fit in no open hall within %(km)g km: the largest, %(hall)s, has"
            " %(seats)d seats."
        )
        found = words % (said | {"hall": largest.name, "seats": largest.seats})
    if nearest is None:
        return f"{found}{_(' It would take more than one session.')}"
    words = _(" It would take more than one session, or %(hall)s %(far)d km away.")
    return f"{found}{words % {'hall': nearest.name, 'far': round(_km(unit, nearest))}}"
