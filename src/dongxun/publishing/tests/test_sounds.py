import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.files import api as files
from dongxun.files.contracts import BadMedia, MediaKind
from dongxun.files.tests.media import make_picture, make_silence, make_sound, make_video
from dongxun.kernel import jobs
from dongxun.kernel.contracts import JobState
from dongxun.kernel.models import Job
from dongxun.publishing import api
from dongxun.publishing.contracts import Audience, Decision, NoteState, SoundState
from dongxun.publishing.models import Note
from dongxun.publishing.services import sounds
from dongxun.publishing.tests.make import SYSTEM, make_note, published
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

pytestmark = pytest.mark.once  # most of it is ffmpeg's


def say(cast, note, path):
    sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[path.read_bytes()])
    jobs.run_waiting()
    return Note.objects.get(id=note.id)


def _write(path, raw):
    path.write_bytes(raw)
    return path


def hear(cast, role, note):
    return cast.client(role).get(reverse("publishing:sound", args=[note.id]))


def test_a_recording_is_made_fit_and_heard_by_who_may_read_the_words(cast, tmp_path):
    note = say(cast, make_note(cast.lin), make_sound(tmp_path / "a.wav", 3))
    assert note.sound_state == SoundState.READY
    answer = hear(cast, "secretary", note)
    assert answer["Content-Type"] == "audio/mp4"
    made = tmp_path / "made"
    made.write_bytes(answer.content)
    assert files.look_at_media(made).kind == MediaKind.AUDIO
    part = cast.client("member").get(
        reverse("publishing:sound", args=[note.id]), headers={"range": "bytes=0-9"}
    )
    assert (part.status_code, part.content) == (206, answer.content[:10])
    assert hear(cast, "other_secretary", note).status_code == 404
    assert hear(cast, "public", note).status_code == 404
    private = say(cast, make_note(cast.lin, audience=Audience.OWN), tmp_path / "a.wav")
    assert hear(cast, "member", private).status_code == 200
    assert hear(cast, "secretary", private).status_code == 404


def test_a_recording_is_listened_to_before_anybody_else_hears_it(cast, tmp_path):
    note = published(make_note(cast.lin, topic=cast.topics[0], audience=Audience.ALL))
    path = make_sound(tmp_path / "a.mp3")
    sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[path.read_bytes()])
    note.refresh_from_db()
    assert (note.state, note.sound_state) == (NoteState.PUBLISHED, SoundState.WAITING)
    chosen = [(note.id, note.seen)]
    jobs.run_waiting()
    assert Note.objects.get(id=note.id).state == NoteState.WAITING
    assert api.decide(by=SYSTEM, notes=chosen, decision=Decision.PUBLISH) == 0
    note.refresh_from_db()
    chosen = [(note.id, note.seen)]
    assert api.decide(by=SYSTEM, notes=chosen, decision=Decision.PUBLISH) == 1
    assert hear(cast, "public", note).status_code == 200
    page = cast.client("public").get(reverse("publishing:topic", args=[cast.topics[0].id]))
    assert "<audio" in page.content.decode()


def test_a_short_video_is_made_one_file_that_phones_play_and_a_long_one_is_refused(
    cast, tmp_path, monkeypatch
):
    raw = make_video(tmp_path / "a.mp4", 2)
    note = say(cast, make_note(cast.lin, kind="work"), raw)
    assert (note.sound_state, note.is_video) == (SoundState.READY, True)
    answer = hear(cast, "secretary", note)
    assert answer["Content-Type"] == "video/mp4"
    made = tmp_path / "made"
    made.write_bytes(answer.content)
    found = files.look_at_media(made)
    assert (found.kind, found.width % 2, found.height % 2) == (MediaKind.VIDEO, 0, 0)
    page = cast.client("member").get(reverse("publishing:note", args=[note.id]))
    assert "<video" in page.content.decode()
    monkeypatch.setattr("dongxun.publishing.services.sounds.MOST_VIDEO_S", 1)
    long = say(cast, make_note(cast.lin), raw)
    assert (long.sound_state, long.sound) == (SoundState.REFUSED, None)


def test_the_same_recording_sent_twice_is_one(cast, tmp_path):
    path = make_sound(tmp_path / "a.wav")
    first = say(cast, make_note(cast.lin), path)
    assert say(cast, first, path).sound_id == first.sound_id


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: make_picture(folder / "a.png"), "这不是录音，也不是视频。"),
        (lambda folder: make_silence(folder / "a.wav", 301), "长过 5 分钟，请录短一点。"),
        (lambda folder: _write(folder / "a.mp4", b"\0\0\0\x20ftypisom" + b"\0" * 400), ""),
        (lambda folder: _write(folder / "a.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"), ""),
        (lambda folder: (folder / "a.mp3", (folder / "a.mp3").write_bytes(b"PK" * 99))[0], ""),
    ],
)
def test_what_cannot_be_heard_is_refused_in_words_and_the_text_stays(cast, tmp_path, make, words):
    note = say(cast, make_note(cast.lin, text="先问市场"), make(tmp_path))
    assert (note.sound_state, note.sound) == (SoundState.REFUSED, None)
    assert words in note.sound_words
    page = cast.client("member").get(reverse("publishing:note", args=[note.id])).content.decode()
    assert note.sound_words in page
    assert "先问市场" in page


def test_nothing_and_too_much_are_refused_at_once(cast, monkeypatch):
    note = make_note(cast.lin)
    address = reverse("publishing:sound", args=[note.id])
    phone = cast.client("member")
    assert phone.post(address).status_code == 422
    monkeypatch.setattr("dongxun.publishing.services.sounds.MOST_SOUND_BYTES", 1000)
    endless = iter(lambda: b"x" * 600, b"")
    with pytest.raises(BadMedia):
        sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=endless)
    assert Note.objects.get(id=note.id).sound_state == ""


def test_a_form_without_script_brings_words_and_recording(cast, tmp_path):
    raw = make_sound(tmp_path / "a.mp3").read_bytes()
    key = str(make_note(cast.lin).id)
    body = {"id": key[:-1] + ("0" if key[-1] != "0" else "1"), "text": "一句话", "kind": "note"}
    body |= {"note": body["id"], "audience": "branch"}
    file = SimpleUploadedFile("a.mp3", raw, content_type="audio/mpeg")
    answer = cast.client("member").post(reverse("publishing:write"), body | {"sound": file})
    assert answer.status_code == 302
    jobs.run_waiting()
    assert Note.objects.get(text="一句话").sound_state == SoundState.READY


def test_a_recording_that_cannot_be_played_leaves_the_earlier_one(cast, tmp_path):
    note = published(say(cast, make_note(cast.lin), make_sound(tmp_path / "a.wav")))
    bad = b"no sound" * 99
    sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[bad])
    assert hear(cast, "member", note).status_code == 200
    for _time in range(2):
        later = say(cast, note, _write(tmp_path / "b.wav", bad))
        assert (later.sound_state, later.sound_id) == (SoundState.READY, note.sound_id)
        assert later.state == NoteState.PUBLISHED
    page = cast.client("member").get(reverse("publishing:note", args=[note.id])).content.decode()
    assert later.sound_words in page
    assert "<audio" in page


def test_a_recording_that_is_ready_after_the_closing_takes_nothing_back(cast, tmp_path):
    note = published(make_note(cast.lin))
    raw = make_sound(tmp_path / "a.wav").read_bytes()
    sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[raw])
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    jobs.run_waiting()
    note.refresh_from_db()
    assert (note.state, note.sound_state) == (NoteState.PUBLISHED, SoundState.REFUSED)
    assert note.sound_words == str(SeasonClosed.message)


def test_what_was_sent_stays_on_no_disk_once_another_one_came_or_it_was_stopped(
    cast, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.VAR = tmp_path
    overtaken, stopped = make_note(cast.lin), make_note(cast.lin)
    for note, raw in ((overtaken, b"first"), (stopped, b"only")):
        sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[raw * 99])
    Job.objects.filter(payload__note=str(stopped.id)).update(state=JobState.CANCELLED)
    sounds.add_sound(by=phone_of(cast.lin), note_id=overtaken.id, pieces=[b"second" * 99])
    with django_capture_on_commit_callbacks(execute=True):
        sounds.take_up()
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    jobs.run_waiting()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_recording_whose_job_was_given_up_goes_on_and_one_stopped_holds_nothing_up(
    cast, tmp_path
):
    raw = make_sound(tmp_path / "a.wav").read_bytes()
    one, two = make_note(cast.lin), make_note(cast.lin)
    for note in (one, two):
        sounds.add_sound(by=phone_of(cast.lin), note_id=note.id, pieces=[raw])
    early = api.decide(by=SYSTEM, notes=[(one.id, one.seen)], decision=Decision.PUBLISH)
    assert early == 0
    Job.objects.filter(payload__note=str(one.id)).update(state=JobState.FAILED)
    Job.objects.filter(payload__note=str(two.id)).update(state=JobState.CANCELLED)
    sounds.add_sound(by=phone_of(cast.lin), note_id=one.id, pieces=[raw])
    sounds.take_up()
    jobs.run_waiting()
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.sound_state, two.sound_state) == (SoundState.READY, SoundState.REFUSED)
    chosen = [(note.id, note.seen) for note in (one, two)]
    assert api.decide(by=SYSTEM, notes=chosen, decision=Decision.PUBLISH) == 2
