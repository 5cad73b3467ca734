import pytest

from dongxun.access.tests.make import actor_of
from dongxun.files import api as files
from dongxun.files.contracts import Action
from dongxun.kernel import jobs
from dongxun.quizzes import api
from dongxun.quizzes.models import Item, Version
from dongxun.quizzes.services.items import retire_item
from dongxun.quizzes.tests.make import SYSTEM, make_quiz, take
from tests.answers import body_of

HEADER = (
    "序号",
    "试题类型",
    "题目内容",
    "A",
    "B",
    "C",
    "正确答案",
    "答案解析",
    "难易程度",
    "知识点",
)
ROWS = (
    (1, "单选题", "秋收之后先做什么", "晒粮", "卖粮", "", "A", "潮粮会坏", "易", "粮食、农事"),
    (2, "多选题", "账目公开放在哪里", "村口", "微信群", "抽屉里", "A、B", "要人看得见", "", "村务"),
    (3, "判断题", "先问市场再下种", "", "", "", "√", "", "中等", ""),
    (4, "填空题", "党的生日是哪一年", "", "", "", "1921年|一九二一年", "建党之年", "难", "党史"),
    (5, "单选题", "这一行没有答案", "甲", "乙", "", "", "", "", ""),
    (6, "单选题", "答案不在选项里", "甲", "乙", "", "D", "", "", ""),
    (7, "", "题型没有写明", "甲", "乙", "", "B", "看得出来", "", ""),
    (8, "单选题", "中间空了一格", "甲", "", "丙", "B", "", "", ""),
)


@pytest.fixture
def book(tmp_path):
    def write(rows=ROWS):
        columns = [files.OutColumn(words, 14) for words in HEADER]
        sheet = files.OutSheet("题库", columns, [list(row) for row in rows])
        path = tmp_path / "题库.xlsx"
        path.write_bytes(files.write_workbook([sheet]))
        return path

    return write


def bring(cast, path):
    return files.import_file(
        by=actor_of(cast.own.secretary),
        kind="quizzes.items",
        path=path,
        organisation_id=cast.own.branch.id,
    )


def said(text):
    return Version.objects.get(text=text)


@pytest.mark.django_db(transaction=True)
def test_a_workbook_of_questions_comes_in_and_bad_rows_stay_out(cast, book):
    batch = bring(cast, book())
    assert (batch.counts[Action.NEW], batch.counts[Action.BAD]) == (5, 3)
    assert not Version.objects.filter(text="中间空了一格").exists()
    assert said("秋收之后先做什么").right == [0]
    assert said("秋收之后先做什么").item.tag_list == ["粮食", "农事"]
    assert said("账目公开放在哪里").right == [0, 1]
    assert (said("先问市场再下种").kind, said("先问市场再下种").right) == ("judge", [0])
    assert said("党的生日是哪一年").right == ["1921年", "一九二一年"]
    assert (said("题型没有写明").kind, said("题型没有写明").right) == ("single", [1])


@pytest.mark.django_db(transaction=True)
def test_the_same_workbook_again_changes_nothing_and_a_new_answer_is_a_new_version(cast, book):
    bring(cast, book())
    again = bring(cast, book())
    assert (again.counts[Action.SAME], again.counts[Action.NEW]) == (5, 0)
    changed = (1, "单选题", "秋收之后先做什么", "晒粮", "卖粮", "", "B", "改了", "易", "粮食、农事")
    batch = bring(cast, book([changed]))
    assert batch.counts[Action.CHANGED] == 1
    item = Item.objects.get(versions__text="秋收之后先做什么", versions__number=1)
    assert [one.right for one in item.versions.all()] == [[1], [0]]


@pytest.mark.django_db(transaction=True)
def test_an_import_is_taken_back_but_for_what_was_asked(cast, book):
    batch = bring(cast, book())
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False)
    asked = said("题型没有写明").item
    api.list_items(by=SYSTEM, quiz_id=quiz.id, add=[asked.id])
    api.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    take(quiz, cast.lin)
    files.undo(by=actor_of(cast.own.secretary), batch_id=batch.id)
    jobs.run_waiting()
    assert list(Item.objects.all()) == [asked]


@pytest.mark.django_db(transaction=True)
def test_an_import_taken_back_leaves_a_question_as_it_was(cast, book):
    bring(cast, book(ROWS[:1]))
    item = Item.objects.get()
    retire_item(by=SYSTEM, item_id=item.id)
    item.refresh_from_db()
    before = (item.tags, item.difficulty, item.retired_at)
    other = (1, "单选题", "秋收之后先做什么", "晒粮", "卖粮", "", "A", "潮粮会坏", "难", "党史")
    batch = bring(cast, book([other]))
    item.refresh_from_db()
    assert (item.tags, item.difficulty, item.retired_at) == ("|党史|", "hard", None)
    files.undo(by=actor_of(cast.own.secretary), batch_id=batch.id)
    jobs.run_waiting()
    item.refresh_from_db()
    assert (item.tags, item.difficulty, item.retired_at) == before


def test_the_template_names_every_column(cast):
    secretary = cast.client("secretary")
    page = secretary.get(f"/imports/new/quizzes.items/?organisation={cast.own.branch.id}")
    assert "quizzes.items/blank/" in str(page.content, "utf-8")
    blank = secretary.get("/imports/new/quizzes.items/blank/")
    assert body_of(blank).startswith(b"PK")
