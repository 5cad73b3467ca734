from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.exchanges import queries
from dongxun.exchanges.contracts import ExchangeDraft, NotComplete
from dongxun.exchanges.models import Exchange, Gap, MasterStation, Outcome, Pledge, Slot
from dongxun.exchanges.services import following, planning, stations
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.together import ask
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import PlaceDraft, PlaceType, StopDraft
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
JPG = b"\xff\xd8\xff\xe0" + b"0" * 20


def draft(cast, **overrides):
    values = {
        "kind": "visit",
        "title": "平潮到五接走亲",
        "day": clock.today(),
        "host_id": cast.foreign.node.id,
        "guest_ids": (cast.own.node.id,),
        "programme": ("看阵地", "听宣讲"),
    }
    return ExchangeDraft(**(values | overrides))


def make_exchange(cast, **overrides):
    key = planning.save_exchange(
        by=cast.actor("organiser"), season_id=cast.season.id, draft=draft(cast, **overrides)
    )
    return Exchange.objects.get(id=key)


def fill(cast, row, leave=0):
    slots = list(row.slots.all())
    for slot in slots[: len(slots) - leave]:
        planning.give_evidence(by=cast.actor("organiser"), slot_id=slot.id, words="做了")


def gap(cast, row, **overrides):
    values = {
        "exchange_id": row.id,
        "organisation_id": cast.own.node.id,
        "gap": "没有积分超市",
        "model_id": cast.foreign.node.id,
        "practice": "每月兑换一次",
        "measure": "三月前建一个",
        "person": "周明远",
        "due_on": clock.today() + timedelta(days=30),
    }
    return following.save_gap(by=cast.actor("organiser"), **(values | overrides))


def test_an_exchange_is_complete_only_with_its_six_items(cast):
    row = make_exchange(cast)
    assert row.slots.count() == 6
    fill(cast, row, leave=1)
    with pytest.raises(NotComplete) as refused:
        planning.complete_exchange(by=cast.actor("organiser"), exchange_id=row.id)
    assert "总结一批经验" in str(refused.value)

    fill(cast, row)
    for _again in range(2):
        planning.complete_exchange(by=cast.actor("other_organiser"), exchange_id=row.id)
    row.refresh_from_db()
    assert row.state == "complete"
    assert AuditEntry.objects.filter(action="exchanges.complete_exchange").count() == 1
    with pytest.raises(Conflict):
        fill(cast, row)


def test_what_becomes_a_visit_needs_its_six_items_and_what_is_none_any_more_does_not(cast):
    row = make_exchange(cast, kind="tour")
    by = {"by": cast.actor("organiser"), "season_id": cast.season.id, "exchange_id": row.id}
    assert row.slots.count() == 0
    planning.save_exchange(**by, draft=draft(cast))
    assert row.slots.count() == 6
    with pytest.raises(NotComplete):
        planning.complete_exchange(by=cast.actor("organiser"), exchange_id=row.id)

    fill(cast, row, leave=4)
    planning.save_exchange(**by, draft=draft(cast, kind="tour"))
    assert row.slots.count() == 2
    planning.save_exchange(**by, draft=draft(cast))
    assert row.slots.count() == 6
    assert row.slots.exclude(done_at=None).count() == 2


def test_evidence_taken_back_opens_the_item_again(cast):
    row = make_exchange(cast)
    slot = row.slots.first()
    by = cast.actor("organiser")
    planning.give_evidence(by=by, slot_id=slot.id, words="", name="一.jpg", raw=JPG)
    slot.refresh_from_db()
    assert slot.done_at is not None
    assert planning.open_evidence(by=by, slot_id=slot.id) == ("一.jpg", JPG)
    planning.give_evidence(by=by, slot_id=slot.id, words=" ")
    slot.refresh_from_db()
    assert (slot.done_at, slot.upload_id) == (None, None)
    with pytest.raises(NotFound):
        planning.open_evidence(by=by, slot_id=slot.id)


def test_evidence_that_another_gave_meanwhile_is_not_written_over_unseen(cast):
    row = make_exchange(cast)
    slot = row.slots.first()
    client, page = cast.client("organiser"), reverse("exchanges:evidence", args=[slot.id])
    assert client.post(page, {"words": "唱了一首歌", "before": ""}).status_code == 302
    late = client.post(page, {"words": "看了一处阵地", "before": ""})
    assert late.status_code == 409
    assert all(words in late.content.decode() for words in ("唱了一首歌", "看了一处阵地"))
    assert client.post(page, {"words": "唱了一首歌", "before": ""}).status_code == 302, "sent twice"
    slot.refresh_from_db()
    assert slot.words == "唱了一首歌"


@pytest.mark.parametrize(("name", "raw"), [("a.exe", JPG), ("a.jpg", b"GIF89"), ("a", b"x")])
def test_a_file_of_another_kind_is_refused(cast, name, raw):
    slot = make_exchange(cast).slots.first()
    with pytest.raises(Invalid):
        planning.give_evidence(
            by=cast.actor("organiser"), slot_id=slot.id, words="", name=name, raw=raw
        )


@pytest.mark.parametrize("how", ["host", "nobody", "twice", "untitled", "unknown", "kind"])
def test_an_exchange_that_does_not_fit_is_refused(cast, how):
    town = cast.own.node.id
    wrong = {
        "host": {"guest_ids": (cast.foreign.node.id,)},
        "nobody": {"guest_ids": ()},
        "twice": {"partner_ids": (town,)},
        "untitled": {"title": " "},
        "unknown": {"guest_ids": (town, new_id())},
        "kind": {"kind": "x"},
    }
    with pytest.raises(Invalid):
        make_exchange(cast, **wrong[how])
    assert not Exchange.objects.exists()


def test_only_units_that_take_part_plan_and_see_it(cast):
    row = make_exchange(cast)
    stranger = cast.towns["刘桥镇"]
    with pytest.raises(NotAllowed):
        make_exchange(cast, host_id=stranger.node.id, guest_ids=(cast.towns["十总镇"].node.id,))
    assert queries.exchange(row.id, by=cast.actor("other_organiser")).id == row.id
    for role in ("secretary", "zone_lead", "audit"):
        with pytest.raises(NotFound):
            queries.exchange(row.id, by=cast.actor(role))


def test_a_closed_season_takes_no_exchange(cast):
    Season.objects.update(state="closed")
    with pytest.raises(SeasonClosed):
        make_exchange(cast)


def test_one_to_come_is_not_complete_and_one_called_off_wants_a_reason(cast):
    row = make_exchange(cast, day=clock.today() + timedelta(days=3))
    fill(cast, row)
    by = cast.actor("organiser")
    with pytest.raises(Conflict):
        planning.complete_exchange(by=by, exchange_id=row.id)
    with pytest.raises(Invalid):
        planning.cancel_exchange(by=by, exchange_id=row.id, reason="")
    for _again in range(2):
        planning.cancel_exchange(by=by, exchange_id=row.id, reason="下大雪")
    with pytest.raises(Conflict):
        planning.save_exchange(
            by=by, season_id=cast.season.id, draft=draft(cast), exchange_id=row.id
        )


def test_the_season_says_what_a_visit_does(cast):
    with pytest.raises(NotAllowed):
        planning.set_checklist(by=cast.actor("organiser"), season_id=cast.season.id, labels=["一"])
    office = cast.actor("office")
    for wrong in ([], ["一", "一"], [f"{n}" for n in range(13)]):
        with pytest.raises(Invalid):
            planning.set_checklist(by=office, season_id=cast.season.id, labels=wrong)
    planning.set_checklist(by=office, season_id=cast.season.id, labels=["看", "听"])
    assert [slot.label for slot in make_exchange(cast).slots.all()] == ["看", "听"]


def test_a_gap_is_followed_until_it_is_closed(cast):
    row = make_exchange(cast, kind="tour")
    key = gap(cast, row)
    assert gap(cast, row) == key
    by = cast.actor("organiser")
    Gap.objects.update(due_on=clock.today() - timedelta(days=1))
    assert ask(queries.due(by=by, season_id=cast.season.id))[0].gaps == 1
    with pytest.raises(Invalid):
        following.follow_gap(by=by, gap_id=key, state="closed", result="")
    with pytest.raises(NotFound):
        following.follow_gap(
            by=cast.actor("other_organiser"), gap_id=key, state="closed", result="建好"
        )
    following.follow_gap(by=by, gap_id=key, state="closed", result="建好了")
    assert ask(queries.due(by=by, season_id=cast.season.id))[0].gaps == 0
    counts = queries.progress(season_id=cast.season.id, interval=cast.own.node.interval)
    assert (counts.gaps, counts.gaps_closed, counts.exchanges) == (1, 1, 1)


@pytest.mark.parametrize("how", ["model", "outsider", "early", "empty"])
def test_a_gap_that_does_not_fit_is_refused(cast, how):
    row = make_exchange(cast, kind="tour")
    wrong = {
        "model": {"model_id": cast.own.node.id},
        "outsider": {"organisation_id": cast.towns["刘桥镇"].node.id},
        "early": {"due_on": row.day - timedelta(days=1)},
        "empty": {"person": " "},
    }
    with pytest.raises(Invalid):
        gap(cast, row, **wrong[how])


def test_a_pledge_is_asked_about_again(cast):
    by = cast.actor("organiser")
    values = {
        "by": by,
        "season_id": cast.season.id,
        "organisation_id": cast.own.node.id,
        "words": "年内办成三件实事",
        "follow_on": clock.today(),
    }
    key = following.save_pledge(**values)
    assert following.save_pledge(**values) == key
    with pytest.raises(Invalid):
        following.save_pledge(**(values | {"follow_on": clock.today() - timedelta(days=1)}))
    for wrong in ({"state": "x"}, {"state": "kept", "outcome": ""}, {"state": "open"}):
        with pytest.raises(Invalid):
            following.follow_pledge(by=by, pledge_id=key, **({"outcome": "办了"} | wrong))
    following.follow_pledge(by=by, pledge_id=key, state="kept", outcome="三件都办了")
    assert Pledge.objects.get().state == "kept"


def test_an_outcome_wants_evidence(cast):
    values = {
        "by": cast.actor("organiser"),
        "season_id": cast.season.id,
        "organisation_id": cast.own.node.id,
        "kind": "system",
        "title": "积分管理办法",
        "evidence": "平委发〔2027〕3 号",
        "on": clock.today(),
    }
    key = following.save_outcome(**values)
    assert following.save_outcome(**values) == key
    future = clock.today() + timedelta(days=1)
    for wrong in ({"evidence": ""}, {"kind": "x"}, {"on": future}):
        with pytest.raises(Invalid):
            following.save_outcome(**(values | wrong))
    assert Outcome.objects.count() == 1


def test_a_master_lecturer_has_one_station_at_a_unit(cast):
    by = cast.actor("organiser")
    values = {"by": by, "lecturer_id": cast.own.lecturer.id, "host_id": cast.own.node.id}
    key = stations.open_station(**values)
    assert stations.open_station(**values) == key
    with pytest.raises(NotAllowed):
        stations.open_station(**(values | {"host_id": cast.foreign.node.id}))
    with pytest.raises(NotFound):
        stations.open_station(**(values | {"lecturer_id": new_id()}))
    with pytest.raises(NotFound):
        stations.end_station(by=cast.actor("other_organiser"), station_id=key)
    for _again in range(2):
        stations.end_station(by=by, station_id=key)
    assert MasterStation.objects.get().until == clock.today()


def test_a_stop_of_the_vehicle_becomes_one_session(cast):
    starts_at = clock.now() + timedelta(days=1)
    stop = StopDraft("平潮集市", starts_at, starts_at + timedelta(hours=2))
    vehicle = organisations.save_place(
        by=SYSTEM,
        draft=PlaceDraft(cast.own.node.id, "流动车", PlaceType.VEHICLE, stops=(stop,)),
    )
    values = {
        "by": cast.actor("organiser"),
        "season_id": cast.season.id,
        "place_id": vehicle,
        "starts_at": starts_at,
        "host_id": cast.own.node.id,
    }
    key = stations.teach_at_stop(**values)
    assert stations.teach_at_stop(**values) == key
    Session.objects.filter(id=key).update(state="cancelled")
    again = stations.teach_at_stop(**values)
    assert again != key
    assert stations.teach_at_stop(**values) == again
    session = Session.objects.get(id=key)
    assert (session.place_text, session.starts_at) == ("平潮集市", starts_at)
    with pytest.raises(NotFound):
        stations.teach_at_stop(**(values | {"starts_at": clock.now()}))


def test_an_exchange_has_one_session_for_credit(cast):
    row = make_exchange(cast)
    by = cast.actor("organiser")
    key = stations.plan_session(by=by, exchange_id=row.id)
    assert stations.plan_session(by=by, exchange_id=row.id) == key
    Session.objects.filter(id=key).update(state="cancelled")
    page = cast.client("organiser").get(f"/console/exchanges/{row.id}/").content.decode()
    assert "排成活动" in page
    again = stations.plan_session(by=by, exchange_id=row.id)
    assert again != key
    assert stations.plan_session(by=by, exchange_id=row.id) == again
    assert Session.objects.get(id=key).type == "visit_exchange"


def test_the_pages_lead_from_plan_to_completion(cast):
    outside = organisations.add_external(by=SYSTEM, name="江阴顾山镇")
    client = cast.client("organiser")
    new = reverse("exchanges:new_exchange")
    typed = {
        "kind": "visit",
        "title": "去顾山走亲",
        "day": str(clock.today()),
        "host": outside.name,
        "guests": "没有镇",
        "programme": "看\n听",
    }
    refused = client.post(new, typed)
    assert refused.status_code == 422
    assert "没有镇" in refused.content.decode()
    assert client.post(new, typed | {"guests": "平潮镇"}).status_code == 302
    row = Exchange.objects.get()
    page = reverse("exchanges:exchange", args=[row.id])
    assert "还差 6 项佐证" in client.get(page).content.decode()

    done = reverse("exchanges:act", args=[row.id, "complete"])
    early = client.post(done)
    assert early.status_code == 409
    assert "总结一批经验" in early.content.decode()
    for slot in Slot.objects.all():
        address = reverse("exchanges:evidence", args=[slot.id])
        assert client.post(address, {"words": "做了"}).status_code == 302
    assert client.post(done).status_code == 302
    assert "已办结" in client.get(page).content.decode()
    assert "1 次走亲已办结" in client.get(reverse("exchanges:list")).content.decode()


def test_the_pages_say_what_does_not_fit(cast):
    client = cast.client("organiser")
    row = make_exchange(cast, kind="tour")
    assert client.post(reverse("exchanges:add_gap", args=[row.id]), {}).status_code == 422
    key = gap(cast, row)
    address = reverse("exchanges:follow_gap", args=[key])
    refused = client.post(address, {"state": "closed", "result": ""})
    assert refused.status_code == 422
    assert "改成什么样" in refused.content.decode()
    assert client.post(address, {"state": "closed", "result": "建好"}).status_code == 302
    for name in ("add_pledge", "add_outcome"):
        assert client.post(reverse(f"exchanges:{name}"), {}).status_code == 422
    cancel = reverse("exchanges:act", args=[row.id, "cancel"])
    assert client.post(cancel, {"reason": ""}).status_code == 422
    assert client.post(reverse("exchanges:act", args=[row.id, "x"])).status_code == 404
    assert client.get(reverse("exchanges:list"), {"kind": "x"}).status_code == 404
    assert client.post(reverse("exchanges:stops"), {"place": "x"}).status_code == 404
    for name in ("follow", "master_stations", "stops"):
        assert client.get(reverse(f"exchanges:{name}")).status_code == 200
    office = cast.client("office")
    checklist = reverse("exchanges:checklist")
    assert office.get(checklist).status_code == 200
    assert office.post(checklist, {"items": "看\n看"}).status_code == 422
    assert client.get(checklist).status_code == 404
