"""Reads of this room's own table, and of what was printed."""

from collections.abc import Sequence
from uuid import UUID

from dongxun.files import api as files
from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.reports.contracts.documents import DocumentKind, DocumentLine
from dongxun.reports.models import Document
from dongxun.reports.rules import EXPORTS, organises_above


def documents(season_id: UUID, organisation_id: UUID, *, by: Actor) -> list[DocumentLine]:
    """Return the files in a dossier, by kind and time.

    Raises:
        NotFound: the organisation is absent or hidden.
    """
    organisations.node_in_scope(organisation_id, by=by)
    rows = Document.objects.filter(
        season_id=season_id, organisation_id=organisation_id, removed_at=None
    ).select_related("upload")
    return [
        DocumentLine(
            id=row.id,
            kind=DocumentKind(row.kind),
            upload_id=row.upload_id,
            name=row.upload.name,
            size=row.upload.size,
            sha256=row.upload.sha256,
            pages=row.pages,
            added_at=row.added_at,
            added_by=row.upload.owner_label,
        )
        for row in rows.order_by("kind", "added_at", "id")
    ]


def document(document_id: UUID, *, by: Actor) -> Document:
    """Return one file of a dossier.

    Raises:
        NotFound: absent, taken out, or hidden.
    """
    row = wanted_row(Document.objects.filter(id=document_id, removed_at=None))
    organisations.node_in_scope(row.organisation_id, by=by)
    return row


def kept_exports(node_ids: Sequence[UUID], *, by: Actor, limit: int = 12) -> list[files.Export]:
    """Return what is kept of these organisations' papers, as far as the actor may have it."""
    return [
        export
        for export in files.exports_about(node_ids, EXPORTS, limit)
        if export.owner_id == by.id or organises_above(by, export)
    ]
