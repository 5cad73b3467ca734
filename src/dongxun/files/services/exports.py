"""Keep files made here for somebody, hand them out, and log each time."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from dongxun.files import queries, store
from dongxun.files.models import Export
from dongxun.files.services.uploads import safe_name
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor

KEPT_FOR = timedelta(days=30)


@transaction.atomic
def keep_export(
    *,
    by: Actor,
    kind: str,
    name: str,
    content_type: str,
    pieces: Iterable[bytes],
    organisation_id: UUID | None = None,
    about: str = "",
    job_id: UUID | None = None,
) -> Export:
    """Keep a file made for ``by`` for 30 days, sealed.

    With a ``job_id`` it is safe to repeat: a job that is run again after a kill
    finds the export it had already kept under the same name.
    """
    name = safe_name(name)
    if job_id and (found := Export.objects.filter(job_id=job_id, name=name).first()):
        return found
    stored, now = store.put(pieces), clock.now()
    export = Export.objects.create(
        kind=kind,
        name=name,
        content_type=content_type,
        about=about[:300],
        job_id=job_id,
        sha256=stored.sha256,
        size=stored.size,
        path=stored.path,
        owner_id=by.id,
        owner_label=by.label[:120],
        organisation_id=organisation_id,
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    audit.write(
        "files.keep_export",
        by=by,
        subject=("export", export.id),
        organisation_id=organisation_id,
        kind=kind,
        sha256=stored.sha256,
        size=stored.size,
    )
    return export


@transaction.atomic
def open_export(*, by: Actor, export_id: UUID) -> tuple[Export, Iterator[bytes]]:
    """Return an export and its pieces, and log that it was taken out.

    Raises:
        NotFound: there is none, it is gone, or it is somebody else's.
    """
    export = queries.export(export_id, by=by)
    audit.write(
        "files.download_export",
        by=by,
        subject=("export", export.id),
        organisation_id=export.organisation_id,
        sha256=export.sha256,
    )
    return export, store.pieces(export.path)
