"""Print: small papers at once, big ones by a job that keeps what is done."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.kernel import audit, clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.jobs import Cancelled, JobRun
from dongxun.kernel.models import Job
from dongxun.kernel.rules import require
from dongxun.reports import making, orders
from dongxun.reports.dossier import BOOK
from dongxun.reports.orders import Order
from dongxun.reports.recipes import PDF, TYPES, Recipe, pieces
from dongxun.reports.rules import EXPORTS

JOB = "reports.print"


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished paper, to be handed out at once."""

    name: str
    content_type: str
    content: bytes


def recipe_of(order: Order) -> Recipe:
    """Return the recipe of an order.

    Raises:
        NotFound: there is no such paper, or not in this form.
    """
    recipe = BOOK.get(order.paper)
    if recipe is None or order.form not in recipe.forms:
        raise NotFound
    return recipe


def print_paper(*, by: Actor, order: Order) -> Ready | Job:
    """Make a paper: small ones are returned, big ones are started as a job.

    Raises:
        NotFound: no such paper.
        NotAllowed: ``by`` may not print here.
        Invalid: there is nothing to print, or the period ends before it begins.
    """
    require("reports.print", by, order.node.interval.lft)
    recipe = recipe_of(order)
    if order.last < order.first:
        raise Invalid(details=[("last", _("The last day is before the first."))])
    if recipe.size(order) > recipe.at_once:
        return _start(by, order, recipe)
    keys = making.keys_of(order, recipe)
    with tempfile.TemporaryDirectory() as name:
        content = making.make(order, recipe, keys, Path(name)).read_bytes()
    return handed_out(
        Ready(recipe.file_name(order), TYPES[order.form], content),
        by=by,
        organisation_id=order.node.id,
        paper=order.paper,
    )


@transaction.atomic
def handed_out(ready: Ready, *, by: Actor, organisation_id: UUID, paper: str) -> Ready:
    """Write down that a paper left the house, and return it."""
    audit.write(
        "reports.print_paper",
        by=by,
        subject=("organisation", organisation_id),
        organisation_id=organisation_id,
        paper=paper,
        sha256=hashlib.sha256(ready.content).hexdigest(),
        size=len(ready.content),
    )
    return ready


@transaction.atomic
def _start(by: Actor, order: Order, recipe: Recipe) -> Job:
    title = _("%(paper)s, %(unit)s") % {"paper": recipe.title, "unit": order.node.short_name}
    job = jobs.start(JOB, title, order.payload(), by=by)
    audit.write(
        "reports.start_printing",
        by=by,
        subject=("job", job.id),
        organisation_id=order.node.id,
        paper=order.paper,
        form=order.form,
    )
    return job


def folder_of(job_id: UUID) -> Path:
    """Return where a job keeps its finished parts; gone when it is over."""
    return Path(settings.VAR) / "work" / f"reports-{job_id.hex}"


def clear_left_over() -> int:
    """Remove the parts of jobs that are over or unknown; return how many there were."""
    found = {
        folder_id: folder
        for folder in (Path(settings.VAR) / "work").glob("reports-*")
        if (folder_id := _job_of(folder)) is not None
    }
    going_on = set(
        Job.objects.filter(id__in=found).exclude(state__in=jobs.OVER).values_list("id", flat=True)
    )
    over = [folder for folder_id, folder in found.items() if folder_id not in going_on]
    for folder in over:
        shutil.rmtree(folder, ignore_errors=True)
    return len(over)


def _job_of(folder: Path) -> UUID | None:
    try:
        return UUID(hex=folder.name.removeprefix("reports-"))
    except ValueError:
        return None


def run_printing(run: JobRun) -> Mapping[str, Any]:
    """Make a paper in a job; a killed one goes on after its last finished part.

    What jobs that failed for good have left is cleared away first.
    """
    clear_left_over()
    order = orders.from_payload(run.payload, by=run.actor)
    recipe = recipe_of(order)
    folder = folder_of(run.id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        keys = run.cursor.get("keys") or making.keys_of(order, recipe)
        total = len(keys) + 1
        run.save({"keys": keys, "done": run.cursor.get("done", 0)}, total=total)

        def done(number: int) -> None:
            if number > run.done:
                run.save({"keys": keys, "done": number}, done=number)
                run.rest()

        path = making.make(order, recipe, keys, folder, beat=run.save, done=done)
        export = _keep(run, order, recipe, path)
    except (Cancelled, Invalid, NotFound):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return {
        "url": reverse("files:download", args=[export.id]),
        "message": _("%(name)s, kept for 30 days") % {"name": export.name},
    }


def _keep(run: JobRun, order: Order, recipe: Recipe, path: Path) -> files.Export:
    as_of = timezone.localtime(order.at)
    return files.keep_export(
        by=run.actor,
        kind=f"{EXPORTS}{order.paper}",
        name=recipe.file_name(order),
        content_type=TYPES[order.form],
        pieces=pieces(path),
        organisation_id=order.node.id,
        about=f"{order.node.name} · {order.season.name} · {as_of:%Y-%m-%d %H:%M}",
        job_id=run.id,
    )


def pdf(name: str, content: bytes, *, by: Actor, organisation_id: UUID, paper: str) -> Ready:
    """Hand out a paper that was set directly."""
    ready = Ready(f"{name}（{clock.today().isoformat()}）.pdf", TYPES[PDF], content)
    return handed_out(ready, by=by, organisation_id=organisation_id, paper=paper)
