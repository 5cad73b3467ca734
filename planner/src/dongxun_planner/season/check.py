"""The checker of season plans: rules and costs once more, in plain Python, without any solver."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from dongxun_planner.protocol import Verdict
from dongxun_planner.season.problems import Meeting, SeasonPlan, SeasonProblem, Venue
from dongxun_planner.zoning.check import km


def check_season(problem: SeasonProblem, plan: SeasonPlan) -> Verdict:
    """Check a plan; its parts are the yuan of each kind and the sessions that are not held."""
    broken = [*broken_units(problem, plan), *_pins(problem, plan)]
    known = {venue.id for venue in problem.venues}
    broken.extend(f"venue {c.venue}: is not here" for c in plan.cohorts if c.venue not in known)
    if not broken:
        broken.extend(_rooms(problem, plan))
        broken.extend(_meetings(problem, plan))
    if broken:
        return Verdict(float("inf"), tuple(broken))
    parts = _parts(problem, plan)
    cost = sum(value for name, value in parts.items() if name.endswith("yuan"))
    return Verdict(round(cost, 6), (), parts)


def check_pins(problem: SeasonProblem) -> Iterator[str]:
    """Say which pins break a rule by themselves or clash with each other."""
    pins = SeasonPlan(problem.pinned)
    yield from (f"pinned: {rule}" for rule in _rooms(problem, pins))
    yield from (f"pinned: {rule}" for rule in _meetings(problem, pins))


def broken_units(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    """Say which units learn nowhere, twice, or are unknown."""
    units = {unit.id: unit for unit in problem.units}
    seen = Counter(name for cohort in plan.cohorts for name in cohort.units)
    yield from (
        f"unit {units[name].name or name}: learns nowhere" for name in units if not seen[name]
    )
    yield from (f"unit {name}: learns in {n} cohorts" for name, n in seen.items() if n > 1)
    yield from (f"unit {name}: is not here" for name in seen if name not in units)
    yield from (f"cohort at {c.venue}: has no units" for c in plan.cohorts if not c.units)


def _pins(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    places = {(c.venue, c.weekday, frozenset(c.units)): c for c in plan.cohorts}
    for pin in problem.pinned:
        cohort = places.get((pin.venue, pin.weekday, frozenset(pin.units)))
        if cohort is None:
            yield f"pinned cohort at {pin.venue}: was changed"
            continue
        for meeting in set(pin.meetings) - set(cohort.meetings):
            yield f"pinned {meeting.topic} at {pin.venue}, slot {meeting.slot}: was moved"


def _rooms(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    units = {unit.id: unit for unit in problem.units}
    venues = {venue.id: venue for venue in problem.venues}
    for cohort in plan.cohorts:
        venue = venues[cohort.venue]
        members = sum(units[name].members for name in cohort.units)
        if members > venue.seats:
            yield f"venue {venue.name or venue.id}: {venue.seats} seats for {members} members"
        for name in cohort.units:
            way = km(units[name], venue)
            if way > problem.within_km + 1e-9:
                yield f"unit {units[name].name or name}: {way:.1f} km to {venue.name or venue.id}"


def _meetings(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    lecturers = {lecturer.id: lecturer for lecturer in problem.lecturers}
    weeks = [date.fromisoformat(day).isocalendar()[:2] for day in problem.days]
    busy: Counter[tuple[object, ...]] = Counter()
    limits: dict[str, int] = {"lecturer week": problem.lecturer_a_week}
    limits["cohort week"] = problem.cohort_a_week
    for number, cohort in enumerate(plan.cohorts):
        for meeting in cohort.meetings:
            where = f"{meeting.topic} at {cohort.venue}, slot {meeting.slot}"
            lecturer = lecturers.get(meeting.lecturer)
            if lecturer is None or meeting.slot >= len(weeks) * problem.halves:
                yield f"{where}: lecturer or slot is not here"
                continue
            if meeting.topic not in lecturer.topics:
                yield f"{where}: {lecturer.id} does not teach it"
            if meeting.slot not in lecturer.free:
                yield f"{where}: {lecturer.id} is not free"
            day = meeting.slot // problem.halves
            busy["lecturer", lecturer.id, meeting.slot] += 1
            busy["lecturer week", lecturer.id, weeks[day]] += 1
            busy["load", lecturer.id] += 1
            busy["cohort week", number, weeks[day]] += 1
            busy["cohort day", number, problem.days[day]] += 1
            busy["cohort topic", number, meeting.topic] += 1
            busy["venue", cohort.venue, meeting.slot] += 1
    closed = {(venue.id, slot) for venue in problem.venues for slot in venue.closed}
    for key, count in busy.items():
        limit = lecturers[str(key[1])].load if key[0] == "load" else limits.get(str(key[0]), 1)
        if count > limit:
            yield f"{' '.join(map(str, key))}: {count} sessions, at most {limit}"
        if key[0] == "venue" and key[1:] in closed:
            yield f"venue {key[1]}: is closed in slot {key[2]}"


def _parts(problem: SeasonProblem, plan: SeasonPlan) -> dict[str, float]:
    units = {unit.id: unit for unit in problem.units}
    venues = {venue.id: venue for venue in problem.venues}
    prices, topics = problem.prices, len(problem.topics)
    parts = dict.fromkeys(("halls", "ways", "off_days", "lecturers", "moved", "unheld"), 0.0)
    for cohort in plan.cohorts:
        venue, mine = venues[cohort.venue], [units[name] for name in cohort.units]
        parts["halls"] += topics * venue.cost
        parts["ways"] += topics * prices.walk_km * sum(u.members * km(u, venue) for u in mine)
        off = sum(unit.members for unit in mine if unit.study_day != cohort.weekday)
        parts["off_days"] += topics * prices.off_day * off
        for meeting in cohort.meetings:
            parts["lecturers"] += _drive(problem, meeting, venue)
            parts["moved"] += prices.moved * (_weekday(problem, meeting) != cohort.weekday)
        parts["unheld"] += prices.unheld * (topics - len(cohort.meetings))
    unheld = sum(topics - len(cohort.meetings) for cohort in plan.cohorts)
    yuan = {f"{name}_yuan": round(value, 2) for name, value in parts.items()}
    return yuan | {"unheld": float(unheld), "cohorts": float(len(plan.cohorts))}


def _drive(problem: SeasonProblem, meeting: Meeting, venue: Venue) -> float:
    [lecturer] = [each for each in problem.lecturers if each.id == meeting.lecturer]
    return 2 * problem.prices.drive_km * km(lecturer, venue)


def _weekday(problem: SeasonProblem, meeting: Meeting) -> int:
    return date.fromisoformat(problem.days[meeting.slot // problem.halves]).weekday()
