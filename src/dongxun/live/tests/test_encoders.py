import os
import shutil
import subprocess
import time
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse

from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, tickets
from dongxun.kernel.errors import Conflict
from dongxun.live import api, gateway, preflight, queries
from dongxun.live.contracts import MOST_HOURS, STALE_S, Source
from dongxun.live.models import LiveClass, Presence
from dongxun.live.queries import stream_key
from dongxun.live.services.classes import renew_key
from dongxun.live.services.encoders import miss_pictures
from dongxun.live.services.replay import forget_rehearsals
from dongxun.live.tests.make import SYSTEM, lay_pieces, make_class, twin_of


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
    lay_pieces(key, b"x" * 250_000)
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


def sending(live, sound: str):
    """Let a camera send a picture with this sound into the folder nginx would write."""
    piece = lay_pieces(stream_key(live), b"", seconds=1)
    source = f"-f lavfi -i testsrc2=s=640x360:r=10:d=1 {sound}"
    codec = "-b:v 800k -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -f mpegts"
    words = ["ffmpeg", "-v", "error", "-y", *source.split(), *codec.split()]
    subprocess.run([*words, str(piece)], check=True)  # noqa: S603


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


def test_of_two_cameras_each_is_heard_by_itself(live, monkeypatch):
    loud = {lay_pieces("one", b"x"): -20.0, lay_pieces("other", b"x"): -70.0}
    monkeypatch.setattr(preflight, "_measured", loud.get)
    assert [preflight.heard(piece) for piece in loud] == [-20.0, -70.0]


def test_a_camera_whose_gateway_was_killed_is_missed_and_welcome_again(live, tell):
    now = clock.now()
    with clock.frozen(now):
        tell("publish", "1")
        miss_pictures()
    assert LiveClass.objects.get().encoder == "1"
    with clock.frozen(now + timedelta(seconds=STALE_S + 1)):
        for _time in range(2):
            miss_pictures()
    row = LiveClass.objects.get()
    assert (row.encoder, row.picture_lost_at, kinds(row)[-2:]) == ("", now, ["picture"] * 2)
    with clock.frozen(now + timedelta(seconds=60)):
        for _time in range(2):
            assert tell("update", "1") == 200
    row = LiveClass.objects.get()
    assert (row.encoder, row.picture_lost_at, kinds(row).count("picture")) == ("1", None, 3)


def test_a_gateway_that_is_started_anew_takes_a_camera_at_once(live, tell, monkeypatch):
    tell("publish", "7")
    monkeypatch.setattr(os, "execv", lambda *_words: None)
    said = StringIO()
    call_command("live_gateway", pages="http://127.0.0.1:9", stdout=StringIO(), stderr=said)
    assert "--pages" in said.getvalue()  # a camera would be refused without a word
    assert LiveClass.objects.get().picture_lost_at
    assert tell("publish", "1") == 200


def test_a_class_that_is_over_is_closed_to_who_watched_at_once(cast, live):
    lay_pieces(stream_key(live), b"seen")
    ticket = tickets.mint("picture", cast.own.session.id, seconds=60)
    phone = cast.client("member")
    address = reverse("live:picture", args=[cast.own.session.id, ticket, "video.m3u8"])
    assert phone.get(address).status_code == 200
    api.end_class(by=SYSTEM, live_id=live.id)
    assert phone.get(address).status_code == 404


def test_a_disk_that_fills_up_is_told_at_the_desk_while_on_air(cast, live, tell, monkeypatch):
    desk, address = cast.client("organiser"), reverse("live:console", args=[cast.own.session.id])
    tell("publish", "1")
    piece = lay_pieces(stream_key(live), b"seen")
    assert "腾出空间" not in desk.get(address).content.decode()
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=200_000_000))
    assert "腾出空间" in desk.get(address).content.decode()
    monkeypatch.undo()
    old = time.time() - gateway.STANDS_S - 1
    os.utime(piece.with_name(gateway.LIST), (old, old))
    assert "没有写出" in desk.get(address).content.decode()


def test_a_camera_left_running_before_its_class_rehearses_no_longer_than_a_class(cast, tell):
    at = clock.now()
    times = {"starts_at": at + timedelta(days=9), "ends_at": at + timedelta(days=9, hours=1)}
    session = make_session(cast.season, cast.own.node, **times)
    row = make_class(session, on_air=False, source=Source.ENCODER, url="")
    key, taken = stream_key(row), []
    for hour in range(24 * 11):
        with clock.frozen(at + timedelta(hours=hour)):
            is_there = bool(LiveClass.objects.get(id=row.id).encoder)
            status = tell("update" if is_there else "publish", "1", key=key)
            if status == 409:
                tell("done", "1", key=key)
                assert tell("publish", "1", key=key) == 409
            else:
                taken.append(hour)
    assert (
        "起才接摄像机"
        in cast.client("organiser").get(reverse("live:console", args=[session.id])).content.decode()
    )
    assert taken[0] == 2 * 24  # a week before
    assert len(taken) <= (MOST_HOURS + 1) * 8
    assert {9 * 24 - 2, 9 * 24, 9 * 24 + 1} <= set(taken)
    assert taken[-1] < 9 * 24 + MOST_HOURS + 2


def test_a_rehearsal_is_removed_a_day_later_and_a_class_is_not(cast, live, tell):
    coming = make_class(twin_of(cast.own.session), on_air=False, source=Source.ENCODER, url="")
    folder = gateway.folder() / "recordings"
    folder.mkdir(parents=True)
    begun = live.started_at.timestamp()
    rehearsed, late, taught = (
        f"{stream_key(row)}-{n}.flv" for row, n in ((coming, 1), (live, 1), (live, 2))
    )
    for name, wrote in ((rehearsed, begun + 60), (late, begun - 60), (taught, begun + 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (wrote, wrote))
    forget_rehearsals()
    assert len(list(folder.iterdir())) == 3
    with clock.frozen(clock.now() + timedelta(hours=25)):
        forget_rehearsals()
    assert [path.name for path in folder.iterdir()] == [taught]
