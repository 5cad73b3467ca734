"""Accept a season plan: its sessions are made or moved, its people told, the plan's version kept.

A job writes the lines in steps, each keyed by its plan line, so that a kill loses nothing and
a second time changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.api import Asked, Invited, PlannedSession, SessionPlan
from dongxun.activities.contracts import ActivityType, Audience, SessionState
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.models import Job
from dongxun.organisations import api as organisations
from dongxun.planning import booked, queries
from dongxun.planning import proposal as reading
from dongxun.planning.contracts import Line, RunKind
from dongxun.planning.models import Run
from dongxun.planning.services import publishing
from dongxun.planning.services.asking import allowed, held, note
from dongxun.planning.services.grouping import Groups, formed, in_groups
from dongxun.planning.services.placing import place_newcomers
from dongxun.planning.services.refusing import refuse_stale
from dongxun.planning.snapshots import groups, standing
from dongxun.planning.snapshots.season import base_of
from dongxun.seasons import api as seasons

JOB: Final = "planning.write_schedule"
A_STEP: Final = 5


def need(reason: str) -> str:
    """Return the reason as it is kept.

    Raises:
        Invalid: there is none.
    """
    if not reason.strip():
        raise Invalid(details=[("reason", _("Say why the plan is made or changed; it is kept."))])
    return reason.strip()[:200]


@transaction.atomic
def accept_season(*, by: Actor, run_id: UUID, reason: str, publish: bool) -> Run:
    """Accept a season plan; a job writes it into the schedule. Safe to repeat.

    Args:
        publish: make new sessions known at once; else they stay drafts.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason.
        Conflict: no plan, or as ``refusing.refuse_stale``.
    """
    row = held(run_id, by=by)
    node = allowed(row.season_id, row.organisation_id, by=by)
    if row.kind != RunKind.SEASON or row.plan is None or not row.is_over:
        raise Conflict(_("There is no plan to accept yet."))
    if row.accepted_at is not None and not broke_off(row):
        return row
    reason = need(reason)
    organisations.hold(seasons.rules(row.season_id).root_id)
    refuse_stale(row, by=by)
    row.accepted_at, row.accepted_by = clock.now(), by.label[:120]
    row.accept_reason = reason
    title = _("Season timetable of %(unit)s into the schedule") % {"unit": node.short_name}
    payload = {"run": str(row.id), "publish": publish}
    total = sum(len(cohort["meetings"]) for cohort in row.plan["cohorts"])
    row.accept_job_id = jobs.start(JOB, title, payload, by=by, total=total).id
    row.save()
    note("accept_season", by, row, reason=reason)
    return row


def accept_job(row: Run) -> Job | None:
    """Return the job that writes an accepted plan."""
    return Job.objects.filter(id=row.accept_job_id).first() if row.accept_job_id else None


def broke_off(row: Run) -> bool:
    """Whether the job of an accepted plan ended before its end."""
    job = accept_job(row)
    return job is not None and job.state in {"failed", "cancelled"}


def run_job(run: JobRun) -> Mapping[str, Any] | None:
    """Write the lines of an accepted plan, step by step, then call off what it has no use for.

    Raises:
        NotFound: the plan is gone.
        DomainError: what a session refuses.
    """
    row = queries.whole(UUID(run.payload["run"]), by=run.actor)
    found = reading.proposal(row, by=run.actor)
    if found is None:
        raise NotFound
    lines = sorted(found.lines, key=lambda line: line.key)
    begin = int(run.cursor.get("written", 0))
    cohorts = formed(row, by=run.actor)
    for at in range(begin, len(lines), A_STEP):
        some = lines[at : at + A_STEP]
        with transaction.atomic():
            world = (found, cohorts)
            _write(row, some, world, by=run.actor, publish=bool(run.payload["publish"]))
            run.save({"written": at + len(some)}, done=at + len(some), total=len(lines))
        run.rest()
    with transaction.atomic():
        left = _end(row, by=run.actor)
    place_newcomers(row.season_id, in_groups(row))  # who came before their group had a session
    said = {"message": " ".join(left)} if left else {}
    return {"url": reverse("planning:run", args=[row.id])} | said


def _end(row: Run, *, by: Actor) -> list[str]:
    """Call off what a written plan has no use for; return what was left as it was, and why."""
    found = reading.proposal(row, by=by)
    if found is None:
        return []
    gone = _call_off(row, found, by=by)
    seasons.note_timetable(
        by=by,
        season_id=row.season_id,
        organisation_id=row.organisation_id,
        counts=(found.same, len(found.plan.cohorts)),  # what was left as it was is another
        at=row.accepted_at or clock.now(),
        reason=row.accept_reason,
    )
    note("end_accepting", by, row, sessions=found.same, called_off=gone)
    left = []
    if found.begun:
        words = _("Begun before they were written, and left as they are: %(what)s.")
        left.append(words % {"what": booked.dated(found.begun.values())})
    if others := [said for key, said in found.touched.items() if key not in found.begun]:
        words = _("Changed or called off before they were written, and left so: %(what)s.")
        left.append(words % {"what": booked.few(others)})
    return left


def _to_write(row: Run, lines: Sequence[Line], found: reading.Proposal, by: Actor) -> list[Line]:
    """Return the lines that make a session, or move one that nobody has begun or changed meanwhile."""
    some = [line for line in lines if line.change != reading.SAME and line.key not in found.touched]
    old = {line.key: found.old[line.key] for line in some if line.key in found.old}
    there = _there(row, [one.id for one in old.values()], by) if old else []
    now = {one.id: standing.mark(one) for one in there if not standing.has_begun(one)}
    return [
        line
        for line in some
        if line.key not in old or now.get(old[line.key].id) == standing.mark(old[line.key])
    ]


def _there(row: Run, ids: Iterable[UUID], by: Actor) -> list[PlannedSession]:
    within = organisations.node(row.organisation_id).interval
    return activities.planned_sessions(row.season_id, by=by, within=within, ids=[*ids])


def _write(
    row: Run,
    lines: Sequence[Line],
    world: tuple[reading.Proposal, Groups],
    *,
    by: Actor,
    publish: bool,
) -> None:
    """Make or move the sessions of some lines; publish those that are drafts."""
    found, cohorts = world
    wanted, declined = [], []
    for line in _to_write(row, lines, found, by):
        old = found.old.get(line.key)
        declined.append(old is not None and line.at.lecturer_id in old.declined)
        plan = _plan(row, line, old, by=by)
        if line.group:
            cohort = cohorts[line.units[0], line.group]
            plan = replace(plan, audience=Audience.COHORT, cohort_id=cohort)
        wanted.append((_line_of(row, line, old), plan))
    ids = activities.schedule_sessions(by=by, lines=wanted, reason=row.accept_reason)
    for key, (_line, plan), is_anew in zip(ids, wanted, declined, strict=True):
        if is_anew:
            who = plan.lecturers[-1].lecturer_id
            activities.book_lecturer(by=by, session_id=key, lecturer_id=who)
    if not publish:
        return
    mine = {line.key for line in lines}
    waits = {
        one.id: standing.mark(one)
        for one in found.drafts
        if base_of(one.line) in mine and base_of(one.line) not in found.touched
    }
    written = set(ids)
    drafts = [
        one.id
        for one in _there(row, written | waits.keys(), by)
        if one.state == SessionState.DRAFT
        if one.id in written or standing.mark(one) == waits[one.id]
    ]
    publishing.known(drafts, by=by)


def _line_of(row: Run, line: Line, old: PlannedSession | None) -> str:
    """Return the plan line: that of the session there, else one of this search."""
    return old.line if old else f"{line.key}:{row.id.hex[-8:]}"


def _plan(row: Run, line: Line, old: PlannedSession | None, *, by: Actor) -> SessionPlan:
    """Return a session as the plan wants it; what people wrote into one that is there stays."""
    teacher = line.at.lecturer_id
    changes: dict[str, Any] = {
        "starts_at": line.at.starts_at,
        "ends_at": line.at.ends_at,
        "place_id": line.at.venue_id,
        "place_text": "",
    }
    topic = row.about["topics"][str(line.topic_id)]
    short, minutes = topic["short"], topic["minutes"]
    if old is not None:
        plan = activities.plan_to_change(old.id, by=by)
        changes["lecturers"] = taught_by(plan, Asked(teacher, short), old.declined)
        lasted = round((plan.ends_at - plan.starts_at).total_seconds() / 60)
        if plan.topics == ((line.topic_id, lasted),):
            changes["topics"] = ((line.topic_id, minutes),)
        return replace(plan, **changes, **_company(plan, line, reading.own_units(row)))
    host, *others = line.units
    kind = ActivityType.JOINT_CLASS if others else ActivityType.LECTURE
    return SessionPlan(
        season_id=row.season_id,
        title=groups.title(line.topic, line.group),
        type=kind,
        topics=((line.topic_id, minutes),),
        lecturers=(Asked(teacher, short),),
        host_id=host,
        invited=tuple(Invited(unit) for unit in others),
        **changes,
    )


def taught_by(plan: SessionPlan, asked: Asked, declined: Collection[UUID]) -> tuple[Asked, ...]:
    """Return who is down for a session given to a lecturer: last they, before them who declined."""
    known = {one.lecturer_id: one for one in plan.lecturers}
    keep = [one for key, one in known.items() if key in declined and key != asked.lecturer_id]
    return (*keep, known.get(asked.lecturer_id, asked))


def _company(plan: SessionPlan, line: Line, own: Collection[UUID]) -> dict[str, Any]:
    """Return host, co-hosts and who is invited: the line says it of the plan's own branches.

    Whoever else takes part stays, as host, co-host or guest.
    """

    def stays(one: Invited) -> bool:
        return one.organisation_id not in own or one.organisation_id in line.units

    keeps = plan.host_id not in own or plan.host_id in line.units
    host = plan.host_id if keeps else line.units[0]
    co_hosts = tuple(one for one in plan.co_hosts if stays(one) and one.organisation_id != host)
    there = {host, *(one.organisation_id for one in co_hosts)}
    others = tuple(one for one in plan.invited if one.organisation_id not in own)
    invited = tuple(Invited(unit) for unit in line.units if unit not in there)
    return {"host_id": host, "co_hosts": co_hosts, "invited": (*others, *invited)}


def _call_off(row: Run, found: reading.Proposal, *, by: Actor) -> int:
    """Call off what the plan has no use for and nobody changed meanwhile; return how many."""
    some = [one for one in found.dropped if base_of(one.line) not in found.touched]
    for one in some:
        activities.cancel_session(by=by, session_id=one.id, reason=row.accept_reason)
    return len(some)
