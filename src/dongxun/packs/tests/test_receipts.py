import json
from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem
from dongxun.packs import api
from dongxun.packs.contracts import BeforeIssue, CarryLine, ListState, NotIssued, ReceiptHow
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.queries import beside
from dongxun.packs.services import merging, receipts, sheets
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place


@pytest.fixture
def issued(cast):
    pack = make_pack(cast.season, cast.own.node, name="能量包")
    return make_list(pack, make_place(cast.own.node), [cast.lin, cast.zhou])


def sign(cast, line, *, by=None, item_id=None, at=None, how=ReceiptHow.SIGNED, **more):
    return api.sign_for(
        by=by or cast.actor("secretary"),
        item_id=item_id or new_id(),
        line_id=line.id,
        how=how,
        occurred_at=at or clock.now(),
        **more,
    )


def visitor(round_id=None):
    return Actor(ActorKind.LINK, id=new_id(), links=(("visitor", round_id or new_id()),))


def test_who_goes_to_somebody_is_told_what_to_take_along(cast, issued):
    found = api.to_carry(person_ids=[cast.lin.id, cast.wu.id], by=visitor())
    assert found == {cast.lin.id: [CarryLine(line_of(issued, cast.lin).id, "能量包", 1)]}


def test_nothing_is_carried_that_was_received_or_never_issued_and_the_public_is_told_nothing(
    cast, issued
):
    people = [cast.lin.id, cast.zhou.id]
    sign(cast, line_of(issued, cast.lin))
    assert list(api.to_carry(person_ids=people, by=visitor())) == [cast.zhou.id]
    assert api.to_carry(person_ids=people, by=Actor.public()) == {}
    issued.state = ListState.DRAFT
    issued.save()
    assert api.to_carry(person_ids=people, by=visitor()) == {}


def test_a_receipt_is_noted_with_its_moment_and_audited(cast, issued):
    line = line_of(issued, cast.lin)
    at = clock.now() - timedelta(minutes=20)
    answer = sign(cast, line, at=at, how=ReceiptHow.THUMB)
    line.refresh_from_db()
    assert (answer.answer, answer.at, answer.repeated) == (SyncAnswer.STORED, at, False)
    assert (line.received_at, line.how) == (at, ReceiptHow.THUMB)
    assert AuditEntry.objects.filter(action="packs.sign_for", subject_id=line.id).count() == 1


def test_the_same_receipt_sent_twice_writes_nothing_and_says_so(cast, issued):
    line, item_id = line_of(issued, cast.lin), new_id()
    sign(cast, line, item_id=item_id)
    again = sign(cast, line, item_id=item_id)
    assert (again.answer, again.repeated) == (SyncAnswer.DUPLICATE, True)
    assert "已经有了" in str(again.message)
    assert Receipt.objects.filter(line=line).count() == 1


def test_a_receipt_signed_twice_answers_in_words_and_keeps_both_moments(cast, issued):
    line = line_of(issued, cast.lin)
    late, early = clock.now() - timedelta(minutes=5), clock.now() - timedelta(minutes=40)
    sign(cast, line, at=late)
    second = sign(cast, line, at=early, how=ReceiptHow.CONFIRMED)
    line.refresh_from_db()
    assert (second.answer, second.first_at, second.at) == (SyncAnswer.MERGED, early, early)
    assert "已经签收" in str(second.message)
    assert {r.occurred_at for r in line.receipts.all()} == {late, early}
    assert line.received_at == early


def test_receipts_end_in_one_state_in_whatever_order_they_come(cast, issued):
    now = clock.now()
    moments = [now - timedelta(minutes=m) for m in (30, 10, 30)]
    hows = [ReceiptHow.CONFIRMED, ReceiptHow.SIGNED, ReceiptHow.THUMB]
    items = list(zip([new_id() for _ in moments], moments, hows, strict=True))
    found = []
    for order in (items, items[::-1]):
        line = line_of(issued, cast.lin)
        line.receipts.all().delete()
        receipts.settle(line)
        for item_id, at, how in order:
            sign(cast, line, item_id=item_id, at=at, how=how)
        line.refresh_from_db()
        found.append((line.received_at, line.how))
    assert found == [(moments[0], ReceiptHow.THUMB)] * 2


def test_one_receipt_serves_one_line_only(cast, issued):
    item_id = new_id()
    sign(cast, line_of(issued, cast.lin), item_id=item_id)
    with pytest.raises(Conflict):
        sign(cast, line_of(issued, cast.zhou), item_id=item_id)


def test_whoever_takes_it_for_another_says_who_and_how_they_are_related(cast, issued):
    line = line_of(issued, cast.lin)
    with pytest.raises(Invalid) as unnamed:
        sign(cast, line, how=ReceiptHow.PROXY)
    with pytest.raises(Invalid) as unrelated:
        sign(cast, line, how=ReceiptHow.PROXY, received_by="林大明")
    sign(cast, line, how=ReceiptHow.PROXY, received_by="林大明", relation="儿子")
    assert [error.value.details[0][0] for error in (unnamed, unrelated)] == [
        "received_by",
        "relation",
    ]
    assert line.receipts.get().relation == "儿子"


def test_a_moment_ahead_of_our_clock_is_flagged_and_one_before_the_issue_is_refused(cast, issued):
    line = line_of(issued, cast.lin)
    sign(cast, line, at=clock.now() + timedelta(hours=3))
    assert line.receipts.get().skewed
    with pytest.raises(BeforeIssue):
        sign(cast, line, at=clock.now() - timedelta(days=3))


def test_nothing_of_a_list_that_was_not_issued_can_be_received(cast, issued):
    issued.state, issued.issued_at = ListState.DRAFT, None
    issued.save()
    with pytest.raises(NotIssued):
        sign(cast, line_of(issued, cast.lin))


def test_a_line_that_came_back_keeps_a_late_receipt_for_a_person_to_decide(cast, issued):
    line = line_of(issued, cast.lin)
    IssueLine.objects.filter(id=line.id).update(returned_at=clock.now())
    assert sign(cast, line).answer == SyncAnswer.CONFLICT
    line.refresh_from_db()
    assert (line.received_at, line.receipts.count()) == (None, 1)


def test_strangers_sign_for_nobody(cast, issued):
    line = line_of(issued, cast.lin)
    strangers = [Actor.public(), cast.actor("other_organiser"), visitor()]
    for stranger in [*strangers, Actor(ActorKind.DEVICE, persons=(cast.qian.id,))]:
        with pytest.raises(NotFound):
            sign(cast, line, by=stranger)
    assert not Receipt.objects.exists()


def test_a_visitor_signs_for_the_people_of_the_round_that_the_room_above_vouches_for(cast, issued):
    line = line_of(issued, cast.lin)
    assert sign(cast, line, by=visitor(), vouched=frozenset({cast.lin.id})).answer == "stored"
    with pytest.raises(NotFound):
        sign(cast, line, by=Actor.public(), vouched=frozenset({cast.lin.id}))
    with pytest.raises(NotFound):
        sign(cast, line_of(issued, cast.zhou), by=visitor(), vouched=frozenset({cast.lin.id}))


def test_a_courier_signs_after_opening_the_own_link_and_an_account_by_itself(cast, issued):
    line = line_of(issued, cast.lin)
    IssueLine.objects.filter(id=line.id).update(
        courier=cast.qian, courier_account=cast.accounts["other_organiser"].id
    )
    level_1 = Actor(ActorKind.DEVICE, persons=(cast.qian.id,))
    level_2 = Actor(ActorKind.DEVICE, persons=(cast.qian.id,), owned=frozenset({cast.qian.id}))
    with pytest.raises(NotFound):
        sign(cast, line, by=level_1)
    assert sign(cast, line, by=level_2).answer == "stored"
    assert sign(cast, line, by=cast.actor("other_organiser")).answer == "merged"


def test_receipts_are_taken_back_with_a_reason_and_never_forgotten(cast, issued):
    line, by = line_of(issued, cast.lin), cast.actor("secretary")
    sign(cast, line)
    with pytest.raises(Invalid):
        receipts.withdraw_receipts(by=by, line_id=line.id, reason=" ")
    for _again in range(2):
        receipts.withdraw_receipts(by=by, line_id=line.id, reason="记错了人")
    line.refresh_from_db()
    assert (line.received_at, line.receipts.get().withdrawn_reason) == (None, "记错了人")
    assert AuditEntry.objects.filter(action="packs.withdraw_receipts").count() == 1


def merge(cast, issued):
    """Let 周 be the same person as 林; return the lines of who stays and of the row that went."""
    type(cast.zhou).objects.filter(id=cast.zhou.id).update(merged_into=cast.lin.id)
    for _twice in range(2):
        merging.follow_merge(cast.lin.id, cast.zhou.id)
    return [line_of(issued, one) for one in (cast.lin, cast.zhou)]


def test_of_a_duplicate_the_survivor_has_the_line_that_was_received_and_no_pack_goes_missing(
    cast, issued
):
    received = line_of(issued, cast.zhou)
    sign(cast, received)
    kept, spare = merge(cast, issued)
    assert (kept.id, kept.received_at is not None, spare.received_at) == (received.id, True, None)
    assert str(kept.number) in spare.note
    members = beside.member_lines(cast.season.id, cast.own.node.interval, what="")
    assert [line.id for line in members] == [kept.id]


@pytest.mark.parametrize("on_paper", [False, True], ids=["phone", "sheet"])
def test_a_late_receipt_for_the_row_that_went_counts_for_who_stays(cast, issued, on_paper):
    _kept, spare = merge(cast, issued)
    if on_paper:
        marks = {spare.id: sheets.Mark(ReceiptHow.SHEET)}
        sheets.enter_sheet(by=cast.actor("organiser"), list_id=issued.id, marks=marks)
    else:
        sign(cast, spare, by=visitor(), vouched=frozenset({cast.lin.id}))
    kept = line_of(issued, cast.lin)
    assert (kept.id, kept.received_at is not None) == (spare.id, True)
    assert line_of(issued, cast.zhou).received_at is None


def send(client, *receipts):
    """Send what a courier's phone kept, as it does; return the answers in their order."""
    items = [{"id": str(key), "kind": "pack_receipt", "payload": body} for key, body in receipts]
    answer = client.post("/sync", json.dumps({"items": items}), content_type="application/json")
    return answer.json()["results"]


def kept(line, minutes=5, **more):
    at = clock.now() - timedelta(minutes=minutes)
    return {"line": str(line.id), "how": "signed", "occurred_at": at.isoformat()} | more


def test_receipts_kept_on_a_couriers_phone_arrive_in_any_order_and_say_what_became_of_them(
    cast, issued
):
    lin, zhou = line_of(issued, cast.lin), line_of(issued, cast.zhou)
    IssueLine.objects.filter(id=zhou.id).update(returned_at=clock.now())
    one, other, third = new_id(), new_id(), new_id()
    phone, second = cast.client("secretary"), cast.client("organiser")
    [half] = send(phone, (new_id(), kept(lin, how="proxy")))
    assert (half["answer"], half["message"]) == ("rejected", "写上谁领的。")
    found = send(phone, (one, kept(lin, 5)), (third, kept(zhou)), (new_id(), {"line": "x"}))
    assert [row["answer"] for row in found] == ["stored", "conflict", "rejected"]
    [again] = send(phone, (one, kept(lin, 5) | {"occurred_at": _moment_of(one)}))
    [twice] = send(
        second, (other, kept(lin, 40, received_by="林大明", relation="儿子", how="proxy"))
    )
    assert (again["answer"], twice["answer"]) == ("duplicate", "merged")
    assert "先前已经签收" in twice["message"]
    lin.refresh_from_db()
    assert (lin.how, lin.receipts.count()) == (ReceiptHow.PROXY, 2)


def _moment_of(item_id):
    return SyncItem.objects.get(id=item_id).body["occurred_at"]


def test_a_couriers_page_may_be_kept_on_the_phone_and_a_strangers_receipt_is_told_so(cast, issued):
    line = line_of(issued, cast.lin)
    IssueLine.objects.filter(id=line.id).update(
        courier_account=cast.own.secretary.id, courier_name="钱"
    )
    page = cast.client("secretary").get("/me/deliveries/")
    assert int(page["X-Keep-Offline"]) > 0
    assert f'data-thing="{line.id}"' in page.content.decode()
    [told] = send(cast.client("other_organiser"), (new_id(), kept(line)))
    assert (told["answer"], told["reason"]) == ("rejected", "not_found")
