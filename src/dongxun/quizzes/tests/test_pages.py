import pytest

from dongxun.quizzes.models import Attempt, Item, Quiz
from dongxun.quizzes.tests.make import begin, make_item, make_quiz, take

C = "/console/quizzes/"
B = "/console/bank/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def secretary(cast):
    return cast.client("secretary")


@pytest.fixture
def lin(cast):
    return cast.client("member")


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_question_is_written_with_a_preview_and_nothing_typed_is_lost(cast, secretary):
    typed = {
        "organisation": str(cast.own.branch.id),
        "kind": "single",
        "text": "账本放在哪里",
        "options": "村口\n家里",
        "right": "C",
        "why": "要人看得见",
        "difficulty": "easy",
        "tags": "村务 公开",
    }
    shown = secretary.post(f"{B}new/", typed | {"what": "preview"})
    assert shown.status_code == 200
    assert "正确答案里有不存在的选项" in text(shown)
    assert not Item.objects.exists()
    bad = secretary.post(f"{B}new/", typed)
    assert bad.status_code == 422
    assert "要人看得见</textarea>" in text(bad)
    saved = secretary.post(f"{B}new/", typed | {"right": "a"})
    item = Item.objects.get()
    assert saved.url == f"{B}{item.id}/"
    assert "账本放在哪里" in text(secretary.get(B))
    assert "账本放在哪里" in text(secretary.get(f"{B}?tag=公开&kind=single&q=账本&difficulty=easy"))
    secretary.post(f"{B}{item.id}/do/", {"what": "retire"})
    assert "账本放在哪里" not in text(secretary.get(B))
    assert "账本放在哪里" in text(secretary.get(f"{B}?state=retired"))


def test_a_quiz_goes_from_title_to_open(cast, secretary):
    item = make_item(cast.own.branch)
    typed = {
        "title": "第一期测试",
        "organisation": str(cast.own.branch.id),
        "paper": "list",
        "pass_mark": "60",
        "tries": "0",
        "opens_at": "2026-11-18T08:00",
        "closes_at": "2026-11-17T08:00",
    }
    bad = secretary.post(f"{C}new/", typed)
    assert bad.status_code == 422
    assert "结束时间早于开始时间" in text(bad)
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert secretary.post(f"{C}new/", typed | {"closes_at": moment}).status_code == 422
    made = secretary.post(f"{C}new/", typed | {"closes_at": "2026-12-20T18:00"})
    quiz = Quiz.objects.get()
    assert made.url == f"{C}{quiz.id}/paper/"
    page = f"{C}{quiz.id}/"
    secretary.post(f"{page}do/", {"what": "open"})
    assert "至少选一道题" in text(secretary.get(page))
    secretary.post(made.url, {"add": [str(item.id)]})
    secretary.post(f"{page}do/", {"what": "open"})
    quiz.refresh_from_db()
    assert quiz.state == "open"
    assert take(quiz, cast.lin).passed
    assert "1 人交卷，1 人通过" in text(secretary.get(page))
    assert cast.lin.name in text(secretary.get(page))


def test_rules_of_a_random_paper_say_at_their_line_what_does_not_fit(cast, secretary):
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False, paper="random")
    make_item(cast.own.branch)
    frame = {"parts-TOTAL_FORMS": "2", "parts-INITIAL_FORMS": "0"}
    page = f"{C}{quiz.id}/paper/"
    bad = secretary.post(page, frame | {"parts-0-tag": "粮食"})
    assert bad.status_code == 422
    assert secretary.post(page, frame | {"parts-0-count": "2"}).status_code == 302
    assert "第 1 条要 2 题，题库里只有 1 题" in text(secretary.get(f"{C}{quiz.id}/"))
    assert secretary.post(page, frame | {"parts-0-count": "1"}).status_code == 302
    secretary.post(f"{C}{quiz.id}/do/", {"what": "open"})
    quiz.refresh_from_db()
    assert quiz.state == "open"


def test_a_member_answers_one_question_a_screen_sees_why_and_hands_in(cast, lin):
    quiz = make_quiz(cast.season, cast.own.branch, items=2)
    assert quiz.title in text(lin.get("/learn/"))
    assert quiz.title in text(lin.get("/quiz/"))
    begun = lin.post(f"/quiz/{quiz.id}/")
    attempt = Attempt.objects.get()
    assert begun.url == f"/quiz/try/{attempt.id}/"
    first = text(lin.get(begun.url, {"q": "9" * 5000}))
    assert "第 1 题，共 2 题" in first
    assert "因为是乙" not in first
    nothing = lin.post(f"{begun.url}answer/", {"place": "1"})
    assert nothing.status_code == 422
    right = lin.post(f"{begun.url}answer/", {"place": "1", "option": "1"})
    assert "因为是乙" in text(right)
    other = lin.post(f"{begun.url}answer/", {"place": "1", "option": "0"})
    assert other.status_code == 409
    assert "以第一次为准" in text(other)
    wrong = lin.post(f"{begun.url}answer/", {"place": "2", "option": "0"}, headers=HTMX)
    assert "不太对" in text(wrong)
    assert "<html" not in text(wrong)
    done = lin.post(f"{begun.url}hand-in/")
    assert "还没通过：2 题答对 1 题" in text(lin.get(done.url))
    late = lin.post(f"{begun.url}answer/", {"place": "2", "option": "1"})
    assert late.status_code == 409


def test_after_the_last_try_the_page_says_so_and_nothing_begins(cast, lin):
    quiz = make_quiz(cast.season, cast.own.branch, tries=1)
    take(quiz, cast.lin, right=0)
    answer = lin.post(f"/quiz/{quiz.id}/")
    assert answer.status_code == 409
    assert "次数用完了" in text(answer)


@pytest.mark.parametrize("body", [{"place": "x"}, {"place": "99999"}, {}])
def test_an_answer_to_nothing_is_not_there(cast, lin, body):
    attempt = begin(make_quiz(cast.season, cast.own.branch), cast.lin)
    answer = lin.post(f"/quiz/try/{attempt.id}/answer/", {"option": "1"} | body)
    assert answer.status_code == 404


def test_lists_cost_the_same_at_one_and_at_three_quizzes(
    cast, lin, secretary, django_assert_max_num_queries
):
    for _ in range(3):
        take(make_quiz(cast.season, cast.own.branch), cast.lin)
        with django_assert_max_num_queries(16):
            lin.get("/quiz/")
        with django_assert_max_num_queries(24):
            secretary.get(C)


def test_a_quiz_may_be_given_to_another_unit_with_all_its_questions(cast, lin):
    quiz = make_quiz(cast.season, cast.own.branch, items=1)
    office, edit = cast.client("office"), f"{C}{quiz.id}/edit/"
    assert f'value="{cast.own.branch.id}" selected' in text(office.get(edit))
    typed = {
        "title": quiz.title,
        "organisation": str(cast.district.id),
        "paper": "list",
        "pass_mark": "60",
        "tries": "0",
    }
    lost = office.post(edit, typed)
    assert lost.status_code == 409
    assert "卷上有 1 道题在这个单位用不到的题库里" in text(lost)
    quiz.listed.update(item=make_item(cast.district))
    twin = make_quiz(cast.season, cast.district)
    taken = office.post(edit, typed | {"title": twin.title})
    assert "这里已有同名的测试" in text(taken)
    assert office.post(edit, typed).status_code == 302
    assert Quiz.objects.get(id=quiz.id).organisation_id == cast.district.id
    assert quiz.title in text(lin.get("/quiz/"))
    office.post(edit, typed | {"organisation": str(cast.foreign.node.id)})
    assert quiz.title not in text(lin.get("/quiz/"))
