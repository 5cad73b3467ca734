"""Two write one quiz, question or survey at once: nobody overwrites the other without a word."""

import pytest

from dongxun.kit.tests.two_writers import as_sent, check_two_writers
from dongxun.quizzes import api
from dongxun.quizzes.contracts import Paper, PartDraft
from dongxun.quizzes.models import Survey
from dongxun.quizzes.tests.make import SYSTEM, make_item, make_quiz
from dongxun.quizzes.tests.test_surveys import make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast):
    return cast.client("secretary")


def test_of_two_who_change_a_survey_the_later_sees_what_the_first_has_written(cast, desk):
    row = make_survey(cast, opened=False)
    page = f"/console/surveys/{row.id}/edit/"
    typed = as_sent(desk.get(page).context["form"])
    check_two_writers(desk, page, typed, {"text_2": "几点学最方便"}, {"lead": "请十号前填"})
    row = Survey.objects.get()
    assert (row.lead, row.questions[1]["text"]) == ("请十号前填", "什么时候学最方便")


def test_of_two_who_change_a_quiz_or_a_question_the_later_sees_what_the_first_has_written(
    cast, desk
):
    quiz, item = make_quiz(cast.season, cast.own.branch), make_item(cast.own.branch)
    page = f"/console/quizzes/{quiz.id}/edit/"
    typed = as_sent(desk.get(page).context["form"])
    end = {"closes_at": "2031-01-20T18:30"}
    late = {"summary": "乙写的"}
    check_two_writers(desk, page, typed, {"summary": "甲写的"}, late)
    check_two_writers(desk, page, typed | late, {"title": "换了题目"}, end)
    page = f"/console/bank/{item.id}/"
    typed = as_sent(desk.get(page).context["form"])
    check_two_writers(desk, page, typed, {"why": "甲的理由"}, {"why": "乙的理由"})


def test_of_two_who_change_the_rules_of_a_paper_the_later_sees_both(cast, desk):
    make_item(cast.own.branch, tags=("粮食", "党史"))
    quiz = make_quiz(cast.season, cast.own.branch, items=1, paper=Paper.RANDOM)
    page = f"/console/quizzes/{quiz.id}/paper/"
    typed = as_sent(desk.get(page).context["lines"])
    first = {"parts-0-count": "77", "parts-1-count": "5", "parts-1-tag": "党史"}
    check_two_writers(desk, page, typed, first, {"parts-0-count": "3"})
    assert [part.count for part in quiz.parts.all()] == [3]
    opened = desk.get(page).context
    more = [PartDraft(3, tag="粮食"), PartDraft(1, tag="党史"), PartDraft(88)]
    api.write_parts(by=SYSTEM, quiz_id=quiz.id, drafts=more)
    sent = as_sent(opened["lines"]) | {"version": opened["version"], "parts-0-count": "4"}
    assert "这期间已存为：88" in desk.post(page, sent).content.decode()
