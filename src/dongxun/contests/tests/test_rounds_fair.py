from datetime import timedelta
from decimal import Decimal

import pytest

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import Kind, PrizeDraft, Tie
from dongxun.contests.models import Contest, Round
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Given
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import begin, make_quiz, take

ONE = (PrizeDraft("一等奖", 1),)


def started(node, season, *people, **more) -> Contest:
    """Return a knowledge contest of these people, its call closed."""
    made = make_contest(season, node, kind=Kind.KNOWLEDGE, prizes=ONE, **more)
    for person in people:
        enter(made, person, title="", text="")
    return close(made)


def write(contest, name, **more) -> Round:
    key = api.write_round(by=SYSTEM, contest_id=contest.id, name=name, **more)
    return Round.objects.get(id=key)


def one_try(cast) -> Quiz:
    return make_quiz(cast.season, cast.district, opened=False, tries=1)


def test_who_gave_no_answer_has_the_longest_time(cast):
    three = (cast.lin, cast.qian, cast.wu)
    made = started(cast.district, cast.season, *three, tie=Tie.QUICKER)
    quiz, now = one_try(cast), clock.now()
    row = write(made, "初赛", quiz_id=quiz.id, advance=1)
    api.open_round(by=SYSTEM, round_id=row.id)
    begin(quiz, cast.lin)
    tried = begin(quiz, cast.wu)
    with clock.frozen(now + timedelta(seconds=90)):
        given = {"place": 1, "given": Given((0,))}
        quizzes.answer(by=phone_of(cast.wu), attempt_id=tried.id, **given)
        api.count_round(by=SYSTEM, round_id=row.id)
    first = row.results.get(place=1)
    assert (first.entry.entrants.get().person, first.goes_on) == (cast.wu, True)
    assert [one.place for one in row.results.all()] == [1, 2, 2]


def test_how_quick_somebody_was_is_not_the_word_of_their_phone(cast):
    quiz, now = make_quiz(cast.season, cast.district), clock.now()
    tried = begin(quiz, cast.lin)
    with clock.frozen(now + timedelta(minutes=10)):
        given = {"place": 1, "given": Given((1,)), "occurred_at": now}
        quizzes.answer(by=phone_of(cast.lin), attempt_id=tried.id, **given)
    assert quizzes.reached(quiz.id, [cast.lin.id])[cast.lin.id].seconds == 600


def test_the_next_one_goes_on_for_who_withdrew_after_counting(cast):
    contest = started(cast.district, cast.season, cast.lin, cast.qian, cast.wu)
    opening = write(contest, "初赛", advance=2)
    api.open_round(by=SYSTEM, round_id=opening.id)
    entries = [one.entry_id for one in opening.results.all()]
    points = dict(zip(entries, map(Decimal, (3, 2, 1)), strict=True))
    api.count_round(by=SYSTEM, round_id=opening.id, points=points)
    api.withdraw(by=SYSTEM, entry_id=entries[0])
    final = write(contest, "决赛")
    api.open_round(by=SYSTEM, round_id=final.id)
    assert {one.entry_id for one in final.results.all()} == set(entries[1:])


def test_a_unit_runs_its_round_with_a_quiz_of_the_unit_above(cast):
    made = started(cast.own.node, cast.season, *cast.own.people[:2])
    quiz, zhou = one_try(cast), cast.actor("organiser")
    row = write(made, "初赛", quiz_id=quiz.id)
    named = {"contest_id": made.id, "name": "海选", "round_id": row.id}
    api.write_round(by=zhou, quiz_id=quiz.id, **named)
    api.open_round(by=zhou, round_id=row.id)
    take(quiz, cast.own.people[0])
    assert api.count_round(by=zhou, round_id=row.id) == 0
    other = one_try(cast)
    with pytest.raises(NotFound):
        api.write_round(by=zhou, contest_id=made.id, name="决赛", quiz_id=other.id)
