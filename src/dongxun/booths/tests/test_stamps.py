from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from dongxun.access.tests.make import phone_of
from dongxun.booths import api
from dongxun.booths.contracts import (
    BoothDraft,
    CardDraft,
    CardNotOpen,
    CardNotReady,
    NoPrizeLeft,
    NotFull,
    Source,
)
from dongxun.booths.handlers import on_person_merged
from dongxun.booths.models import Prize, Stamp
from dongxun.booths.queries import standing
from dongxun.booths.tests.make import SYSTEM, make_booth, make_card
from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Event
from dongxun.kernel.sync import Item
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Given, NotYetOpen, QuizState
from dongxun.quizzes.models import Attempt, Quiz
from dongxun.quizzes.tests.make import make_quiz, take
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

pytestmark = pytest.mark.django_db


def at_booth(booth, person):
    """Answer the questions of a booth on the person's phone."""
    api.begin(by=phone_of(person), code=booth.code, person_id=person.id)
    return take(booth.quiz, person)


@pytest.fixture
def card(cast):
    return make_card(cast.season, cast.own.node)


def stamps(card, person):
    own = standing.own_stamps(card.booths.all(), person.id)
    return [one.got for one in standing.spots(card, own)]


def test_a_quiz_passed_at_the_booth_is_a_stamp_and_is_written_nowhere_again(cast, card):
    first, _by_hand = card.booths.select_related("quiz")
    at_booth(first, cast.lin)
    got, none = stamps(card, cast.lin)
    assert got.source == Source.QUIZ
    assert none is None
    assert not Stamp.objects.exists()


def test_a_failed_quiz_is_no_stamp(cast, card):
    first = card.booths.select_related("quiz").first()
    api.begin(by=phone_of(cast.lin), code=first.code, person_id=cast.lin.id)
    take(first.quiz, cast.lin, right=0)
    assert stamps(card, cast.lin) == [None, None]


def test_somebody_from_another_town_answers_at_the_booth_but_not_from_home(cast, card):
    first = card.booths.select_related("quiz").first()
    guest = cast.foreign.people[0]
    with pytest.raises(NotFound):
        quizzes.begin(by=phone_of(guest), quiz_id=first.quiz_id, person_id=guest.id)
    at_booth(first, guest)
    assert stamps(card, guest)[0] is not None


def test_a_phone_begins_only_for_its_own_people(cast, card):
    first = card.booths.first()
    with pytest.raises(NotFound):
        api.begin(by=phone_of(cast.lin), code=first.code, person_id=cast.wu.id)


def test_a_stamp_by_hand_is_given_once_however_often_it_is_sent(cast, card):
    booth = card.booths.last()
    zhou = cast.actor("organiser")
    assert api.stamp(by=zhou, booth_id=booth.id, person_ids=[cast.lin.id, cast.lin.id]) == 1
    assert api.stamp(by=zhou, booth_id=booth.id, person_ids=[cast.lin.id]) == 0
    assert Stamp.objects.count() == 1


def test_by_hand_only_whom_the_desk_looks_after(cast, card):
    booth = card.booths.last()
    with pytest.raises(NotFound):
        api.stamp(
            by=cast.actor("organiser"),
            booth_id=booth.id,
            person_ids=[cast.foreign.people[0].id],
        )
    with pytest.raises(NotFound):
        api.stamp(by=cast.actor("other_organiser"), booth_id=booth.id, person_ids=[cast.lin.id])


def test_a_stamp_kept_on_a_phone_counts_when_the_card_was_open_then(cast, card):
    booth, zhou = card.booths.last(), cast.actor("organiser")
    before = clock.now()
    api.close_card(by=SYSTEM, card_id=card.id)
    late = {"booth": str(booth.id), "person": str(cast.lin.id)}
    items = [
        Item(new_id(), "booth_stamp", late | {"occurred_at": before.isoformat()}),
        Item(
            new_id(),
            "booth_stamp",
            late
            | {
                "person": str(cast.own.people[1].id),
                "occurred_at": (clock.now() + timedelta(hours=1)).isoformat(),
            },
        ),
        Item(new_id(), "booth_stamp", {"booth": "x"}),
    ]
    answers = sync.receive(items, by=zhou)
    assert [(one.answer, one.reason) for one in answers] == [
        ("stored", ""),
        ("rejected", "card_not_open"),
        ("rejected", "malformed"),
    ]
    again = sync.receive(items[:1], by=zhou)
    assert again[0].answer in {"stored", "duplicate"}
    assert Stamp.objects.count() == 1


def test_a_stamp_of_before_the_season_closed_is_taken_later(cast, card):
    booth, zhou, before = card.booths.last(), cast.actor("organiser"), clock.now()
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    stamped = {"by": zhou, "booth_id": booth.id, "person_ids": [cast.lin.id]}
    for late in ({}, {"occurred_at": before + timedelta(days=1)}):
        with pytest.raises(SeasonClosed):
            api.stamp(**stamped, **late)
    assert api.stamp(**stamped, occurred_at=before) == 1


def test_full_cards_and_the_stamps_of_nobody_cost_the_same_however_many_cards(
    cast, card, django_assert_num_queries
):
    asked, by_hand = card.booths.select_related("quiz")
    at_booth(asked, cast.lin)
    api.stamp(by=SYSTEM, booth_id=by_hand.id, person_ids=[cast.lin.id])
    for _ in range(3):
        make_card(cast.season, cast.own.node)
    with django_assert_num_queries(3):
        [(who, full, _at)] = api.full_of(cast.season.id, [cast.lin.id, cast.own.people[1].id])
    assert (who, full) == (cast.lin.id, card.id)
    with django_assert_num_queries(0):
        assert standing.own_stamps([asked, by_hand], None) == {}


def test_a_paper_card_entered_again_is_corrected_and_what_was_passed_stays(cast):
    card = make_card(cast.season, cast.own.node, asked=1, by_hand=2)
    asked, one, two = card.booths.select_related("quiz")
    at_booth(asked, cast.lin)
    zhou = cast.actor("organiser")
    api.enter_paper(by=zhou, card_id=card.id, person_id=cast.lin.id, booth_ids=[one.id, asked.id])
    assert [got and got.source for got in stamps(card, cast.lin)] == ["quiz", "paper", None]
    api.enter_paper(by=zhou, card_id=card.id, person_id=cast.lin.id, booth_ids=[two.id])
    assert [got and got.source for got in stamps(card, cast.lin)] == ["quiz", None, "paper"]
    assert Stamp.objects.filter(voided_at=None).count() == 1


def test_a_guest_passes_without_a_name_and_has_the_stamp_once(cast, card):
    booth = card.booths.first()
    sheet = quizzes.sheet(booth.quiz_id)
    right = {one.id: Given(options=(1,)) for one in sheet}
    for _ in range(2):
        marked = api.answer_as_guest(
            by=Actor.public(), code=booth.code, guest="AB12CD34", answers=right
        )
        assert marked.passed
    stamp = Stamp.objects.get()
    assert (stamp.person_id, stamp.guest) == (None, "AB12CD34")
    assert not Attempt.objects.exists()


def test_a_full_card_is_counted_and_named_and_its_prize_is_given_once(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=2, stock=1)
    one, two = card.booths.all()
    other = cast.own.people[1]
    zhou = cast.actor("organiser")
    api.stamp(by=zhou, booth_id=one.id, person_ids=[cast.lin.id, other.id])
    with pytest.raises(NotFull):
        api.give_prize(by=zhou, card_id=card.id, who=str(cast.lin.id))
    api.stamp(by=zhou, booth_id=two.id, person_ids=[cast.lin.id, other.id])
    for _ in range(2):
        api.give_prize(by=zhou, card_id=card.id, who=str(cast.lin.id))
    assert Prize.objects.count() == 1
    with pytest.raises(NoPrizeLeft):
        api.give_prize(by=zhou, card_id=card.id, who=str(other.id))
    _booths, holders = standing.counts(card)
    assert {one.name for one in holders if one.full_at} == {cast.lin.name, other.name}


def test_nobody_begins_at_a_closed_card(cast, card):
    booth = card.booths.first()
    api.close_card(by=SYSTEM, card_id=card.id)
    with pytest.raises(CardNotOpen):
        api.begin(by=phone_of(cast.lin), code=booth.code, person_id=cast.lin.id)


def test_a_card_opens_only_with_booths_and_questions_enough(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=0, needed=2)
    with pytest.raises(CardNotReady):
        api.open_card(by=SYSTEM, card_id=card.id)
    make_booth(card)
    make_booth(card, quiz=make_quiz(cast.season, cast.own.node, items=0, opened=False))
    with pytest.raises(CardNotReady):
        api.open_card(by=SYSTEM, card_id=card.id)


def test_a_quiz_serves_one_booth_and_none_that_was_answered(cast, card):
    asked = card.booths.first()
    with pytest.raises(Conflict):
        make_booth(card, quiz=asked.quiz)
    answered = make_quiz(cast.season, cast.own.branch)
    take(answered, cast.lin)
    with pytest.raises(Conflict):
        make_booth(card, quiz=answered)


def test_writing_twice_is_writing_once(cast):
    key, fresh, at = (
        new_id(),
        new_id(),
        {"organisation_id": cast.own.node.id, "season_id": cast.season.id},
    )
    draft, booth = CardDraft(title="小游园", needed=1), BoothDraft(title="猜灯谜")
    for _ in range(2):
        assert api.write_card(by=SYSTEM, **at, draft=draft, fresh_id=key) == key
    assert {
        api.write_booth(by=SYSTEM, card_id=key, draft=booth, fresh_id=fresh) for _ in range(2)
    } == {fresh}
    with pytest.raises(Conflict):
        api.write_card(by=SYSTEM, **at, draft=draft, fresh_id=new_id())
    with pytest.raises(Conflict):
        api.write_booth(by=SYSTEM, card_id=key, draft=booth)


def test_more_stamps_than_booths_are_not_asked_of_an_open_card(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=2)
    api.stamp(by=SYSTEM, booth_id=card.booths.first().id, person_ids=[cast.lin.id])
    at = {"organisation_id": card.organisation_id, "season_id": card.season_id}
    with pytest.raises(Invalid):
        api.write_card(
            by=SYSTEM, **at, draft=CardDraft(title=card.title, needed=3), card_id=card.id
        )
    draft = CardDraft(title=card.title, needed=1)
    api.write_card(by=SYSTEM, **at, draft=draft, card_id=card.id)
    told = Event.objects.filter(name="StampsChanged").latest("id")
    assert told.payload["person_ids"] == [str(cast.lin.id)]
    assert standing.full_of(card.season_id, [cast.lin.id])


def test_a_card_closed_too_early_is_opened_again_and_its_quizzes_with_it(cast, card):
    quiz, end = card.booths.first().quiz, clock.now() + timedelta(hours=5)
    Quiz.objects.filter(id=quiz.id).update(closes_at=end)
    api.close_card(by=SYSTEM, card_id=card.id)
    api.open_card(by=SYSTEM, card_id=card.id)
    assert Quiz.objects.get(id=quiz.id).closes_at == end
    api.begin(by=phone_of(cast.lin), code=card.booths.first().code, person_id=cast.lin.id)
    quizzes.close_quiz(by=SYSTEM, quiz_id=quiz.id)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        api.close_card(by=SYSTEM, card_id=card.id)
        with pytest.raises(CardNotReady):
            api.open_card(by=SYSTEM, card_id=card.id)


def test_the_quiz_of_a_closed_card_opens_with_it_alone_also_one_closed_before_the_update(
    cast, card
):
    update = import_module("dongxun.booths.migrations.0002_quizzes_closed_for_now")
    quiz = card.booths.first().quiz
    api.close_card(by=SYSTEM, card_id=card.id)
    Quiz.objects.update(paused_at=None)
    update.say_what_closed_them(apps, None)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        with pytest.raises(Conflict):
            quizzes.open_quiz(by=SYSTEM, quiz_id=quiz.id)
        api.open_card(by=SYSTEM, card_id=card.id)
    assert Quiz.objects.get(id=quiz.id).closes_at is None


def test_of_two_rows_that_were_one_person_the_survivor_has_each_stamp_once(cast, card):
    booth, other = card.booths.last(), cast.own.people[1]
    api.stamp(by=SYSTEM, booth_id=booth.id, person_ids=[cast.lin.id, other.id])
    for _ in range(2):
        on_person_merged({"kept_id": str(cast.lin.id), "merged_id": str(other.id)})
    assert stamps(card, cast.lin)[1] is not None
    assert stamps(card, other) == [None, None]


def test_whether_a_stamp_was_given_in_time_is_seen_by_our_clock(cast, card):
    booth, before = card.booths.last(), clock.now()
    body = {"booth": str(booth.id), "person": str(cast.lin.id)}
    late = body | {"occurred_at": (before + timedelta(hours=2)).isoformat()}
    with clock.frozen(before + timedelta(hours=1)):
        api.close_card(by=SYSTEM, card_id=card.id)
    with clock.frozen(before + timedelta(hours=3)):
        items = [Item(new_id(), "booth_stamp", late, ahead) for ahead in (0, 7200)]
        told = [one.answer for one in sync.receive(items, by=cast.actor("organiser"))]
    assert told == ["rejected", "stored"]


def test_a_unit_runs_its_card_with_a_quiz_of_the_unit_above(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=0)
    quiz = make_quiz(cast.season, cast.district, opened=False)
    booth, zhou = make_booth(card, quiz=quiz), cast.actor("organiser")
    api.open_card(by=zhou, card_id=card.id)
    api.close_card(by=zhou, card_id=card.id)
    quiz.refresh_from_db()
    assert quiz.state == QuizState.CLOSED
    api.write_booth(
        by=zhou, card_id=card.id, draft=BoothDraft(title=booth.title), booth_id=booth.id
    )
    quiz.refresh_from_db()
    assert (quiz.invited_only, quiz.state) == (False, QuizState.DRAFT)


def test_a_guest_keeps_to_the_window_and_the_season(cast, card):
    booth = card.booths.exclude(quiz=None).get()
    answers = {one.id: Given((1,)) for one in quizzes.sheet(booth.quiz_id)}
    given = {"by": SYSTEM, "code": booth.code, "guest": "12345678", "answers": answers}
    later = clock.now() + timedelta(hours=1)
    Quiz.objects.update(opens_at=later)
    with pytest.raises(NotYetOpen):
        api.answer_as_guest(**given)
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    with clock.frozen(later), pytest.raises(SeasonClosed):
        api.answer_as_guest(**given)
