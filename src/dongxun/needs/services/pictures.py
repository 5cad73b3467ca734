"""Pictures of needs and projects: kept sealed, shown to who may see what they belong to."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require
from dongxun.needs.contracts import PictureMoment
from dongxun.needs.models import Need, Picture, Project
from dongxun.needs.queries.tickets import need_row
from dongxun.seasons import api as seasons

KIND = "needs.picture"
FRESH = timedelta(days=1)
"""How long whoever raised a need may add the picture taken with it; a network comes and goes."""


@transaction.atomic
def add_picture(
    *,
    by: Actor,
    raw: bytes,
    moment: PictureMoment,
    words: str = "",
    need_id: UUID | None = None,
    project_id: UUID | None = None,
) -> UUID:
    """Keep a picture of a need or a project; sent twice, it is there once.

    Raises:
        NotFound: what it belongs to is absent or hidden.
        NotAllowed: the actor may not add to it.
        PictureRefused: it cannot be kept; says why.
    """
    owner = _project(project_id, by) if project_id else _need(need_id, by)
    clean = files.clean_picture(raw)
    digest = hashlib.sha256(clean).hexdigest()
    known = Picture.objects.filter(sha256=digest)
    if isinstance(owner, Project):
        known = known.filter(project=owner, moment=moment)
    else:
        known = known.filter(need=owner)
    found = known.first()
    if found is not None:
        return found.id
    rules = seasons.rules(owner.season_id)
    years = timedelta(days=366 * rules.parameters.retention_years)
    upload = files.keep_upload(
        by=by,
        kind=KIND,
        name=f"{digest[:12]}.{files.picture_type(clean).rsplit('/', 1)[-1]}",
        raw=clean,
        expires_at=max(clock.moment(rules.ends_on), clock.now()) + years,
        organisation_id=owner.organisation_id,
    )
    row = Picture.objects.create(
        need_id=need_id,
        project_id=project_id,
        moment=moment,
        words=words.strip()[:120],
        upload=upload,
        sha256=digest,
        added_at=clock.now(),
    )
    audit.write(
        "needs.add_picture",
        by=by,
        subject=("picture", row.id),
        organisation_id=owner.organisation_id,
        sha256=digest,
    )
    return row.id


def _need(need_id: UUID | None, by: Actor) -> Need:
    """Return a need to which the actor may add: theirs to work on, or just raised by them."""
    if need_id is None:
        raise NotFound
    fresh = Need.objects.filter(id=need_id, recorded_at__gte=clock.now() - FRESH).first()
    if fresh is not None and fresh.raised_by == by.id and not fresh.pictures.exists():
        return fresh
    need = need_row(need_id, by=by)
    require("needs.work_on_need", by, need)
    return need


def _project(project_id: UUID, by: Actor) -> Project:
    row = wanted_row(Project.objects.select_related("organisation").filter(id=project_id))
    if not allows("needs.run", by, row.organisation.lft):
        raise NotFound
    return row


def open_picture(picture_id: UUID, *, by: Actor) -> tuple[str, bytes]:
    """Return a picture's content type and bytes.

    Raises:
        NotFound: absent, taken out, or of something hidden.
    """
    row = wanted_row(Picture.objects.filter(id=picture_id, removed_at=None))
    if row.need_id:
        need_row(row.need_id, by=by)
    elif row.project_id:
        _project(row.project_id, by)
    _upload, raw = files.read_upload(row.upload_id)
    return files.picture_type(raw), raw
