"""Take a file in and open an import on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files import store
from dongxun.files.contracts import BatchContext, BatchState, FileRefused, Importer
from dongxun.files.models import ImportBatch, Upload, seal
from dongxun.files.registry import importer_of
from dongxun.files.values.words import plain, tidy
from dongxun.files.workbook import headers, limits, reading
from dongxun.kernel import audit, clock, rules
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row

KEPT_FOR = timedelta(days=7)
SAMPLE_ROWS = 15
HEAD_AND_ROW = 2
ZIP = b"PK"
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls"})


def open_import(
    *,
    by: Actor,
    kind: str,
    name: str,
    pieces: Iterable[bytes],
    organisation_id: UUID | None = None,
    season_id: UUID | None = None,
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Keep a file, look into it, and open an import with its columns matched as far as known.

    Raises:
        NotAllowed: ``by`` may not import this kind here.
        Invalid: what the importer asks is not answered, or not by one of its choices.
        FileRefused: the file cannot, or should not, be read, or holds no sheet with rows.
        NotFound: there is no such kind.
    """
    importer = importer_of(kind)
    rules.require(importer.rule, by, organisation_id)
    for ask in importer.asks(by):
        if (options or {}).get(ask.key) not in {value for value, _label in ask.choices}:
            raise Invalid(ask.nothing or None, where=ask.key)
    raw = _whole(pieces)
    notes, kept = reading.Notes(), reading.Kept()
    sheets = reading.preview(raw, notes=notes, kept=kept)
    if not any(sheet.row_count for sheet in sheets):
        raise FileRefused(_("There is nothing in this file."), code="file_no_rows")
    is_text = _is_text(name, raw, sheets)
    context = BatchContext(new_id(), kind, by, organisation_id, season_id, dict(options or {}))
    given = importer.given(context)
    mapping = {
        "sheets": [_sheet(sheet, importer, given) for sheet in sheets],
        "macros": notes.macros,
        "links": notes.links,
        "text": is_text,
        "sample": seal({str(sheet.head.index): sample_of(sheet) for sheet in sheets}),
    }
    shared = {
        "kind": kind,
        "organisation_id": organisation_id,
        "owner_id": by.id,
        "owner_label": by.label[:120],
        "created_at": clock.now(),
    }
    own = {"season_id": season_id, "options": dict(options or {}), "mapping": mapping}
    return _keep(by, safe_name(name), (raw, bytes(kept.lines or b"")), shared, own)


def _is_text(name: str, raw: bytes, sheets: Iterable[reading.Preview]) -> bool:
    """Return whether a text with columns has the name of a workbook.

    Raises:
        FileRefused: it has the name but no columns, so nobody meant it as a table.
    """
    if raw.startswith(ZIP) or PurePath(name).suffix.lower() not in WORKBOOKS:
        return False
    if sum(len(row.cells) > 1 for sheet in sheets for row in sheet.rows) < HEAD_AND_ROW:
        raise reading.refused("text_file")
    return True


@transaction.atomic
def keep_upload(
    *,
    by: Actor,
    kind: str,
    name: str,
    raw: bytes,
    expires_at: datetime,
    organisation_id: UUID | None = None,
) -> Upload:
    """Keep a file that a room above has looked at and wants to hold on to, sealed."""
    stored = store.put([raw])
    return Upload.objects.create(
        kind=kind,
        name=safe_name(name),
        sha256=stored.sha256,
        size=stored.size,
        path=stored.path,
        owner_id=by.id,
        owner_label=by.label[:120],
        organisation_id=organisation_id,
        created_at=clock.now(),
        expires_at=expires_at,
    )


def read_upload(upload_id: UUID) -> tuple[Upload, bytes]:
    """Return a kept file, for a room above that asked who may see it.

    Raises:
        NotFound: there is none, or it has expired.
    """
    row = wanted_row(Upload.objects.filter(id=upload_id, removed_at=None))
    try:
        return row, store.read(row.path)
    except FileNotFoundError:
        raise NotFound from None


def open_upload(upload_id: UUID) -> store.Sealed:
    """Return a kept file of which parts can be read, for a room above that asked who may see it.

    Raises:
        NotFound: there is none, or it has expired.
    """
    row = wanted_row(Upload.objects.filter(id=upload_id, removed_at=None))
    if not store.is_here(row.path):
        raise NotFound
    return store.Sealed(row.path, row.size)


def drop_upload(upload_id: UUID, *, at: datetime | None = None) -> None:
    """Let a kept file expire now, or ``at`` a later time; the purge then removes it.

    Safe to repeat.
    """
    Upload.objects.filter(id=upload_id).update(expires_at=at or clock.now())


def _whole(pieces: Iterable[bytes]) -> bytes:
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > limits.FILE_BYTES:
            raise reading.refused("too_large")
    return bytes(raw)


@transaction.atomic
def _keep(
    by: Actor, name: str, file: tuple[bytes, bytes], shared: dict[str, Any], own: dict[str, Any]
) -> ImportBatch:
    raw, rows = file
    stored, expires_at = store.put([raw]), clock.now() + KEPT_FOR
    upload = Upload.objects.create(
        **shared,
        name=name,
        sha256=stored.sha256,
        size=stored.size,
        path=stored.path,
        reading=store.put([rows]).path if rows else "",
        expires_at=expires_at,
    )
    batch = ImportBatch.objects.create(**shared, **own, upload=upload, state=BatchState.UPLOADED)
    audit.write(
        "files.open_import",
        by=by,
        subject=("import", batch.id),
        organisation_id=batch.organisation_id,
        kind=batch.kind,
        sha256=stored.sha256,
        size=stored.size,
    )
    return batch


def safe_name(name: str) -> str:
    """Return the last part of a file's name as it may be shown; never used as a path."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in tidy(last) if letter.isprintable())
    return shown[-200:] or "file"


def sample_of(sheet: reading.Preview) -> list[list[Any]]:
    """Return the first rows of a sheet as texts, to choose a header and match columns by."""
    return [
        [row.number, [tidy(plain(cell))[:60] for cell in row.cells]]
        for row in sheet.rows[:SAMPLE_ROWS]
    ]


def _sheet(sheet: reading.Preview, importer: Importer, given: frozenset[str]) -> dict[str, Any]:
    """Return what the batch remembers of a sheet: where its header is and what it may mean."""
    header = headers.find(sheet, importer.columns)
    about: dict[str, Any] = {
        "index": sheet.head.index,
        "name": sheet.head.name,
        "hidden": sheet.head.hidden,
        "all": sheet.row_count,
        "rows": sheet.row_count,
        "use": False,
        "header": None,
        "columns": {},
        "texts": {},
        "sure": [],
        "title": "",
    }
    if header is not None:
        is_whole = given.issuperset(header.missing)
        about |= header_json(header) | {"use": is_whole and not sheet.head.hidden}
        above = sum(row.number <= header.row for row in sheet.rows)
        about["rows"] = sheet.row_count - above
    return about


def header_json(header: headers.Header) -> dict[str, Any]:
    """Return what the batch remembers of a header."""
    return {
        "header": header.row,
        "columns": {str(at): key for at, key in header.columns.items()},
        "texts": {str(at): text for at, text in header.texts.items()},
        "sure": sorted(header.sure),
        "title": header.title,
    }
