"""The room's job: a big paper, made part by part."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel.jobs import JobRun, job
from dongxun.reports.services import printing


@job(printing.JOB)
def print_paper(run: JobRun) -> Mapping[str, Any]:
    """Make a paper, keep it as an export."""
    return printing.run_printing(run)
