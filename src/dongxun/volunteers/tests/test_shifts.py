from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun.seasons.models import Season
from dongxun.volunteers import api
from dongxun.volunteers.contracts import (
    PostDraft,
    ShiftFull,
    Source,
    TakenTwice,
    TooLate,
    TurnsOverlap,
)
from dongxun.volunteers.models import Shift, Turn
from dongxun.volunteers.queries import own, roster
from dongxun.volunteers.services import posts, turns
from dongxun.volunteers.tests.make import duty, make_post, make_service, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    return make_post(cast.season, cast.own.branch)


@pytest.fixture
def secretary(cast):
    return cast.actor("secretary")


@pytest.fixture
def lins_phone(cast):
    return phone_of(cast.lin)


def hour(n: float):
    return clock.now() + timedelta(hours=n)


def test_filling_days_lays_three_shifts_a_day_and_twice_the_same_once(post, secretary):
    today = clock.today()
    days = {"first": today, "last": today + timedelta(days=1)}
    first = api.fill_shifts(by=secretary, post_id=post.id, **days)
    again = api.fill_shifts(by=secretary, post_id=post.id, **days)
    assert (first.made, first.there, again.made, again.there) == (6, 0, 0, 6)
    [card] = roster.with_days([post], today, 2)
    assert [(day.holes, day.doubles, day.empty) for day in card.days] == [((), (), 3)] * 2


def test_filling_over_a_shift_that_stands_across_is_refused_with_its_time(post, secretary):
    tomorrow = clock.today() + timedelta(days=1)
    make_shift(post, clock.moment(tomorrow) + timedelta(hours=6), 4)
    with pytest.raises(Invalid, match="明天 06:00–10:00"):
        api.fill_shifts(by=secretary, post_id=post.id, first=tomorrow, last=tomorrow)
    assert Shift.objects.count() == 1


def test_a_shift_added_by_hand_may_overlap_and_is_shown_so(post, secretary):
    tomorrow = clock.today() + timedelta(days=1)
    api.fill_shifts(by=secretary, post_id=post.id, first=tomorrow, last=tomorrow)
    begin = clock.moment(tomorrow) + timedelta(hours=7)
    api.add_shift(
        by=secretary,
        post_id=post.id,
        starts_at=begin,
        ends_at=begin + timedelta(hours=2),
        needed=1,
    )
    [card] = roster.with_days([post], tomorrow, 1)
    assert card.today.lanes == 2
    assert card.today.doubles == ((begin, begin + timedelta(hours=2)),)
    assert [shift.doubled for shift in card.today.shifts] == [True, True, True, False]


def test_the_day_of_a_post_shows_where_nobody_stands(post):
    tomorrow = clock.today() + timedelta(days=1)
    begin = clock.moment(tomorrow)
    make_shift(post, begin + timedelta(hours=8), 8)
    [card] = roster.with_days([post], tomorrow, 1)
    hours = [
        ((a - begin).total_seconds() / 3600, (b - begin).total_seconds() / 3600)
        for a, b in card.today.holes
    ]
    assert hours == [(0, 8), (16, 24)]
    assert [bar.kind for bar in card.today.bars] == ["empty", "hole", "hole"]


def test_a_shift_that_was_kept_on_paper_is_added_later(post, secretary):
    begin = hour(-9)
    api.add_shift(by=secretary, post_id=post.id, starts_at=begin, ends_at=hour(-1), needed=1)
    assert Shift.objects.get().starts_at == begin


def test_days_outside_the_post_are_refused(post, secretary):
    far = clock.today() + timedelta(days=40)
    with pytest.raises(Invalid):
        api.fill_shifts(by=secretary, post_id=post.id, first=far, last=far)


@pytest.mark.parametrize("starts", [(), ("08:00", "08:00"), ("25:00",), ("acht",)])
def test_a_post_wants_times_that_are_times(cast, secretary, starts):
    draft = PostDraft(
        name="村口岗",
        organisation_id=cast.own.branch.id,
        place_id=cast.own.place.id,
        from_day=clock.today(),
        until_day=clock.today(),
        starts=starts,
    )
    with pytest.raises(Invalid) as refusal:
        api.save_post(by=secretary, season_id=cast.season.id, draft=draft)
    assert refusal.value.details[0][0] == "starts"


def test_another_towns_post_is_hidden(cast, post):
    with pytest.raises(NotFound):
        api.fill_shifts(
            by=cast.actor("other_organiser"),
            post_id=post.id,
            first=clock.today(),
            last=clock.today(),
        )


def test_a_member_takes_a_shift_on_their_phone_and_sees_it(cast, post, lins_phone):
    shift = make_shift(post)
    [offer] = own.open_shifts(cast.lin.id, by=lins_phone)
    assert (offer.id, offer.missing, offer.mine_then) == (shift.id, 1, False)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    assert [turn.id for turn in own.my_turns(cast.lin.id, by=lins_phone)] == [made.id]
    assert own.open_shifts(cast.lin.id, by=lins_phone) == []


def test_taking_sent_twice_is_one_turn(cast, post, lins_phone):
    shift, item = make_shift(post), new_id()
    take = {"shift_id": shift.id, "person_id": cast.lin.id, "item_id": item}
    first = api.take_shift(by=lins_phone, **take)
    again = api.take_shift(by=lins_phone, **take)
    assert (first.id, again.id, again.repeated) == (item, item, True)


def test_a_shift_taken_twice_is_refused_in_words(cast, lins_phone):
    shift = make_shift(make_post(cast.season, cast.own.branch, needed=3))
    api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with pytest.raises(TakenTwice, match="已经"):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    assert Turn.objects.count() == 1


def test_a_full_shift_is_refused_in_words(cast, post, lins_phone):
    shift = make_shift(post)
    api.take_shift(by=phone_of(cast.qian), shift_id=shift.id, person_id=cast.qian.id)
    with pytest.raises(ShiftFull, match="人齐了"):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)


def test_two_posts_at_one_time_are_refused_with_where_and_when(cast, post, lins_phone):
    other = make_post(cast.season, cast.own.node)
    first = make_shift(post, hour(2))
    second = make_shift(other, hour(5))
    api.take_shift(by=lins_phone, shift_id=first.id, person_id=cast.lin.id)
    with pytest.raises(TurnsOverlap, match=post.name):
        api.take_shift(by=lins_phone, shift_id=second.id, person_id=cast.lin.id)


def test_a_shift_overlapping_an_activity_is_refused(cast, post, lins_phone):
    service = make_service(cast.season, cast.own.branch)
    api.join_service(by=lins_phone, service_id=service.id, person_id=cast.lin.id)
    shift = make_shift(post)
    with pytest.raises(TurnsOverlap, match="村口义诊"):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)


def test_shifts_one_after_the_other_may_be_one_persons(cast, post, lins_phone):
    for begin in (2, 10):
        shift = make_shift(post, hour(begin))
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    assert Turn.objects.count() == 2


def test_a_shift_that_is_over_cannot_be_taken(cast, post, lins_phone):
    shift = make_shift(post, hour(-9))
    with pytest.raises(TooLate):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)


def test_a_phone_takes_shifts_for_its_own_people_and_town_only(cast, post, lins_phone):
    shift = make_shift(post)
    with pytest.raises(NotFound):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.qian.id)
    with pytest.raises(NotFound):
        api.take_shift(by=phone_of(cast.wu), shift_id=shift.id, person_id=cast.wu.id)
    assert own.open_shifts(cast.wu.id, by=phone_of(cast.wu)) == []


def test_nothing_is_taken_in_a_closed_season(cast, post, lins_phone):
    shift = make_shift(post)
    Season.objects.filter(id=cast.season.id).update(state=SeasonState.CLOSED)
    with pytest.raises(SeasonClosed):
        api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)


def test_a_turn_given_back_is_open_for_others(cast, post, lins_phone):
    shift = make_shift(post)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    turns.give_back(by=lins_phone, turn_id=made.id)
    turns.give_back(by=lins_phone, turn_id=made.id)
    api.take_shift(by=phone_of(cast.qian), shift_id=shift.id, person_id=cast.qian.id)


def test_a_turn_that_has_begun_is_given_back_by_the_organiser_only(
    cast, post, lins_phone, secretary
):
    shift = make_shift(post, hour(1))
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with clock.frozen(hour(2)):
        with pytest.raises(Conflict):
            turns.give_back(by=lins_phone, turn_id=made.id)
        turns.give_back(by=secretary, turn_id=made.id, reason="生病")


def test_a_swap_keeps_the_place_until_somebody_takes_it(cast, post, lins_phone):
    shift, qian = make_shift(post), phone_of(cast.qian)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    turns.offer_turn(by=lins_phone, turn_id=made.id)
    assert [one.offers for one in own.open_shifts(cast.qian.id, by=qian)] == [1]
    assert duty(made.id).given_back_at is None
    api.take_shift(by=qian, shift_id=shift.id, person_id=cast.qian.id)
    assert duty(made.id).given_back_at is not None
    assert [turn.person_id for turn in Turn.objects.filter(given_back_at=None)] == [cast.qian.id]


def test_a_shift_called_off_frees_whoever_was_on_it(cast, post, lins_phone, secretary):
    shift = make_shift(post)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with pytest.raises(Invalid):
        posts.cancel_shift(by=secretary, shift_id=shift.id, reason=" ")
    posts.cancel_shift(by=secretary, shift_id=shift.id, reason="大雪封路")
    assert duty(made.id).give_back_reason == "大雪封路"


def test_coming_and_going_by_phone_counts_hours(cast, post, lins_phone):
    begin = hour(2)
    shift = make_shift(post, begin)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with pytest.raises(Conflict, match="太早"):
        api.go_on_duty(by=lins_phone, turn_id=made.id)
    with clock.frozen(begin):
        api.go_on_duty(by=lins_phone, turn_id=made.id)
    with clock.frozen(begin + timedelta(hours=7, minutes=33)):
        api.go_off_duty(by=lins_phone, turn_id=made.id)
        api.go_off_duty(by=lins_phone, turn_id=made.id)
    turn = duty(made.id)
    assert (str(turn.hours), turn.hours_state, turn.on_source, turn.off_source) == (
        "7.6",
        "waiting",
        Source.AUTO,
        Source.AUTO,
    )


def test_going_without_coming_is_refused_in_words(cast, post, lins_phone):
    shift = make_shift(post)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with pytest.raises(Conflict, match="还没到岗"):
        api.go_off_duty(by=lins_phone, turn_id=made.id)


def test_less_than_the_least_share_does_not_count(cast, post, lins_phone):
    begin = hour(2)
    shift = make_shift(post, begin)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with clock.frozen(begin):
        api.go_on_duty(by=lins_phone, turn_id=made.id)
    with clock.frozen(begin + timedelta(hours=4)):
        api.go_off_duty(by=lins_phone, turn_id=made.id)
    assert (duty(made.id).hours, duty(made.id).hours_state) == (0, "short")


def test_the_season_sets_the_least_share(cast, post, lins_phone):
    Season.objects.filter(id=cast.season.id).update(
        parameters={"volunteer_min_fraction": "0.5"}, definition_version=7
    )
    begin = hour(2)
    shift = make_shift(post, begin)
    made = api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    with clock.frozen(begin):
        api.go_on_duty(by=lins_phone, turn_id=made.id)
    with clock.frozen(begin + timedelta(hours=4)):
        api.go_off_duty(by=lins_phone, turn_id=made.id)
    assert duty(made.id).hours_state == "waiting"


def test_an_organiser_enters_times_by_hand_but_none_of_tomorrow(cast, post, secretary, lins_phone):
    shift = make_shift(post, hour(-6))
    api.take_shift(by=lins_phone, shift_id=shift.id, person_id=cast.lin.id)
    [turn] = Turn.objects.all()
    with pytest.raises(Invalid):
        api.go_on_duty(by=secretary, turn_id=turn.id, at=hour(20))
    with pytest.raises(NotFound):
        api.go_on_duty(by=lins_phone, turn_id=turn.id, at=hour(-3))
    api.go_on_duty(by=secretary, turn_id=turn.id, at=hour(-6))
    assert duty(turn.id).on_source == Source.MANUAL
