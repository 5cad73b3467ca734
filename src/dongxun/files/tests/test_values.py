from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongxun.files import values
from dongxun.files.contracts import Cell, CellProblem, Parser
from dongxun.files.values.numbers import id_check_digit
from dongxun.files.values.words import narrow

CELLS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
)
DAYS = st.dates(date(1913, 9, 9), date(2099, 12, 31))
WIDE = {code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)}


def problem(parse: Parser, cell: Cell) -> CellProblem:
    with pytest.raises(CellProblem) as caught:
        parse(cell)
    assert str(caught.value.message)
    return caught.value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1991.05", "1991-05"),
        ("1991.5", "1991-05"),
        ("1991.1", "1991-01"),
        ("1991.10", "1991-10"),
        (1991.05, "1991-05"),
        (1991.12, "1991-12"),
        (1991.5, "1991-05"),
        (1991.0512, "1991-05-12"),
        ("1991-05-12", "1991-05-12"),
        ("1991/5/12", "1991-05-12"),
        ("１９９１．０５．１２", "1991-05-12"),
        ("19910512", "1991-05-12"),
        (19910512.0, "1991-05-12"),
        (199105.0, "1991-05"),
        ("199105", "1991-05"),
        ("1991年5月", "1991-05"),
        ("1991 年 5 月 12 日", "1991-05-12"),
        ("1991-05-12 00:00:00", "1991-05-12"),
        (33370.0, "1991-05-12"),
        (33370.5, "1991-05-12"),
        (datetime(1991, 5, 12, 8, 30), "1991-05-12"),  # noqa: DTZ001 - as workbooks have it
        (date(1991, 5, 12), "1991-05-12"),
        ("", None),
        (None, None),
        ("—", None),
    ],
)
def test_days_and_months_are_read_however_they_are_written(cell, value):
    assert values.day_or_month(cell) == value


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("1991", "date_year_only", ""),
        (1991.0, "date_year_only", ""),
        ("1991-13", "date", ""),
        (1991.13, "date", ""),
        ("1991-02-30", "date_day", "1991-02"),
        ("91.5", "date_year", "1991-05"),
        ("25/12/1991", "date_order", "1991-12-25"),
        ("很早", "date", ""),
        (True, "date", ""),
        (-4.0, "date", ""),
        (float("nan"), "date", ""),
        (float("inf"), "date", ""),
        ("0991-05-12", "date_year", ""),
    ],
)
def test_what_is_no_date_is_told_with_a_suggestion_where_there_is_one(cell, code, suggestion):
    caught = problem(values.day_or_month, cell)

    assert (caught.code, caught.suggestion) == (code, suggestion)


def test_a_lost_zero_is_asked_about():
    caught = problem(values.day_or_month, 1991.1)

    assert caught.code == "date_zero_lost"
    assert [choice.value for choice in caught.choices] == ["1991-01", "1991-10"]


def test_a_column_that_writes_months_with_two_digits_answers_for_its_lost_zeros():
    parse = values.day_or_month_of_column([1991.05, 1988.1, "1990.03"])

    assert parse(1988.1) == "1988-10"
    assert problem(values.day_or_month_of_column([1988.1, 1988.3]), 1988.1).code == "date_zero_lost"


def test_day_needs_a_day():
    assert values.day("2026-12-01") == "2026-12-01"
    assert problem(values.day, "2026.12").code == "date_day"


def test_a_month_begins_on_its_first_day():
    assert values.first_day("1991-05") == date(1991, 5, 1)
    assert values.first_day("1991-05-12") == date(1991, 5, 12)


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_any_day_survives_any_way_of_writing_it(day, form):
    assert values.day_or_month(day.strftime(form)) == day.isoformat()
    assert values.day_or_month(day.strftime(form).translate(WIDE)) == day.isoformat()


@given(DAYS)
def test_any_day_survives_as_a_serial_number(day):
    serial = float((day - date(1899, 12, 30)).days)

    assert values.day_or_month(serial) == day.isoformat()


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_any_month_survives_as_a_number_or_is_asked_about(year, month):
    number = float(f"{year}.{month:02d}")
    expected = f"{year}-{month:02d}"

    if month == 10:
        assert problem(values.day_or_month, number).code == "date_zero_lost"
        assert values.day_or_month(number, two_digit_months=True) == expected
    else:
        assert values.day_or_month(number) == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("19900001234", "19900001234"),
        ("１９９ ０００１ １２３４", "19900011234"),
        (19900011234.0, "19900011234"),
        ("+86 199-0001-1234", "19900011234"),
        ("008619900011234", "19900011234"),
        ("'19900011234", "19900011234"),
        ("", None),
        ("无", None),
    ],
)
def test_mobile_numbers_lose_what_does_not_belong_to_them(cell, value):
    assert values.phone(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1990001123", "phone_length"),
        ("199000112345", "phone_length"),
        ("29900011234", "phone"),
        ("1.99E+10", "phone_damaged"),
        (1.99000112345e15, "phone_damaged"),
        ("没有手机", "phone_length"),
        ("0513-86512345", "phone_length"),
    ],
)
def test_what_is_no_mobile_number_is_told(cell, code):
    assert problem(values.phone, cell).code == code


def test_several_numbers_in_one_cell_are_offered():
    caught = problem(values.phone, "19900011234/19900015678")

    assert [choice.value for choice in caught.choices] == ["19900011234", "19900015678"]


def test_landlines_pass_where_they_are_welcome():
    assert values.phone_or_landline("（0513）86512345") == "0513-86512345"
    assert values.phone_or_landline("0513-86512345") == "0513-86512345"


def parsed_or_told(parse: Parser, cell: Cell) -> object:
    try:
        return parse(cell)
    except CellProblem as caught:
        return str(caught.message)


ID_17 = "32061219650312" + "003"
ID = ID_17 + id_check_digit(ID_17)


@pytest.mark.parametrize(
    "cell", [ID, f" {ID} ", f"'{ID}", ID.lower(), f"{ID[:6]} {ID[6:14]} {ID[14:]}"]
)
def test_id_numbers_are_read_with_spaces_quotes_and_small_letters(cell):
    assert values.id_number(cell) == ID


def test_id_numbers_of_the_first_generation_are_brought_to_eighteen():
    assert values.id_number("320612650312003") == ID
    assert values.id_number(320612650312003.0) == ID


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (float("inf"), "id_damaged"),
        (3.20612196503e17, "id_damaged"),
        ("3.20612196503E+17", "id_damaged"),
        ("320612196503120000"[:15] + "000", "id_damaged"),
        (ID[:-1] + ("0" if ID[-1] != "0" else "1"), "id_checksum"),
        ("32061219651312003X", "id_birth"),
        ("32061219650312", "id_length"),
        ("无证件", "id_length"),
    ],
)
def test_damaged_and_wrong_id_numbers_are_told_apart(cell, code):
    assert problem(values.id_number, cell).code == code


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 999), st.integers(0, 16))
def test_one_wrong_digit_of_an_id_number_never_passes(born, sequence, place):
    first = f"320612{born:%Y%m%d}{sequence:03d}"
    number = first + id_check_digit(first)
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]

    assert values.id_number(number) == number
    with pytest.raises(CellProblem):
        values.id_number(wrong)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("张 三", "张三"),
        ("　欧阳　小　满　", "欧阳小满"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("Anna Maria", "Anna Maria"),
        ("㛃龑犇喆𬭎", "㛃龑犇喆𬭎"),
        ("\u200b林小满\ufeff", "林小满"),
        ("", None),
    ],
)
def test_names_lose_their_spaces_and_share_one_middle_dot(cell, value):
    assert values.name(cell) == value


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("张三（预备）", "张三"),
        ("张三2", "张三"),
        ("=HYPERLINK(1)", ""),
        ("张" * 41, ""),
        (17.0, ""),
    ],
)
def test_what_is_no_name_is_told(cell, suggestion):
    assert problem(values.name, cell).suggestion == suggestion


def test_words_out_of_a_list_are_found_in_any_width_and_guessed_when_near():
    parse = values.choice_of({"正式党员": "full", "正式": "full", "预备党员": "probationary"})

    assert parse("正式 党员") == "full"
    assert parse(None) is None
    assert problem(parse, "予备党员").suggestion == "预备党员"
    assert problem(parse, "群众").suggestion == ""


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("√", True),
        (True, True),
        (1.0, True),
        ("否", False),
        ("Ｎ", False),
        ("", None),
    ],
)
def test_yes_and_no_are_read_as_people_write_them(cell, value):
    assert values.yes_no(cell) is value


def test_whole_numbers_may_carry_their_unit():
    parse = values.integer(0, 500, units="人 名")

    assert [parse(cell) for cell in ("１２ 人", 12.0, "12", "")] == [12, 12, 12, None]
    assert problem(parse, "501").code == "integer_range"
    assert problem(parse, 1.5).code == "integer"


def test_free_text_has_a_longest():
    assert values.text(5)("  一  二 ") == "一 二"
    assert problem(values.text(2), "三个字").suggestion == "三个"


@given(CELLS)
def test_no_cell_at_all_breaks_a_parser(cell):
    parsers = [
        values.day_or_month,
        values.day,
        values.day_or_month_of_column([cell]),
        values.phone,
        values.phone_or_landline,
        values.id_number,
        values.name,
        values.yes_no,
        values.integer(),
        values.text(),
        values.choice_of({"是": "y"}),
    ]
    for parse in parsers:
        value = parsed_or_told(parse, cell)
        assert value is None or isinstance(value, str | int | bool)


@given(CELLS)
def test_a_suggestion_always_passes(cell):
    for parse in (values.day_or_month, values.name, values.text(20)):
        try:
            parse(cell)
        except CellProblem as caught:
            answers = [caught.suggestion, *(choice.value for choice in caught.choices)]
            for answer in filter(None, answers):
                assert parse(answer)


@given(st.text(max_size=30))
def test_narrowing_twice_is_narrowing_once(text):
    assert narrow(narrow(text)) == narrow(text)


def test_serials_of_every_year_are_days():
    start = date(1899, 12, 30)
    for serial in range(5_000, 73_000, 997):
        assert values.day_or_month(float(serial)) == (start + timedelta(days=serial)).isoformat()
