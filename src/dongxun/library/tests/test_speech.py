import sys

import pytest

from dongxun.files.contracts import MediaKind
from dongxun.files.tests.media import make_sound
from dongxun.kernel import jobs
from dongxun.kernel.models import Job
from dongxun.library import api, speech
from dongxun.library.contracts import ChapterDraft, Form, MediaState, NoEngine
from dongxun.library.models import Media
from dongxun.library.queries.learning import transcript
from dongxun.library.services.speaking import speak_chapter
from dongxun.library.tests.make import SYSTEM, make_lesson

VOICE = """
import pathlib, sys, wave
words = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
with wave.open(sys.argv[2], "wb") as out:
    out.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
    out.writeframes(bytes(8000 * 2 * len(words)))
"""
"""An engine that is silent for a second a character."""


def test_no_engine_is_named_unless_the_office_names_one(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    assert speech.engine() is None
    with pytest.raises(NoEngine):
        speak_chapter(by=SYSTEM, lesson_id=lesson.id, chapter_id=lesson.chapters.get().id)


def spoken(cast, settings, command, text="村里的账\n\n谁都能翻"):
    settings.SPEECH = command
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False)
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, ChapterDraft("账本", text))])
    chapter = lesson.chapters.get()
    speak_chapter(by=cast.actor("secretary"), lesson_id=lesson.id, chapter_id=chapter.id)
    jobs.run_waiting()
    jobs.run_waiting()
    return lesson, lesson.chapters.select_related("media").get()


def test_a_chapter_is_read_out_line_by_line_and_its_text_follows_the_voice(
    cast, settings, tmp_path
):
    program = tmp_path / "voice.py"
    program.write_text(VOICE, encoding="utf-8")
    lesson, chapter = spoken(cast, settings, f"{sys.executable} {program} {{text}} {{sound}}")
    assert (chapter.media.state, chapter.media.kind) == (MediaState.READY, MediaKind.AUDIO)
    assert [(line.second, line.text) for line in transcript(chapter)] == [
        (0, "村里的账"),
        (4, "谁都能翻"),
    ]
    assert chapter.media.seconds == 9
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id)
    page = cast.client("member").get(f"/learn/{lesson.id}/").content.decode()
    assert "<audio" in page
    assert 'data-second="4"' in page


@pytest.mark.parametrize("command", ["/nothing/speaks {text} {sound}", "true", "false"])
def test_an_engine_that_fails_says_so_and_the_chapter_stays(cast, settings, command):
    _lesson, chapter = spoken(cast, settings, command)
    assert (chapter.media, chapter.text) == (None, "村里的账\n\n谁都能翻")
    assert Job.objects.get().result["message"]


def test_the_page_offers_the_voice_only_where_there_is_one(cast, settings):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    desk, address = cast.client("secretary"), f"/console/library/{lesson.id}/"
    assert 'value="speak"' not in desk.get(address).content.decode()
    settings.SPEECH = "true"
    assert 'value="speak"' in desk.get(address).content.decode()
    body = {"what": "speak", "chapter": str(lesson.chapters.get().id)}
    assert desk.post(f"{address}do/", body)["Location"] == f"/jobs/{Job.objects.get().id}/"


def test_a_recorded_voice_may_be_put_to_any_text(cast, tmp_path):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.TEXT)
    media = api.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name="读.mp3",
        pieces=[make_sound(tmp_path / "a.mp3").read_bytes()],
    )
    drafts = [(None, ChapterDraft("账本", "村里的账", media))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    jobs.run_waiting()
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id)
    page = cast.client("member").get(f"/learn/{lesson.id}/").content.decode()
    assert f"/learn/files/{media}/{Media.objects.get().made}" in page
    assert "村里的账" in page
