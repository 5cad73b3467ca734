from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dongxun.volunteers.reckoning import count, doubles, holes, shifts_of

EIGHT = datetime(2027, 1, 20, 8, tzinfo=UTC)
SHARE = Decimal("0.6")


def at(hours: float) -> datetime:
    return EIGHT + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("on", "off", "hours", "is_enough"),
    [
        (0, 8, "8.0", True),
        (-1, 9, "8.0", True),
        (0, 4.8, "4.8", True),
        (0, 4.79, "0", False),
        (3, 8, "5.0", True),
        (9, 10, "0", False),
    ],
)
def test_hours_are_the_signed_part_of_the_plan_if_it_is_enough(on, off, hours, is_enough):
    found = count((at(0), at(8)), (at(on), at(off)), least_share=SHARE)
    assert (found.hours, found.is_enough) == (Decimal(hours), is_enough)


def test_the_way_there_and_back_is_no_service():
    found = count((at(0), at(3)), (at(0), at(3)), least_share=SHARE, travel_minutes=40)
    assert found.hours == Decimal("2.3")


def test_travel_can_leave_too_little():
    found = count((at(0), at(2)), (at(0), at(2)), least_share=SHARE, travel_minutes=60)
    assert not found.is_enough


def test_a_day_of_three_shifts_has_no_hole_and_no_double():
    shifts = shifts_of(EIGHT, [timedelta(hours=h) for h in (16, 0, 8)])
    assert [round((b - a).total_seconds() / 3600) for a, b in shifts] == [8, 8, 8]
    assert holes((at(0), at(24)), shifts) == []
    assert doubles(shifts) == []


def test_holes_are_what_no_shift_covers():
    found = holes((at(0), at(24)), [(at(2), at(10)), (at(8), at(12)), (at(20), at(30))])
    assert found == [(at(0), at(2)), (at(12), at(20))]


def test_doubles_are_where_two_shifts_meet():
    found = doubles([(at(0), at(8)), (at(6), at(12)), (at(12), at(14)), (at(7), at(9))])
    assert found == [(at(6), at(9))]


def test_shifts_that_touch_do_not_overlap():
    assert doubles([(at(0), at(8)), (at(8), at(16))]) == []
