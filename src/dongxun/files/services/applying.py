"""Write the good rows of an import to the records, and take them back, as jobs.

Each chunk is one transaction with its rows, their changes and the job's cursor, so
a kill anywhere leaves every row either in or still to go in.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from dongxun.files import queries
from dongxun.files.contracts import WRITING, Action, BatchState, Change, Importer, Refused, RowIn
from dongxun.files.models import ImportBatch, ImportChange, ImportRow, seal, unseal
from dongxun.files.parsing import cell_json, problem_json
from dongxun.files.registry import importer_of
from dongxun.files.services.batches import context_of
from dongxun.kernel import audit, bulk, clock, jobs

CHUNK = 1_000
UNDO_FOR = timedelta(hours=24)
_READ = ("id", "sheet", "number", "action", "target_id", "content")
_FIELDS = ("batch_id", "kind", "target_id", "label", "version", "content", "kept")


def run_apply(handle: jobs.JobRun) -> Mapping[str, Any]:
    """Write the rows that are new, changed or moved, in the order of the file."""
    batch = ImportBatch.objects.select_related("upload").get(id=handle.payload["batch"])
    if batch.state != BatchState.IMPORTING:
        return {}
    importer = importer_of(batch.kind)
    state = importer.prepare(context_of(batch, handle.actor))
    to_do = ImportRow.objects.filter(batch=batch, action__in=WRITING)
    total, done = to_do.count(), to_do.filter(applied=True).count()
    while True:
        with transaction.atomic():
            waiting = to_do.filter(applied=False).order_by("id")
            rows = list(waiting.values_list(*_READ, named=True)[:CHUNK])
            done += len(rows)
            last = rows[-1].id if rows else None
            handle.save({"row": last} if last else None, done=done, total=total)
            if not rows:
                _finish_apply(handle, batch, importer, state)
                return {}
            _apply_chunk(batch, importer, state, rows)
        handle.rest()


def _apply_chunk(batch: ImportBatch, importer: Importer, state: Any, rows: list[ImportRow]) -> None:
    told = importer.apply(state, [_row_in(row) for row in rows])
    changes = [one for one in told if isinstance(one, Change)]
    bulk.insert(ImportChange, _FIELDS, (_change_line(batch, change) for change in changes))
    _refuse(batch, [one for one in told if isinstance(one, Refused)])
    ImportRow.objects.filter(batch=batch, id__gte=rows[0].id, id__lte=rows[-1].id).filter(
        action__in=WRITING
    ).update(applied=True)


def _refuse(batch: ImportBatch, refused: Sequence[Refused]) -> None:
    """Put rows among the bad ones, with their reason; they are listed and can be downloaded."""
    for row, problem in refused:
        kept = ImportRow.objects.get(batch=batch, sheet=row.sheet, number=row.number)
        content = unseal(kept.content)
        plain = {key: cell for key, cell in row.values.items() if not isinstance(cell, Mapping)}
        content["typed"] = {key: cell_json(cell) for key, cell in plain.items()}
        content["problems"] = [problem_json(problem)]
        kept.action, kept.cause = Action.BAD, problem.cause[:80]
        kept.content = seal(content)
        kept.save(update_fields=["action", "cause", "content"])


def _row_in(row: Any) -> RowIn:
    content = unseal(row.content)
    return RowIn(
        sheet=row.sheet,
        number=row.number,
        values=content.get("values", {}),
        choice=content.get("choice", {}),
        action=Action(row.action),
        target_id=row.target_id,
        plan=content.get("plan", {}),
    )


def _change_line(batch: ImportBatch, change: Change) -> tuple[Any, ...]:
    kept = {"before": dict(change.before), "after": dict(change.after)}
    content = seal(kept) if any(kept.values()) else ""  # a new record has no past to restore
    label = change.label[:120]
    return (batch.id, change.kind, change.target_id, label, change.version, content, "")


def _finish_apply(handle: jobs.JobRun, batch: ImportBatch, importer: Importer, state: Any) -> None:
    importer.finished(state)
    now = clock.now()
    batch.state, batch.applied_at, batch.undo_until = BatchState.DONE, now, now + UNDO_FOR
    written = ImportRow.objects.filter(batch=batch, applied=True).count()
    batch.counts = batch.counts | queries.counts(batch) | {"written": written}
    batch.save(update_fields=["state", "applied_at", "undo_until", "counts"])
    audit.write(
        "files.apply_import",
        by=handle.actor,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
        kind=batch.kind,
        counts=batch.counts,
        sha256=batch.upload.sha256,
    )


def run_undo(handle: jobs.JobRun) -> Mapping[str, Any]:
    """Take the changes of an import back, newest first, but for records written to since."""
    batch = ImportBatch.objects.get(id=handle.payload["batch"])
    if batch.state != BatchState.UNDOING:
        return {}
    importer = importer_of(batch.kind)
    state = importer.prepare(context_of(batch, handle.actor))
    changes = ImportChange.objects.filter(batch=batch)
    to_do = changes.filter(undone_at=None, kept="")
    total = changes.count()
    while True:
        with transaction.atomic():
            rows = list(to_do.order_by("-id")[:CHUNK])
            left = to_do.count() - len(rows)
            last = rows[-1].id if rows else None
            handle.save({"change": last} if last else None, done=total - left, total=total)
            if not rows:
                _finish_undo(handle, batch, importer, state)
                return {}
            _undo_chunk(importer, state, rows)
        handle.rest()


def _undo_chunk(importer: Importer, state: Any, rows: list[ImportChange]) -> None:
    kept = {item.target_id: item for item in importer.undo(state, [_change(row) for row in rows])}
    for row in rows:
        if row.target_id in kept:
            row.kept = str(kept[row.target_id].reason)[:200]
        else:
            row.undone_at = clock.now()
    ImportChange.objects.bulk_update(rows, ["kept", "undone_at"], batch_size=200)


def _change(row: ImportChange) -> Change:
    content = unseal(row.content)
    return Change(
        kind=row.kind,
        target_id=row.target_id,
        before=content.get("before", {}),
        after=content.get("after", {}),
        version=row.version,
        label=row.label,
    )


def _finish_undo(handle: jobs.JobRun, batch: ImportBatch, importer: Importer, state: Any) -> None:
    importer.finished(state)
    changes = ImportChange.objects.filter(batch=batch)
    undone = {
        "undone": changes.exclude(undone_at=None).count(),
        "kept": changes.exclude(kept="").count(),
    }
    batch.state, batch.undone_at = BatchState.UNDONE, clock.now()
    batch.counts = batch.counts | undone
    batch.save(update_fields=["state", "undone_at", "counts"])
    audit.write(
        "files.undo_import",
        by=handle.actor,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
        kind=batch.kind,
        **undone,
    )
