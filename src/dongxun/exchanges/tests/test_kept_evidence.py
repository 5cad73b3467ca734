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
