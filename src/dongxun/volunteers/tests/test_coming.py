from datetime import datetime, timedelta
from itertools import permutations

import pytest

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.seasons.models import Season
from dongxun.volunteers import api
from dongxun.volunteers.models import DutyClaim, DutyEntry, Handover, Turn
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
