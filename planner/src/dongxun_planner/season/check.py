"""The checker of season plans: rules and costs once more, in plain Python, without any solver."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from dongxun_planner.protocol import Cause, Verdict
from dongxun_planner.season.problems import (
    Cohort,
    Lecturer,
    Lesson,
    Meeting,
    SeasonPlan,
    SeasonProblem,
    Unit,
    Venue,
    week_of_day,
)
from dongxun_planner.season.travel import too_far
from dongxun_planner.zoning.check import km


def check_season(problem: SeasonProblem, plan: SeasonPlan) -> Verdict:
    """Check a plan; its parts are the yuan of each kind and the sessions that are not held."""
    broken = [*broken_units(problem, plan), *_pins(problem, plan)]
    known = {venue.id for venue in problem.venues}
    broken.extend(f"venue {c.venue}: is not here" for c in plan.cohorts if c.venue not in known)
    if not broken:
        broken.extend(_rooms(problem, plan))
        broken.extend(_weekdays(problem, plan))
        broken.extend(_meetings(problem, plan))
        broken.extend(_unsaid(problem, plan))
    if broken:
        return Verdict(float("inf"), tuple(broken))
    yuan, unheld = _yuan(problem, plan)
    shown = {f"{name}_yuan": round(value, 2) for name, value in yuan.items()}  # the sum is exact
    parts = shown | {"unheld": float(unheld), "cohorts": float(len(plan.cohorts))}
    return Verdict(round(sum(yuan.values()), 6), (), parts)


def check_pins(problem: SeasonProblem) -> Iterator[Cause]:
    """Say which pins break a rule by themselves or clash with each other."""
    pins = SeasonPlan(problem.pinned)
    yield from (rule.said("pinned: ") for rule in _rooms(problem, pins))
    yield from (rule.said("pinned: ") for rule in _meetings(problem, pins))


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


def _key(cohort: Cohort) -> tuple[str, int, frozenset[str]]:
    """Return what makes a cohort of a plan a pinned one."""
    return cohort.venue, cohort.weekday, frozenset(cohort.units)


def _pins(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    places = {_key(cohort): cohort for cohort in plan.cohorts}
    for pin in problem.pinned:
        cohort = places.get(_key(pin))
        if cohort is None:
            yield f"pinned cohort at {pin.venue}: was changed"
            continue
        for meeting in set(pin.meetings) - set(cohort.meetings):
            yield f"pinned {meeting.topic} at {pin.venue}, slot {meeting.slot}: was moved"


def _rooms(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[Cause]:
    units = {unit.id: unit for unit in problem.units}
    venues = {venue.id: venue for venue in problem.venues}
    for cohort in plan.cohorts:
        venue = venues[cohort.venue]
        at, called = {"venue": venue.id, "units": list(cohort.units)}, venue.name or venue.id
        members = sum(units[name].members for name in cohort.units)
        if members > venue.seats:
            words = f"venue {called}: {venue.seats} seats for {members} members"
            yield Cause(words, "seats", **at, members=members, seats=venue.seats)
        for name in cohort.units:
            way = km(units[name], venue)
            if way > problem.within_km + 1e-9:
                words = f"unit {units[name].name or name}: {way:.1f} km to {called}"
                yield Cause(words, "far", venue=venue.id, units=[name], km=round(way, 1))


def _weekdays(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    """Say which cohorts learn on a weekday on which nothing is taught, unless they are pinned so."""
    taught = {date.fromisoformat(day).weekday() for day in problem.days}
    pinned = {_key(pin) for pin in problem.pinned}
    for cohort in plan.cohorts:
        if cohort.weekday not in taught and _key(cohort) not in pinned:
            yield f"cohort at {cohort.venue}: no teaching day is on weekday {cohort.weekday}"


def _unsaid(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[str]:
    """Say where what the plan calls not held differs from what is missing."""
    units = {unit.id: unit for unit in problem.units}
    missing = Counter(
        (frozenset(cohort.units), topic)
        for cohort in plan.cohorts
        for topic in _missing(problem, cohort, [units[name] for name in cohort.units])
    )
    said = Counter((frozenset(each.units), each.topic) for each in plan.unheld)
    for group, topic in missing - said:
        yield f"{topic} of {', '.join(sorted(group))}: is not held, and the plan does not say so"
    for group, topic in said - missing:
        yield f"{topic} of {', '.join(sorted(group))}: is not missing, as the plan says"


def _missing(problem: SeasonProblem, cohort: Cohort, units: list[Unit]) -> list[str]:
    """Return the topics that a cohort lacks and does not meet for."""
    held = {meeting.topic for meeting in cohort.meetings}
    return [topic for topic in problem.lacking(units) if topic not in held]


def _meetings(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[Cause]:
    units = {unit.id: unit for unit in problem.units}
    lecturers = {lecturer.id: lecturer for lecturer in problem.lecturers}
    pins = {_key(pin): Counter(pin.meetings) for pin in problem.pinned}
    uses = _Uses(problem)
    for number, cohort in enumerate(plan.cohorts):
        mine = [units[name] for name in cohort.units if name in units]
        lacks, kept = set(problem.lacking(mine)), pins.get(_key(cohort), Counter[Meeting]())
        for meeting in Counter(cohort.meetings) - kept:
            if meeting.held:
                words = f"{meeting.topic} at {cohort.venue}, slot {meeting.slot}: never was held"
                yield Cause(words, "not_held", **_of(meeting))
        for meeting in cohort.meetings:
            where = f"{meeting.topic} at {cohort.venue}, slot {meeting.slot}"
            lecturer = lecturers.get(meeting.lecturer)
            if lecturer is None or meeting.slot >= len(problem.days) * problem.halves:
                yield Cause(f"{where}: lecturer or slot is not here", "not_here", **_of(meeting))
                continue
            uses.count(number, cohort, meeting, is_kept=meeting in kept)
            if meeting.topic not in lacks and meeting not in kept:
                yield Cause(f"{where}: nobody there lacks it", "not_lacking", **_of(meeting))
            if not meeting.held:
                yield from _one(meeting, cohort, lecturer, mine, where)
    yield from uses.too_many(plan)
    yield from _ways(problem, plan)


def _ways(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[Cause]:
    """Say who would have to be at two places of one day too far from each other."""
    venues = {venue.id: venue for venue in problem.venues}
    days: dict[tuple[str, int], list[tuple[int, Venue | Lesson, bool]]] = defaultdict(list)
    names = {each.id: each.name or each.id for each in problem.lecturers}
    for each in problem.lecturers:
        for lesson in each.lessons:
            days[each.id, lesson.slot // problem.halves].append((lesson.slot, lesson, True))
    for cohort in plan.cohorts:
        for m in cohort.meetings:
            key = m.lecturer, m.slot // problem.halves
            days[key].append((m.slot, venues[cohort.venue], m.held))
    for (who, _day), those in days.items():
        for one, other in combinations(those, 2):
            if (one[2] and other[2]) or not too_far(problem, one[:2], other[:2]):
                continue
            way, first = km(one[1], other[1]), min(one[0], other[0])
            words = f"lecturer {names.get(who, who)}: {way:.1f} km between slots {one[0]} and {other[0]}"
            yield Cause(words, "way", lecturer=who, slot=first, km=round(way, 1))


def _of(meeting: Meeting) -> dict[str, object]:
    return {"topic": meeting.topic, "lecturer": meeting.lecturer, "slot": meeting.slot}


def _one(
    meeting: Meeting, cohort: Cohort, lecturer: Lecturer, units: list[Unit], where: str
) -> Iterator[Cause]:
    """Say what is wrong with one meeting by itself."""
    about = _of(meeting) | {"venue": cohort.venue}
    if meeting.topic not in lecturer.topics:
        yield Cause(f"{where}: {lecturer.id} does not teach it", "not_taught", **about)
    if meeting.slot not in lecturer.free:
        yield Cause(f"{where}: {lecturer.id} is not free", "not_free", **about)
    for unit in units:
        if meeting.slot in unit.closed:
            words = f"{where}: people of {unit.name or unit.id} are elsewhere"
            yield Cause(words, "elsewhere", **about, units=[unit.id])


SHOWN = 6
KINDS = {"lecturer": "lecturer", "load": "lecturer", "venue": "venue"}


class _Uses:
    """How often everything is used that may be used only so often; what was held is a fact."""

    def __init__(self, problem: SeasonProblem) -> None:
        self.problem = problem
        self.weeks = [week_of_day(day) for day in problem.days]
        self.busy: Counter[tuple[object, ...]] = Counter()
        self.held: Counter[tuple[object, ...]] = Counter()
        self.kept: Counter[tuple[object, ...]] = Counter()
        named: list[Unit | Lecturer | Venue] = [*problem.units, *problem.lecturers]
        self._named = [*named, *problem.venues]

    def count(self, number: int, cohort: Cohort, meeting: Meeting, *, is_kept: bool) -> None:
        """Count one meeting of a cohort."""
        keys = self._keys(number, cohort, meeting)
        self.busy.update(keys)
        if is_kept:
            self.kept.update(keys)
        if meeting.held:
            self.held.update(keys)

    def _keys(self, number: int, cohort: Cohort, meeting: Meeting) -> list[tuple[object, ...]]:
        """Return what a meeting takes one of."""
        day = meeting.slot // self.problem.halves
        if day >= len(self.weeks):
            return []
        return [
            ("lecturer", meeting.lecturer, meeting.slot),
            ("lecturer week", meeting.lecturer, self.weeks[day]),
            ("load", meeting.lecturer),
            ("cohort week", number, self.weeks[day]),
            ("cohort day", number, self.problem.days[day]),
            ("cohort topic", number, meeting.topic),
            ("venue", cohort.venue, meeting.slot),
        ]

    def too_many(self, plan: SeasonPlan) -> Iterator[Cause]:
        """Say what is used more often than it may be."""
        problem = self.problem
        loads = {lecturer.id: lecturer.load for lecturer in problem.lecturers}
        limits = {
            "lecturer week": problem.lecturer_a_week,
            "cohort week": problem.cohort_a_week,
        }
        closed = {(venue.id, slot) for venue in problem.venues for slot in venue.closed}
        besides = beside(problem, [cohort.units for cohort in plan.cohorts])
        for key, mine in self.busy.items():
            what, others = str(key[0]), besides[key]
            limit = loads[str(key[1])] if what == "load" else limits.get(what, 1)
            room = max(limit - others, self.held[key], min(self.kept[key], limit))
            count, limit = mine + others, room + others
            about = _about(key, plan) | {"count": count, "limit": limit}
            if count > limit:
                words = f"{self._words(key, plan)}: {count} sessions, at most {limit}"
                yield Cause(words, what.replace(" ", "_"), **about)
            if what == "venue" and key[1:] in closed and not self.held[key]:
                yield Cause(f"{self._words(key, plan)}: it is closed", "closed", **about)

    def _words(self, key: tuple[object, ...], plan: SeasonPlan) -> str:
        """Say what is used, when, and by which sessions."""
        what, which, *more = key
        names = {each.id: each.name or each.id for each in self._named}
        kind = str(what).split()[0]
        who = "a group" if kind == "cohort" else f"{KINDS[kind]} {names.get(str(which), which)}"
        when = ""
        if what in {"lecturer", "venue"}:
            day, part = divmod(int(str(more[0])), self.problem.halves)
            when = f" on {self.problem.days[day]}, part {part + 1} of the day"
        elif what in {"cohort day", "cohort topic"}:
            when = f" {'on' if what == 'cohort day' else 'for'} {more[0]}"
        elif isinstance(more[:1] and more[0], tuple):
            when = " in week {}-W{:02}".format(*more[0])  # type: ignore[misc]
        found = [
            f"{meeting.topic} of {', '.join(names.get(unit, unit) for unit in cohort.units)}"
            for number, cohort in enumerate(plan.cohorts)
            for meeting in cohort.meetings
            if key in self._keys(number, cohort, meeting)
        ]
        rest = [f"{len(found) - SHOWN} more"] if len(found) > SHOWN else []
        return f"{who}{when} ({'; '.join([*found[:SHOWN], *rest])})"


def beside(problem: SeasonProblem, cohorts: Iterable[Iterable[str]]) -> Counter[tuple[object, ...]]:
    """Count what there is besides a plan, by what it counts in; in a cohort, of the unit that has most.

    Args:
        cohorts: the units of each; those that are not in the problem have nothing.
    """
    found: Counter[tuple[object, ...]] = Counter()
    for one in problem.lecturers:
        found.update(("lecturer week", one.id, week_of_day(day)) for day in one.besides)
    units = {unit.id: unit for unit in problem.units}
    for number, names in enumerate(cohorts):
        for name in names:
            days = units[name].besides if name in units else ()
            mine = Counter[tuple[object, ...]](
                ("cohort week", number, week_of_day(day)) for day in days
            )
            found |= mine + Counter(("cohort day", number, day) for day in set(days))
    return found


def _about(key: tuple[object, ...], plan: SeasonPlan) -> dict[str, object]:
    """Return the ids of what is counted."""
    what, which, *more = key
    about: dict[str, object] = {}
    if str(what).startswith("cohort"):
        about["units"] = list(plan.cohorts[int(str(which))].units)
    else:
        about["venue" if what == "venue" else "lecturer"] = which
    if what in {"lecturer", "venue"}:
        about["slot"] = more[0]
    elif more:
        name = {"cohort day": "day", "cohort topic": "topic"}.get(str(what), "week")
        about[name] = list(more[0]) if isinstance(more[0], tuple) else more[0]
    return about


def _yuan(problem: SeasonProblem, plan: SeasonPlan) -> tuple[dict[str, float], int]:
    """Return what each kind of thing costs, and how many sessions are not held."""
    units = {unit.id: unit for unit in problem.units}
    venues = {venue.id: venue for venue in problem.venues}
    unwanted = problem.unwanted()
    prices = problem.prices
    parts = dict.fromkeys(
        ("halls", "ways", "off_days", "lecturers", "moved", "wishes", "unheld"), 0.0
    )
    missing = 0
    for cohort in plan.cohorts:
        venue, mine = venues[cohort.venue], [units[name] for name in cohort.units]
        held, lost = {m.topic for m in cohort.meetings}, _missing(problem, cohort, mine)
        parts["halls"] += (len(held) + len(lost)) * venue.cost
        for unit in mine:
            came = unit.members * len(problem.lacking([unit]))
            parts["ways"] += prices.walk_km * came * km(unit, venue)
            parts["off_days"] += prices.off_day * came * (unit.study_day != cohort.weekday)
        for meeting in cohort.meetings:
            parts["lecturers"] += _drive(problem, meeting, venue)
            parts["moved"] += prices.moved * (_weekday(problem, meeting) != cohort.weekday)
            parts["wishes"] += prices.wish * ((meeting.lecturer, meeting.slot) in unwanted)
        missing += len(lost)
    parts["unheld"] = prices.unheld * missing
    return parts, missing


def _drive(problem: SeasonProblem, meeting: Meeting, venue: Venue) -> float:
    [lecturer] = [each for each in problem.lecturers if each.id == meeting.lecturer]
    return 2 * problem.prices.drive_km * km(lecturer, venue)


def _weekday(problem: SeasonProblem, meeting: Meeting) -> int:
    return date.fromisoformat(problem.days[meeting.slot // problem.halves]).weekday()
