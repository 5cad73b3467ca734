"""The jobs of planning: a search, and what an accepted plan writes into the schedule."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel.jobs import JobRun, job
from dongxun.planning import searching
from dongxun.planning.services import accepting, asking


@job(asking.JOB)
def solve(run: JobRun) -> Mapping[str, Any] | None:
    """Search for a plan."""
    return searching.run_job(run)


@job(accepting.JOB)
def write_schedule(run: JobRun) -> Mapping[str, Any] | None:
    """Write an accepted season plan into the schedule."""
    return accepting.run_job(run)
