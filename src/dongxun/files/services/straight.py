"""A whole import without a person in between, for commands and the demo district."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from dongxun.files import queries
from dongxun.files.contracts import Action, BatchState
from dongxun.files.models import ImportBatch
from dongxun.files.services import batches, uploads
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, DomainError


def import_file(
    *,
    by: Actor,
    kind: str,
    path: Path,
    organisation_id: UUID | None = None,
    season_id: UUID | None = None,
    options: Mapping[str, Any] | None = None,
    only_if_clean: bool = False,
) -> ImportBatch:
    """Bring a workbook in by the same steps as the wizard; bad rows stay out and are kept.

    Runs the jobs in this thread. With ``only_if_clean`` nothing goes in while a row
    is bad.

    Raises:
        FileRefused, Invalid, NotAllowed: as the steps do.
        Conflict: checking or importing broke off, or rows are bad and must not be.
    """
    batch = uploads.open_import(
        by=by,
        kind=kind,
        name=path.name,
        pieces=[path.read_bytes()],
        organisation_id=organisation_id,
        season_id=season_id,
        options=options,
    )
    sheets = {
        about["index"]: batches.SheetChoice(
            use=about["use"], columns={int(at): key for at, key in about["columns"].items()}
        )
        for about in batch.mapping["sheets"]
    }
    batch = _run(batches.match_columns(by=by, batch_id=batch.id, sheets=sheets), by)
    if only_if_clean and batch.counts[Action.BAD]:
        raise Conflict(code="import_has_bad_rows")
    if not any(batch.counts[action] for action in (Action.NEW, Action.CHANGED, Action.MOVED)):
        return batch
    return _run(batches.apply(by=by, batch_id=batch.id), by)


def _run(batch: ImportBatch, by: Actor) -> ImportBatch:
    if batch.job_id:
        jobs.run(batch.job_id)
    batch = queries.batch(batch.id, by=by)
    if batch.state not in {BatchState.CHECKED, BatchState.DONE}:
        raise Conflict(batch.error or None) if batch.error else DomainError
    return batch
