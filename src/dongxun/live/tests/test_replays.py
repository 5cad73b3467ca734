import os
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dongxun.access.tests.make import carry_phone
from dongxun.activities.models import SessionTopic
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, jobs
from dongxun.kernel.outbox import deliver_all
from dongxun.library import api as library
from dongxun.library.contracts import ChapterDraft
from dongxun.library.models import Lesson
from dongxun.library.tests.make import make_lesson
from dongxun.live import api, gateway
from dongxun.live.contracts import STALE_S, Source
from dongxun.live.models import LiveClass
from dongxun.live.queries import stream_key
from dongxun.live.services import joining
from dongxun.live.services.replay import begin_lost_replays, begin_replay
from dongxun.live.tests.make import SYSTEM, make_class, twin_of


def lost(live, name: str, text: bytes = b"x") -> str:
    """Let a recording lie here that nobody told us of; return its name."""
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stream_key(live)}-{name}.flv"
    path.write_bytes(text)
    return path.name


def test_a_recording_whose_word_was_lost_is_found_and_a_rehearsal_is_not(cast, live, tell):
    tell("publish", "1")
    early = lost(live, "1000000001")
    os.utime(gateway.folder() / "recordings" / early, (1, 1))
    found = [lost(live, "1000000003"), lost(live, "1000000002")]
    lost(live, "1000000004", b"")
    tell("record", path=found[0])
    with clock.frozen(clock.now() + timedelta(seconds=STALE_S + 1)):
        api.end_class(by=SYSTEM, live_id=live.id)
        LiveClass.objects.update(replay_job_id=None)
        for _time in range(2):
            begin_lost_replays()
    row = LiveClass.objects.get()
    assert (row.recordings, row.replay_job_id is None) == (found[::-1], False)


def test_a_replay_lacks_no_part_of_which_the_word_was_lost(live, tell):
    tell("publish", "1")
    parts = [lost(live, name) for name in ("1000000001", "1000000002", "1000000003")]
    tell("record", path=parts[0])
    api.end_class(by=SYSTEM, live_id=live.id)
    tell("done", "1")
    tell("record", path=parts[2])
    row = LiveClass.objects.get()
    assert (row.recordings, row.replay_job_id is None) == (parts, False)


def test_a_disk_too_full_for_a_replay_is_named_and_the_file_not_blamed(cast, live, monkeypatch):
    recording("a-1.flv")
    row = begun(live)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=1000))
    jobs.run(row.replay_job_id)
    assert "磁盘" in jobs.get(row.replay_job_id, by=SYSTEM).error


def test_a_class_whose_recording_is_gone_takes_one_that_is_brought(cast, live, tell):
    tell("publish", "1")
    api.end_class(by=SYSTEM, live_id=live.id)
    desk, address = cast.client("organiser"), reverse("live:do", args=[cast.own.session.id])

    def bring():
        file = SimpleUploadedFile("课.mp4", b"recording", "video/mp4")
        return desk.post(address, {"what": "bring", "file": file}).status_code

    assert bring() == 409
    with clock.frozen(clock.now() + timedelta(seconds=STALE_S + 1)):
        page = desk.get(reverse("live:console", args=[cast.own.session.id])).content.decode()
        assert "上传录像" in page
        assert bring() == 302
        tell("record", path=lost(live, "1000000002"))
    row = LiveClass.objects.get()
    assert row.replay_id
    assert row.replay_job_id is None
    shares = row.session.topics.values_list("topic_id", "minutes")
    assert row.replay_worth == [[str(topic_id), n] for topic_id, n in shares]


def begun(live):
    """Return a class that is over and was recorded, with the job of its replay begun."""
    api.end_class(by=SYSTEM, live_id=live.id)
    LiveClass.objects.update(recordings=["a-1.flv"])
    row = LiveClass.objects.get()
    begin_replay(row, by=SYSTEM)
    return row


def test_a_replay_that_failed_says_why_and_is_made_again(cast, live):
    SessionTopic.objects.filter(session=cast.own.session).delete()
    first, desk = begun(live).replay_job_id, cast.client("organiser")
    address = reverse("live:do", args=[cast.own.session.id])
    desk.post(address, {"what": "replay"})
    assert LiveClass.objects.get().replay_job_id == first
    jobs.run_waiting()
    page = desk.get(reverse("live:console", args=[cast.own.session.id])).content.decode()
    assert "回放没有做成" in page
    assert "这一场没有专题" in page
    for _time in range(2):
        desk.post(address, {"what": "replay"})
    second = LiveClass.objects.get().replay_job_id
    assert second not in {first, None}
    page = desk.get(reverse("live:console", args=[cast.own.session.id])).content.decode()
    assert "回放没有做成" not in page
    assert "dx-job" in page


def test_a_job_that_another_has_replaced_makes_no_replay(live):
    row = begun(live)
    old, row.replay_job_id = row.replay_job_id, None
    begin_replay(row, by=SYSTEM)
    assert jobs.run(old)
    assert not jobs.get(old, by=SYSTEM).error
    assert not Lesson.objects.exists()


def recording(name: str, seconds: int = 1) -> None:
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    source = f"-f lavfi -i testsrc2=s=160x90:r=10:d={seconds} -f lavfi -i sine=d={seconds}"
    codec = "-g 10 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -f flv"
    words = ["ffmpeg", "-v", "error", "-y", *source.split(), *codec.split()]
    subprocess.run([*words, str(folder / name)], check=True)  # noqa: S603


def test_recordings_of_a_class_become_one_lesson_to_look_at(cast, live, tell):
    topic, session = cast.season.topics.get(number=2), live.session
    SessionTopic.objects.create(session=session, topic=topic, minutes=30)
    shares = list(session.topics.order_by("topic__number").values_list("topic_id", "minutes"))
    tell("publish", "1")
    for name in ("a-1.flv", "a-2.flv"):
        recording(name)
        for _time in range(2):
            tell("record", path=f"/elsewhere/{name}")
    tell("record", path="/elsewhere/none.flv")
    api.end_class(by=SYSTEM, live_id=live.id)
    assert jobs.run_waiting() == 0
    tell("done", "1")
    deliver_all()
    jobs.run_waiting()
    row = LiveClass.objects.get()
    assert row.recordings == ["a-1.flv", "a-2.flv"]
    assert row.replay_id
    lesson = Lesson.objects.get(id=row.replay_id)
    [chapter] = lesson.chapters.all()
    assert (lesson.form, lesson.state, chapter.media.seconds) == ("video", "draft", 2)
    assert list(lesson.shares.values_list("topic_id", "minutes")) == shares


def test_the_last_recording_comes_after_the_end_and_is_in_the_replay(cast, live, tell):
    recording("a-1.flv")
    recording("a-2.flv")
    tell("publish", "1")
    tell("record", path="a-1.flv")
    api.end_class(by=SYSTEM, live_id=live.id)
    tell("done", "1")
    jobs.run_waiting()
    first = LiveClass.objects.get().replay
    tell("record", path="a-2.flv")
    deliver_all()
    jobs.run_waiting()
    row = LiveClass.objects.get()
    assert row.replay == first
    [chapter] = row.replay.chapters.all()
    assert chapter.media.seconds == 2
    assert Lesson.objects.count() == 1


def test_what_its_writers_made_of_a_draft_stays_when_a_recording_comes_late(cast, live, tell):
    recording("a-1.flv")
    tell("record", path="a-1.flv")
    api.end_class(by=SYSTEM, live_id=live.id)
    jobs.run_waiting()
    lesson = LiveClass.objects.get().replay
    Lesson.objects.filter(id=lesson.id).update(title="田埂上的一课", summary="讲稿见后")
    [(key, first)] = library.chapters_of(lesson.id)
    own = (None, ChapterDraft("讨论题", "想一想"))
    library.write_chapters(
        by=SYSTEM, lesson_id=lesson.id, drafts=[(key, replace(first, title="上半场")), own]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "AT_ONCE", 1)
        recording("a-2.flv")
        tell("record", path="a-2.flv")
        jobs.run_waiting()
    lesson.refresh_from_db()
    assert (lesson.title, lesson.summary) == ("田埂上的一课", "讲稿见后")
    titles = [one.title for _key, one in library.chapters_of(lesson.id)]
    assert (titles[0], titles[1][-5:], titles[2]) == ("上半场", "(2/2)", "讨论题")


def test_a_replay_begins_when_the_class_went_on_air_and_has_a_chapter_for_each_part(
    cast, live, tell, monkeypatch
):
    monkeypatch.setattr(joining, "AT_ONCE", 1)
    on_air = live.started_at.replace(
        microsecond=500_000
    )  # at a whole second the cut is one earlier
    LiveClass.objects.filter(id=live.id).update(started_at=on_air)
    began = int(on_air.timestamp())
    names = [f"a-{began - 3}.flv", f"a-{began + 2}.flv"]
    for name, seconds in zip(names, (5, 1), strict=True):
        recording(name, seconds)
        tell("record", path=name)
    api.end_class(by=SYSTEM, live_id=live.id)
    jobs.run_waiting()
    chapters = LiveClass.objects.get().replay.chapters.all()
    assert [(one.title[-5:], one.media.seconds) for one in chapters] == [("(1/2)", 2), ("(2/2)", 1)]


def test_a_second_class_of_the_same_name_gets_a_replay_of_its_own(cast, tell, live):
    for number, session in enumerate((cast.own.session, twin_of(cast.own.session))):
        recording(name := f"b-{number}.flv")
        row = live if number == 0 else make_class(session, source=Source.ENCODER, url="")
        key = stream_key(row)
        tell("publish", "1", key=key)
        tell("record", key=key, path=name)
        tell("done", "1", key=key)
        api.end_class(by=SYSTEM, live_id=row.id)
        jobs.run_waiting()
    replays = list(LiveClass.objects.values_list("replay_id", flat=True))
    assert None not in replays
    assert len(set(replays)) == Lesson.objects.count() == 2


def test_old_recordings_are_removed(tmp_path):
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True)
    for name, days in (("old.flv", gateway.KEPT_DAYS + 1), ("new.flv", 0)):
        (folder / name).write_bytes(b"x")
        at = time.time() - days * 24 * 3600
        os.utime(folder / name, (at, at))
    gateway.forget_old()
    assert [path.name for path in folder.iterdir()] == ["new.flv"]


def test_a_replay_is_led_to_by_those_alone_who_may_learn_it(cast):
    session = make_session(cast.season, cast.own.node, invited=(cast.foreign.node,))
    live = make_class(session)
    api.end_class(by=SYSTEM, live_id=live.id)
    lesson = make_lesson(cast.season, cast.own.node, chapters=1)
    LiveClass.objects.update(replay=lesson)
    way = reverse("library:learn_lesson", args=[lesson.id])
    address = reverse("live:watch", args=[session.id])
    assert way in cast.client("member").get(address).content.decode()
    guest = Client()
    carry_phone(guest, cast.foreign.people[0])
    page = guest.get(address).content.decode()
    assert way not in page
    assert f"回放只给{cast.own.node.short_name}的党员看" in page
