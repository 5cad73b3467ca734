"""Move an import from step to step: match columns, check, import, take back, throw away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import queries, store
from dongxun.files.contracts import (
    WRITING,
    BatchContext,
    BatchState,
    Importer,
    ImportMoved,
)
from dongxun.files.models import ImportBatch, ImportChange, ImportRow, unseal
from dongxun.files.registry import importer_of
from dongxun.files.services.uploads import header_json
from dongxun.files.workbook import headers, reading
from dongxun.kernel import audit, clock, jobs, rules
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.models import Job


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """What a person says of one sheet: use it or not, and which column is which."""

    use: bool
    columns: Mapping[int, str] = field(default_factory=dict)
    header: int | None = None


def context_of(batch: ImportBatch, by: Actor) -> BatchContext:
    """Return what an importer may know of a batch."""
    return BatchContext(
        id=batch.id,
        kind=batch.kind,
        by=by,
        organisation_id=batch.organisation_id,
        season_id=batch.season_id,
        options=batch.options,
    )


def is_over(batch: ImportBatch) -> bool:
    """Return whether the batch's job has come to an end, however it went."""
    if batch.job_id is None:
        return True
    return Job.objects.filter(id=batch.job_id, state__in=jobs.OVER).exists()


def _locked(
    batch_id: UUID, by: Actor, *, at: tuple[BatchState, ...], stuck: BatchState
) -> ImportBatch:
    """Return the batch for writing, at one of ``at``, or ``stuck`` in a job that has ended.

    Raises:
        NotFound: there is none, or it is somebody else's.
        ImportMoved: it stands elsewhere.
    """
    queries.batch(batch_id, by=by)
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(id=batch_id)
    stands_here = batch.state in at or (batch.state == stuck and is_over(batch))
    if not stands_here or (batch.emptied_at and batch.state != BatchState.DONE):
        raise ImportMoved
    return batch


@transaction.atomic
def look_again(*, by: Actor, batch_id: UUID, sheet: int, row: int) -> ImportBatch:
    """Take another row of a sheet for its header, and match its columns anew.

    Raises:
        NotFound, ImportMoved: see above.
        Invalid: the sheet's first rows hold no such row.
    """
    at = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
    batch = _locked(batch_id, by, at=at, stuck=BatchState.CHECKING)
    sample = unseal(batch.mapping["sample"]).get(str(sheet), [])
    head = reading.SheetHead("", sheet)
    rows = [reading.Row(number, list(cells)) for number, cells in sample if number == row]
    if not rows:
        raise Invalid(_("Choose one of the rows shown for the header."), where=f"header-{sheet}")
    importer = importer_of(batch.kind)
    header = headers.find(reading.Preview(head, rows, 1), importer.columns)
    texts = {str(at): text for at, text in enumerate(rows[0].cells, start=1) if text}
    found = {"header": row, "columns": {}, "texts": texts, "sure": [], "title": ""}
    found |= header_json(header) if header else {}
    about = batch.mapping["sheets"][sheet]
    above = sum(number <= row for number, _cells in sample)
    about |= found | {"use": True, "rows": about["all"] - above}
    batch.save(update_fields=["mapping"])
    return batch


@transaction.atomic
def match_columns(*, by: Actor, batch_id: UUID, sheets: Mapping[int, SheetChoice]) -> ImportBatch:
    """Say what the columns mean and have every row checked. Nothing is written to records.

    Raises:
        NotFound, ImportMoved: see above.
        Invalid: no sheet is used, a required column is missing, or one is named twice.
        NotAllowed: ``by`` may no longer import this kind here.
    """
    at = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
    batch = _locked(batch_id, by, at=at, stuck=BatchState.CHECKING)
    importer = importer_of(batch.kind)
    rules.require(importer.rule, by, batch.organisation_id)
    for about in batch.mapping["sheets"]:
        choice = sheets.get(about["index"])
        about["use"] = bool(choice and choice.use and about["header"])
        if choice and about["use"]:
            about["columns"] = {str(number): key for number, key in choice.columns.items() if key}
    batch.save(update_fields=["mapping"])
    _require_columns(batch, importer, by)
    used = sum(about["rows"] for about in batch.mapping["sheets"] if about["use"])
    title = _("Check %(name)s") % {"name": batch.upload.name}
    _set_off(batch, BatchState.CHECKING, "files.check_import", title=title, by=by, total=used)
    audit.write(
        "files.match_columns",
        by=by,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
        rows=used,
    )
    return batch


def _require_columns(batch: ImportBatch, importer: Importer, by: Actor) -> None:
    used = [about for about in batch.mapping["sheets"] if about["use"]]
    if not used:
        raise Invalid(_("Choose at least one sheet with a header."), where="sheets")
    details: list[tuple[str, Text]] = []
    given = importer.given(context_of(batch, by))
    for about in used:
        keys = list(about["columns"].values())
        for column in importer.columns:
            words = {"sheet": about["name"], "column": column.label}
            where = f"sheet-{about['index']}"
            if column.required and column.key not in {*keys, *given}:
                message = _("%(sheet)s: say which column is “%(column)s”.") % words
                details.append((where, message))
            if keys.count(column.key) > 1:
                message = _("%(sheet)s: “%(column)s” is chosen for several columns.") % words
                details.append((where, message))
    if details:
        raise Invalid(_("The columns do not fit yet."), details=details)


def _set_off(
    batch: ImportBatch, state: BatchState, kind: str, *, title: str, by: Actor, total: int
) -> None:
    job = jobs.start(kind, title, {"batch": str(batch.id)}, by=by, total=total)
    batch.state, batch.job_id, batch.error = state, job.id, ""
    batch.save(update_fields=["state", "job_id", "error"])


@transaction.atomic
def apply(*, by: Actor, batch_id: UUID) -> ImportBatch:
    """Have the good rows written to the records. Safe to repeat: each row goes in once.

    Raises:
        NotFound, ImportMoved, NotAllowed: see above.
        Conflict: there is no row that could go in.
    """
    batch = _locked(batch_id, by, at=(BatchState.CHECKED,), stuck=BatchState.IMPORTING)
    rules.require(importer_of(batch.kind).rule, by, batch.organisation_id)
    ready = ImportRow.objects.filter(batch=batch, action__in=WRITING, applied=False)
    if batch.state == BatchState.CHECKED and not ready.exists():
        raise Conflict(_("There is no row that could go in."), code="nothing_to_import")
    title = _("Import %(name)s") % {"name": batch.upload.name}
    total = sum(batch.counts.get(action, 0) for action in WRITING)
    _set_off(batch, BatchState.IMPORTING, "files.apply_import", title=title, by=by, total=total)
    return batch


@transaction.atomic
def undo(*, by: Actor, batch_id: UUID) -> ImportBatch:
    """Have an import taken back, within 24 hours, but for records written to since.

    Raises:
        NotFound, ImportMoved, NotAllowed: see above.
        Conflict: the 24 hours are over.
    """
    batch = _locked(batch_id, by, at=(BatchState.DONE,), stuck=BatchState.UNDOING)
    rules.require(importer_of(batch.kind).rule, by, batch.organisation_id)
    if batch.undo_until is None or batch.undo_until < clock.now():
        raise Conflict(_("The 24 hours in which it could be taken back are over."))
    title = _("Take back %(name)s") % {"name": batch.upload.name}
    total = ImportChange.objects.filter(batch=batch).count()
    _set_off(batch, BatchState.UNDOING, "files.undo_import", title=title, by=by, total=total)
    return batch


@transaction.atomic
def discard(*, by: Actor, batch_id: UUID) -> None:
    """Throw an import away before it has written anything. Safe to repeat.

    Raises:
        NotFound, ImportMoved: see above.
    """
    at = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
    batch = _locked(batch_id, by, at=at, stuck=BatchState.CHECKING)
    if ImportChange.objects.filter(batch=batch).exists():
        raise ImportMoved
    upload = batch.upload
    audit.write(
        "files.discard_import",
        by=by,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
    )
    batch.delete()
    upload.delete()
    transaction.on_commit(lambda: store.remove(*upload.paths))


def expected_end(job: Job) -> int | None:
    """Return the seconds a running job is likely to need still, None if nobody can tell."""
    if job.state != JobState.RUNNING or not (job.total_count and job.done_count and job.started_at):
        return None
    spent = (clock.now() - job.started_at).total_seconds()
    return max(1, round(spent / job.done_count * (job.total_count - job.done_count)))
