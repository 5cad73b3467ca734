"""The kernel's part of the queue: the one task behind every job, and the worker's turn at it."""

import time
from datetime import timedelta
from uuid import UUID

from django_tasks import task, task_backends
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from dongxun.kernel import clock, jobs, leaving, worker

SWEEP_EVERY_S = 10.0
KEPT = timedelta(days=1)
_swept_at = [0.0]
_sealed_all: list[bool] = []


@task()
def run_job(job_id: str) -> None:
    """Run a job; it may have been run already, or be somebody else's by now."""
    jobs.run(UUID(job_id))


def do_jobs() -> int:
    """Sweep now and then, and run one waiting task; return how much was done."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return 0
    now = time.monotonic()
    if now - _swept_at[0] >= SWEEP_EVERY_S:
        _swept_at[0] = now
        jobs.sweep()
        DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - KEPT).delete()
    return _do_one(jobs.SHORT)


def do_long_jobs() -> int:
    """Run one waiting search; return how many."""
    return _do_long(jobs.LONG)


def do_media_jobs() -> int:
    """Run one waiting conversion; return how many. Searches do not wait for a long video."""
    return _do_long(jobs.MEDIA)


def _do_long(lane: str) -> int:
    if not isinstance(task_backends["default"], DatabaseBackend):
        return 0
    return _do_one(lane)


def _do_one(lane: str) -> int:
    ready = DBTaskResult.objects.ready().filter(queue_name=lane)
    if not ready.exists():
        return 0
    with exclusive_transaction():
        claimed = ready.get_locked()
        if claimed is None:
            return 0
        claimed.claim("dongxun")
    _runner(lane).run_task(claimed)
    return 1


def _runner(lane: str) -> Worker:
    """Return what runs a task that was claimed; its own loop would close our connections."""
    return Worker(
        queue_names=[lane],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id="dongxun",
        excluded_queue_names=[],
    )


def seal_older() -> int:
    """Seal what an older version kept open, a portion a turn; then never again in this process."""
    if _sealed_all:
        return 0
    done = leaving.seal_older()
    if not done:
        _sealed_all.append(True)
    return done


def take_up_all() -> None:
    """Take up what the process before this one was killed in: nobody else can be at it."""
    jobs.sweep(timedelta(0))


worker.add_turn(do_jobs)
worker.add_lane(do_long_jobs)
worker.add_lane(do_media_jobs)
worker.add_turn(seal_older)
worker.add_start(take_up_all)
