"""Drafts that an accepted plan put into the schedule are made known, all of them at once."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.models import Job
from dongxun.planning import booked, queries
from dongxun.planning import proposal as reading
from dongxun.planning.models import Run
from dongxun.planning.services.asking import allowed, held, note

JOB: Final = "planning.publish_drafts"
A_STEP: Final = 5


def known(ids: Iterable[UUID], *, by: Actor) -> None:
    """Publish drafts and tell their people; one that cannot be stays as it is."""
    for key in ids:
        try:
            activities.publish_session(by=by, session_id=key)
        except (Invalid, Conflict):
            continue


def last_job(row: Run) -> Job | None:
    """Return the job that publishes a plan's drafts, if there is or was one."""
    rows = Job.objects.filter(kind=JOB, payload__run=str(row.id))
    return rows.order_by("created_at").last()


@transaction.atomic
def publish_drafts(*, by: Actor, run_id: UUID) -> UUID:
    """Have the drafts of an accepted plan published by a job; return it. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: the plan is not in the schedule, or nothing of it is a draft.
    """
    row = held(run_id, by=by)
    node = allowed(row.season_id, row.organisation_id, by=by)
    before = last_job(row)
    if before is not None and before.state not in jobs.OVER:
        return before.id
    if row.accepted_at is None or _is_written(row):
        raise Conflict(_("This plan is not in the schedule yet."))
    found = reading.proposal(row, by=by)
    if found is None or not found.drafts:
        raise Conflict(_("Nothing of this plan waits to be made known."))
    title = _("Drafts of %(unit)s are published") % {"unit": node.short_name}
    count = len(found.drafts)
    job = jobs.start(JOB, title, {"run": str(row.id)}, by=by, total=count)
    note("publish_drafts", by, row, sessions=count)
    return job.id


def _is_written(row: Run) -> bool:
    """Whether the job of an accepted plan is still at work."""
    key = row.accept_job_id
    return key is not None and Job.objects.filter(id=key).exclude(state__in=jobs.OVER).exists()


def run_job(run: JobRun) -> Mapping[str, Any] | None:
    """Publish what is still a draft, step by step.

    Raises:
        NotFound: the plan is gone.
        Conflict: some lack a topic or place; the others are published.
    """
    row = queries.whole(UUID(run.payload["run"]), by=run.actor)
    found = reading.proposal(row, by=run.actor)
    if found is None:
        raise NotFound
    ids, before = [one.id for one in found.drafts], run.done
    for at in range(0, len(ids), A_STEP):
        some = ids[at : at + A_STEP]
        with transaction.atomic():
            known(some, by=run.actor)
            done = before + at + len(some)
            run.save({"published": done}, done=done, total=before + len(ids))
        run.rest()
    left = reading.proposal(row, by=run.actor)
    if left is not None and left.drafts:
        words = _("Still drafts, for a topic or a place is missing: %(what)s.")
        raise Conflict(words % {"what": booked.dated(left.drafts)})
    return {"url": reverse("planning:run", args=[row.id])}
