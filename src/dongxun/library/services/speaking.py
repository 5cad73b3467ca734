"""A chapter is read out by the speech engine, and its text then follows the voice."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import api as files
from dongxun.files.contracts import BadMedia
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.rows import wanted_row
from dongxun.library import speech
from dongxun.library.contracts import Form, Line, NoEngine
from dongxun.library.models import Chapter
from dongxun.library.queries.learning import transcript
from dongxun.library.services.lessons import lesson_to_write, note, touch
from dongxun.library.services.media import keep_media

JOB = "library.speak_chapter"


@transaction.atomic
def speak_chapter(*, by: Actor, lesson_id: UUID, chapter_id: UUID) -> UUID:
    """Begin to read a chapter of a lesson out; return the job. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        NoEngine: this installation has none.
        Invalid: no text, or a lesson that is watched.
    """
    lesson = lesson_to_write(lesson_id, by=by)
    chapter = wanted_row(lesson.chapters.filter(id=chapter_id))
    if speech.engine() is None:
        raise NoEngine
    if lesson.form not in {Form.TEXT, Form.AUDIO} or not transcript(chapter):
        raise Invalid(_("There is no text to read out."))
    note("library.speak_chapter", by, lesson)
    return jobs.start(JOB, chapter.title, {"chapter": str(chapter.id)}, by=by).id


def run_speak(run: JobRun) -> Mapping[str, Any]:
    """Say each line of a chapter, keep the sound as its file, note where each line begins."""
    chapter = Chapter.objects.select_related("lesson").filter(id=run.payload["chapter"]).first()
    voice = speech.engine()
    if chapter is None or voice is None:
        raise NotFound
    lines = [line.text for line in transcript(chapter)]
    with tempfile.TemporaryDirectory(prefix="dongxun-speech-") as folder:
        try:
            whole, cues = speech.read_out(lines, voice, Path(folder), run.beat)
            media_id = keep_media(
                by=run.actor,
                organisation_id=chapter.lesson.organisation_id,
                name=_("%(title)s, read out") % {"title": chapter.title},
                pieces=files.pieces_of(whole),
            )
        except (BadMedia, NoEngine) as error:
            return {"message": str(error)}
    with transaction.atomic():
        lesson = lesson_to_write(chapter.lesson_id, by=run.actor)
        now = Chapter.objects.select_for_update().get(id=chapter.id)
        if now.text != chapter.text:
            return {"message": _("The text was changed meanwhile; let it be read out again.")}
        now.text, now.media_id = "\n".join(map(_cue, cues)), media_id
        now.save(update_fields=["text", "media"])
        touch(lesson)
    return {"message": _("Ready.")}


def _cue(line: Line) -> str:
    minutes, seconds = divmod(line.second or 0, 60)
    return f"[{minutes}:{seconds:02}] {line.text}"
