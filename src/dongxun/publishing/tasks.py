"""The job of this room: a recording is made fit for phones, and not left half way."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel import worker
from dongxun.kernel.jobs import MEDIA, JobRun, job
from dongxun.publishing.services import sounds


@job(sounds.JOB, lane=MEDIA)
def convert_sound(run: JobRun) -> Mapping[str, Any]:
    """Convert one recording."""
    return sounds.run_convert(run)


worker.add_turn(worker.seldom(300, sounds.take_up))
