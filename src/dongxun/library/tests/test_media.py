import struct
import zipfile
import zlib
from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from dongxun.files import api as files
from dongxun.files import converting
from dongxun.files.contracts import MOST_SECONDS, BadMedia, MediaKind
from dongxun.files.tests.media import make_picture, make_silence, make_sound, make_video
from dongxun.kernel import clock, jobs
from dongxun.kernel.contracts import JobState
from dongxun.kernel.models import Job
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Form, MediaState, NotReady
from dongxun.library.models import Media
from dongxun.library.services.media import folder_of, take_up
from dongxun.library.tests.make import SYSTEM, make_lesson

pytestmark = pytest.mark.once  # most of it is ffmpeg's


def bring(cast, path, name=""):
    key = api.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name=name or path.name,
        pieces=[path.read_bytes()],
    )
    jobs.run_waiting()
    return Media.objects.get(id=key)


def test_a_recording_becomes_sound_that_every_phone_plays(cast, tmp_path):
    media = bring(cast, make_sound(tmp_path / "a.wav", 3))
    assert (media.state, media.kind, media.seconds) == (MediaState.READY, MediaKind.AUDIO, 3)
    found = files.look_at_media(folder_of(media.id) / media.made)
    assert (media.content_type, found.kind, found.seconds) == ("audio/mp4", MediaKind.AUDIO, 3)


def test_the_same_file_brought_twice_is_one(cast, tmp_path):
    path = make_sound(tmp_path / "a.mp3")
    assert bring(cast, path).id == bring(cast, path, "另一个名字.mp3").id
    assert Media.objects.count() == 1


def test_a_video_becomes_a_ladder_of_pieces(cast, tmp_path):
    media = bring(cast, make_video(tmp_path / "a.mp4"))
    names = {path.name for path in folder_of(media.id).iterdir()}
    assert media.made == "video.m3u8"
    assert {"video.m3u8", "rung-0.m3u8", "part-0-000.ts", media.poster} <= names
    poster = tmp_path / "poster"
    poster.write_bytes((folder_of(media.id) / media.poster).read_bytes())
    assert files.look_at_media(poster).kind == MediaKind.PICTURE


def test_how_far_a_conversion_is_is_told_as_a_share(tmp_path, monkeypatch):
    monkeypatch.setattr(converting, "BEAT_S", 0.05)
    path, said = make_video(tmp_path / "a.mp4", 20), []
    found = files.look_at_media(path)
    files.convert_media(path, found, tmp_path / "made", share=said.append)
    assert said == sorted(said)
    assert 0 < max(said) <= 1


def test_a_picture_is_made_small_enough_for_phones(cast, tmp_path):
    media = bring(cast, make_picture(tmp_path / "a.png"))
    assert media.kind == MediaKind.PICTURE
    made = tmp_path / "made"
    made.write_bytes((folder_of(media.id) / media.made).read_bytes())
    assert files.look_at_media(made).width == 1600


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("讲话.mp3", b"not a sound at all " * 50),
        ("a.mp4", b"\x00\x00\x00\x20ftypisom" + b"\x00" * 400),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n"),
        ("c.wav", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("p.mp3", b"%PDF-1.4 " + b"x" * 400),
        ("s.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    ],
)
def test_broken_and_hostile_files_are_refused_in_words(cast, tmp_path, name, content):
    path = tmp_path / "given"
    path.write_bytes(content)
    media = bring(cast, path, name)
    assert (media.state, media.words) == (MediaState.REFUSED, "这个文件放不出来。")
    assert not folder_of(media.id).exists() or not list(folder_of(media.id).iterdir())


def blank_png(width: int, height: int) -> bytes:
    """Return a picture of one colour that is small to send and large to unpack."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + end

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_small_file_that_unpacks_too_large_is_refused(cast, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(blank_png(9000, 2000))
    media = bring(cast, path)
    assert path.stat().st_size < 40_000
    assert (media.state, media.words) == (MediaState.REFUSED, "图片太大。")


def test_a_packed_archive_is_refused_and_never_unpacked(cast, tmp_path):
    path = tmp_path / "讲话.mp3"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.mp3", bytes(30_000_000))
    assert bring(cast, path).state == MediaState.REFUSED


def test_a_sound_that_says_it_is_endless_ends_where_its_content_ends(cast, tmp_path):
    raw = bytearray(make_sound(tmp_path / "a.wav", 2).read_bytes())
    at = raw.index(b"data") + 4
    raw[at : at + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "endless.wav"
    path.write_bytes(raw)
    media = bring(cast, path)
    assert media.state == MediaState.READY
    assert files.look_at_media(folder_of(media.id) / media.made).seconds == 2


def test_hours_of_silence_in_a_small_file_are_refused_in_words(cast, tmp_path):
    path = make_silence(tmp_path / "a.flac", MOST_SECONDS + 60)
    assert path.stat().st_size < 4_000_000
    media = bring(cast, path)
    assert (media.state, media.words) == (MediaState.REFUSED, "长过 4 小时，请分成几章。")


@pytest.mark.parametrize("make", [make_video, make_picture])
def test_a_file_under_another_kinds_name_is_not_published_as_that_kind(cast, tmp_path, make):
    ending = "mp4" if make is make_video else "png"
    path = make(tmp_path / f"a.{ending}").rename(tmp_path / "讲话.mp3")
    media = api.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name=path.name,
        pieces=[path.read_bytes()],
    )
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.AUDIO)
    drafts = [(None, ChapterDraft("第一章", media_id=media))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    jobs.run_waiting()
    assert Media.objects.get().kind != MediaKind.AUDIO
    with pytest.raises(NotReady) as refusal:
        api.publish_lesson(by=SYSTEM, lesson_id=lesson.id)
    assert "和课的形式不符" in str(refusal.value.details[0][1])


def test_half_a_recording_is_refused_or_plays_what_is_there(cast, tmp_path):
    whole = make_sound(tmp_path / "a.m4a", 4).read_bytes()
    path = tmp_path / "half.m4a"
    path.write_bytes(whole[: len(whole) // 2])
    assert bring(cast, path).state in {MediaState.REFUSED, MediaState.READY}


def test_an_empty_file_is_refused_at_once(cast):
    with pytest.raises(BadMedia):
        api.keep_media(by=SYSTEM, organisation_id=cast.own.branch.id, name="空.mp3", pieces=[b""])
    assert not Media.objects.exists()


def test_a_file_beyond_the_limit_is_refused_while_it_comes(cast, monkeypatch):
    monkeypatch.setattr("dongxun.library.services.media.MOST_BYTES", 1000)
    with pytest.raises(BadMedia):
        api.keep_media(
            by=SYSTEM,
            organisation_id=cast.own.branch.id,
            name="大.mp3",
            pieces=iter([b"x" * 600, b"x" * 600]),
        )
    assert not Media.objects.exists()


def test_a_lesson_is_published_only_with_files_that_play(cast, tmp_path):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.AUDIO)
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"no sound")
    for media, words in ((bring(cast, bad), "放不出来"), (None, "没有文件")):
        draft = ChapterDraft("第一章", media_id=media.id if media else None)
        api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, draft)])
        lesson.refresh_from_db()
        with pytest.raises(NotReady) as refusal:
            api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version)
        assert words in str(refusal.value.details[0][1])
    good = ChapterDraft("第一章", media_id=bring(cast, make_sound(tmp_path / "a.mp3")).id)
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, good)])
    lesson.refresh_from_db()
    assert api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version) == 1


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_a_file_whose_job_was_given_up_or_stopped_is_converted_when_brought_again(
    cast, tmp_path, state
):
    raw = make_sound(tmp_path / "a.wav", 1).read_bytes()
    given = {"organisation_id": cast.own.branch.id, "name": "a.wav", "pieces": [raw]}
    key = api.keep_media(by=SYSTEM, **given)
    Job.objects.update(state=state)
    assert api.keep_media(by=SYSTEM, **given) == key
    jobs.run_waiting()
    assert Media.objects.get(id=key).state == MediaState.READY


def test_a_conversion_given_up_begins_anew_by_itself_and_one_stopped_says_so(cast, tmp_path):
    raw = make_sound(tmp_path / "a.wav", 1).read_bytes()
    given = {"organisation_id": cast.own.branch.id, "name": "a.wav"}
    key = api.keep_media(by=SYSTEM, pieces=[raw], **given)
    Job.objects.update(state=JobState.FAILED, finished_at=clock.now())
    take_up()
    assert jobs.run_waiting() == 0  # not at once: a disk is full for hours
    with clock.frozen(clock.now() + timedelta(hours=2)):
        take_up()
        assert jobs.run_waiting() == 1
    assert Media.objects.get(id=key).state == MediaState.READY
    stopped = api.keep_media(by=SYSTEM, pieces=[raw, b"x"], **given)
    jobs.cancel(Media.objects.get(id=stopped).job_id, by=SYSTEM)
    take_up()
    row = Media.objects.get(id=stopped)
    assert (row.state, "停" in row.words) == (MediaState.REFUSED, True)


def test_what_takes_minutes_waits_beside_what_is_quick(db):
    kinds = ("library.convert_media", "library.speak_chapter", "publishing.convert_sound")
    for kind in (*kinds, "live.make_replay"):
        jobs.start(kind, "一段", {}, by=SYSTEM)
    assert set(DBTaskResult.objects.values_list("queue_name", flat=True)) == {jobs.MEDIA}
