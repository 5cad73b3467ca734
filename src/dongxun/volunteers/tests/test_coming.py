from datetime import datetime, timedelta
from itertools import permutations

import pytest

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.differences import differences, settle
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.seasons.models import Season
from dongxun.seasons.tests.make import make_season
from dongxun.volunteers import api
from dongxun.volunteers.contracts import TurnsOverlap
from dongxun.volunteers.models import DutyClaim, DutyEntry, Handover, Shift, Turn
from dongxun.volunteers.services import posts, turns
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn(cast):
    """林小满's turn of four hours that ended an hour ago; nothing was noted yet."""
    post = make_post(cast.season, cast.own.branch)
    shift = make_shift(post, clock.now() - timedelta(hours=5), 4)
    with clock.frozen(shift.starts_at - timedelta(hours=1)):
        made = api.take_shift(by=phone_of(cast.lin), shift_id=shift.id, person_id=cast.lin.id)
    return Turn.objects.get(id=made.id)


def at(turn: Turn, hours: float) -> datetime:
    return turn.starts_at + timedelta(hours=hours)


def mark(turn: Turn, what: str, hours: float, *, skew: int = 0) -> Item:
    body = {"turn": str(turn.id), "what": what, "occurred_at": at(turn, hours).isoformat()}
    return Item(new_id(), "duty_mark", body, skew)


def send(cast, *items: Item, person=None) -> list[tuple[str, str]]:
    found = receive(items, by=phone_of(person or cast.lin))
    return [(answer.answer, answer.reason) for answer in found]


def test_coming_and_going_without_network_become_hours_that_wait(cast, turn):
    on, off = mark(turn, "on", 0), mark(turn, "off", 4)
    assert send(cast, on, off) == [(SyncAnswer.STORED, ""), (SyncAnswer.STORED, "")]
    turn.refresh_from_db()
    assert (turn.on_at, turn.off_at, turn.on_source) == (at(turn, 0), at(turn, 4), "auto")
    assert (str(turn.hours), turn.hours_state) == ("4.0", "waiting")
    assert send(cast, on) == [(SyncAnswer.DUPLICATE, "")]


def test_any_order_split_and_repetition_ends_in_the_same_times(cast, turn):
    items = [
        mark(turn, "on", 0.5),
        mark(turn, "on", 0.25),
        mark(turn, "on", -9, skew=4000),
        mark(turn, "off", 3),
        mark(turn, "off", 3.5),
    ]
    for order in permutations(items):
        DutyClaim.objects.all().delete()
        fresh = [Item(new_id(), item.kind, item.body, item.skew_s) for item in order]
        Turn.objects.filter(id=turn.id).update(
            on_at=None, off_at=None, on_source="", off_source="", hours=None, hours_state=""
        )
        for item in fresh:
            send(cast, item)
        turn.refresh_from_db()
        assert (turn.on_at, turn.off_at) == (at(turn, 0.25), at(turn, 3.5))
        assert (str(turn.hours), turn.hours_state) == ("3.3", "waiting")


def test_a_going_that_arrives_first_waits_for_its_coming(cast, turn):
    assert send(cast, mark(turn, "off", 4)) == [(SyncAnswer.STORED, "")]
    turn.refresh_from_db()
    assert (turn.on_at, turn.off_at) == (None, None)
    send(cast, mark(turn, "on", 0))
    turn.refresh_from_db()
    assert (turn.off_at, turn.hours_state) == (at(turn, 4), "waiting")


def test_what_the_organiser_entered_stands_and_the_phones_word_is_kept_beside_it(cast, turn):
    secretary = cast.actor("secretary")
    api.correct_turn(by=secretary, turn_id=turn.id, on_at=at(turn, 1), off_at=at(turn, 4))
    assert send(cast, mark(turn, "on", 0)) == [(SyncAnswer.CONFLICT, "duty_differs")]
    turn.refresh_from_db()
    assert turn.on_at == at(turn, 1)
    page = cast.client("secretary").get(f"/console/volunteers/turns/{turn.id}/").content.decode()
    assert "手机上记：到岗" in page


def test_a_wrong_clock_is_flagged_and_never_dropped(cast, turn):
    assert send(cast, mark(turn, "on", -20, skew=72_000)) == [(SyncAnswer.STORED, "")]
    turn.refresh_from_db()
    assert turn.skewed
    page = cast.client("secretary").get(f"/console/volunteers/turns/{turn.id}/").content.decode()
    assert "手机时间不准" in page


def test_another_persons_turn_a_time_far_off_and_nonsense_are_refused(cast, turn):
    assert send(cast, mark(turn, "on", 0), person=cast.qian) == [(SyncAnswer.REJECTED, "not_found")]
    assert send(cast, mark(turn, "on", -2)) == [(SyncAnswer.REJECTED, "too_early")]
    assert send(cast, mark(turn, "on", 4)) == [(SyncAnswer.REJECTED, "turn_over")]
    odd = Item(new_id(), "duty_mark", {"turn": str(turn.id), "what": "fly"})
    assert send(cast, odd) == [(SyncAnswer.REJECTED, "malformed")]
    assert not DutyClaim.objects.exists()


def test_a_coming_late_by_a_week_still_counts_and_approved_hours_wait_again(cast, turn):
    send(cast, mark(turn, "on", 1), mark(turn, "off", 4))
    api.approve_hours(by=cast.actor("secretary"), turn_ids=[turn.id])
    with clock.frozen(clock.now() + timedelta(days=7)):
        send(cast, mark(turn, "on", 0))
    turn.refresh_from_db()
    assert (str(turn.hours), turn.hours_state) == ("4.0", "waiting")


def test_a_line_of_the_register_may_arrive_before_the_coming_it_followed(cast, turn):
    body = {
        "post": str(turn.shift.post_id),
        "occurred_at": at(turn, 1).isoformat(),
        "plate": "苏F·10001",
    }
    line = Item(new_id(), "duty_entry", body)
    assert send(cast, line) == [(SyncAnswer.STORED, "")]
    send(cast, mark(turn, "on", 0))
    assert DutyEntry.objects.get().person_id == cast.lin.id


def test_what_happened_before_the_season_was_closed_is_taken_and_nothing_after(cast, turn):
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=at(turn, 3))
    note = {"turn": str(turn.id), "words": "钥匙在门卫", "occurred_at": at(turn, 2).isoformat()}
    line = {"post": str(turn.shift.post_id), "plate": "苏F00001"}
    items = [
        mark(turn, "on", 0),
        mark(turn, "off", 2.5),
        Item(new_id(), "duty_note", note),
        Item(new_id(), "duty_entry", line | {"occurred_at": at(turn, 1).isoformat()}),
    ]
    assert send(cast, *items) == [(SyncAnswer.STORED, "")] * 4
    turn.refresh_from_db()
    assert (turn.on_at, turn.off_at) == (at(turn, 0), at(turn, 2.5))
    after = [
        mark(turn, "off", 4),
        Item(new_id(), "duty_note", note | {"occurred_at": at(turn, 4).isoformat()}),
        Item(new_id(), "duty_entry", line | {"occurred_at": at(turn, 4).isoformat()}),
    ]
    assert send(cast, *after) == [(SyncAnswer.REJECTED, "season_is_closed")] * 3


def test_the_phones_page_offers_both_without_asking_for_network(cast):
    post = make_post(cast.season, cast.own.branch)
    shift = make_shift(post, clock.now() - timedelta(minutes=10))
    made = api.take_shift(by=phone_of(cast.lin), shift_id=shift.id, person_id=cast.lin.id)
    page = cast.client("member").get(f"/me/volunteer/turns/{made.id}/").content.decode()
    assert f'<dx-duty data-turn="{made.id}"' in page
    assert f'data-register="/me/volunteer/posts/{post.id}/register/"' in page


def note(turn: Turn, words: str, hours: float, *, skew: int = 0) -> Item:
    body = {"turn": str(turn.id), "words": words, "occurred_at": at(turn, hours).isoformat()}
    return Item(new_id(), "duty_note", body, skew)


def test_a_note_written_without_network_reaches_the_next_shift_with_its_own_time(cast, turn):
    item = note(turn, "钥匙在桌上", 3.5)
    assert send(cast, item) == [(SyncAnswer.STORED, "")]
    assert send(cast, item) == [(SyncAnswer.DUPLICATE, "")]
    [kept] = Handover.objects.filter(turn=turn)
    assert (kept.words, kept.occurred_at) == ("钥匙在桌上", at(turn, 3.5))


@pytest.mark.parametrize(
    ("words", "hours", "reason"), [(" ", 3, "empty_note"), ("太早", -3, "not_on_duty")]
)
def test_a_note_that_cannot_be_is_answered_in_words(cast, turn, words, hours, reason):
    assert send(cast, note(turn, words, hours)) == [(SyncAnswer.REJECTED, reason)]
    assert not Handover.objects.exists()


def test_a_bad_note_or_a_strangers_spoils_no_neighbour(cast, turn):
    broken = Item(new_id(), "duty_note", {"turn": "x"})
    good = note(turn, "平安无事", 4, skew=4000)
    assert [a for a, _why in send(cast, broken, good)] == [SyncAnswer.REJECTED, SyncAnswer.STORED]
    strange = note(turn, "不是我的", 3)
    assert send(cast, strange, person=cast.wu) == [(SyncAnswer.REJECTED, "not_found")]


def call_off(cast, turn: Turn) -> None:
    posts.cancel_shift(by=cast.actor("secretary"), shift_id=turn.shift_id, reason="没人来")


def pass_on(cast, turn: Turn) -> None:
    with clock.frozen(at(turn, -1)):
        turns.offer_turn(by=phone_of(cast.lin), turn_id=turn.id)
        qian = phone_of(cast.qian)
        api.take_shift(by=qian, shift_id=turn.shift_id, person_id=cast.qian.id)


@pytest.mark.parametrize("lose", [call_off, pass_on])
def test_duty_on_a_turn_lost_meanwhile_is_kept_and_counts_when_a_person_says_so(cast, turn, lose):
    lose(cast, turn)
    words = [mark(turn, "on", 0), mark(turn, "off", 4)]
    assert send(cast, *words) == [(SyncAnswer.CONFLICT, "turn_off")] * 2
    secretary = cast.actor("secretary")
    told = differences(by=secretary)
    assert [("没人来" in one.first.words) is (lose is call_off) for one in told] == [True, True]
    settle(by=secretary, source=told[0].source, difference_id=told[0].id, take=True)
    turn.refresh_from_db()
    assert (turn.given_back_at, str(turn.hours), turn.hours_state) == (None, "4.0", "waiting")
    assert Shift.objects.get(id=turn.shift_id).cancelled_at is None
    assert differences(by=secretary) == []
    assert send(cast, *words) == [(SyncAnswer.DUPLICATE, "")] * 2


def test_who_was_on_duty_elsewhere_by_the_record_is_not_there_twice(cast, turn):
    call_off(cast, turn)
    other = make_shift(make_post(cast.season, cast.own.branch, name="东岗"), at(turn, 1), 2)
    with clock.frozen(at(turn, 0)):
        api.take_shift(by=phone_of(cast.lin), shift_id=other.id, person_id=cast.lin.id)
    send(cast, mark(turn, "on", 0))
    [told] = differences(by=cast.actor("secretary"))
    with pytest.raises(TurnsOverlap, match="东岗"):
        settle(by=cast.actor("secretary"), source=told.source, difference_id=told.id, take=True)


def test_the_same_shift_taken_again_gets_the_words_of_the_turn_before(cast, turn):
    with clock.frozen(at(turn, -1)):
        turns.give_back(by=phone_of(cast.lin), turn_id=turn.id)
        lin = phone_of(cast.lin)
        again = api.take_shift(by=lin, shift_id=turn.shift_id, person_id=cast.lin.id)
    assert send(cast, mark(turn, "on", 0)) == [(SyncAnswer.STORED, "")]
    assert Turn.objects.get(id=again.id).on_at == at(turn, 0)


def test_what_was_written_on_a_shift_called_off_meanwhile_reaches_the_next(cast, turn):
    call_off(cast, turn)
    body = {"post": str(turn.shift.post_id), "occurred_at": at(turn, 1).isoformat(), "plate": "苏F"}
    line = Item(new_id(), "duty_entry", body)
    assert send(cast, note(turn, "钥匙在桌上", 3), line) == [(SyncAnswer.STORED, "")] * 2
    assert (Handover.objects.get().turn_id, DutyEntry.objects.get().person_id) == (
        turn.id,
        cast.lin.id,
    )


def test_hours_that_wait_when_a_season_is_closed_are_decided_after_it(cast, turn):
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
    with clock.frozen(clock.now() + timedelta(days=3)):
        make_season(cast.district, name="下一季")
        send(cast, mark(turn, "on", 0), mark(turn, "off", 4))
        page = cast.client("secretary").get("/console/volunteers/hours/").content.decode()
        assert f"?season={cast.season.id}" in page
        times = {"on_at": at(turn, 0), "off_at": at(turn, 3.5)}
        api.correct_turn(by=cast.actor("secretary"), turn_id=turn.id, **times)
        url = f"/console/volunteers/hours/approve/?season={cast.season.id}"
        done = cast.client("secretary").post(url, {"turn": str(turn.id)}, follow=True)
        assert "确认了 1 条" in done.content.decode()
    turn.refresh_from_db()
    assert (str(turn.hours), turn.hours_state) == ("3.5", "approved")
