import pytest

from dongxun.quizzes.contracts import Given, ItemDraft, Kind
from dongxun.quizzes.importing.columns import accepted, judgement, letters, split_options
from dongxun.quizzes.judging import faults, fits, is_right, key_of, plain


@pytest.mark.parametrize(
    ("kind", "right", "given", "is_it"),
    [
        (Kind.SINGLE, [1], Given((1,)), True),
        (Kind.SINGLE, [1], Given((0,)), False),
        (Kind.MULTIPLE, [0, 2], Given((2, 0)), True),
        (Kind.MULTIPLE, [0, 2], Given((0,)), False),
        (Kind.MULTIPLE, [0, 2], Given((0, 1, 2)), False),
        (Kind.JUDGE, [0], Given((0,)), True),
        (Kind.FILL, ["1921年", "一九二一年"], Given(words=" １９２１ 年。"), True),
        (Kind.FILL, ["1921年"], Given(words="1912年"), False),
    ],
)
def test_an_answer_is_right_when_it_is_all_and_only_what_is_right(kind, right, given, is_it):
    assert is_right(kind, right, given) is is_it


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("3.5", "35"), ("-5", "5"), ("零下-5度", "零下5度"), ("3/4", "34"), ("50%", "50")],
        *[("≥18岁", "<18岁"), ("15-20", "1520"), ("8:30", "830"), ("1、3", "13"), (".5", "5")],
    ],
)
def test_signs_that_make_another_number_count(one, other):
    assert plain(one) != plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("３．５％", "3.5%"), ("3。5", "3.5"), ("−5", "-5"), ("1,000 元", "1000元")],
        *[(">=18", "≥ 18"), ("1921—1949", "1921-1949"), ("COVID-19", "covid19")],
        ("“三会一课”。", "三会一课"),
    ],
)
def test_ways_of_writing_the_same_do_not(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Kind.SINGLE, Given()),
        (Kind.SINGLE, Given((0, 1))),
        (Kind.SINGLE, Given((3,))),
        (Kind.JUDGE, Given((2,))),
        (Kind.FILL, Given(words="  ")),
        (Kind.FILL, Given(words="长" * 201)),
    ],
)
def test_what_is_no_answer_does_not_fit(kind, given):
    assert not fits(kind, 3, given)


@pytest.mark.parametrize(
    ("draft", "spots"),
    [
        (ItemDraft(Kind.SINGLE, "", ("甲", "乙"), (0,)), ["text"]),
        (ItemDraft(Kind.SINGLE, "问", ("甲",), (0,)), ["options"]),
        (ItemDraft(Kind.SINGLE, "问", ("甲", "甲"), (0,)), ["options"]),
        (ItemDraft(Kind.SINGLE, "问", ("甲", "乙"), ()), ["right"]),
        (ItemDraft(Kind.SINGLE, "问", ("甲", "乙"), (0, 1)), ["right"]),
        (ItemDraft(Kind.MULTIPLE, "问", ("甲", "乙"), (4,)), ["right"]),
        (ItemDraft(Kind.FILL, "问", accepted=(" ",)), ["right"]),
        (ItemDraft(Kind.JUDGE, "问", right=(0,), tags=("长" * 21,)), ["tags"]),
        (ItemDraft(Kind.SINGLE, "长" * 501, ("甲", "乙"), (0,), why="长" * 501), ["text", "why"]),
    ],
)
def test_a_draft_says_what_it_lacks_and_where(draft, spots):
    assert [spot for spot, _words in faults(draft)] == spots


def test_the_same_words_with_other_options_are_another_question():
    one = ItemDraft(Kind.SINGLE, "下列哪项正确？", ("甲", "乙"), (0,))
    same = ItemDraft(Kind.MULTIPLE, "下列哪项正确?", ("乙", "甲"), (0, 1))
    other = ItemDraft(Kind.SINGLE, "下列哪项正确？", ("甲", "丙"), (0,))
    assert key_of(one) == key_of(same)
    assert key_of(one) != key_of(other)
    points, whole = (
        ItemDraft(Kind.SINGLE, "下列哪个数是对的", options, (0,))
        for options in (("1.5", "2.5"), ("15", "25"))
    )
    assert key_of(points) != key_of(whole)


def test_answers_are_read_as_people_write_them():
    assert letters("A、C") == letters("ca") == letters("Ａ，Ｃ") == (0, 2)
    assert letters("小麦") is None
    assert [judgement(word) for word in ("对", "√", "错误", "×", "也许")] == [0, 0, 1, 1, None]
    assert split_options("A. 小麦 B、水稻\nC．棉花") == ["小麦", "水稻", "棉花"]
    assert split_options("A. 小麦 C. 棉花 D. 大豆") == ["小麦", "", "棉花", "大豆"]
    assert split_options("小麦\n水稻") == ["小麦", "水稻"]
    assert accepted("1921年｜一九二一年") == ["1921年", "一九二一年"]
