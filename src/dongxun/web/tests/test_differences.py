from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import come_in, phone_of
from dongxun.activities.models import CheckIn
from dongxun.kernel import clock, sync
from dongxun.kernel import differences as kernel_differences
from dongxun.kernel.actors import Actor
from dongxun.kernel.differences import Source, differences, settle
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem, SyncVariant
from dongxun.packs.services.returns import return_line
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.models import Turn
from dongxun.volunteers.tests.make import make_post, make_shift

pytestmark = pytest.mark.django_db
PAGE = "/console/differences/"
SYSTEM = Actor.system("tests")


@pytest.fixture
def turn(cast):
    """林小满's turn of four hours that ended an hour ago."""
    post = make_post(cast.season, cast.own.branch)
    shift = make_shift(post, clock.now() - timedelta(hours=5), 4)
    with clock.frozen(shift.starts_at - timedelta(hours=1)):
        made = volunteers.take_shift(
            by=phone_of(cast.lin), shift_id=shift.id, person_id=cast.lin.id
        )
    return Turn.objects.get(id=made.id)


def presence(cast, person, **more):
    body = {
        "session": str(cast.own.session.id),
        "person": str(person.id),
        "method": "roll",
        "occurred_at": cast.own.session.starts_at.isoformat(),
    }
    return body | more


def mark(turn, hours):
    at = turn.starts_at + timedelta(hours=hours)
    return {"turn": str(turn.id), "what": "on", "occurred_at": at.isoformat()}


def twice(kind, *bodies, by, key=None):
    """Send two bodies under one id, from two phones."""
    key = key or new_id()
    for number, body in enumerate(bodies):
        device = f"phone-{number}abc{number}"
        sync.receive([sync.Item(key, kind, body)], by=by, device=device)
    return key


def roll_twice(cast):
    """Let one id of a roll speak first of one member, then of another."""
    one, other = cast.own.people[:2]
    return twice("presence", presence(cast, one), presence(cast, other), by=SYSTEM), one, other


def told_otherwise(cast, turn):
    """Let an organiser have entered the coming, and the phone say an hour later."""
    volunteers.go_on_duty(by=SYSTEM, turn_id=turn.id, at=turn.starts_at)
    item = sync.Item(new_id(), "duty_mark", mark(turn, 1))
    [answer] = sync.receive([item], by=phone_of(cast.lin), device="phone-77ab")
    assert answer.reason == "duty_differs"
    return item.id


def console(account):
    return come_in(Client(), account)


def test_the_page_is_empty_in_words_when_nothing_differs(cast):
    page = console(cast.own.organiser).get(PAGE)
    assert page.status_code == 200
    assert "没有对不上的记录" in page.content.decode()


def test_two_rolls_under_one_id_are_shown_in_words_with_phone_and_time(cast):
    _key, one, other = roll_twice(cast)
    page = console(cast.own.organiser).get(PAGE).content.decode()
    assert all(word in page for word in (one.name, other.name, cast.own.session.title, "bc1"))
    assert "1 条记录对不上" in console(cast.own.organiser).get("/console/").content.decode()


def test_what_nobody_can_read_spoils_no_page_and_hides_no_other(cast, monkeypatch):
    _key, one, other = roll_twice(cast)
    for kind, body in (
        ("exchange_evidence", {"slot": "9" * 5000}),
        ("need_raised", {"organisation": "村" * 60_000}),
    ):
        twice(kind, {"text": "一"}, body | {"text": "二"}, by=SYSTEM)
        [first] = sync.receive([sync.Item(new_id(), kind, body)], by=SYSTEM)
        assert (first.answer, first.reason) in {
            ("rejected", "malformed"),
            ("rejected", "need_unit"),
        }
    voice = kernel_differences._voices["presence"]
    wrong = presence(cast, one) | {"method": ["x"]}
    twice("presence", wrong, wrong | {"method": ["y"]}, by=SYSTEM)

    def picky(bodies):
        if any(isinstance(body["method"], list) for body in bodies):
            raise ValueError
        return voice.read(bodies)

    monkeypatch.setitem(kernel_differences._voices, "presence", replace(voice, read=picky))
    assert console(cast.own.organiser).get("/console/").status_code == 200
    page = console(cast.own.organiser).get(PAGE).content.decode()
    assert one.name in page
    assert other.name in page


def test_ones_own_is_found_behind_any_number_of_others(cast, monkeypatch):
    monkeypatch.setattr(kernel_differences, "MOST", 1)
    for _number in range(6):
        abroad = [
            presence(cast, who) | {"session": str(cast.foreign.session.id)}
            for who in cast.foreign.people[:2]
        ]
        twice("presence", *abroad, by=SYSTEM)
    roll_twice(cast)
    [found] = differences(by=cast.actor("organiser"))
    assert found.reading
    assert cast.own.session.title in f"{found.reading.about}{found.reading.words}"


def test_the_second_is_taken_as_well_and_both_bodies_stay(cast):
    key, one, other = roll_twice(cast)
    page = console(cast.own.organiser)
    [row] = SyncVariant.objects.all()
    answer = page.post(PAGE, {"source": "body", "id": str(row.id), "take": "1"})
    assert answer.status_code == 302
    here = set(CheckIn.objects.filter(voided_at=None).values_list("person_id", flat=True))
    assert {one.id, other.id} <= here
    assert (SyncItem.objects.filter(id=key).count(), SyncVariant.objects.count()) == (1, 1)
    assert differences(by=SYSTEM) == []
    [written] = AuditEntry.objects.filter(action="kernel.settle_difference")
    assert written.detail == {"taken": True}
    again = page.post(PAGE, {"source": "body", "id": str(row.id), "take": "1"})
    assert again.status_code == 404


def test_the_first_stands_and_nothing_else_is_written(cast):
    _key, _one, other = roll_twice(cast)
    [row] = SyncVariant.objects.all()
    settle(by=SYSTEM, source=Source.BODY, difference_id=row.id, take=False)
    assert not CheckIn.objects.filter(person=other).exists()
    assert differences(by=SYSTEM) == []


def test_neither_another_town_sees_it_nor_may_it_decide(cast):
    roll_twice(cast)
    [row] = SyncVariant.objects.all()
    foreign = console(cast.foreign.organiser)
    assert "没有对不上的记录" in foreign.get(PAGE).content.decode()
    answer = foreign.post(PAGE, {"source": "body", "id": str(row.id), "take": "0"})
    assert answer.status_code == 404
    assert SyncVariant.objects.get().settled_at is None


@pytest.mark.parametrize(
    "given",
    [
        {"source": "poem", "take": "1"},
        {"source": "body", "take": "1"},
        {"source": "item", "id": "x", "take": "1"},
    ],
)
def test_what_is_not_there_is_not_found(cast, given):
    assert console(cast.own.organiser).post(PAGE, given).status_code == 404


def test_a_second_body_that_cannot_be_taken_stays_and_says_so(cast):
    one = cast.own.people[0]
    twice("presence", presence(cast, one), presence(cast, one, method="poem"), by=SYSTEM)
    [row] = SyncVariant.objects.all()
    page = console(cast.own.organiser)
    answer = page.post(PAGE, {"source": "body", "id": str(row.id), "take": "1"})
    assert (answer.status_code, len(differences(by=SYSTEM))) == (422, 1)
    assert "收不进来" in answer.content.decode()


def test_the_phones_word_of_a_coming_can_count_against_what_was_entered(cast, turn):
    told_otherwise(cast, turn)
    [found] = differences(by=SYSTEM)
    assert ("到岗" in found.first.words, found.second.phone) == (True, "77ab")
    settle(by=SYSTEM, source=Source.ITEM, difference_id=found.id, take=True)
    turn.refresh_from_db()
    assert (turn.on_at, turn.on_source) == (turn.starts_at + timedelta(hours=1), "manual")
    assert differences(by=SYSTEM) == []


def test_what_was_entered_can_stay_against_the_phones_word(cast, turn):
    key = told_otherwise(cast, turn)
    settle(by=SYSTEM, source=Source.ITEM, difference_id=key, take=False)
    turn.refresh_from_db()
    assert (turn.on_at, differences(by=SYSTEM)) == (turn.starts_at, [])
    with pytest.raises(NotFound):
        settle(by=SYSTEM, source=Source.ITEM, difference_id=key, take=True)


def test_a_receipt_for_what_is_noted_as_come_back_can_count_after_all(cast):
    issued = make_list(make_pack(cast.season, cast.own.node), make_place(cast.own.node), [cast.lin])
    line = line_of(issued, cast.lin)
    return_line(by=SYSTEM, line_id=line.id, reason="搬走了")
    body = {"stop": str(cast.round_of(cast.own).id), "line": str(line.id), "how": "signed"}
    item = sync.Item(new_id(), "receipt", body | {"occurred_at": clock.now().isoformat()})
    [answer] = sync.receive([item], by=SYSTEM, device="phone-77ab")
    assert answer.answer == "conflict"
    [found] = differences(by=cast.actor("organiser"))
    assert ("搬走了" in found.first.words, "林小满" in found.reading.about) == (True, True)
    settle(by=cast.actor("organiser"), source=Source.ITEM, difference_id=found.id, take=True)
    line.refresh_from_db()
    assert (line.returned_at, bool(line.received_at)) == (None, True)


def test_a_line_of_a_register_and_a_note_read_in_words(cast, turn):
    at = turn.starts_at.isoformat()
    line = {"post": str(turn.shift.post_id), "occurred_at": at, "plate": "苏F00001"}
    twice("duty_entry", line, line | {"plate": "苏F00002"}, by=phone_of(cast.lin))
    note = {"turn": str(turn.id), "occurred_at": at, "words": "钥匙在桌上"}
    twice("duty_note", note, note | {"words": "钥匙在门后"}, by=phone_of(cast.lin))
    page = console(cast.own.secretary).get(PAGE).content.decode()
    words = ("苏F00001", "苏F00002", "钥匙在桌上", "钥匙在门后")
    assert all(word in page for word in words)


def test_what_nobody_can_read_is_shown_to_the_office_only(cast):
    nobody = {"session": str(new_id())}
    twice("presence", nobody, nobody | {"person": "x"}, by=SYSTEM)
    assert "读不出内容" in console(cast.accounts["office"]).get(PAGE).content.decode()
    assert "没有对不上的记录" in console(cast.own.organiser).get(PAGE).content.decode()


def test_every_kind_that_phones_send_is_shown_somewhere_in_words():
    silent = sync._takers.keys() - kernel_differences._voices.keys()
    assert silent - kernel_differences._elsewhere == set()
