"""Why somebody who missed a topic finds no seat, and what it would take: in words, with numbers."""

from django.utils.translation import gettext as _

from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem
from dongxun_planner.zoning.check import km


def lacking(problem: ReplanProblem, plan: ReplanPlan, topic: str) -> str:
    """Say why those of a topic who are left find no seat."""
    season = problem.season
    slots = len(season.days) * season.halves
    units = {unit.id: unit for unit in season.units}
    if problem.first_slot >= slots:
        return _(
            "No teaching day is left until the season ends. Teach at home, or end the season later."
        )
    mine = [units[left.unit] for left in plan.uncovered if left.topic == topic]
    halls = [one for one in season.venues if one.seats and len(one.closed) < slots]
    near = [one for one in halls if any(km(unit, one) <= season.within_km for unit in mine)]
    if not near:
        words = _(
            "No open hall with seats lies within %(km)g km of them. Add one, or teach at home."
        )
        return words % {"km": season.within_km}
    free = [
        one
        for one in season.lecturers
        if topic in one.topics and any(slot >= problem.first_slot for slot in one.free)
    ]
    if not free:
        return _("Nobody who teaches it is free until the season ends. Find another lecturer.")
    made = sum(session.cohort is None for session in plan.sessions)
    if made >= problem.makeups:
        words = _(
            "What is published has no seats for them within %(km)g km, and no more than %(n)d"
            " sessions were to be added. Allow more and seek again."
        )
        return words % {"km": season.within_km, "n": problem.makeups}
    words = _(
        "Within %(km)g km no seats, lecturer and hall are free together when they can come, for so"
        " many that a session pays. Send them to make it up at home, or widen a published session."
    )
    return words % {"km": season.within_km}
