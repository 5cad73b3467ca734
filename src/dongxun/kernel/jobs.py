"""Long jobs that a person waits for: started with their cause, resumed after a kill.

A room writes ``@job("files.apply_import")`` over a function in its ``tasks.py`` and
starts it with :func:`start` in the transaction that makes it necessary. The worker
holds a lease by writing the heartbeat; a job whose heartbeat is older than
``STALE_AFTER`` is taken up again by whoever sweeps, from the cursor it last saved.
A job that dies ``MAX_TRIES`` times without moving its cursor is given up.

The queue under it is django-tasks: its row is written in the same transaction, and
losing it does no harm, for the sweep looks at the jobs themselves.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.kernel import actors, clock, outbox
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Job

JobFunction = Callable[["JobRun"], Mapping[str, Any] | None]
"""Does the work; returns what the job's page shows: ``url``, ``message``."""

STALE_AFTER = timedelta(seconds=30)
MAX_TRIES = 5
AGAIN, AGAIN_AFTER = 24, timedelta(hours=1)
"""How often, and how long after it was given up, a job begins anew of which :func:`go_on` is asked."""
OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
log = logging.getLogger(__name__)
SHORT, LONG, MEDIA = "default", "long", "media"
"""Lanes of the queue; each is worked on by a thread of its own."""
_functions: dict[str, JobFunction] = {}
_lanes: dict[str, str] = {}


class Cancelled(Exception):
    """The owner asked the job to stop. Let it pass."""


class LeaseLost(Exception):
    """Another worker has taken the job up; what is not committed must not be. Let it pass."""


def job(kind: str, *, lane: str = SHORT) -> Callable[[JobFunction], JobFunction]:
    """Register the function of a kind, ``room.verb_thing``; a second one is a bug.

    Args:
        lane: ``LONG`` or ``MEDIA`` for what waits minutes for a process of its own: a search, a
            conversion. It holds up no job but its like.
    """

    def register(function: JobFunction) -> JobFunction:
        if kind in _functions:
            raise ValueError(kind)
        _functions[kind] = function
        _lanes[kind] = lane
        return function

    return register


@dataclass(slots=True)
class JobRun:
    """What a job function holds: its task, how far it was, and its lease.

    ``actor`` is whoever started it, with the grants of the moment it is taken up.
    """

    id: UUID
    payload: Mapping[str, Any]
    cursor: dict[str, Any]
    actor: Actor
    lease: UUID
    done: int = 0
    total: int | None = None
    tries: int = field(default=1)

    def save(
        self,
        cursor: dict[str, Any] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
    ) -> None:
        """Write how far the job is; inside a transaction the cursor moves with its effects.

        Raises:
            Cancelled: the owner asked for it.
            LeaseLost: the job runs elsewhere by now.
        """
        changes: dict[str, Any] = {"heartbeat_at": clock.now()}
        if cursor is not None and cursor != self.cursor:
            self.cursor = dict(cursor)
            changes |= {"cursor": self.cursor, "tries": 1}
        if done is not None:
            self.done = changes["done_count"] = done
        if total is not None:
            self.total = changes["total_count"] = total
        if not Job.objects.filter(id=self.id, lease=self.lease).update(**changes):
            raise LeaseLost
        if Job.objects.filter(id=self.id, cancel_requested=True).exists():
            raise Cancelled

    def rest(self) -> None:
        """Between two transactions of a long job: let events through, which share the worker."""
        if not connection.in_atomic_block:
            outbox.deliver()

    def beat(self) -> None:
        """While something else works for the job: keep the lease, and let events through.

        Raises:
            Cancelled, LeaseLost: as :meth:`save`.
        """
        self.save()
        self.rest()


@transaction.atomic
def start(
    kind: str,
    title: str,
    payload: Mapping[str, Any] | None = None,
    *,
    by: Actor,
    total: int | None = None,
) -> Job:
    """Queue a job in the caller's transaction and return it.

    Args:
        title: what its page says, in the language of ``by``.
        payload: JSON values only.
        total: how many steps it will have, where that is known already.
    """
    if kind not in _functions:
        raise ValueError(kind)
    row = Job.objects.create(
        kind=kind,
        title=title[:200],
        payload=dict(payload or {}),
        total_count=total,
        owner_id=by.id,
        owner_label=by.label[:120],
        actor=actors.freeze(by) | {"language": translation.get_language()},
        created_at=clock.now(),
        heartbeat_at=clock.now(),
    )
    _enqueue(row)
    return row


def _enqueue(row: Job, wait_s: int = 0) -> None:
    from dongxun.kernel.tasks import run_job

    after = clock.now() + timedelta(seconds=wait_s) if wait_s else None
    lane = _lanes.get(row.kind, SHORT)
    run_job.using(run_after=after, queue_name=lane).enqueue(str(row.id))


def run(job_id: UUID) -> bool:
    """Run a queued job to its end; False when it is not waiting to be run."""
    now, lease = clock.now(), new_id()
    claimed = Job.objects.filter(id=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        lease=lease,
        heartbeat_at=now,
        started_at=Coalesce("started_at", now),
        tries=F("tries") + 1,
    )
    if not claimed:
        return False
    row = Job.objects.get(id=job_id)
    actor = actors.thaw_now(row.actor)
    handle = JobRun(
        id=row.id,
        payload=row.payload,
        cursor=dict(row.cursor),
        actor=actor or Actor.public(),
        lease=lease,
        done=row.done_count,
        total=row.total_count,
        tries=row.tries,
    )
    with translation.override(row.actor.get("language")):
        if actor is None:
            _finish(handle, JobState.FAILED, error=_("The account that started it was closed."))
        else:
            _run(row, handle)
    return True


def _run(row: Job, handle: JobRun) -> None:
    try:
        result = _functions[row.kind](handle)
    except Cancelled:
        _finish(handle, JobState.CANCELLED)
    except LeaseLost:
        log.warning("job %s runs elsewhere by now", row.id)
    except DomainError as refusal:
        _finish(handle, JobState.FAILED, error=str(refusal))
    except Exception:
        log.exception("job %s failed", row.id)
        _put_back(row, handle)
    else:
        _finish(handle, JobState.DONE, result=dict(result or {}))


def _finish(
    handle: JobRun, state: JobState, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    Job.objects.filter(id=handle.id, lease=handle.lease).update(
        state=state,
        result=result or {},
        error=error,
        finished_at=clock.now(),
        heartbeat_at=clock.now(),
        lease=None,
    )


def _put_back(row: Job, handle: JobRun) -> None:
    """Queue the job again after an error that nobody planned, or give it up."""
    if handle.tries >= MAX_TRIES:
        _finish(handle, JobState.FAILED, error=_gave_up())
        return
    waiting = {"state": JobState.QUEUED, "lease": None, "heartbeat_at": clock.now()}
    if Job.objects.filter(id=handle.id, lease=handle.lease).update(**waiting):
        _enqueue(row, wait_s=2**handle.tries)


def _gave_up() -> str:
    return _("It stopped several times at the same place. What was done until then stays.")


@transaction.atomic
def sweep(stale_after: timedelta = STALE_AFTER) -> int:
    """Take up jobs whose worker died or whose place in the queue got lost; return how many."""
    before = clock.now() - stale_after
    stuck = Job.objects.select_for_update().filter(
        Q(state=JobState.RUNNING) | Q(state=JobState.QUEUED), heartbeat_at__lte=before
    )
    for row in stuck:
        if row.state == JobState.RUNNING and row.tries >= MAX_TRIES:
            row.state, row.error, row.finished_at = JobState.FAILED, _gave_up(), clock.now()
        else:
            row.state = JobState.QUEUED
            _enqueue(row)
        row.lease, row.heartbeat_at = None, clock.now()
        row.save(update_fields=["state", "error", "finished_at", "lease", "heartbeat_at"])
    return len(stuck)


def run_waiting() -> int:
    """Run every queued job now, in this thread; for commands and tests. Returns how many."""
    count = 0
    while ids := list(
        Job.objects.filter(state=JobState.QUEUED)
        .order_by("created_at")
        .values_list("id", flat=True)
    ):
        count += sum(run(job_id) for job_id in ids)
    return count


def last_about(kind: str, **about: str) -> Job | None:
    """Return the last job of a kind about something, named by values of its payload."""
    named = {f"payload__{name}": value for name, value in about.items()}
    return Job.objects.filter(kind=kind, **named).order_by("-created_at", "-id").first()


def is_over(row: Job | None) -> bool:
    """Return whether a job does nothing any more, or never was."""
    return row is None or row.state in OVER


@transaction.atomic
def go_on(kind: str, **about: str) -> Job | None:
    """Return the job that does something still or will; one given up begins anew after a while.

    For what must come to an end though a disk was full for hours: call it in a turn of the
    worker. None when its owner has stopped it, or ``AGAIN`` more did not bring it through.
    """
    row = last_about(kind, **about)
    if row is None or row.state in {JobState.CANCELLED, JobState.DONE}:
        return None
    if not is_over(row):
        return row
    before = int(row.payload.get("again", 0))
    if before >= AGAIN:
        return None
    if row.finished_at and row.finished_at > clock.now() - AGAIN_AFTER:
        return row
    with translation.override(row.actor.get("language")):
        by = Actor.system(row.owner_label)
        return start(kind, row.title, row.payload | {"again": before + 1}, by=by)


def get(job_id: UUID, *, by: Actor) -> Job:
    """Return a job of the actor's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = Job.objects.filter(id=job_id).first()
    if row is None or not (by.is_system or (by.id is not None and by.id == row.owner_id)):
        raise NotFound
    return row


def last_of(by: Actor, limit: int = 20) -> list[Job]:
    """Return the actor's own jobs, the newest first."""
    return list(Job.objects.filter(owner_id=by.id).order_by("-created_at")[:limit])


@transaction.atomic
def cancel(job_id: UUID, *, by: Actor) -> Job:
    """Ask a job to stop at its next resting place. Safe to repeat.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = get(job_id, by=by)
    Job.objects.filter(id=row.id).exclude(state__in=OVER).update(cancel_requested=True)
    Job.objects.filter(id=row.id, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=clock.now()
    )
    row.refresh_from_db()
    return row
