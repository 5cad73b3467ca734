"""The door of files."""

from dongxun.files import values
from dongxun.files.queries import batch, batches, export, exports
from dongxun.files.registry import importer_of, kinds, register
from dongxun.files.services.batches import SheetChoice, apply, discard, match_columns, undo
from dongxun.files.services.exports import keep_export, open_export
from dongxun.files.services.rows import accept_suggestions, correct_row, leave_out, take_in
from dongxun.files.services.straight import import_file
from dongxun.files.services.uploads import open_import
from dongxun.files.workbook.writing import Column as OutColumn
from dongxun.files.workbook.writing import Sheet as OutSheet
from dongxun.files.workbook.writing import write_workbook

__all__ = [
    "OutColumn",
    "OutSheet",
    "SheetChoice",
    "accept_suggestions",
    "apply",
    "batch",
    "batches",
    "correct_row",
    "discard",
    "export",
    "exports",
    "import_file",
    "importer_of",
    "keep_export",
    "kinds",
    "leave_out",
    "match_columns",
    "open_export",
    "open_import",
    "register",
    "take_in",
    "undo",
    "values",
    "write_workbook",
]
