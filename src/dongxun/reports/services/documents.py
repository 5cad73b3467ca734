"""Files that organisers put into the dossier: plans, notices, divisions of duties."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.reports import queries
from dongxun.reports.contracts.documents import DocumentKind
from dongxun.reports.models import Document
from dongxun.reports.rules import EXPORTS
from dongxun.seasons import api as seasons

MOST_BYTES = 20 * 1024 * 1024
BEGINS = {
    ".pdf": (b"%PDF-",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG",),
    ".ofd": (b"PK\x03\x04",),
}


class DocumentRefused(Invalid):
    """A file cannot go into the dossier; the message says why."""

    code = "document_refused"


def _checked(name: str, raw: bytes) -> str:
    suffix = PurePath(name).suffix.lower()
    if not raw:
        raise DocumentRefused(_("The file is empty."), where="file")
    if len(raw) > MOST_BYTES:
        raise DocumentRefused(_("The file is larger than 20 MB."), where="file")
    if suffix not in BEGINS:
        kinds = _("Send PDF, Word, Excel, OFD or a picture (JPG, PNG).")
        raise DocumentRefused(kinds, where="file")
    if not raw.startswith(BEGINS[suffix]):
        words = _("The file is not what its name says. Open it, save it anew, send it again.")
        raise DocumentRefused(words, where="file")
    return suffix


def _pages(raw: bytes, suffix: str) -> int | None:
    """Return the pages of a PDF; None when it is none, or cannot be read."""
    if suffix != ".pdf":
        return None
    from pypdf import PdfReader  # large, and seldom needed
    from pypdf.errors import PyPdfError

    try:
        return len(PdfReader(BytesIO(raw)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


@transaction.atomic
def attach_document(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    kind: DocumentKind,
    name: str,
    raw: bytes,
) -> UUID:
    """Put a file into the dossier of an organisation. Sent twice, it is there once.

    Raises:
        NotFound: season or organisation is absent or hidden.
        NotAllowed: ``by`` may not do that here.
        DocumentRefused: the file is empty, too large, or of a kind nobody can print.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("reports.attach", by, node.interval.lft)
    seasons.season(season_id, by=by)
    rules = seasons.rules(season_id)
    suffix = _checked(name, raw)
    for line in queries.documents(season_id, node.id, by=by):
        if line.kind == kind and line.sha256 == hashlib.sha256(raw).hexdigest():
            return line.id
    kept_until = clock.moment(rules.ends_on) + timedelta(
        days=366 * rules.parameters.retention_years
    )
    upload = files.keep_upload(
        by=by,
        kind=f"{EXPORTS}{kind}",
        name=name,
        raw=raw,
        expires_at=max(kept_until, clock.now() + timedelta(days=366)),
        organisation_id=node.id,
    )
    row = Document.objects.create(
        season_id=season_id,
        organisation_id=node.id,
        kind=kind,
        upload=upload,
        pages=_pages(raw, suffix),
        added_at=clock.now(),
    )
    audit.write(
        "reports.attach_document",
        by=by,
        subject=("document", row.id),
        organisation_id=node.id,
        kind=kind.value,
        sha256=upload.sha256,
    )
    return row.id


@transaction.atomic
def remove_document(*, by: Actor, document_id: UUID) -> None:
    """Take a file out of the dossier.

    Raises:
        NotFound: absent, taken out already, or hidden.
    """
    row = queries.document(document_id, by=by)
    node = organisations.node(row.organisation_id)
    require("reports.attach", by, node.interval.lft)
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    files.drop_upload(row.upload_id)
    audit.write(
        "reports.remove_document",
        by=by,
        subject=("document", row.id),
        organisation_id=node.id,
    )


@transaction.atomic
def open_document(*, by: Actor, document_id: UUID) -> tuple[str, bytes]:
    """Return a file's name and content, and write down that it was taken out.

    Raises:
        NotFound: absent, taken out already, or hidden.
    """
    row = queries.document(document_id, by=by)
    upload, raw = files.read_upload(row.upload_id)
    audit.write(
        "reports.open_document",
        by=by,
        subject=("document", row.id),
        organisation_id=row.organisation_id,
    )
    return upload.name, raw
