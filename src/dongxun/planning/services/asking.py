"""Have something planned: freeze the problem, queue the search, end it, say what a new one keeps."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.rules import require
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.planning import proposal, queries, why, why_clash
from dongxun.planning.contracts import RunKind, RunState, SeasonSettings
from dongxun.planning.models import Run
from dongxun.planning.snapshots import season as snapshots
from dongxun.planning.snapshots.slots import LONGEST
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun_planner.season.problems import Cohort
from dongxun_planner.wire import write

JOB = "planning.solve"


def allowed(season_id: UUID, organisation_id: UUID, *, by: Actor) -> Node:
    """Return the unit that a search of a season is about.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("planning.plan", by, node.interval.lft)
    if seasons.season(season_id, by=by).state == SeasonState.CLOSED:
        raise SeasonClosed
    return node


def new_run(by: Actor, kind: RunKind, season_id: UUID, node: Node, **given: Any) -> Run:
    """Write the row of a search."""
    return Run.objects.create(
        kind=kind,
        season_id=season_id,
        organisation_id=node.id,
        digest=snapshots.digest(given["problem"]),
        asked_by=by.label[:120],
        created_at=clock.now(),
        **given,
    )


def queue(row: Run, title: str, *, by: Actor) -> Run:
    """Have a job search for the plan of a new row."""
    row.job_id = jobs.start(JOB, title, {"run": str(row.id)}, by=by).id
    row.save(update_fields=["job_id"])
    return row


def held(run_id: UUID, *, by: Actor) -> Run:
    """Return a search that the actor may see, whole and held until the transaction ends.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    queries.run(run_id, by=by)
    rows = Run.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(id=run_id)


def note(name: str, by: Actor, row: Run, **detail: object) -> None:
    """Write one line of the audit trail about a search."""
    audit.write(
        f"planning.{name}",
        by=by,
        subject=("run", row.id),
        organisation_id=row.organisation_id,
        **detail,
    )


@transaction.atomic
def ask_season(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    asked: SeasonSettings,
    base: Run | None = None,
) -> Run:
    """Freeze a unit's season and queue the search for its timetable.

    Args:
        base: an earlier search whose pinned sessions the new plan keeps.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no plan can help, by field.
    """
    node = allowed(season_id, organisation_id, by=by)
    if bad := [*_bad_days(season_id, asked), *_too_long(season_id, asked)]:
        raise Invalid(details=bad)
    if base and (base.season_id, base.organisation_id) != (season_id, node.id):
        words = _("The earlier timetable is of another unit or season.")
        raise Invalid(details=[("unit", words)])
    pinned = list(_pinned(base)) if base else []
    days = base.problem["days"] if base else ()
    found = snapshots.take(
        by=by, season_id=season_id, node=node, asked=asked, pinned=pinned, days=days
    )
    kept = [*_misfits(found)] or why_clash.of_pins(found)
    bad = why.impossible(found) or [("pins", words) for words in kept]
    if bad:
        raise Invalid(details=bad)
    settings = asdict(asked) | {
        "topic_ids": [str(key) for key in asked.topic_ids],
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
    }
    row = new_run(
        by,
        RunKind.SEASON,
        season_id,
        node,
        base=base,
        settings=settings,
        problem=write(found.problem),
        about=found.about(),
        pins=list(base.pins) if base else [],
    )
    note("ask_season", by, row)
    title = _("Season timetable of %(unit)s") % {"unit": node.short_name}
    return queue(row, title, by=by)


def _bad_days(season_id: UUID, asked: SeasonSettings) -> Iterable[tuple[str, Text]]:
    """Say which days cannot be: a plan keeps to its season."""
    rules = seasons.rules(season_id)
    if asked.last < asked.first:
        yield "last", _("The last day is not before the first.")
    elif asked.first < rules.starts_on:
        words = _("The season begins on %(day)s only.")
        yield "first", words % {"day": times.day_with_weekday(clock.moment(rules.starts_on))}
    elif asked.last > rules.ends_on:
        words = _("The season ends on %(day)s.")
        yield "last", words % {"day": times.day_with_weekday(clock.moment(rules.ends_on))}


def _too_long(season_id: UUID, asked: SeasonSettings) -> Iterable[tuple[str, Text]]:
    """Say which topics no part of a day holds: a plan gives each of them one session."""
    for topic in seasons.rules(season_id).topics:
        if topic.id in asked.topic_ids and topic.minutes > LONGEST:
            words = _(
                "“%(topic)s” takes %(n)d minutes; a session of the plan has %(most)d at most."
                " Share it out among several topics, or draw up its sessions by hand."
            )
            yield "topics", words % {"topic": topic.name, "n": topic.minutes, "most": LONGEST}


def _pinned(base: Run) -> Iterable[Cohort]:
    """Yield the cohorts with a pinned session, with these sessions alone.

    A search that ended before it had a plan hands on what it was to keep itself.
    """
    plan, pins = proposal.read_plan(base), set(base.pins)
    problem = proposal.read_problem(base)
    units = {unit.id: unit for unit in problem.units}
    for cohort in plan.cohorts if plan else problem.pinned:
        kept = []
        for meeting in cohort.meetings:
            anchor = proposal.coming(problem, units, cohort, meeting.topic)[0]
            if snapshots.key_of(base.season_id, anchor, meeting.topic) in pins:
                kept.append(replace(meeting, held=False))
        if kept:
            yield Cohort(cohort.venue, cohort.weekday, cohort.units, tuple(kept))


def _misfits(found: snapshots.Snapshot) -> Iterable[str]:
    """Say which pinned sessions cannot stay as they are: nothing is let go of silently."""
    problem = found.problem
    known = {unit.id: unit.name for unit in problem.units}
    lacks = {unit.id: problem.lacking([unit]) for unit in problem.units}
    closed = {unit.id: unit.closed for unit in problem.units}
    venues = {venue.id: venue for venue in problem.venues}
    teachers = {one.id: one for one in problem.lecturers}
    for units in found.strays:
        words = _("What is kept for %(names)s: its day is none of those asked for.")
        yield words % {"names": "、".join(known.get(unit, "—") for unit in units[:3])}
    for cohort in problem.pinned:
        venue = venues.get(cohort.venue)
        names = "、".join(known.get(unit, "—") for unit in cohort.units[:3])
        if venue is None or not set(cohort.units) <= known.keys():
            yield _("What is kept for %(names)s: its hall or a branch is gone.") % {"names": names}
            continue
        for meeting in (each for each in cohort.meetings if not each.held):
            one = teachers.get(meeting.lecturer)
            if meeting.topic not in problem.topics:
                words = _("What is kept for %(names)s: its topic is none of those asked for.")
                yield words % {"names": names}
            elif one is None or meeting.slot not in one.free or meeting.topic not in one.topics:
                words = _("What is kept for %(names)s: its lecturer cannot come any more.")
                yield words % {"names": names}
            elif meeting.slot in venue.closed:
                words = _("What is kept for %(names)s: %(hall)s is taken by now.")
                yield words % {"names": names, "hall": venue.name}
            elif any(meeting.slot in closed[unit] for unit in cohort.units):
                words = _("What is kept for %(names)s: its people are expected elsewhere by now.")
                yield words % {"names": names}
            elif not any(meeting.topic in lacks[unit] for unit in cohort.units):
                words = _("What is kept for %(names)s: they have had the topic by now.")
                yield words % {"names": names}


@transaction.atomic
def stop_run(*, by: Actor, run_id: UUID) -> Run:
    """End a search; it keeps the best plan found so far. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
    """
    row = _own(run_id, by=by)
    if row.is_over or row.stops:
        return row
    Run.objects.filter(id=row.id).update(stops=True)
    waiting = Run.objects.filter(id=row.id, state=RunState.WAITING)
    waiting.update(state=RunState.CANCELLED, finished_at=clock.now())
    note("stop_run", by, row)
    row.refresh_from_db()
    return row


@transaction.atomic
def pin(*, by: Actor, run_id: UUID, keys: Iterable[str]) -> Run:
    """Say which sessions of a plan a new search keeps. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Conflict: it still runs, or has no plan.
        Invalid: one of them is no session of this plan.
    """
    row = _own(run_id, by=by)
    ended = row.kind == RunKind.SEASON and row.is_over
    found = proposal.proposal(row, by=by) if ended else None
    if found is None:
        raise Conflict(_("There is no plan yet."))
    wanted = sorted(set(keys))
    if not set(wanted) <= {line.key for line in found.lines}:
        raise Invalid(details=[("pins", _("Choose sessions of this plan."))])
    if wanted != row.pins:
        row.pins = wanted
        row.save(update_fields=["pins"])
        note("pin", by, row, kept=len(wanted))
    return row


def _own(run_id: UUID, *, by: Actor) -> Run:
    row = held(run_id, by=by)
    require("planning.plan", by, row.organisation.lft)
    return row
