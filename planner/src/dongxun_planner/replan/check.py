"""The checker of repairs: rules and costs once more, in plain Python, without any solver."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from dongxun_planner.protocol import Verdict
from dongxun_planner.replan.problems import Bar, ReplanPlan, ReplanProblem, Session
from dongxun_planner.season.check import beside
from dongxun_planner.season.problems import Lesson, Venue, week_of_day
from dongxun_planner.season.travel import too_far
from dongxun_planner.zoning.check import km


def published_sessions(problem: ReplanProblem) -> list[Session]:
    """Return every published meeting as a session, past ones too."""
    return [
        Session(number, meeting.topic, cohort.venue, meeting.lecturer, meeting.slot)
        for number, cohort in enumerate(problem.published.cohorts)
        for meeting in cohort.meetings
    ]


def fallen(problem: ReplanProblem) -> list[Session]:
    """Return the published sessions ahead that cannot stay as they are."""
    free = {each.id: set(each.free) for each in problem.season.lecturers}
    closed = {venue.id: set(venue.closed) for venue in problem.season.venues}
    barred = {(bar.cohort, bar.topic, bar.lecturer) for bar in problem.barred}
    return [
        session
        for session in published_sessions(problem)
        if session.slot >= problem.first_slot
        and (
            session.slot not in free.get(session.lecturer, ())
            or session.slot in closed[session.venue]
            or (session.cohort, session.topic, session.lecturer) in barred
        )
    ]


def stuck(problem: ReplanProblem, sessions: Iterable[Session]) -> list[Session]:
    """Return what fell through and is held nowhere else: nobody is told, so it stands as published."""
    held = {(session.cohort, session.topic) for session in sessions}
    return [one for one in fallen(problem) if (one.cohort, one.topic) not in held]


def engages(problem: ReplanProblem, one: Session) -> bool:
    """Tell whether the lecturer of a session that stands as published means to come to it."""
    mine = [each for each in problem.season.lecturers if each.id == one.lecturer]
    barred = Bar(one.cohort or 0, one.topic, one.lecturer) in problem.barred
    return any(one.slot in each.free for each in mine) and not barred


def check_replan(problem: ReplanProblem, plan: ReplanPlan) -> Verdict:
    """Check a repair; its parts count changes, new sessions and people left without."""
    past = [s for s in published_sessions(problem) if s.slot < problem.first_slot]
    broken = [*_places(problem, plan), *_clashes(problem, [*past, *plan.sessions])]
    if not broken:
        broken.extend(_joins(problem, plan))
    broken.extend(_kept(problem, plan))
    if broken:
        return Verdict(float("inf"), tuple(broken))
    ahead = {s for s in published_sessions(problem) if s.slot >= problem.first_slot}
    changed = len(ahead - set(plan.sessions))
    made = sum(session.cohort is None for session in plan.sessions)
    without = sum(each.members for each in plan.uncovered)
    ways = _ways(problem, plan)
    dropped = _dropped(problem, plan)
    cost = problem.change * changed + problem.makeup * made + ways
    cost += problem.uncovered * (without + dropped)
    parts = {"changed": changed, "new": made, "uncovered": without, "dropped": dropped}
    return Verdict(
        round(cost, 6), (), {k: float(v) for k, v in parts.items()} | {"ways_yuan": ways}
    )


def _kept(problem: ReplanProblem, plan: ReplanPlan) -> Iterator[str]:
    """Say what could stay and does not, and whether more is new than may be."""
    held, lost = set(plan.sessions), set(fallen(problem))
    for session in published_sessions(problem):
        if session.slot >= problem.first_slot and session not in lost and session not in held:
            yield f"{session.topic} at {session.venue}, slot {session.slot}: could stay, and does not"
    new = sum(session.cohort is None for session in plan.sessions)
    if new > problem.makeups:
        yield f"{new} new sessions, at most {problem.makeups}"


def _places(problem: ReplanProblem, plan: ReplanPlan) -> Iterator[str]:
    season = problem.season
    lecturers = {each.id: each for each in season.lecturers}
    venues = {venue.id: venue for venue in season.venues}
    known = set(published_sessions(problem))
    wanted = {(s.cohort, s.topic) for s in known}
    for session in plan.sessions:
        where = f"{session.topic} at {session.venue}, slot {session.slot}"
        lecturer, venue = lecturers.get(session.lecturer), venues.get(session.venue)
        if lecturer is None or venue is None or session.topic not in season.topics:
            yield f"{where}: lecturer, hall or topic is not here"
            continue
        if session.slot not in lecturer.free:
            yield f"{where}: {lecturer.id} is not free"
        if session.slot in venue.closed or not (
            problem.first_slot <= session.slot < len(season.days) * season.halves
        ):
            yield f"{where}: the hall is closed, or the slot is past or none"
        if session in known:  # what is published and can be held stays as it is
            continue
        if session.topic not in lecturer.topics:
            yield f"{where}: {lecturer.id} does not teach it"
        if session.cohort is not None and (session.cohort, session.topic) not in wanted:
            yield f"{where}: was never published"
        elif session.cohort is not None:
            yield from _room(problem, session, venue, where)
    yield from _unwelcome(problem, plan)


def _room(problem: ReplanProblem, session: Session, venue: Venue, where: str) -> Iterator[str]:
    """Say who finds no seat at another place, or is too far from it."""
    cohort = problem.published.cohorts[session.cohort or 0]
    mine = [unit for unit in problem.season.units if unit.id in cohort.units]
    if any(km(unit, venue) > problem.season.within_km + 1e-9 for unit in mine):
        yield f"{where}: too far for somebody"
    size = problem.sizes()[session.cohort or 0, session.topic]
    if venue.id != cohort.venue and size > venue.seats:
        yield f"{where}: {venue.seats} seats are too few"


def _unwelcome(problem: ReplanProblem, plan: ReplanPlan) -> Iterator[str]:
    """Say who declined what they are given, and who is moved to where they cannot be."""
    known = set(published_sessions(problem))
    barred = {(bar.cohort, bar.topic, bar.lecturer) for bar in problem.barred}
    closed = {unit.id: set(unit.closed) for unit in problem.season.units}
    cohorts = problem.published.cohorts
    for session in plan.sessions:
        where = f"{session.topic} at {session.venue}, slot {session.slot}"
        if (session.cohort, session.topic, session.lecturer) in barred:
            yield f"{where}: {session.lecturer} declined it"
        if session in known or session.cohort is None or session.cohort >= len(cohorts):
            continue
        if any(session.slot in closed[name] for name in cohorts[session.cohort].units):
            yield f"{where}: its people are elsewhere"


def _clashes(problem: ReplanProblem, sessions: list[Session]) -> Iterator[str]:
    season = problem.season
    loads = {each.id: each.load for each in season.lecturers}
    busy = Counter(_taken(problem, sessions))
    limits = {"lecturer week": season.lecturer_a_week, "cohort week": season.cohort_a_week}
    kept = Counter(_taken(problem, set(sessions) & set(published_sessions(problem))))
    others = beside(season, (cohort.units for cohort in problem.published.cohorts))
    for key, count in busy.items():
        limit = loads.get(str(key[1]), 0) if key[0] == "load" else limits.get(str(key[0]), 1)
        if count > max(limit - others[key], kept[key]):
            besides = f" and {others[key]} besides" if others[key] else ""
            yield f"{' '.join(map(str, key))}: {count} sessions{besides}, at most {limit}"
    yield from _torn(problem, sessions)
    yield from _far(problem, sessions)
    yield from _crowded(problem, sessions)


def _crowded(problem: ReplanProblem, sessions: list[Session]) -> Iterator[str]:
    """Say what takes the hall, people or lecturer of a session that finds no place."""
    known, venues = set(published_sessions(problem)), {v.id: v for v in problem.season.venues}
    kin = {frozenset((pair.cohort, pair.other)) for pair in problem.kin}
    halves = problem.season.halves
    left = [(one, engages(problem, one)) for one in stuck(problem, sessions)]
    for session in (one for one in sessions if one not in known and one.venue in venues):
        where = f"{session.topic} at {session.venue}, slot {session.slot}"
        for one, comes in left:
            at_once = session.slot == one.slot
            same_day = session.slot // halves == one.slot // halves
            if at_once and session.venue == one.venue:
                yield f"{where}: {one.topic} still stands there"
            alike = session.cohort == one.cohort
            if (alike and same_day) or (at_once and frozenset((session.cohort, one.cohort)) in kin):
                yield f"{where}: its people still have {one.topic} then"
            if not comes or session.lecturer != one.lecturer or not same_day:
                continue
            at = (session.slot, venues[session.venue]), (one.slot, venues[one.venue])
            if at_once or too_far(problem.season, *at):
                yield f"{where}: {one.lecturer} still has {one.topic} that day"


def _far(problem: ReplanProblem, sessions: list[Session]) -> Iterator[str]:
    """Say who would have to be at two places too far from each other, beyond what is published so."""
    known = set(published_sessions(problem))
    venues = {venue.id: venue for venue in problem.season.venues}
    days: dict[tuple[str, int], list[tuple[int, Venue | Lesson, bool]]] = defaultdict(list)
    halves = problem.season.halves
    for each in problem.season.lecturers:
        for lesson in each.lessons:
            days[each.id, lesson.slot // halves].append((lesson.slot, lesson, True))
    for s in sessions:
        if s.venue in venues:
            days[s.lecturer, s.slot // halves].append((s.slot, venues[s.venue], s in known))
    for (who, _day), those in days.items():
        for one, other in combinations(those, 2):
            if not (one[2] and other[2]) and too_far(problem.season, one[:2], other[:2]):
                yield f"lecturer {who}: too far between slots {one[0]} and {other[0]}"


def _torn(problem: ReplanProblem, sessions: list[Session]) -> Iterator[str]:
    """Say whose people would have to be at two places, beyond what is published so."""
    known = set(published_sessions(problem))
    held: dict[tuple[int | None, int], Session] = {(s.cohort, s.slot): s for s in sessions}
    for session in sessions:
        for pair in problem.kin:
            other = held.get((pair.other, session.slot)) if pair.cohort == session.cohort else None
            if other is not None and not {session, other} <= known:
                yield f"cohorts {pair.cohort} and {pair.other}: the same people, slot {session.slot}"


def _taken(problem: ReplanProblem, sessions: Iterable[Session]) -> Iterator[tuple[object, ...]]:
    """Yield what sessions take one of. What stays as it is published is no fault of a repair."""
    halves, days = problem.season.halves, problem.season.days
    for session in sessions:
        at = session.slot // halves
        day = days[at] if at < len(days) else at  # what has fallen through may be behind the last
        week = week_of_day(days[at]) if at < len(days) else None
        yield "lecturer", session.lecturer, session.slot
        yield "lecturer week", session.lecturer, week
        yield "load", session.lecturer
        yield "hall", session.venue, session.slot
        if session.cohort is not None:
            yield "cohort topic", session.cohort, session.topic
            yield "cohort day", session.cohort, day
            yield "cohort week", session.cohort, week


def _joins(problem: ReplanProblem, plan: ReplanPlan) -> Iterator[str]:
    season = problem.season
    units = {unit.id: unit for unit in season.units}
    venues = {venue.id: venue for venue in season.venues}
    own, sizes, limits = problem.own(), problem.sizes(), problem.limits()
    busy = {(s.cohort, s.slot) for s in (*plan.sessions, *stuck(problem, plan.sessions))}
    seats: Counter[tuple[str, int]] = Counter()
    heard: dict[tuple[str, int], str] = {}
    held = _by_place(plan.sessions)
    for join in plan.joins:
        where = f"{join.unit} joins {join.topic} at {join.venue}, slot {join.slot}"
        if join.unit not in units:
            yield f"{where}: no such unit is here"
            continue
        if join.topic not in {s.topic for s in held.get((join.venue, join.slot), ())}:
            yield f"{where}: nothing of the kind is held"
            continue
        if km(units[join.unit], venues[join.venue]) > season.within_km + 1e-9:
            yield f"{where}: too far"
        theirs = any((number, join.slot) in busy for number in own.get(join.unit, ()))
        if theirs or join.slot in units[join.unit].closed:
            yield f"{where}: their own session is then"
        if heard.setdefault((join.unit, join.slot), join.topic) != join.topic:
            yield f"{where}: the same people may be at {heard[join.unit, join.slot]} then"
        seats[join.venue, join.slot] += join.members
    for place, more in seats.items():
        total = more + sum(sizes[s.cohort, s.topic] for s in held[place] if s.cohort is not None)
        if total > venues[place[0]].seats:
            yield f"{place[0]}, slot {place[1]}: {total} people, {venues[place[0]].seats} seats"
        most = min(
            (limits.get((s.cohort, s.topic), more) for s in held[place] if s.cohort is not None),
            default=more,
        )
        if more > most:
            yield f"{place[0]}, slot {place[1]}: {more} join, at most {most} may"
    yield from _everybody(problem, plan)


def _by_place(sessions: Iterable[Session]) -> dict[tuple[str, int], list[Session]]:
    """Return the sessions of each hall and slot; what is published may be two."""
    held: dict[tuple[str, int], list[Session]] = defaultdict(list)
    for session in sessions:
        held[session.venue, session.slot].append(session)
    return held


def _everybody(problem: ReplanProblem, plan: ReplanPlan) -> Iterator[str]:
    asked, given = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for miss in problem.missed:
        asked[miss.unit, miss.topic] += miss.members
    for join in plan.joins:
        given[join.unit, join.topic] += join.members
    for left in plan.uncovered:
        given[left.unit, left.topic] += left.members
    for key in asked.keys() | given.keys():
        if asked[key] != given[key]:
            yield f"{key[0]}, {key[1]}: {asked[key]} missed it, {given[key]} are planned"


def _ways(problem: ReplanProblem, plan: ReplanPlan) -> float:
    units = {unit.id: unit for unit in problem.season.units}
    venues = {venue.id: venue for venue in problem.season.venues}
    total = sum(join.members * km(units[join.unit], venues[join.venue]) for join in plan.joins)
    return round(problem.season.prices.walk_km * total, 6)


def _dropped(problem: ReplanProblem, plan: ReplanPlan) -> int:
    """Return the members of cohorts whose published session is no longer held."""
    members = {unit.id: unit.members for unit in problem.season.units}
    held = {(session.cohort, session.topic) for session in plan.sessions}
    return sum(
        members[name]
        for session in published_sessions(problem)
        if session.slot >= problem.first_slot and (session.cohort, session.topic) not in held
        if session.cohort is not None
        for name in problem.published.cohorts[session.cohort].units
    )
