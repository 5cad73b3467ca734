import os
import shutil
import subprocess
import time
from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import SessionTopic
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, jobs, tickets
from dongxun.kernel.errors import Conflict
from dongxun.kernel.outbox import deliver_all
from dongxun.library.models import Lesson
from dongxun.live import api, gateway, queries
from dongxun.live.contracts import MOST_HOURS, STALE_S, Source
from dongxun.live.models import LiveClass, Presence
from dongxun.live.queries import stream_key
from dongxun.live.services import joining
from dongxun.live.services.classes import renew_key
from dongxun.live.services.replay import begin_replay
from dongxun.live.tests.make import SYSTEM, make_class


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def live(cast):
    return make_class(cast.own.session, source=Source.ENCODER, url="")


@pytest.fixture
def tell(cast, live):
    """Say something as the gateway does; return the status."""

    def said(what, client="1", key=None, **more):
        address = reverse("live:gateway", args=[gateway.password(), what])
        form = {"name": stream_key(live) if key is None else key, "clientid": client, **more}
        return cast.client("public").post(address, form).status_code

    return said


def kinds(live):
    return [event["kind"] for event in api.events_after(live.id, 0)]


def test_one_encoder_a_key_and_the_second_is_refused(live, tell):
    assert tell("publish", "1") == 200
    assert tell("publish", "2") == 409
    assert tell("done", "2") == 200
    assert LiveClass.objects.get().encoder == "1"
    assert tell("done", "1") == 200
    assert tell("publish", "2") == 200


@pytest.mark.parametrize("key", ["", "wrong", "../../etc/passwd"])
def test_a_key_that_is_none_opens_nothing(live, tell, key):
    assert tell("publish", key=key) == 404


def test_whoever_is_not_the_gateway_is_told_nothing(cast, live):
    address = reverse("live:gateway", args=["guess", "publish"])
    assert cast.client("public").post(address, {"name": stream_key(live)}).status_code == 404


def test_a_picture_that_drops_is_told_in_words_and_goes_on(cast, live, tell):
    now = clock.now()
    with clock.frozen(now):
        tell("publish", "1")
    with clock.frozen(now + timedelta(seconds=60)):
        tell("done", "1")
        page = cast.client("member").get(reverse("live:watch", args=[cast.own.session.id]))
        assert "data-since" in page.content.decode()
    with clock.frozen(now + timedelta(seconds=90)):
        assert tell("publish", "7") == 200
    assert kinds(live)[-3:] == ["picture"] * 3
    assert LiveClass.objects.get().picture_lost_at is None


def test_an_encoder_that_went_without_a_word_gives_way(live, tell):
    now = clock.now()
    with clock.frozen(now):
        tell("publish", "1")
    with clock.frozen(now + timedelta(seconds=STALE_S + 1)):
        assert tell("publish", "2") == 200
        assert tell("update", "1") == 409


def test_who_takes_the_sound_from_the_picture_is_no_encoder(live, tell):
    tell("publish", "1")
    assert tell("update", "5", call="update_play") == 200
    assert LiveClass.objects.get().encoder == "1"


def test_a_stream_without_end_is_ended(live, tell):
    now = clock.now()
    with clock.frozen(now):
        tell("publish", "1")
    with clock.frozen(now + timedelta(hours=MOST_HOURS, minutes=1)):
        assert tell("update", "1") == 409


def test_a_class_that_is_over_takes_no_encoder(live, tell):
    tell("publish", "1")
    api.end_class(by=SYSTEM, live_id=live.id)
    assert tell("update", "1") == 409
    assert tell("publish", "2") == 409


def test_viewers_get_pieces_and_never_the_key(cast, live, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(queries, "AT_HAND_S", 3600)
    key = stream_key(live)
    hls = gateway.folder() / "hls"
    hls.mkdir(parents=True)
    (hls / f"{key}.m3u8").write_text(f"#EXTM3U\n#EXTINF:2.000,\n{key}-7.ts\n")
    (hls / f"{key}-7.ts").write_bytes(b"x" * 250_000)
    phone = cast.client("member")
    page = phone.get(reverse("live:watch", args=[cast.own.session.id])).content.decode()
    assert key not in page
    ticket = tickets.mint("picture", cast.own.session.id, seconds=60)

    def ask(name, ticket=ticket):
        return phone.get(reverse("live:picture", args=[cast.own.session.id, ticket, name]))

    words = ask("video.m3u8").content.decode()
    assert "7.ts" in words
    assert key not in words
    assert b"".join(ask("7.ts").streaming_content) == b"x" * 250_000
    address = reverse("live:picture", args=[cast.own.session.id, ticket, "7.ts"])
    with django_assert_num_queries(0):
        assert b"".join(cast.client("public").get(address).streaming_content)
    assert gateway.mb_an_hour(key, gateway.playlist(key)) == 450
    for name, other in (("8.ts", ticket), ("..ts", ticket), ("video.m3u8", "forged")):
        assert ask(name, other).status_code == 404


def test_the_console_says_plainly_that_the_module_is_missing(cast, live, monkeypatch):
    monkeypatch.setattr(gateway, "MODULES", ())
    page = cast.client("secretary").get(reverse("live:console", args=[cast.own.session.id]))
    assert "libnginx-mod-rtmp" in page.content.decode()


def test_nginx_takes_the_configuration(live, tmp_path):
    path = gateway.prepare(listen="127.0.0.1:19359", pages="http://127.0.0.1:8000")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    words = [nginx, "-t", "-e", str(tmp_path / "nginx.log"), "-c", str(path)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_a_page_that_asks_often_writes_seldom(cast, live):
    at = clock.now()
    address = reverse("live:events", args=[cast.own.session.id]) + f"?person={cast.lin.id}"
    with clock.frozen(at):
        for _time in range(3):
            assert cast.client("member").get(address).status_code == 200
    with clock.frozen(at + timedelta(seconds=10)):
        cast.client("member").get(address)
    assert Presence.objects.get().last_at == at
    with clock.frozen(at + timedelta(seconds=45)):
        cast.client("member").get(address)
    assert Presence.objects.get().last_at == at + timedelta(seconds=45)


def test_the_configuration_asks_us_and_is_bounded(live):
    text = gateway.configuration(listen="127.0.0.1:1935", pages="http://127.0.0.1:8000")
    for words in ("on_publish http://127.0.0.1:8000/live/gateway/", "record_interval 30m"):
        assert words in text
    assert text.count("{") == text.count("}")


def test_a_key_is_renewed_after_a_crash_and_recordings_stay_in_their_order(live, tell):
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True)
    at = clock.now()
    with clock.frozen(at):
        tell("publish", "1")
        with pytest.raises(Conflict):
            renew_key(by=SYSTEM, live_id=live.id)
    with clock.frozen(at + timedelta(seconds=STALE_S + 1)):
        renew_key(by=SYSTEM, live_id=live.id)
    for name in ("z-1.flv", "a-2.flv"):
        (folder / name).write_bytes(b"x")
        tell("record", key=stream_key(LiveClass.objects.get()), path=name)
    assert LiveClass.objects.get().recordings == ["z-1.flv", "a-2.flv"]


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


def twin_of(session):
    later = {"starts_at": session.ends_at, "ends_at": session.ends_at + timedelta(hours=1)}
    return make_session(session.season, session.host, title=session.title, **later)


def test_a_rehearsal_is_in_no_replay_and_shuts_nobody_out(cast, tell):
    later = twin_of(cast.own.session)
    row = make_class(later, on_air=False, source=Source.ENCODER, url="")
    key, at = stream_key(row), clock.now()
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True)
    (folder / "r.flv").write_bytes(b"x")
    with clock.frozen(at - timedelta(days=1)):
        assert tell("publish", "1", key=key) == 200
        tell("done", "1", key=key)
        tell("record", key=key, path="r.flv")
    assert LiveClass.objects.get(id=row.id).recordings == []
    with clock.frozen(at):
        assert tell("publish", "2", key=key) == 200


def test_a_piece_that_nginx_takes_away_is_not_there(cast, live, monkeypatch):
    ticket = tickets.mint("picture", cast.own.session.id, seconds=60)
    monkeypatch.setattr(gateway, "piece", lambda *_key, **_more: gateway.folder() / "gone.ts")
    address = reverse("live:picture", args=[cast.own.session.id, ticket, "7.ts"])
    assert cast.client("member").get(address).status_code == 404


def test_old_recordings_are_removed(tmp_path):
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True)
    for name, days in (("old.flv", gateway.KEPT_DAYS + 1), ("new.flv", 0)):
        (folder / name).write_bytes(b"x")
        at = time.time() - days * 24 * 3600
        os.utime(folder / name, (at, at))
    gateway.forget_old()
    assert [path.name for path in folder.iterdir()] == ["new.flv"]


def sending(live, sound: str):
    """Let a camera send a picture with this sound into the folder nginx would write."""
    key, hls = stream_key(live), gateway.folder() / "hls"
    hls.mkdir(parents=True, exist_ok=True)
    (hls / f"{key}.m3u8").write_text(f"#EXTM3U\n#EXTINF:1.000,\n{key}-7.ts\n")
    source = f"-f lavfi -i testsrc2=s=640x360:r=10:d=1 {sound}"
    codec = "-b:v 800k -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -f mpegts"
    words = ["ffmpeg", "-v", "error", "-y", *source.split(), *codec.split()]
    subprocess.run([*words, str(hls / f"{key}-7.ts")], check=True)  # noqa: S603


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        ("-f lavfi -i sine=d=1", "分贝"),
        ("-f lavfi -i anullsrc=d=1", "话筒"),
        ("", "没有声音"),
    ],
)
def test_before_it_begins_the_desk_sees_the_picture_and_reads_of_the_sound(
    cast, tell, sound, words
):
    later = twin_of(cast.own.session)
    row = make_class(later, on_air=False, source=Source.ENCODER, url="")
    assert tell("publish", "1", key=stream_key(row)) == 200
    sending(row, sound)
    page = cast.client("organiser").get(reverse("live:console", args=[later.id]))
    assert words in page.content.decode()
    assert page.context["rehearsal"]
    assert cast.client("public").get(page.context["rehearsal"]).status_code == 200
    others = tickets.mint("picture", later.id, seconds=60)
    address = reverse("live:picture", args=[later.id, others, "video.m3u8"])
    assert cast.client("public").get(address).status_code == 404
