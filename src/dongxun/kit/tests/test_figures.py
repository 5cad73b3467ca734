"""How numbers are written."""

from decimal import Decimal

import pytest
from django.utils import translation

from dongxun.kit import figures


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [
        (48260, 0, "48,260"),
        (-9, 0, "−9"),
        (6.5, 1, "6.5"),
        (Decimal("2.25"), 1, "2.3"),
        (0, 0, "0"),
        (None, 0, "—"),
    ],
)
def test_numbers_have_commas_and_a_true_minus(value, digits, words):
    assert figures.number(value, digits) == words


@pytest.mark.parametrize(
    ("value", "words"), [(2, "+2"), (-21, "−21"), (0, "±0"), (-0.3, "±0"), (None, "—")]
)
def test_differences_carry_their_sign(value, words):
    assert figures.signed(value) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (718, 1000, "71.8%"),
        (3, 7, "3/7"),
        (0, 0, "—"),
        (9999, 10000, "99.9%"),
        (10000, 10000, "100.0%"),
        (1, 48260, "0.1%"),
        (0, 48260, "0.0%"),
    ],
)
def test_shares_are_exact_at_the_edges_and_silent_about_few(part, whole, words):
    assert figures.percent(part, whole) == words


def test_a_figure_shows_numerator_denominator_and_share():
    assert figures.figure(1038, 1045) == "1,038 / 1,045（99.3%）"
    assert figures.figure(3, 7) == "3 / 7"
    with translation.override("en"):
        assert figures.figure(38, 45) == "38 of 45 (84.4%)"


def test_steps_follow_the_printed_limits():
    shares = [0, 29, 30, 54, 55, 74, 75, 89, 90, 100]
    assert [figures.step(share, 100) for share in shares] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert figures.step(0, 0) == 0


def test_a_cell_is_low_from_eight_points_below_plan():
    assert figures.is_low(660, 1000, 74)
    assert not figures.is_low(661, 1000, 74)
    assert not figures.is_low(1, 1000, None)


def test_points_from_plan_are_those_between_the_two_numbers_shown():
    assert figures.points(735, 1000, Decimal("83.5")) == -10
    assert figures.points(0, 0, 80) is None
