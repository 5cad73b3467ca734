"""How days and moments are written."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation

from dongxun.kernel import clock
from dongxun.kit import times

NOON = clock.moment(date(2026, 1, 20)) + timedelta(hours=12)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=3), "3 分钟前"),
        (timedelta(hours=3, minutes=19), "今天 08:41"),
        (timedelta(hours=22), "昨天 14:00"),
        (-timedelta(hours=26), "明天 14:00"),
        (-timedelta(days=7), "1月27日 12:00"),
        (timedelta(days=365), "2025年1月20日 12:00"),
    ],
)
def test_near_moments_are_relative_and_far_ones_a_date(ago, words):
    assert times.when(NOON - ago) == words


def test_days_name_the_year_only_when_it_is_another():
    assert times.day(date(2026, 1, 20)) == "1月20日"
    assert times.day(date(2025, 12, 9)) == "2025年12月9日"
    assert times.day_with_weekday(date(2026, 1, 20)) == "1月20日 星期二"
    assert times.days(date(2026, 1, 1), date(2026, 3, 10)) == "1月1日至3月10日"
    with translation.override("en"):
        assert times.day(date(2026, 1, 20)) == "20 January"


def test_a_period_names_its_day_once():
    start = NOON + timedelta(hours=2)
    assert times.period(start, start + timedelta(hours=2)) == "今天 14:00–16:00"
    assert times.period(start, start + timedelta(days=1)) == "今天 14:00至明天 14:00"


def test_nothing_is_written_for_no_time():
    assert (times.day(None), times.when(None), times.hour_minute(None)) == ("", "", "")
