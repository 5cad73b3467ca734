"""A small district that can be planned, and finished searches without a solver."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from dongxun.activities.models import Booking, Session
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.organisations.models import Organisation, Place
from dongxun.people.models import LecturerProfile
from dongxun.planning.contracts import RosterSettings, RunState, SeasonSettings, ZoneSettings
from dongxun.planning.models import Run
from dongxun.planning.proposal import read_problem
from dongxun.planning.services import accepting, asking, dividing
from dongxun.planning.snapshots.roster import settings_of
from dongxun.volunteers.models import Post
from dongxun.volunteers.tests.make import make_post
from dongxun_planner.protocol import Verdict
from dongxun_planner.roster.problems import (
    Cover,
    RosterPlan,
    RosterProblem,
    Row,
    Shift,
    Worker,
)
from dongxun_planner.season.check import check_season
from dongxun_planner.season.problems import (
    Cohort,
    Meeting,
    SeasonPlan,
    SeasonProblem,
    Unheld,
    week_of_day,
)
from dongxun_planner.wire import read, write
from dongxun_planner.zoning.check import check_towns
from dongxun_planner.zoning.problems import TownMap, TownPlan, TownProblem
from tests.cast import Cast, Town


def ready(cast: Cast) -> Cast:
    """Give the cast's towns points, halls with seats, and lecturers of two topics."""
    for number, town in enumerate(cast.towns.values()):
        point = {"latitude": 32.0 + number / 100, "longitude": 121.0}
        Organisation.objects.filter(id=town.branch.id).update(**point)
        Place.objects.filter(id=town.place.id).update(capacity=20, **point)
        subjects = [topic.name for topic in cast.topics]
        LecturerProfile.objects.filter(id=town.lecturer.id).update(subjects=subjects)
    return cast


def publish_towns(cast: Cast) -> Cast:
    """Publish each town's session of the first topic in three days, with its own lecturer."""
    ready(cast)
    start = clock.moment(clock.today() + timedelta(days=3)) + timedelta(hours=9)
    for town in cast.towns.values():
        row = town.session
        Session.objects.filter(id=row.id).update(
            starts_at=start, ends_at=start + timedelta(hours=1), state="published"
        )
        row.topics.get_or_create(topic=cast.topics[0], defaults={"minutes": 60})
        row.topics.exclude(topic=cast.topics[0]).delete()
        Booking.objects.get_or_create(session=row, lecturer=town.lecturer)
    return cast


def settings(cast: Cast, **overrides: Any) -> SeasonSettings:
    """Return what is asked for in the coming three weeks: the two topics nobody has had."""
    first = clock.today() + timedelta(days=1)
    given: dict[str, Any] = {
        "topic_ids": tuple(topic.id for topic in cast.topics[1:]),
        "first": first,
        "last": first + timedelta(days=20),
        "seconds": 10,
    }
    return SeasonSettings(**given | overrides)


def make_run(cast: Cast, *, by: Actor | None = None, **overrides: Any) -> Run:
    """Return a search for the whole district, waiting."""
    return asking.ask_season(
        by=by or cast.actor("office"),
        season_id=cast.season.id,
        organisation_id=overrides.pop("organisation_id", cast.district.id),
        base=overrides.pop("base", None),
        asked=settings(cast, **overrides),
    )


def planned(cast: Cast, *, skip: int = 0, **overrides: Any) -> Run:
    """Return a finished search with a plan made by hand; ``skip`` leaves out the first slots."""
    return finish(make_run(cast, **overrides), skip=skip)


def finish(row: Run, *, skip: int = 0) -> Run:
    """Give a search a plan that the checker passes: each branch alone, in the nearest hall."""
    problem = read_problem(row)
    plan = by_hand(problem, skip)
    verdict: Verdict = check_season(problem, plan)
    assert verdict.broken == ()
    row.plan, row.state = write(plan), RunState.DONE
    row.outcome = {"cost": verdict.cost, "bound": verdict.cost * 0.9, "parts": verdict.parts}
    row.steps = [[0.1, verdict.cost * 1.2, None], [0.5, verdict.cost, verdict.cost * 0.9]]
    row.finished_at = clock.now()
    row.save()
    return row


def accept(cast: Cast, row: Run, reason: str = "今冬课表") -> QuerySet[Session]:
    """Accept a plan as the office and write it; return the sessions of all plans, in time order."""
    by = cast.actor("office")
    accepting.accept_season(by=by, run_id=row.id, reason=reason, publish=True)
    jobs.run_waiting()
    row.refresh_from_db()
    return Session.objects.filter(plan_line__startswith="plan:").order_by("starts_at", "id")


def towns_of(cast: Cast) -> list[Town]:
    """Return the towns right below the district, without the agency."""
    return [town for town in cast.towns.values() if town.node.parent_id == cast.district.id]


def place_towns(cast: Cast) -> None:
    """Give the towns below the district points in two rows."""
    for number, town in enumerate(towns_of(cast)):
        point = {"latitude": 32.0 + number / 50, "longitude": 121.0 + number % 2 / 50}
        Organisation.objects.filter(id=town.node.id).update(**point)


def ask_zones(cast: Cast, *, by: Actor | None = None, **overrides: Any) -> Run:
    """Return a search of zones for the cast's towns, waiting."""
    place_towns(cast)
    given: dict[str, Any] = {
        "unit_ids": tuple(town.node.id for town in towns_of(cast)),
        "zones": 2,
        "tolerance": 100,
    }
    return dividing.ask_zones(
        by=by or cast.actor("office"),
        season_id=cast.season.id,
        asked=ZoneSettings(**given | overrides),
    )


def divided(cast: Cast, **overrides: Any) -> Run:
    """Return a finished search of zones: the first unit alone is best, the first two next best."""
    row = ask_zones(cast, **overrides)
    problem = read(TownProblem, row.problem)
    first, *others = (town.id for town in problem.towns)
    maps = [
        TownMap(zones, check_towns(problem, TownPlan(zones)).cost)
        for zones in (((first,), tuple(others)), ((first, others[0]), tuple(others[1:])))
    ]
    best, other = sorted(maps, key=lambda each: each.cost)
    plan = TownPlan(best.zones, (other,))
    assert check_towns(problem, plan).broken == ()
    row.plan, row.state, row.finished_at = write(plan), RunState.DONE, clock.now()
    row.outcome = {"cost": best.cost, "bound": best.cost, "status": "optimal", "parts": {}}
    row.save()
    return row


def by_hand(problem: SeasonProblem, skip: int = 0) -> SeasonPlan:
    """Return a plan: every topic of every branch in the first slot in which all are free."""
    cohorts, unheld = list(problem.pinned), []
    kept = {name for pin in problem.pinned for name in pin.units}
    for unit in problem.units:
        if unit.id not in kept:
            venue = min(
                problem.venues,
                key=lambda v, u=unit: abs(v.latitude - u.latitude),  # type: ignore[misc]
            )
            cohorts.append(Cohort(venue.id, 2, (unit.id,)))
    busy = {(m.lecturer, m.slot) for cohort in cohorts for m in cohort.meetings}
    found = []
    for cohort in cohorts:
        meetings = list(cohort.meetings)
        mine = [unit for unit in problem.units if unit.id in cohort.units]
        for topic in problem.lacking(mine):
            if topic in {m.topic for m in meetings}:
                continue
            meeting = _slot(problem, cohort, topic, meetings, (busy, skip))
            if meeting is None:
                unheld.append(Unheld(cohort.units, topic, "nobody"))
                continue
            meetings.append(meeting)
            busy.add((meeting.lecturer, meeting.slot))
        found.append(Cohort(cohort.venue, cohort.weekday, cohort.units, tuple(meetings)))
    return SeasonPlan(tuple(found), tuple(unheld))


def _slot(
    problem: SeasonProblem,
    cohort: Cohort,
    topic: str,
    meetings: list[Meeting],
    world: tuple[set[tuple[str, int]], int],
) -> Meeting | None:
    """Return the first meeting that leaves everybody a day, and lecturers a week, for themselves."""
    busy, skip = world
    mine = [unit for unit in problem.units if unit.id in cohort.units]
    met = [[week_of_day(day) for day in unit.besides] for unit in mine]
    days_met = {day for unit in mine for day in unit.besides}
    weeks = {m.slot // 3: date.fromisoformat(problem.days[m.slot // 3]) for m in meetings}
    taught = [
        (who, date.fromisoformat(problem.days[slot // 3]).isocalendar()[:2]) for who, slot in busy
    ]
    taught += [(one.id, week_of_day(day)) for one in problem.lecturers for day in one.besides]
    gives = Counter(who for who, _slot in busy)
    [venue] = [venue for venue in problem.venues if venue.id == cohort.venue]
    away = {s for unit in problem.units if unit.id in cohort.units for s in unit.closed}
    for lecturer in problem.lecturers:
        for slot in lecturer.free:
            day = date.fromisoformat(problem.days[slot // 3])
            week = day.isocalendar()[:2]
            if (
                slot >= skip
                and topic in lecturer.topics
                and (lecturer.id, slot) not in busy
                and slot not in venue.closed
                and slot not in away
                and slot // 3 not in weeks
                and problem.days[slot // 3] not in days_met
                and taught.count((lecturer.id, week)) < problem.lecturer_a_week
                and gives[lecturer.id] < lecturer.load
                and sum(d.isocalendar()[:2] == week for d in weeks.values())
                + max((those.count(week) for those in met), default=0)
                < problem.cohort_a_week
            ):
                return Meeting(topic, lecturer.id, slot)
    return None


def rostered(cast: Cast, town: Town) -> Run:
    """Return a finished search for a roster: the town's first person stands today's only shift."""
    key, now, day = str(town.people[0].id), clock.now(), clock.today()
    known = Post.objects.filter(organisation_id=town.branch.id).first()
    post = known or make_post(cast.season, town.branch, name=f"{town.mark}岗")
    shift = Shift("480+480", 480, 480)
    problem = RosterProblem(
        "roster", 1, (shift,), (Worker(key),), covers=(Cover(0, shift.id, 1, 1000.0),)
    )
    duty = {"id": "", "needed": 1, "on": [], "cell": [0, shift.id]}
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=8)).isoformat()}
    return Run.objects.create(
        organisation_id=town.node.id,
        kind="roster",
        season_id=cast.season.id,
        problem=write(problem),
        plan=write(RosterPlan((Row(key, (shift.id,)),))),
        about={"post": post.name, "people": [key], "duties": [duty | times]},
        settings=settings_of(RosterSettings(post.id, (), day, day)),
        outcome={"cost": 0.0, "bound": 0.0, "status": "optimal", "parts": {}},
        digest="",
        state=RunState.DONE,
        created_at=now,
    )
