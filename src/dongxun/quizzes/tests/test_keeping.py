import pytest

from dongxun.access.tests.make import phone_of
from dongxun.kernel.errors import Conflict
from dongxun.quizzes import api
from dongxun.quizzes.contracts import Paper, QuizDraft
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import SYSTEM, make_item, make_quiz


@pytest.fixture
def kept(cast):
    quiz = make_quiz(cast.season, cast.own.branch, opened=False)
    api.keep_for_invited(by=SYSTEM, quiz_id=quiz.id, season_id=cast.season.id)
    api.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    return Quiz.objects.get(id=quiz.id)


def test_a_quiz_given_back_is_a_draft_that_nobody_finds(cast, kept):
    api.release(by=SYSTEM, quiz_id=kept.id)
    assert not api.own_quizzes(cast.lin.id, by=phone_of(cast.lin))
    api.open_quiz(by=SYSTEM, quiz_id=kept.id)
    assert [line.quiz for line in api.own_quizzes(cast.lin.id, by=phone_of(cast.lin))] == [kept]


def test_tries_and_paper_of_a_kept_quiz_stay_while_it_is_asked(cast, kept):
    def write(**values):
        draft = QuizDraft(**({"title": kept.title, "paper": Paper.LIST} | values))
        own = {"organisation_id": cast.own.branch.id, "season_id": cast.season.id}
        api.write_quiz(by=SYSTEM, quiz_id=kept.id, draft=draft, **own)

    item = make_item(cast.own.branch)
    for change in (
        lambda: write(tries=3),
        lambda: write(paper=Paper.RANDOM),
        lambda: api.list_items(by=SYSTEM, quiz_id=kept.id, add=[item.id]),
    ):
        with pytest.raises(Conflict):
            change()
    write(pass_mark=80)
    api.close_quiz(by=SYSTEM, quiz_id=kept.id)
    write(tries=3)
    assert Quiz.objects.get().tries == 3


def test_the_page_says_at_its_field_why_the_tries_stay(cast, kept):
    typed = {"title": kept.title, "organisation": str(cast.own.branch.id), "paper": "list"}
    page = cast.client("secretary").post(
        f"/console/quizzes/{kept.id}/edit/", typed | {"pass_mark": "60", "tries": "2"}
    )
    assert page.status_code == 409
    assert "试题和次数不能再改" in page.content.decode()
