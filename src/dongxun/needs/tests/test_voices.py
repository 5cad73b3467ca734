from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.kernel import sync
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.needs import services
from dongxun.needs.contracts import SPOKEN
from dongxun.needs.models import Need, Voice
from dongxun.needs.tests.make import draft

pytestmark = pytest.mark.django_db
WEBM = b"\x1aE\xdf\xa3" + b"B\x82\x84webm" + b"A_OPUS" + bytes(200)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def said(raw=WEBM, name="voice.webm"):
    return SimpleUploadedFile(name, raw, "audio/webm")


def spoken(cast, client, **more):
    typed = {"id": str(new_id()), "text": "", "organisation": cast.own.branch.name}
    return client.post(reverse("needs:raise"), typed | more)


def test_a_need_is_said_heard_at_the_desk_and_put_in_words_by_a_person(cast):
    assert spoken(cast, cast.client("public"), voice=said()).status_code == 302
    need, voice = Need.objects.get(), Voice.objects.get()
    assert need.text == SPOKEN
    desk, url = cast.client("secretary"), reverse("needs:voice", args=[voice.id])
    page = desk.get(reverse("needs:need", args=[need.id])).content.decode()
    assert f'src="{url}"' in page
    sound = desk.get(url)
    assert (sound["Content-Type"], sound.content) == ("audio/webm", WEBM)
    down = reverse("needs:write_down", args=[voice.id])
    empty = desk.post(down, {f"{voice.id}-words": " \x00"})
    assert empty.status_code == 422
    assert "写下说了什么" in empty.content.decode()
    for words in ("村口路灯不亮", "村口三盏路灯不亮"):
        assert desk.post(down, {f"{voice.id}-words": words}).status_code == 302
        assert Need.objects.get().text == words
    assert AuditEntry.objects.filter(action="needs.write_down").count() == 2
    for role in ("other_organiser", "other_secretary"):
        assert cast.client(role).get(url).status_code == 404


def test_neither_words_nor_voice_is_refused_and_no_file_but_a_recording_is_kept(cast):
    client = cast.client("public")
    assert spoken(cast, client).status_code == 422
    assert not Need.objects.exists()
    answer = spoken(cast, client, voice=said(b"%PDF-1.7" + bytes(99), "a.pdf"))
    assert answer.status_code == 422
    assert "不是能播放的录音" in answer.content.decode()
    assert "不是能播放的录音" in spoken(cast, client, voice=said(b"#!AMR\n")).content.decode()
    assert "超过 6 MB" in spoken(cast, client, voice=said(bytes(6 * 2**20 + 1))).content.decode()
    assert not Need.objects.exists()


def test_words_typed_where_a_recording_was_lost_stand_for_it_and_only_by_its_raiser(cast):
    by, only_said = cast.actor("secretary"), draft(cast.own.branch, text=SPOKEN)
    services.raise_need(by=by, draft=only_said)
    typed = replace(only_said, text=" 路灯不亮 ")
    for who, words in ((cast.actor("other_secretary"), SPOKEN), (by, "路灯不亮")):
        assert services.raise_need(by=who, draft=typed).repeated
        assert Need.objects.get().text == words
    services.raise_need(by=by, draft=replace(only_said, text="别的"))
    assert Need.objects.get().text == "路灯不亮"


def test_a_recording_that_waited_on_the_phone_follows_its_need_once(cast):
    by, key = cast.actor("secretary"), new_id()
    body = {"text": "", "spoken": "1", "organisation": cast.own.branch.name, "whose": ""}
    item = sync.Item(key, "need_raised", body | {"occurred_at": "2026-01-20T08:00:00+08:00"})
    client = cast.client("other_secretary")
    late = reverse("needs:add_picture", args=[key])
    assert client.post(late, {"voice": said()}).status_code == 404
    [answer] = sync.receive([item], by=by, device="phone")
    assert answer.answer == "stored"
    for _twice in range(2):
        services.add_voice(by=by, need_id=key, raw=WEBM)
    assert Voice.objects.get().need_id == key
    assert Need.objects.get().text == SPOKEN
    with pytest.raises(NotFound):
        services.add_voice(by=cast.actor("other_secretary"), need_id=key, raw=WEBM)
