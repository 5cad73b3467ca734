"""The job of this room: a class that is over becomes a lesson."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel.jobs import MEDIA, JobRun, job
from dongxun.live.services import replay


@job(replay.JOB, lane=MEDIA)
def make_replay(run: JobRun) -> Mapping[str, Any]:
    """Make one replay."""
    return replay.run_make_replay(run)
