import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dongxun.access.tests.make import come_in, make_account
from dongxun.files import store
from dongxun.files.models import Upload
from dongxun.files.store import FRAME
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.visits import services
from dongxun.visits.models import Photo, Round
from dongxun.visits.services.sounds import MOST_BYTES, type_of
from dongxun.visits.tests.make import World

pytestmark = pytest.mark.django_db
MP3 = b"\xff\xfb\x90\x64" + bytes(2000)
TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + MP3
M4A = b"\x00\x00\x00\x20ftypM4A " + bytes(40) + b"hdlr\x00\x00soun" + bytes(200)
VIDEO = M4A + b"vide"
OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(100)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(100)
AAC = b"\xff\xf1\x50\x80" + bytes(200)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(world):
    return come_in(Client(), make_account(Role.ORGANISER, world.tree["平潮镇"]))


@pytest.fixture
def phone(world):
    client = Client()
    client.post(services.link_for(by=world.zhou, visitor_id=world.visitor_id).path)
    return client


def page(world, rest=""):
    return f"/console/visits/{world.round.id}/{rest}"


def send(desk, world, raw=MP3, name="一号文件.mp3"):
    return desk.post(page(world, "sound/"), {"sound": SimpleUploadedFile(name, raw)})


def audio(phone):
    return phone.get("/v/data/").json()["rounds"][0]["lesson"]["audio"]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (MP3, "audio/mpeg"),
        (TAGGED, "audio/mpeg"),
        (M4A, "audio/mp4"),
        (OGG, "audio/ogg"),
        (WAV, "audio/wav"),
        (AAC, "audio/aac"),
        (VIDEO, ""),
        (b"#!AMR\n" + bytes(200), ""),
        (b"PK\x03\x04" + bytes(200), ""),
        (b"<html>", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_a_sound_is_known_by_its_content_never_by_its_name(raw, kind):
    assert type_of(raw) == kind


def test_a_recording_is_put_on_the_round_and_the_visitors_phone_plays_it(world, desk, phone):
    assert audio(phone) == ""
    assert send(desk, world).status_code == 302
    shown = desk.get(page(world)).content.decode()
    assert "一号文件.mp3" in shown
    address = audio(phone)
    answer = phone.get(address)
    assert (answer.content, answer.headers["Content-Type"]) == (MP3, "audio/mpeg")


def test_a_phone_that_asks_for_a_part_gets_a_part(world, desk, phone):
    send(desk, world)
    answer = phone.get(audio(phone), headers={"Range": "bytes=2-5"})
    assert (answer.status_code, answer.content) == (206, MP3[2:6])
    assert answer.headers["Content-Range"] == f"bytes 2-5/{len(MP3)}"
    assert phone.get(audio(phone), headers={"Range": "bytes=9999999-"}).status_code == 416


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "空"),
        (b"PK\x03\x04" + bytes(99), "手机放不了这个文件"),
        (b"\xff\xfb\x90\x64" + bytes(MOST_BYTES), "录音超过 10 MB"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(world, desk, raw, words):
    answer = send(desk, world, raw)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


def test_another_recording_has_another_address_and_the_first_goes(world, desk, phone):
    send(desk, world)
    first = audio(phone)
    send(desk, world)
    assert audio(phone) == first
    send(desk, world, WAV, "b.wav")
    assert audio(phone) != first
    old = Upload.objects.get(name="一号文件.mp3")
    assert old.expires_at <= clock.now()
    desk.post(page(world, "sound/"), {"what": "remove"})
    assert (audio(phone), Round.objects.get().sound_id) == ("", None)


def test_strangers_and_other_towns_hear_nothing(world, desk, phone):
    send(desk, world)
    address = audio(phone)
    assert Client().get(address).status_code == 404
    other = come_in(Client(), make_account(Role.ORGANISER, world.tree["五接镇"]))
    assert other.get(address).status_code == 404
    assert send(other, world).status_code == 404


def test_rounds_that_were_split_share_the_recording(world, desk):
    send(desk, world)
    new = services.split_round(
        by=world.zhou, round_id=world.round.id, stop_ids=[world.stop(world.feng).id]
    )
    services.remove_sound(by=world.zhou, round_id=world.round.id)
    raw, kind = services.open_sound(by=world.zhou, round_id=new)
    assert (raw[:], kind) == (MP3, "audio/mpeg")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (M4A + bytes(3 * FRAME), "audio/mp4"),
        (b"ID3\x04\x00\x00\x00\x40\x00\x00" + bytes(2**20) + MP3 + bytes(FRAME), "audio/mpeg"),
    ],
)
def test_of_a_long_recording_only_what_a_phone_asks_for_is_opened(world, desk, phone, raw, kind):
    send(desk, world, raw)
    address = audio(phone)
    path = store._place(Upload.objects.get().path)
    path.write_bytes(path.read_bytes()[:-9] + bytes(9))  # its last piece does not open any more
    answer = phone.get(address, headers={"Range": "bytes=2-5"})
    assert (answer.status_code, answer.content) == (206, raw[2:6])
    assert answer.headers["Content-Type"] == kind


def test_the_round_leads_to_the_photos_taken_at_a_door_and_says_who_agreed(world, desk):
    photo = Photo.objects.create(
        id=world.round.id,
        stop=world.stop(world.zheng),
        taken_at=clock.now(),
        consent=True,
        size=3,
        begun_at=clock.now(),
        whole_at=clock.now(),
    )
    shown = desk.get(page(world)).content.decode()
    assert f"/console/visits/photos/{photo.id}/" in shown
    assert f"照片 {photo.id.hex[-6:].upper()}" in shown
    assert "本人同意" in shown
