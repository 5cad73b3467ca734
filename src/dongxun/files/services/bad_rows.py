"""The rows that did not go in, as a workbook to be corrected and sent in again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import queries
from dongxun.files.contracts import Action
from dongxun.files.models import ImportBatch
from dongxun.files.parsing import json_cell
from dongxun.files.registry import importer_of
from dongxun.files.workbook.writing import Column, Sheet, write_workbook
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor

_AT_ONCE = 500


@transaction.atomic
def bad_rows_workbook(*, by: Actor, batch_id: UUID) -> tuple[str, bytes]:
    """Return the name and bytes of a workbook of the bad rows, their cells as they were typed.

    Its header is one that the same importer finds; what is wrong stands beside each
    row in columns that the importer passes over. Taking it out is logged.

    Raises:
        NotFound: there is no such import, or it is somebody else's.
    """
    batch = queries.batch(batch_id, by=by)
    importer = importer_of(batch.kind)
    used = {key for about in batch.mapping["sheets"] for key in about["columns"].values()}
    columns = [column for column in importer.columns if column.key in used or column.required]
    heads = [Column(str(column.label), column.width) for column in columns]
    heads += [
        Column(_("Sheet and row before"), 18),
        Column(_("What is wrong"), 48, wrap=True),
        Column(_("Suggestion"), 24, wrap=True),
    ]
    count = queries.rows(batch, Action.BAD).count()
    about = _("%(count)s rows of %(name)s that did not go in") % {
        "count": count,
        "name": batch.upload.name,
    }
    made = _("Correct the rows and send this workbook in again. As of %(when)s") % {
        "when": f"{clock.now().astimezone(clock.zone()):%Y-%m-%d %H:%M}"
    }
    rows = _rows(batch, [column.key for column in columns])
    marked = frozenset({len(columns) + 1, len(columns) + 2})
    sheet = Sheet(_("Rows to correct"), heads, rows, title=about, source=made, marked=marked)
    audit.write(
        "files.download_bad_rows",
        by=by,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
        rows=count,
    )
    stem = batch.upload.name.rpartition(".")[0] or batch.upload.name
    return f"{stem}-{_('to correct')}.xlsx", write_workbook([sheet])


def _rows(batch: ImportBatch, keys: list[str]) -> Iterator[list[Any]]:
    found = queries.rows(batch, Action.BAD).iterator(chunk_size=_AT_ONCE)
    for row in map(queries.row_view, found):
        cells = [json_cell(row.typed.get(key)) for key in keys]
        wrong = "\n".join(str(problem.message) for problem in row.problems)
        hints = "\n".join(
            problem.suggestion or " / ".join(str(choice.label) for choice in problem.choices)
            for problem in row.problems
            if problem.suggestion or problem.choices
        )
        yield [*cells, f"{row.sheet} {row.number}".strip(), wrong, hints]
