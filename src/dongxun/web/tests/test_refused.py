"""What phones recorded and was not taken: one page for all kinds of an organiser's units."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem
from dongxun.library.tests.make import make_lesson
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.models import Turn
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db
PAGE = "/console/refused/"
SYSTEM = Actor.system("tests")


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def refuse(kind, body):
    """Let a phone send what cannot be taken; return its id."""
    item = sync.Item(new_id(), kind, body)
    [answer] = sync.receive([item], by=SYSTEM, device="phone-77ab")
    assert answer.answer == "rejected"
    return item.id


@pytest.fixture
def roll(cast):
    """A presence entered by somebody else who does not say why."""
    body = {"session": str(cast.own.session.id), "person": str(cast.lin.id), "method": "proxy"}
    return refuse("presence", body | {"occurred_at": cast.own.session.starts_at.isoformat()})


@pytest.fixture
def receipt(cast):
    """A receipt by somebody who is not named."""
    listed = make_list(make_pack(cast.season, cast.own.node), make_place(cast.own.node), [cast.lin])
    body = {"line": str(line_of(listed, cast.lin).id), "how": "proxy"}
    return refuse("pack_receipt", body | {"occurred_at": clock.now().isoformat()})


def text(answer):
    return answer.content.decode()


def test_all_kinds_stand_on_one_page_with_who_what_why_and_the_way_to_enter_them(
    cast, roll, receipt
):
    page = text(cast.client("organiser").get(PAGE))
    session = f"/console/sessions/{cast.own.session.id}/roll/"
    why = ("写一下为什么由别人代录", "写上谁领的")
    assert "2 条手机记录未能入账" in page
    assert page.index(why[1]) < page.index(why[0])  # the newest first
    assert all(words in page for words in (cast.lin.name, "…77ab", session, "补录签收", *why))
    assert "2 条手机记录未能入账" in text(cast.client("organiser").get("/console/"))
    assert "1 条手机记录未能入账" in text(cast.client("secretary").get("/branch/"))


def test_what_was_done_is_said_in_words_and_everything_stays_kept(cast, roll, receipt):
    client = cast.client("organiser")
    silent = client.post(PAGE, {"id": str(roll), "words": " "})
    assert (silent.status_code, "写一句是怎么处理的" in text(silent)) == (422, True)
    for _again in range(2):
        done = client.post(PAGE, {"id": str(roll), "words": "已在点名表\x00补录"})
        assert done.status_code == 302
    page = text(client.get(PAGE))
    assert ("1 条手机记录未能入账" in page, "已在点名表补录" in page) == (True, True)
    row = SyncItem.objects.get(id=roll)
    assert (row.answer, row.settled_words) == ("rejected", "已在点名表补录")
    assert AuditEntry.objects.filter(action="kernel.settle_refusal").count() == 1


def test_other_towns_neither_see_nor_settle_it_and_nonsense_is_left_out(cast, roll):
    refuse("presence", {"session": "x"})
    foreign = cast.client("other_organiser")
    assert "手机记录都已处理" in text(foreign.get(PAGE))
    assert foreign.post(PAGE, {"id": str(roll), "words": "好"}).status_code == 404
    assert foreign.post(PAGE, {"id": "x", "words": "好"}).status_code == 404
    assert SyncItem.objects.filter(settled_at=None).count() == 2
    assert "1 条手机记录未能入账" in text(cast.client("office").get(PAGE))


def mark(cast, turn):
    body = {"turn": str(turn.id), "what": "on", "occurred_at": turn.starts_at.isoformat()}
    return sync.Item(new_id(), "duty_mark", body)


@pytest.fixture
def turn(cast):
    """A turn of 林小满's, of her own branch, that began a little ago."""
    shift = make_shift(
        make_post(cast.season, cast.own.branch), clock.now() - timedelta(minutes=9), 2
    )
    made = volunteers.take_shift(by=phone_of(cast.lin), shift_id=shift.id, person_id=cast.lin.id)
    return Turn.objects.get(id=made.id)


def test_what_was_not_this_phones_to_send_is_seen_by_its_own_desk_until_it_is_sent_rightly(
    cast, turn
):
    item = mark(cast, turn)
    neighbour, stranger = cast.own.people[1], cast.foreign.people[0]
    [answer] = sync.receive([item], by=phone_of(neighbour), device="phone-77ab")
    assert (answer.reason, SyncItem.objects.get().answer) == ("not_found", "")
    assert sync.receive([mark(cast, turn)], by=Actor.public())[0].reason == "not_found"
    page = text(cast.client("organiser").get(PAGE))
    known = (cast.lin.name, neighbour.name, "…77ab", "不归这台手机记")
    assert [word for word in known if word not in page] == []
    assert "1 条手机记录未能入账" in text(cast.client("secretary").get("/branch/"))
    assert "手机记录都已处理" in text(cast.client("other_organiser").get(PAGE))

    sync.receive([mark(cast, turn)], by=phone_of(stranger))
    theirs = text(cast.client("other_organiser").get(PAGE))
    assert (stranger.name in theirs, cast.lin.name in theirs) == (True, False)
    assert sync.receive([item], by=phone_of(cast.lin))[0].answer == "stored"
    assert "手机记录都已处理" in text(cast.client("organiser").get(PAGE))


def test_a_fault_of_ours_is_seen_by_the_desk_and_put_away_there(cast, turn, monkeypatch):
    def fails(*_args):
        raise RuntimeError

    monkeypatch.setitem(sync._takers, "duty_mark", fails)
    item = mark(cast, turn)
    for _again in range(2):
        assert sync.receive([item], by=phone_of(cast.lin))[0].reason == "server_fault"
    sync.receive([mark(cast, turn)], by=Actor.public())
    client, office = cast.client("organiser"), cast.client("office")
    assert "2 条手机记录未能入账" in text(office.get(PAGE))
    assert client.post(PAGE, {"id": str(item.id), "words": "已补记到岗"}).status_code == 302
    page = text(client.get(PAGE))
    assert ("手机记录都已处理" in page, "已补记到岗" in page) == (True, True)
    assert (
        cast.client("other_organiser").post(PAGE, {"id": str(item.id), "words": "好"}).status_code
        == 404
    )


def test_what_a_visitor_may_not_record_any_more_reads_in_words(cast):
    stop = cast.round_of(cast.own)
    body = {"stop": str(stop.id), "outcome": "done", "minutes": 12, "words": "想学种植"}
    item = sync.Item(new_id(), "visit_done", body | {"occurred_at": clock.now().isoformat()})
    assert sync.receive([item], by=phone_of(cast.own.people[1]))[0].reason == "not_found"
    page = text(cast.client("organiser").get(PAGE))
    assert [word for word in ("想学种植", "12 分钟") if word not in page] == []


def test_of_a_lesson_learned_before_the_season_the_desk_and_the_phone_are_told_why(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    body = {"lesson": str(lesson.id), "person": str(cast.lin.id), "ended": True}
    body |= {"chapter": str(lesson.chapters.get().id)}
    early = clock.moment(cast.season.starts_on) - timedelta(days=9)
    body |= {"occurred_at": early.isoformat()}
    sent = {"items": [{"id": str(new_id()), "kind": "lesson_step", "payload": body}]}
    [told] = (
        cast.client("member").post("/sync", sent, content_type="application/json").json()["results"]
    )
    why = "这是学习季开始之前的"
    assert why in told["message"]
    assert why in text(cast.client("organiser").get(PAGE))
    shown = text(cast.client("member").get("/learn/"))
    assert 'data-kind="lesson_step"' in shown
    assert "data-refusals" in shown
