from datetime import date

import pytest

from dongxun.kernel.calendar import (
    is_arranged,
    is_working_day,
    last_working_day,
    working_day_after,
    working_days_between,
)


def test_a_published_arrangement_gives_days_off_and_weekends_worked():
    assert is_arranged(2026)
    assert not is_working_day(date(2026, 2, 16))  # 除夕, a Monday
    assert is_working_day(date(2026, 2, 28))  # a Saturday worked in exchange
    assert not is_working_day(date(2026, 2, 21))


@pytest.mark.parametrize(
    "day",
    [
        date(2031, 1, 1),
        date(2031, 1, 22),  # 除夕
        date(2031, 1, 23),  # 春节, a Thursday
        date(2031, 4, 5),
        date(2031, 5, 1),
        date(2031, 10, 2),
    ],
)
def test_a_year_without_one_rests_on_weekends_and_on_the_days_of_the_law(day):
    assert not is_arranged(2031)
    assert not is_working_day(day)


def test_a_year_without_one_knows_no_days_worked_in_exchange():
    assert is_working_day(date(2031, 1, 28))
    assert not is_working_day(date(2031, 2, 1))


def test_working_days_step_over_weekends_and_the_festival():
    assert working_day_after(date(2026, 11, 26), 1) == date(2026, 11, 27)
    assert working_day_after(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert working_day_after(date(2026, 2, 13), 2) == date(2026, 2, 24)  # over 春节, one worked
    assert working_day_after(date(2026, 11, 28), 0) == date(2026, 11, 28)


def test_working_days_between_count_what_follows():
    assert working_days_between(date(2026, 11, 27), date(2026, 12, 1)) == 2
    assert working_days_between(date(2026, 12, 1), date(2026, 11, 27)) == 0


def test_over_a_weekend_the_last_working_day_is_friday():
    assert last_working_day(date(2026, 11, 29)) == date(2026, 11, 27)
    assert last_working_day(date(2026, 11, 30)) == date(2026, 11, 30)
