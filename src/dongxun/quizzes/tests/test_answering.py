from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.coverage import api as coverage
from dongxun.coverage.models import PersonStanding
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, LinkNeeded, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.ledger import api as ledger
from dongxun.ledger.models import Fact
from dongxun.people.tests.make import make_person
from dongxun.quizzes import api
from dongxun.quizzes.contracts import (
    AnsweredOtherwise,
    Difficulty,
    Given,
    HandedIn,
    NoTryLeft,
    NotYetOpen,
    Paper,
    PaperShort,
    PartDraft,
    QuizDraft,
    QuizOver,
    QuizState,
)
from dongxun.quizzes.models import Asked, Attempt, Quiz
from dongxun.quizzes.services import quizzes as services
from dongxun.quizzes.services.merging import follow_merge
from dongxun.quizzes.tests.make import SYSTEM, begin, make_item, make_quiz, take
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed


def facts(person):
    found = Fact.objects.filter(person_id=person.id, source="quizzes.passed", voided_by=None)
    return list(found.values_list("kind", "seconds", "mode", "object_kind"))


def answer(attempt, place, *options, **more):
    by = phone_of(attempt.person)
    return api.answer(by=by, attempt_id=attempt.id, place=place, given=Given(options), **more)


def test_passing_writes_one_fact_without_minutes_however_often(cast):
    quiz = make_quiz(cast.season, cast.own.branch, items=3)
    assert take(quiz, cast.lin, right=1).passed is False
    assert facts(cast.lin) == []
    result = take(quiz, cast.lin, right=2)
    assert (result.right, result.whole, result.score, result.passed) == (2, 3, 66, True)
    take(quiz, cast.lin)
    assert facts(cast.lin) == [("passed", 0, "", "quiz")]
    assert Attempt.objects.filter(counts=True).get().number == 2


def test_a_passed_quiz_shows_in_coverage_as_effect(cast):
    take(make_quiz(cast.season, cast.own.branch), cast.lin)
    coverage.credit(season_id=cast.season.id, person_ids=[cast.lin.id])
    row = PersonStanding.objects.get(season_id=cast.season.id, person_id=cast.lin.id)
    assert row.effect


def test_handing_in_twice_gives_the_first_result(cast):
    quiz = make_quiz(cast.season, cast.own.branch)
    first = take(quiz, cast.lin)
    again = api.hand_in(by=phone_of(cast.lin), attempt_id=first.attempt_id)
    assert (again.score, again.repeated) == (first.score, True)


def test_beginning_twice_goes_on_with_the_same_try(cast):
    quiz = make_quiz(cast.season, cast.own.branch)
    assert begin(quiz, cast.lin) == begin(quiz, cast.lin)
    assert Asked.objects.count() == 2


def test_the_first_answer_stands_and_the_same_again_is_no_fault(cast):
    attempt = begin(make_quiz(cast.season, cast.own.branch), cast.lin)
    assert answer(attempt, 1, 1).is_right
    assert answer(attempt, 1, 1).is_right
    with pytest.raises(AnsweredOtherwise):
        answer(attempt, 1, 0)
    assert Asked.objects.get(attempt=attempt, place=1).given == [1]


def test_nothing_chosen_is_asked_again_and_an_absent_question_is_not_there(cast):
    attempt = begin(make_quiz(cast.season, cast.own.branch), cast.lin)
    with pytest.raises(Invalid):
        answer(attempt, 1)
    with pytest.raises(NotFound):
        answer(attempt, 9, 1)


def test_nobody_answers_for_somebody_else(cast):
    quiz = make_quiz(cast.season, cast.own.branch)
    attempt = begin(quiz, cast.lin)
    wu = phone_of(cast.wu)
    with pytest.raises(NotFound):
        api.answer(by=wu, attempt_id=attempt.id, place=1, given=Given((1,)))
    with pytest.raises(NotFound):
        api.hand_in(by=wu, attempt_id=attempt.id)
    with pytest.raises(NotFound):
        api.begin(by=wu, quiz_id=quiz.id, person_id=cast.wu.id)
    with pytest.raises(NotFound):
        api.begin(by=wu, quiz_id=quiz.id, person_id=cast.lin.id)


def test_after_the_window_an_answer_is_too_late_but_what_was_given_counts(cast):
    quiz = make_quiz(cast.season, cast.own.branch)
    attempt = begin(quiz, cast.lin)
    answer(attempt, 1, 1)
    services.close_quiz(by=SYSTEM, quiz_id=quiz.id)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        with pytest.raises(QuizOver):
            answer(attempt, 2, 1)
        result = api.hand_in(by=phone_of(cast.lin), attempt_id=attempt.id)
        assert (result.right, result.whole) == (1, 2)
        with pytest.raises(HandedIn):
            answer(attempt, 2, 1)
        with pytest.raises(QuizOver):
            begin(quiz, cast.lin)


def test_an_answer_given_in_time_may_arrive_late_but_not_a_day_later(cast):
    now = clock.now()
    quiz = make_quiz(cast.season, cast.own.branch, closes_at=now + timedelta(hours=1))
    attempt = begin(quiz, cast.lin)
    given_at = now + timedelta(minutes=30)
    with clock.frozen(now + timedelta(hours=5)):
        assert answer(attempt, 1, 1, occurred_at=given_at).answered_at == given_at
        with pytest.raises(QuizOver):
            answer(attempt, 2, 1, occurred_at=now + timedelta(hours=2))
    with clock.frozen(now + timedelta(hours=26)), pytest.raises(QuizOver):
        answer(attempt, 2, 1, occurred_at=given_at)


def test_a_clock_far_ahead_loses_no_answer_and_is_not_believed(cast):
    attempt = begin(make_quiz(cast.season, cast.own.branch), cast.lin)
    kept = answer(attempt, 1, 1, occurred_at=clock.now() + timedelta(days=4))
    assert kept.answered_at <= clock.now()


def test_tries_are_counted_and_a_quiz_not_yet_open_is_said(cast):
    quiz = make_quiz(cast.season, cast.own.branch, tries=1)
    take(quiz, cast.lin, right=0)
    with pytest.raises(NoTryLeft):
        begin(quiz, cast.lin)
    later = make_quiz(
        cast.season, cast.own.branch, opens_at=clock.now() + timedelta(days=1), items=1
    )
    with pytest.raises(NotYetOpen):
        begin(later, cast.lin)


def test_a_random_paper_follows_its_rules_and_draws_nothing_twice(cast):
    hard = {make_item(cast.own.node, difficulty=Difficulty.HARD).id for _ in range(3)}
    for _ in range(6):
        make_item(cast.own.branch, tags=("党史",))
    make_item(cast.foreign.branch, tags=("党史",))
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False, paper=Paper.RANDOM)
    parts = [PartDraft(2, difficulty="hard"), PartDraft(4, tag="党史"), PartDraft(3)]
    services.write_parts(by=SYSTEM, quiz_id=quiz.id, drafts=parts)
    services.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    rows = list(begin(quiz, cast.lin).asked.select_related("version__item"))
    drawn = [row.version.item for row in rows]
    assert len({item.id for item in drawn}) == 9
    assert {item.id for item in drawn[:2]} <= hard
    assert all("党史" in item.tag_list for item in drawn[2:6])
    assert all(item.organisation_id != cast.foreign.branch.id for item in drawn)


def test_a_paper_that_cannot_be_filled_is_not_opened(cast):
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False, paper=Paper.RANDOM)
    with pytest.raises(PaperShort):
        services.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    make_item(cast.own.branch)
    services.write_parts(by=SYSTEM, quiz_id=quiz.id, drafts=[PartDraft(2)])
    with pytest.raises(PaperShort) as refused:
        services.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    assert "只有 1 题" in str(refused.value.details[0][1])
    assert Quiz.objects.get().state == QuizState.DRAFT


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"title": " "}, "title"),
        ({"pass_mark": 0}, "pass_mark"),
        ({"tries": 51}, "tries"),
        ({"topic_id": new_id()}, "topic_id"),
    ],
)
def test_a_quiz_that_cannot_be_says_where(cast, more, where):
    draft = QuizDraft(**({"title": "测", "paper": Paper.LIST} | more))
    with pytest.raises(Invalid) as refused:
        api.write_quiz(
            by=SYSTEM, organisation_id=cast.own.branch.id, season_id=cast.season.id, draft=draft
        )
    assert refused.value.details[0][0] == where


def test_rules_and_lists_out_of_bounds_say_so(cast):
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False)
    for parts, where in (
        ([PartDraft(0)], "parts.0.count"),
        ([PartDraft(60), PartDraft(60)], "parts"),
        ([PartDraft(1)] * 11, "parts"),
    ):
        with pytest.raises(Invalid) as refused:
            services.write_parts(by=SYSTEM, quiz_id=quiz.id, drafts=parts)
        assert refused.value.details[0][0] == where
    stranger = make_item(cast.foreign.branch)
    with pytest.raises(NotFound):
        services.list_items(by=SYSTEM, quiz_id=quiz.id, add=[stranger.id])


def test_phones_bring_answers_later_and_malformed_ones_never_spoil_the_others(cast):
    attempt = begin(make_quiz(cast.season, cast.own.branch), cast.lin)
    body = {"attempt": str(attempt.id), "occurred_at": clock.now().isoformat()}
    items = [
        Item(new_id(), "quiz_answer", body | {"place": 1, "options": [1]}),
        Item(new_id(), "quiz_answer", body | {"place": 1, "options": [0]}),
        Item(new_id(), "quiz_answer", body | {"place": 2, "options": "x"}),
        Item(new_id(), "quiz_answer", {}),
        Item(new_id(), "quiz_answer", body | {"place": 2, "options": [1]}),
        Item(new_id(), "quiz_hand_in", {"attempt": str(attempt.id)}),
    ]
    told = [one.answer for one in receive(items, by=phone_of(cast.lin))]
    assert told == ["stored", "conflict", "rejected", "rejected", "stored", "stored"]
    assert Attempt.objects.get().score == 100


def test_what_a_duplicate_answered_the_survivor_has(cast):
    twin = make_person("林小满", branch=cast.own.branch)
    quiz = make_quiz(cast.season, cast.own.branch)
    take(quiz, twin)
    take(quiz, cast.lin)
    begin(quiz, twin)
    begin(quiz, cast.lin)
    follow_merge(cast.lin.id, twin.id)
    follow_merge(cast.lin.id, twin.id)
    rows = Attempt.objects.filter(person=cast.lin)
    assert sorted(rows.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert rows.filter(counts=True).count() == rows.filter(handed_in_at=None).count() == 1


def test_a_closed_season_takes_only_what_was_answered_before(cast):
    quiz, other = (make_quiz(cast.season, cast.own.branch, items=1) for _ in range(2))
    late, left = begin(quiz, cast.lin), begin(quiz, cast.zhou)
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    cast.season.refresh_from_db()
    closed_at = cast.season.closed_at
    with clock.frozen(closed_at + timedelta(hours=1)):
        with pytest.raises(SeasonClosed):
            take(other, cast.lin)
        with pytest.raises(SeasonClosed):
            answer(left, 1, 1)
        answer(late, 1, 1, occurred_at=closed_at)
        api.hand_in(by=phone_of(cast.lin), attempt_id=late.id)
        [line] = [one for one in api.own_quizzes(cast.lin.id, by=phone_of(cast.lin)) if one.tries]
    assert (line.is_over, line.may_begin) == (True, False)
    assert Fact.objects.get(source="quizzes.passed").occurred_at == closed_at
    with clock.frozen(closed_at + timedelta(days=3)), pytest.raises(SeasonClosed):
        api.hand_in(by=phone_of(cast.zhou), attempt_id=left.id)


def test_what_can_be_used_up_needs_the_personal_link_and_says_so(cast):
    scarce = make_quiz(cast.season, cast.own.branch, tries=1)
    free = make_quiz(cast.season, cast.own.branch)
    by, own = phone_of(cast.lin, owned=False), begin(scarce, cast.lin)
    calls = (
        lambda: api.begin(by=by, quiz_id=scarce.id, person_id=cast.lin.id),
        lambda: api.answer(by=by, attempt_id=own.id, place=1, given=Given((0,))),
        lambda: api.hand_in(by=by, attempt_id=own.id),
        lambda: api.own_attempt(own.id, by=by),
    )
    for call in calls:
        with pytest.raises(LinkNeeded):
            call()
    page = cast.client("phone").get(reverse("quizzes:take", args=[scarce.id])).content.decode()
    assert "个人链接" in page
    assert str(own.id) not in page
    assert api.begin(by=by, quiz_id=free.id, person_id=cast.lin.id)


def test_of_two_rows_that_both_passed_the_earlier_pass_counts_and_stands_alone_in_the_ledger(cast):
    twin = make_person("林小满", branch=cast.own.branch)
    quiz = make_quiz(cast.season, cast.own.branch)
    take(quiz, twin)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        take(quiz, cast.lin)
    first, second = Attempt.objects.get(person=twin), Attempt.objects.get(person=cast.lin)
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert [ledger.facts_about(one.id).count() for one in (first, second)] == [1, 0]
    assert Attempt.objects.get(person=cast.lin, counts=True).id == first.id


def test_a_new_quiz_of_a_title_that_is_there_writes_nothing_over_it(cast):
    def write(**values):
        return api.write_quiz(
            by=SYSTEM,
            organisation_id=cast.own.branch.id,
            season_id=cast.season.id,
            draft=QuizDraft("冬训测试", Paper.LIST, **values),
        )

    key = write(pass_mark=80)
    assert write(pass_mark=80) == key
    with pytest.raises(Conflict) as refused:
        write(pass_mark=60)
    assert refused.value.where == "title"
    assert Quiz.objects.get().pass_mark == 80


@pytest.mark.parametrize(("ahead", "told"), [(2, "stored"), (-2, "rejected")])
def test_whether_an_answer_came_in_time_is_seen_by_our_clock(cast, ahead, told):
    now = clock.now()
    quiz = make_quiz(cast.season, cast.own.branch, closes_at=now + timedelta(hours=1))
    attempt = begin(quiz, cast.lin)
    given_at = now + timedelta(hours=0.5 if told == "stored" else 2.5)
    body = {
        "attempt": str(attempt.id),
        "place": 1,
        "options": [1],
        "occurred_at": (given_at + timedelta(hours=ahead)).isoformat(),
    }
    with clock.frozen(now + timedelta(hours=3)):
        item = Item(new_id(), "quiz_answer", body, ahead * 3600)
        assert receive([item], by=phone_of(cast.lin))[0].answer == told
