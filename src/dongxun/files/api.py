"""The door of files."""

from dongxun.files import values
from dongxun.files.models import Export
from dongxun.files.queries import (
    batch,
    batches,
    export,
    exports,
    exports_about,
    labels_coming,
)
from dongxun.files.registry import importer_of, kinds, register
from dongxun.files.rules import share
from dongxun.files.services.batches import SheetChoice, apply, discard, match_columns, undo
from dongxun.files.services.exports import keep_export, open_export
from dongxun.files.services.progress import job_card
from dongxun.files.services.rows import accept_suggestions, correct_row, leave_out, take_in
from dongxun.files.services.straight import import_file
from dongxun.files.services.uploads import drop_upload, keep_upload, open_import, read_upload
from dongxun.files.workbook.writing import Column as OutColumn
from dongxun.files.workbook.writing import Sheet as OutSheet
from dongxun.files.workbook.writing import write_workbook

__all__ = [
    "Export",
    "OutColumn",
    "OutSheet",
    "SheetChoice",
    "accept_suggestions",
    "apply",
    "batch",
    "batches",
    "correct_row",
    "discard",
    "drop_upload",
    "export",
    "exports",
    "exports_about",
    "import_file",
    "importer_of",
    "job_card",
    "keep_export",
    "keep_upload",
    "kinds",
    "labels_coming",
    "leave_out",
    "match_columns",
    "open_export",
    "open_import",
    "read_upload",
    "register",
    "share",
    "take_in",
    "undo",
    "values",
    "write_workbook",
]
