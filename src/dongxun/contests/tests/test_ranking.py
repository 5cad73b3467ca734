from fractions import Fraction

import pytest

from dongxun.contests.ranking import first_round, places, prizes, rounds_of, sums


def test_equal_values_share_the_better_place_and_the_next_is_skipped():
    assert places({"a": 3, "b": 5, "c": 5, "d": 1}) == {"b": 1, "c": 1, "a": 3, "d": 4}


def test_whoever_shares_the_last_place_of_a_prize_gets_it_too():
    ranks = {"a": 1, "b": 2, "c": 2, "d": 4}
    assert prizes(ranks, [1, 1, 1]) == {"a": 0, "b": 1, "c": 1}
    assert prizes({"a": 1, "b": 1, "c": 3}, [1, 1, 1]) == {"a": 0, "b": 0, "c": 2}


def test_highest_and_lowest_sheet_are_left_out_from_five_judges_on():
    sheets = [(10, 10), (50, 40), (50, 40), (52, 40), (60, 40)]
    assert sums(sheets, trimmed=True)[0] == Fraction(272, 3)
    assert sums(sheets[:4], trimmed=True)[0] == Fraction(292, 4)
    assert sums([], trimmed=True) == (Fraction(0),)


@pytest.mark.parametrize("entries", range(2, 34))
def test_a_bracket_seats_everybody_once_and_no_pair_is_empty(entries):
    pairs = first_round(list(range(entries)))
    seated = [one for pair in pairs for one in pair if one is not None]
    assert sorted(seated) == list(range(entries))
    assert all(first is not None for first, _second in pairs)
    assert len(pairs) == 2 ** (rounds_of(entries) - 1)
