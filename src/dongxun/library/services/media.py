"""Files for lessons: kept sealed, looked at, made fit for phones by a job."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.files.contracts import BadMedia, NoConverter
from dongxun.kernel import audit, clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.library.contracts import MOST_BYTES, MediaState
from dongxun.library.models import Media
from dongxun.organisations import api as organisations

JOB = "library.convert_media"
KIND = "files"
"""What nginx calls the folders of what phones play."""
UNDER_WAY = (MediaState.WAITING, MediaState.CONVERTING)
AT_ONCE = 100
LOOKED_AT = 2
"""Percent of a conversion that are over when the file has been looked at."""


def folder_of(media_id: UUID) -> Path:
    """Return where what phones play of a file lies."""
    return Path(settings.VAR) / "library" / media_id.hex[-2:] / media_id.hex


def handed_out_at() -> str:
    """Return where nginx finds the files of a ladder; as :func:`folder_of`, in its words."""
    return f"{Path(settings.VAR).resolve()}/library/$shelf/$id/$name"


def keep_media(
    *,
    by: Actor,
    organisation_id: UUID,
    name: str,
    pieces: Iterable[bytes],
    for_lessons: bool = True,
) -> UUID:
    """Keep a file for an organisation's lessons and begin to make it fit for phones.

    The same content of one organisation is one file, so bringing it twice is safe; one that
    was refused, or whose job was stopped or given up, is looked at again. Not ``for_lessons``, no
    lesson is offered it.

    Raises:
        NotFound, NotAllowed.
        NoConverter: this machine cannot convert; nothing was kept.
        BadMedia: empty, or too large.
    """
    node = organisations.node(organisation_id)
    require("library.write_lesson", by, node.interval.lft)
    kept = files.keep_media(pieces, most=MOST_BYTES, where="file")
    with transaction.atomic():
        media, is_new = Media.objects.get_or_create(
            organisation_id=organisation_id,
            sha256=kept.sha256,
            defaults={
                "name": Path(name.replace("\\", "/")).name[:120] or _("file"),
                "source": kept.path,
                "size": kept.size,
                "created_at": clock.now(),
                "for_lessons": for_lessons,
            },
        )
        if not is_new:
            files.drop_bytes(kept.path)
            if for_lessons and not media.for_lessons:
                media.for_lessons = True
                media.save(update_fields=["for_lessons"])
        if is_new or media.state == MediaState.REFUSED or _is_stuck(media):
            _begin(media, by)
    return media.id


def _is_stuck(media: Media) -> bool:
    """Return whether a file waits for a job that was stopped or given up."""
    return media.state in UNDER_WAY and jobs.is_over(jobs.last_about(JOB, media=str(media.id)))


def take_up() -> None:
    """Let files that wait for a job given up have another one; say so where it was stopped."""
    for media in Media.objects.filter(state__in=UNDER_WAY).order_by("created_at")[:AT_ONCE]:
        job = jobs.go_on(JOB, media=str(media.id))
        rows = Media.objects.filter(id=media.id, state__in=UNDER_WAY)
        if job is None:
            words = _("It was stopped before it could be played. Bring the file again.")
            rows.update(state=MediaState.REFUSED, words=words)
        elif job.id != media.job_id:
            rows.update(job_id=job.id)


def _begin(media: Media, by: Actor) -> None:
    job = jobs.start(JOB, media.name, {"media": str(media.id)}, by=by)
    media.job_id, media.state, media.words = job.id, MediaState.WAITING, ""
    media.save(update_fields=["job_id", "state", "words"])
    audit.write(
        "library.keep_media",
        by=by,
        subject=("media", media.id),
        organisation_id=media.organisation_id,
    )


def convert_now(media_id: UUID) -> None:
    """Run the job of a file in this thread, for commands and the demo. Safe to repeat."""
    media = Media.objects.filter(id=media_id).first()
    if media is not None and media.job_id is not None:
        jobs.run(media.job_id)


def run_convert(run: JobRun) -> Mapping[str, Any]:
    """Look at a file and make what phones play; a refusal is kept in words at the file."""
    media = wanted_row(Media.objects.filter(id=UUID(run.payload["media"])))
    run.save(total=100, done=0)
    Media.objects.filter(id=media.id).update(state=MediaState.CONVERTING)
    with tempfile.TemporaryDirectory(prefix="dongxun-media-") as place:
        path = Path(place) / "original"
        files.copy_out(media.source, path)
        try:
            found = files.look_at_media(path)
            run.save(done=LOOKED_AT)
            made = files.convert_media(
                path,
                found,
                folder_of(media.id),
                run.beat,
                lambda part: run.save(done=LOOKED_AT + int(part * (99 - LOOKED_AT))),
            )
        except (BadMedia, NoConverter) as error:
            Media.objects.filter(id=media.id).update(
                state=MediaState.REFUSED, words=str(error)[:300]
            )
            return {"message": str(error)}
    Media.objects.filter(id=media.id).update(
        kind=found.kind,
        state=MediaState.READY,
        words="",
        made=made.name,
        made_size=sum(one.stat().st_size for one in folder_of(media.id).iterdir()),
        content_type=made.content_type,
        poster=made.poster,
        seconds=found.seconds,
        width=found.width,
        height=found.height,
    )
    run.save(done=100)
    return {"message": _("Ready.")}
