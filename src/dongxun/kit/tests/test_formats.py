from datetime import date

import pytest
from django import forms
from django.utils import translation


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_date_field_shows_its_day_in_the_way_that_browsers_read(language):
    with translation.override(language):
        assert 'value="2026-12-09"' in forms.DateInput().render("day", date(2026, 12, 9))


@pytest.mark.parametrize("typed", ["2026-12-09", "2026/12/9", "2026.12.09", "2026年12月9日"])
def test_a_day_is_read_however_it_is_typed(typed):
    assert forms.DateField().clean(typed) == date(2026, 12, 9)
