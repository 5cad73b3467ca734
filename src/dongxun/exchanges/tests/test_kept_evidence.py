from base64 import b64decode
from datetime import timedelta
from itertools import permutations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from dongxun.exchanges.models import Slot
from dongxun.exchanges.services import planning
from dongxun.exchanges.tests.test_exchanges import JPG, fill, make_exchange
from dongxun.files.models import Upload
from dongxun.kernel import clock, sync
from dongxun.kernel.differences import differences, settle
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem

pytestmark = pytest.mark.django_db
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def slot(cast):
    return make_exchange(cast).slots.first()


def said(slot, words, before="", minutes_ago=5):
    at = clock.now() - timedelta(minutes=minutes_ago)
    body = {"slot": str(slot.id), "words": words, "before": before, "occurred_at": at.isoformat()}
    return sync.Item(new_id(), "exchange_evidence", body)


def bring(cast, *items, role="organiser"):
    return [(one.answer, one.reason) for one in sync.receive(items, by=cast.actor(role))]


def now(slot):
    return Slot.objects.values_list("words", flat=True).get(id=slot.id)


def test_evidence_kept_on_a_phone_arrives_once_and_what_it_knew_may_be_changed(cast, slot):
    first = said(slot, "看了两个阵地\n听了宣讲")
    assert bring(cast, first) == [("stored", "")]
    assert bring(cast, first, said(slot, "看了两个阵地\r\n听了宣讲")) == [
        ("duplicate", ""),
        ("merged", ""),
    ]
    changed = said(slot, "看了三个阵地", before="看了两个阵地\r\n听了宣讲")
    assert bring(cast, changed) == [("stored", "")]
    assert now(slot) == "看了三个阵地"


def test_two_phones_say_different_things_and_a_person_decides(cast, slot):
    assert bring(cast, said(slot, "一号的话")) == [("stored", "")]
    assert bring(cast, said(slot, "二号的话")) == [("conflict", "evidence_differs")]
    assert now(slot) == "一号的话"
    [found] = differences(by=cast.actor("organiser"))
    assert ("一号的话" in found.first.words, "二号的话" in found.second.words) == (True, True)
    settle(by=cast.actor("organiser"), source=found.source, difference_id=found.id, take=True)
    assert now(slot) == "二号的话"


def test_words_of_three_phones_end_alike_in_whatever_order_they_come(cast, slot):
    early, late = said(slot, "一号的话", minutes_ago=9), said(slot, "二号的话", minutes_ago=7)
    changed = said(slot, "一号改过", before="一号的话", minutes_ago=6)
    ends = set()
    for order in permutations([early, late, changed]):
        with transaction.atomic():
            bring(cast, *order)
            asked = SyncItem.objects.filter(answer="conflict").values_list("id", flat=True)
            ends.add((now(slot), *asked))
            transaction.set_rollback(True)
    assert ends == {("一号改过", late.id)}


def test_the_picture_comes_after_its_words_once_and_leaves_them(cast, slot):
    client, page = cast.client("organiser"), f"/console/exchanges/items/{slot.id}/picture/"
    bring(cast, said(slot, "合影"))
    for _again in range(2):
        file = SimpleUploadedFile("photo.jpg", JPG)
        assert client.post(page, {"file": file}).status_code == 204
    name, raw = planning.open_evidence(by=cast.actor("organiser"), slot_id=slot.id)
    assert (name, raw, now(slot)) == ("photo.jpg", JPG, "合影")
    wrong = client.post(page, {"file": SimpleUploadedFile("photo.exe", b"MZ")})
    assert wrong.status_code == 422


def test_the_picture_of_other_words_is_kept_and_takes_nobodys_place(cast, slot):
    client, page = cast.client("organiser"), f"/console/exchanges/items/{slot.id}/picture/"
    other = said(slot, "二号的话")
    bring(cast, said(slot, "一号的话"), other)

    def send(name, raw):
        sent = {"file": SimpleUploadedFile(name, raw), "item": str(other.id)}
        assert client.post(page, sent).status_code == 204

    send("one.jpg", JPG)
    send("two.jpg", JPG + b"2")
    assert planning.open_evidence(by=cast.actor("organiser"), slot_id=slot.id) == ("one.jpg", JPG)
    assert Upload.objects.filter(name="two.jpg").exists()


@pytest.mark.parametrize("take", [True, False])
def test_both_pictures_are_shown_until_one_is_decided_for_and_the_other_is_swept_later(
    cast, slot, take
):
    client, page = cast.client("organiser"), f"/console/exchanges/items/{slot.id}/picture/"
    first, other = said(slot, "一号的话"), said(slot, "二号的话")
    bring(cast, first, other)
    for item, raw in ((first, PIXEL), (other, PIXEL + b"2")):
        sent = {"file": SimpleUploadedFile(f"{item.body['words'][0]}.png", raw)}
        client.post(page, sent | {"item": str(item.id)})
    [found] = differences(by=cast.actor("organiser"))
    shown = [found.first.file.name, found.second.file.name]
    assert shown == ["一.png", "二.png"]
    told = client.get("/console/differences/").content.decode()
    assert all(file.href in told for file in (found.first.file, found.second.file))
    assert client.get(found.second.file.href)["Content-Type"] == "image/png"
    assert "二.png" in client.get(f"/console/exchanges/{slot.exchange_id}/").content.decode()
    assert cast.client("other_secretary").get(found.second.file.href).status_code == 404

    settle(by=cast.actor("organiser"), source=found.source, difference_id=found.id, take=take)
    name, _raw = planning.open_evidence(by=cast.actor("organiser"), slot_id=slot.id)
    assert name == shown[take]
    soon = clock.now() + timedelta(days=61)
    assert [one.name for one in Upload.objects.filter(expires_at__lt=soon)] == [shown[not take]]


def test_a_picture_that_comes_after_the_page_was_written_takes_nobodys_place(cast, slot):
    client, item = cast.client("organiser"), said(slot, "一号的话")
    bring(cast, item)
    by = cast.actor("organiser")
    planning.give_evidence(by=by, slot_id=slot.id, words="页上写的", name="page.jpg", raw=JPG)
    late = {"file": SimpleUploadedFile("late.jpg", JPG + b"3"), "item": str(item.id)}
    assert client.post(f"/console/exchanges/items/{slot.id}/picture/", late).status_code == 204
    assert planning.open_evidence(by=by, slot_id=slot.id)[0] == "page.jpg"
    assert Slot.objects.get(id=slot.id).beside[0].upload.name == "late.jpg"


def test_strangers_and_a_complete_exchange_are_told_so_and_nonsense_spoils_nothing(cast, slot):
    assert bring(cast, said(slot, "好"), role="zone_lead") == [("rejected", "not_found")]
    row = slot.exchange
    fill(cast, row)
    planning.complete_exchange(by=cast.actor("organiser"), exchange_id=row.id)
    bad = sync.Item(new_id(), "exchange_evidence", {"slot": "x", "words": ""})
    assert bring(cast, bad, said(slot, "晚了")) == [
        ("rejected", "malformed"),
        ("rejected", "exchange_over"),
    ]
