"""The jobs of this room: a file is made fit for phones, a chapter read out, a lesson followed."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel.jobs import MEDIA, JobRun, job
from dongxun.library.services import media, moving, speaking


@job(media.JOB, lane=MEDIA)
def convert_media(run: JobRun) -> Mapping[str, Any]:
    """Convert one file."""
    return media.run_convert(run)


@job(speaking.JOB, lane=MEDIA)
def speak_chapter(run: JobRun) -> Mapping[str, Any]:
    """Read one chapter out."""
    return speaking.run_speak(run)


@job(moving.JOB)
def settle_lesson(run: JobRun) -> Mapping[str, Any]:
    """Let what was learned follow a lesson to its topic."""
    return moving.run_settle(run)
