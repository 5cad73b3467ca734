from decimal import Decimal

import pytest
from django import forms
from django.core.validators import RegexValidator
from django.utils import translation


class Everything(forms.Form):
    name = forms.CharField()
    title = forms.CharField(max_length=3)
    code = forms.CharField(min_length=4)
    hours = forms.DecimalField(max_value=Decimal(8), decimal_places=1, max_digits=3)
    people = forms.IntegerField(min_value=1)
    day = forms.DateField()
    at = forms.TimeField()
    moment = forms.DateTimeField()
    mode = forms.ChoiceField(choices=[("a", "A")])
    many = forms.MultipleChoiceField(choices=[("a", "A")])
    key = forms.UUIDField()
    mail = forms.EmailField()
    shape = forms.CharField(validators=[RegexValidator("^x$")])
    file = forms.FileField()


TYPED = {
    "name": "",
    "title": "四个字的",
    "code": "12",
    "hours": "9",
    "people": "0",
    "day": "去年",
    "at": "早上",
    "moment": "2026-13-40",
    "mode": "b",
    "many": ["c"],
    "key": "x",
    "mail": "x",
    "shape": "y",
}
SAID = {
    "name": ("请填写。", "Please fill this in."),
    "title": ("最多 3 个字，现在有 4 个。", "At most 3 characters; there are 4."),
    "code": ("至少 4 个字，现在有 2 个。", "At least 4 characters; there are 2."),
    "hours": ("不能大于 8。", "At most 8."),
    "people": ("不能小于 1。", "At least 1."),
    "day": ("请填日期，如 2026-12-09。", "A day such as 2026-12-09, please."),
    "at": ("请填时间，如 14:00。", "A time such as 14:00, please."),
    "moment": (
        "请填日期和时间，如 2026-12-09 14:00。",
        "A day and time such as 2026-12-09 14:00, please.",
    ),
    "mode": ("“b”不在可选项里，请重新选。", "“b” is not among the choices. Choose again."),
    "many": ("“c”不在可选项里，请重新选。", "“c” is not among the choices. Choose again."),
    "key": (
        "这一项对不上，请刷新页面再选一次。",
        "This leads nowhere. Load the page again and choose anew.",
    ),
    "mail": (
        "请填邮箱，如 name@example.org。",
        "A mail address such as name@example.org, please.",
    ),
    "shape": ("格式不对。", "This does not have the form it should have."),
    "file": ("请填写。", "Please fill this in."),
}


@pytest.mark.parametrize(("language", "place"), [("zh-hans", 0), ("en", 1)])
def test_what_does_not_fit_is_said_in_our_words(language, place):
    with translation.override(language):
        errors = Everything(TYPED).errors
        said = {name: str(words[0]) for name, words in errors.items()}

    assert said == {name: words[place] for name, words in SAID.items()}


def test_digits_and_letters_in_a_number_are_told_apart():
    with translation.override("zh-hans"):
        assert Everything(TYPED | {"hours": "1.23"}).errors["hours"] == ["小数点后最多 1 位。"]
        assert Everything(TYPED | {"hours": "八"}).errors["hours"] == ["请填数字。"]
        assert Everything(TYPED | {"people": "1.5"}).errors["people"] == ["请填整数。"]
        assert Everything(TYPED | {"name": "a\x00"}).errors["name"] == [
            "里面有打不出来的字符，请重新输入。"
        ]
