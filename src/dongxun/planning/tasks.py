"""The jobs of planning, and its turn: where homes lie is not kept."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel import worker
from dongxun.kernel.jobs import LONG, JobRun, job
from dongxun.planning import searching
from dongxun.planning.services import accepting, asking, blanking, publishing

BLANK_EVERY_S = 3600.0
blank_old = worker.seldom(BLANK_EVERY_S, blanking.blank_old)
worker.add_turn(blank_old)


@job(asking.JOB, lane=LONG)
def solve(run: JobRun) -> Mapping[str, Any] | None:
    """Search for a plan."""
    return searching.run_job(run)


@job(accepting.JOB)
def write_schedule(run: JobRun) -> Mapping[str, Any] | None:
    """Write an accepted season plan into the schedule."""
    return accepting.run_job(run)


@job(publishing.JOB)
def publish_drafts(run: JobRun) -> Mapping[str, Any] | None:
    """Publish the drafts of an accepted season plan."""
    return publishing.run_job(run)
