import pytest

from dongxun.access.tests.make import phone_of
from dongxun.kernel.errors import Conflict
from dongxun.quizzes import api
from dongxun.quizzes.contracts import ItemDraft, Kind, Paper, QuizDraft
from dongxun.quizzes.models import Item, Quiz
from dongxun.quizzes.services.items import retire_item
from dongxun.quizzes.tests.make import SYSTEM, begin, make_item, make_quiz


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
    assert api.list_items(by=SYSTEM, quiz_id=kept.id, add=[kept.listed.first().item_id]) == 2
    api.close_quiz(by=SYSTEM, quiz_id=kept.id)
    write(tries=3)
    assert Quiz.objects.get().tries == 3


@pytest.mark.parametrize("paper", [Paper.LIST, Paper.RANDOM])
def test_of_one_try_all_are_asked_what_the_first_was_asked(cast, paper):
    two, node = (cast.lin, cast.own.people[1]), cast.own.branch
    quiz = make_quiz(cast.season, node, opened=False, tries=1, paper=paper)
    api.keep_for_invited(by=SYSTEM, quiz_id=quiz.id, season_id=cast.season.id)
    api.invite(by=SYSTEM, quiz_id=quiz.id, person_ids=[one.id for one in two])
    api.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    retired, written = Item.objects.order_by("created_at", "id")
    pages, url = cast.client("secretary"), f"/console/bank/{retired.id}/"
    assert "从现在起作数" in pages.get(url).content.decode()
    first = begin(quiz, two[0])
    assert "都答同样的题" in pages.get(url).content.decode()
    retire_item(by=SYSTEM, item_id=retired.id)
    words = {"kind": Kind.SINGLE, "options": ("甲", "乙"), "right": (0,), "tags": ("粮食",)}
    draft = ItemDraft(text="另一个问法", **words)
    api.write_item(by=SYSTEM, organisation_id=node.id, draft=draft, item_id=written.id)
    make_item(node)
    asked = [
        set(one.asked.values_list("version_id", flat=True)) for one in (first, begin(quiz, two[1]))
    ]
    assert asked[0] == asked[1]


def test_the_page_says_at_its_field_why_the_tries_stay(cast, kept):
    typed = {"title": kept.title, "organisation": str(cast.own.branch.id), "paper": "list"}
    page = cast.client("secretary").post(
        f"/console/quizzes/{kept.id}/edit/", typed | {"pass_mark": "60", "tries": "2"}
    )
    assert page.status_code == 409
    assert "试题和次数不能再改" in page.content.decode()
