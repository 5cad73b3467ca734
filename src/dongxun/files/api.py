"""The door of files."""

from dongxun.files import values
from dongxun.files.converting import clip as convert_clip
from dongxun.files.converting import convert as convert_media
from dongxun.files.converting import is_here as can_convert
from dongxun.files.converting import keep as keep_media
from dongxun.files.converting import look as look_at_media
from dongxun.files.converting import run as run_leashed
from dongxun.files.images import clean as clean_picture
from dongxun.files.images import content_type as picture_type
from dongxun.files.models import Export
from dongxun.files.queries import (
    OwnImport,
    batch,
    batches,
    export,
    exports,
    exports_about,
    labels_coming,
    last_imports,
)
from dongxun.files.registry import importer_of, kinds, register
from dongxun.files.rules import share
from dongxun.files.services.batches import SheetChoice, apply, discard, match_columns, undo
from dongxun.files.services.exports import keep_export, open_export
from dongxun.files.services.progress import job_card
from dongxun.files.services.rows import accept_suggestions, correct_row, leave_out, take_in
from dongxun.files.services.straight import import_file
from dongxun.files.services.uploads import (
    drop_upload,
    keep_upload,
    open_import,
    open_upload,
    read_upload,
)
from dongxun.files.sounds import sound_type
from dongxun.files.store import copy_out, pieces_of
from dongxun.files.store import put as keep_bytes
from dongxun.files.store import read as read_bytes
from dongxun.files.store import remove as drop_bytes
from dongxun.files.workbook.writing import Column as OutColumn
from dongxun.files.workbook.writing import Sheet as OutSheet
from dongxun.files.workbook.writing import write_workbook

__all__ = [
    "Export",
    "OutColumn",
    "OutSheet",
    "OwnImport",
    "SheetChoice",
    "accept_suggestions",
    "apply",
    "batch",
    "batches",
    "can_convert",
    "clean_picture",
    "convert_clip",
    "convert_media",
    "copy_out",
    "correct_row",
    "discard",
    "drop_bytes",
    "drop_upload",
    "export",
    "exports",
    "exports_about",
    "import_file",
    "importer_of",
    "job_card",
    "keep_bytes",
    "keep_export",
    "keep_media",
    "keep_upload",
    "kinds",
    "labels_coming",
    "last_imports",
    "leave_out",
    "look_at_media",
    "match_columns",
    "open_export",
    "open_import",
    "open_upload",
    "picture_type",
    "pieces_of",
    "read_bytes",
    "read_upload",
    "register",
    "run_leashed",
    "share",
    "sound_type",
    "take_in",
    "undo",
    "values",
    "write_workbook",
]
