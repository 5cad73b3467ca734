import json
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from django.db import transaction
from django.test import Client

from dongxun.kernel import clock, outbox, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import differences, settle
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem
from dongxun.people import api as people
from dongxun.people.tests.make import make_person
from dongxun.volunteers import api
from dongxun.volunteers.contracts import Asker
from dongxun.volunteers.models import Errand, Turn
from dongxun.volunteers.queries import own
from dongxun.volunteers.services import errands, registers
from dongxun.volunteers.tests.make import errand_draft, make_errand, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def errand(cast):
    return make_errand(cast.own.branch)


@pytest.fixture
def lins_phone(cast):
    return phone_of(cast.lin)


def run(errand, person, minutes: int = 40):
    phone = phone_of(person)
    api.take_errand(by=phone, errand_id=errand.id, person_id=person.id)
    api.finish_errand(by=phone, errand_id=errand.id, words="送到了", minutes=minutes)


def state(errand) -> str:
    return Errand.objects.get(id=errand.id).state


def test_anybody_asks_and_the_same_id_gives_the_same_code(cast):
    draft = errand_draft(cast.own.branch)
    first = api.ask_errand(by=Actor.public(), draft=draft)
    again = api.ask_errand(by=Actor.public(), draft=draft)
    assert (len(first.code), again.code, again.repeated) == (6, first.code, True)
    assert errands.errand_of_code(first.code.lower()).id == first.id


def asked_offline(cast, **more):
    body = {"branch": cast.own.branch.name, "kind": "shopping", "words": "买米 10 斤"}
    body |= {"asker": "self", "for_name": "五保户甲", "address": "三组 12 号"}
    body |= {"occurred_at": (clock.now() - timedelta(days=2)).isoformat()}
    return sync.Item(new_id(), "errand_asked", body | more)


def test_an_errand_kept_on_a_phone_is_asked_once_as_of_then_and_leads_to_its_code(cast):
    day = clock.today() - timedelta(days=1)
    item = asked_offline(cast, wanted_day=day.isoformat())
    for wanted in ("stored", "duplicate"):
        [answer] = sync.receive([item], by=Actor.public())
        assert answer.answer == wanted
    row = Errand.objects.get()
    assert (row.id, row.asked_at.isoformat()) == (item.id, item.body["occurred_at"])
    kept = json.dumps(SyncItem.objects.get().body, ensure_ascii=False)
    assert "买米" in kept
    assert not any(word in kept for word in ("五保", "三组"))
    page = Client().get(f"/errands/of/{row.id}/")
    assert page.headers["Location"] == f"/errands/asked/?code={row.code}&new=1"


def test_an_errand_that_does_not_fit_is_told_to_the_phone_alone(cast):
    wrong = [{"branch": "没有的村"}, {"words": " "}, {"words": "买" * 501}, {"asker": "branch"}]
    items = [asked_offline(cast, **one) for one in wrong]
    told = [one.reason for one in sync.receive(items, by=Actor.public())]
    assert told == ["errand_unit", "errand_words", "errand_words", "malformed"]
    assert not Errand.objects.exists()
    assert Client().get("/errands/ask/").headers["X-Keep-Offline"]


def test_names_and_addresses_are_sealed(errand):
    row = Errand.objects.values_list("for_name", "address", "phone").get()
    assert not any(word in box for word in ("五保", "三组", "1234") for box in row)


def test_what_is_missing_is_told_field_by_field(cast):
    draft = errand_draft(
        cast.own.branch,
        words="",
        for_name=" ",
        address="",
        kind="party",
        asker=Asker.THIRD,
        wanted_by=clock.now() - timedelta(days=1),
    )
    with pytest.raises(Invalid) as refusal:
        api.ask_errand(by=Actor.public(), draft=draft)
    assert [where for where, _words in refusal.value.details] == [
        "kind",
        "words",
        "for_name",
        "address",
        "asker_phone",
        "wanted_by",
    ]


def test_only_its_own_organisers_ask_as_a_branch(cast):
    draft = errand_draft(cast.own.branch, asker=Asker.BRANCH)
    with pytest.raises(NotFound):
        api.ask_errand(by=cast.actor("other_secretary"), draft=draft)
    api.ask_errand(by=cast.actor("secretary"), draft=draft)


def test_errands_are_offered_in_the_town_and_the_address_to_the_runner_only(
    cast, errand, lins_phone
):
    assert [one.id for one in own.near_errands(cast.lin.id, by=lins_phone)] == [errand.id]
    assert own.near_errands(cast.wu.id, by=phone_of(cast.wu)) == []
    with pytest.raises(NotFound):
        registers.open_errand(by=lins_phone, errand=errand)
    api.take_errand(by=lins_phone, errand_id=errand.id, person_id=cast.lin.id)
    errand.refresh_from_db()
    assert registers.open_errand(by=lins_phone, errand=errand).address == "三组 12 号"
    assert AuditEntry.objects.filter(action="volunteers.open_errand").count() == 1


def test_a_phone_that_only_checked_in_runs_no_errands(cast, errand):
    with pytest.raises(NotAllowed):
        api.take_errand(
            by=phone_of(cast.lin, owned=False), errand_id=errand.id, person_id=cast.lin.id
        )


def test_the_second_taker_is_told_that_somebody_was_faster(cast, errand, lins_phone):
    api.take_errand(by=lins_phone, errand_id=errand.id, person_id=cast.lin.id)
    api.take_errand(by=lins_phone, errand_id=errand.id, person_id=cast.lin.id)
    with pytest.raises(Conflict, match="先接"):
        api.take_errand(by=phone_of(cast.qian), errand_id=errand.id, person_id=cast.qian.id)


def test_an_errand_given_back_waits_again(cast, errand, lins_phone):
    api.take_errand(by=lins_phone, errand_id=errand.id, person_id=cast.lin.id)
    with pytest.raises(NotFound):
        errands.give_errand_back(by=phone_of(cast.qian), errand_id=errand.id)
    errands.give_errand_back(by=lins_phone, errand_id=errand.id)
    assert state(errand) == "waiting"


def test_done_errands_become_hours_that_wait(cast, errand):
    run(errand, cast.lin, 75)
    run_again = phone_of(cast.lin)
    api.finish_errand(by=run_again, errand_id=errand.id, words="送到了", minutes=75)
    [turn] = Turn.objects.all()
    assert (str(turn.hours), turn.hours_state, turn.errand_id) == ("1.3", "waiting", errand.id)


@pytest.mark.parametrize("minutes", [0, 601])
def test_minutes_out_of_bounds_are_told(cast, errand, lins_phone, minutes):
    api.take_errand(by=lins_phone, errand_id=errand.id, person_id=cast.lin.id)
    with pytest.raises(Invalid):
        api.finish_errand(by=lins_phone, errand_id=errand.id, words="", minutes=minutes)


def test_the_asker_confirms_with_the_code_and_the_runner_never(cast, errand):
    run(errand, cast.lin)
    with pytest.raises(NotFound):
        api.receive_errand(by=Actor.public(), errand_id=errand.id, how="code", code="000000")
    with pytest.raises(Conflict):
        api.receive_errand(by=phone_of(cast.lin), errand_id=errand.id, how="code", code=errand.code)
    for _twice in range(2):
        api.receive_errand(by=Actor.public(), errand_id=errand.id, how="code", code=errand.code)
    assert state(errand) == "received"


def test_nothing_is_received_before_it_is_done(cast, errand):
    with pytest.raises(Conflict, match="还没办完"):
        api.receive_errand(by=cast.actor("secretary"), errand_id=errand.id, how="signed")


def test_an_errand_done_is_not_called_off(cast, errand):
    run(errand, cast.lin)
    with pytest.raises(Conflict):
        errands.cancel_errand(by=cast.actor("secretary"), errand_id=errand.id, reason="不要了")


def words_of(errand, person, minutes_ago=30):
    """Return what two phones kept of one errand: taken, done and received, in their order."""
    now = clock.now()
    step = {"errand": str(errand.id), "person": str(person.id)}
    said = (
        ("errand_step", step | {"what": "take"}, minutes_ago),
        ("errand_step", step | {"what": "done", "minutes": "20", "words": "送到了"}, 9),
        ("errand_received", {"errand": str(errand.id), "code": errand.code}, 5),
    )
    return [
        sync.Item(new_id(), kind, body | {"occurred_at": (now - timedelta(minutes=n)).isoformat()})
        for kind, body, n in said
    ]


def bring(item, person):
    by = phone_of(person) if item.kind == "errand_step" else Actor.public()
    return sync.receive([item], by=by)[0]


def test_an_errand_run_by_a_row_that_was_merged_meanwhile_is_run_by_who_that_is_today(cast, errand):
    twin = make_person(cast.lin.name, branch=cast.own.branch)
    take, done, _received = words_of(errand, twin)
    people.merge_people(by=Actor.system("tests"), survivor_id=cast.lin.id, duplicate_id=twin.id)
    outbox.deliver_all()
    assert [bring(one, cast.lin).reason for one in (take, done)] == ["", ""]
    errand.refresh_from_db()
    assert errand.runner_id == cast.lin.id


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_an_errand_run_without_network_ends_alike_in_whatever_order_its_words_come(
    cast, errand, order
):
    Errand.objects.update(asked_at=clock.now() - timedelta(hours=2))
    words = words_of(errand, cast.lin)
    told = [bring(words[place], cast.lin).answer for place in (*order, *order)]
    assert set(told) <= {SyncAnswer.STORED, SyncAnswer.MERGED, SyncAnswer.DUPLICATE}
    errand.refresh_from_db()
    turn = Turn.objects.get(errand=errand)
    assert (errand.state, errand.runner_id, errand.done_words) == (
        "received",
        cast.lin.id,
        "送到了",
    )
    assert (turn.ends_at, turn.ends_at - turn.starts_at) == (errand.done_at, timedelta(minutes=20))
    assert clock.parse_moment(words[1].body["occurred_at"]) == errand.done_at


def test_two_words_of_one_moment_give_the_same_hours_whichever_comes_first(cast, errand):
    Errand.objects.update(asked_at=clock.now() - timedelta(hours=2))
    done = words_of(errand, cast.lin)[1]
    other = sync.Item(new_id(), "errand_step", done.body | {"minutes": 35})
    ends = set()
    for order in permutations([done, other]):
        with transaction.atomic():
            for item in order:
                bring(item, cast.lin)
            turn = Turn.objects.get(errand=errand, given_back_at=None)
            ends.add(turn.ends_at - turn.starts_at)
            transaction.set_rollback(True)
    assert len(ends) == 1


def test_who_was_slower_or_says_nonsense_is_told_so_and_a_called_off_errand_stays_off(cast, errand):
    take, done, received = words_of(errand, cast.lin)
    other = words_of(errand, cast.zhou)
    assert bring(take, cast.lin).answer == "stored"
    assert {bring(one, cast.zhou).reason for one in other[:2]} == {"errand_taken"}
    long = sync.Item(new_id(), "errand_step", done.body | {"minutes": "900"})
    assert bring(long, cast.lin).reason == "minutes_outside"
    assert bring(done, cast.zhou).reason == "not_found"
    own = sync.receive([words_of(errand, cast.lin)[2]], by=phone_of(cast.lin))[0]
    assert own.reason == "errand_own_receipt"
    errands.give_errand_back(by=phone_of(cast.lin), errand_id=errand.id)
    errands.cancel_errand(by=cast.actor("secretary"), errand_id=errand.id, reason="不用了")
    assert {bring(one, cast.lin).reason for one in (done, received)} == {"errand_off"}
    assert (state(errand), Turn.objects.count()) == ("cancelled", 0)


def test_whoever_took_it_first_has_it_in_whatever_order_two_phones_arrive(cast, errand):
    Errand.objects.update(asked_at=clock.now() - timedelta(hours=2))
    first, second = words_of(errand, cast.lin, 40), words_of(errand, cast.zhou, 30)
    own_receipt = words_of(errand, cast.lin)[2]
    told = [(word, cast.lin) for word in first] + [(word, cast.zhou) for word in second[:2]]
    ends = set()
    for seed in range(12):
        with transaction.atomic():
            for word, person in Random(seed).sample(told, len(told)):
                bring(word, person)
                if seed % 2:
                    sync.receive([own_receipt], by=phone_of(cast.lin))
            row = Errand.objects.values("state", "runner_id", "taken_at", "done_at", "received_at")
            turns = Turn.objects.filter(given_back_at=None).values_list("person_id", "ends_at")
            answers = SyncItem.objects.filter(id=second[1].id).values_list("answer", "reason")
            ends.add(repr([row.get(), *turns, *answers]))
            transaction.set_rollback(True)
    [end] = ends
    assert all(word in end for word in ("received", str(cast.lin.id), "conflict"))


def test_an_organiser_believes_whoever_did_it_though_another_was_faster(cast, errand):
    Errand.objects.update(asked_at=clock.now() - timedelta(hours=2))
    bring(words_of(errand, cast.lin, 40)[0], cast.lin)
    done = words_of(errand, cast.zhou)[1]
    assert bring(done, cast.zhou).answer == SyncAnswer.CONFLICT
    [found] = differences(by=cast.actor("secretary"))
    assert cast.lin.name in found.first.words
    settle(by=cast.actor("secretary"), source=found.source, difference_id=found.id, take=True)
    errand.refresh_from_db()
    assert (errand.state, errand.runner_id) == ("done", cast.zhou.id)
    assert Turn.objects.get(given_back_at=None).person_id == cast.zhou.id
    assert differences(by=cast.actor("secretary")) == []


def test_a_wrong_code_confirms_nothing_and_guessing_ends(cast, errand):
    body = {"errand": str(errand.id), "code": "ZZZZZZ", "occurred_at": clock.now().isoformat()}
    items = [{"id": str(new_id()), "kind": "errand_received", "payload": body}]
    send = {"content_type": "application/json"}
    client = Client()
    answer = client.post("/sync", json.dumps({"items": items}), **send)
    assert answer.json()["results"][0]["reason"] == "not_found"
    many = json.dumps({"items": [one | {"id": str(new_id())} for one in items * 60]})
    assert len(client.post("/sync", many, **send).json()["results"]) == 59
    assert client.post("/sync", many, **send).status_code == 429


def test_what_was_done_of_an_errand_called_off_meanwhile_counts_when_a_person_says_so(cast, errand):
    take, done, received = words_of(errand, cast.lin)
    bring(take, cast.lin)
    secretary = cast.actor("secretary")
    errands.cancel_errand(by=secretary, errand_id=errand.id, reason="不用了")
    told = bring(done, cast.lin)
    assert (told.answer, told.reason) == (SyncAnswer.CONFLICT, "errand_off")
    assert sync.receive([received], by=Actor.public())[0].reason == "errand_off"
    [found] = differences(by=secretary)
    assert "不用了" in found.first.words
    settle(by=secretary, source=found.source, difference_id=found.id, take=True)
    assert (state(errand), Turn.objects.get().person_id) == ("received", cast.lin.id)
    assert differences(by=secretary) == []
