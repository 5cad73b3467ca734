"""How far a long job is, as pages show it."""

from typing import Any

from django.utils.translation import gettext as _

from dongxun.files.services.batches import expected_end
from dongxun.kernel import jobs
from dongxun.kernel.contracts import JobState
from dongxun.kernel.models import Job


def job_card(job: Job) -> dict[str, Any]:
    """Return a job as the kit's ``{% job %}`` wants it."""
    over = job.state in jobs.OVER
    message = job.result.get("message", "") if job.state == JobState.DONE else job.error
    if job.state == JobState.CANCELLED:
        message = _("Stopped at your wish. What was done until then stays.")
    return {
        "id": job.id,
        "title": job.title,
        "state": job.state if over else "running",
        "done": job.done_count,
        "total": job.total_count,
        "seconds_left": expected_end(job),
        "message": message,
        "result_url": job.result.get("url", ""),
    }
