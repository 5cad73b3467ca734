import pytest
from django import forms

from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kit.forms import DONE, REFUSED, SHOWN, attempt, listed, put_error


class Lesson(forms.Form):
    title = forms.CharField()
    topic = forms.CharField(required=False)
    phone = forms.CharField(required=False)


def filled() -> Lesson:
    form = Lesson({"title": "讲述"})
    assert form.is_valid()
    return form


def refuse(error):
    def save():
        raise error

    return save


@pytest.mark.parametrize(
    ("where", "spot"),
    [
        ("topic", "topic"),
        ("topic.3", "topic"),
        ("topic_id", "topic"),
        ("caller", "phone"),
        ("elsewhere", "__all__"),
        ("", "__all__"),
    ],
)
def test_a_refusal_stands_at_its_field_or_above_the_form(where, spot):
    form = filled()
    put_error(form, Invalid("不合适", where=where), {"caller": "phone"})
    assert form.errors == {spot: ["不合适"]}


def test_every_detail_is_said_even_of_a_field_the_form_has_not():
    form = filled()
    put_error(form, Invalid(details=[("title", "太短"), ("hall", "没有这个会场")]))
    assert form.errors == {"title": ["太短"], "__all__": ["没有这个会场"]}


def test_what_is_hidden_is_not_spoken_of_in_a_form():
    with pytest.raises(NotFound):
        put_error(filled(), NotFound())


@pytest.mark.parametrize(("error", "status"), [(Conflict(), 409), (NotAllowed(), 403)])
def test_an_attempt_answers_with_the_refusals_status_and_its_words(error, status):
    form = filled()
    assert attempt(form, refuse(error)) == status
    assert form.non_field_errors() == [str(error)]


def test_an_attempt_saves_only_what_was_sent_and_fits():
    saved = []
    assert attempt(Lesson(), lambda: saved.append(1)) == SHOWN
    assert attempt(Lesson({"title": ""}), lambda: saved.append(1)) == REFUSED
    assert not saved
    assert attempt(filled(), lambda: saved.append(1)) == DONE
    assert saved == [1]


def test_a_line_is_taken_apart_at_whatever_comma_each_part_once():
    assert listed(" 水稻，蔬菜、水稻; 果树；,\n养殖 ") == ["水稻", "蔬菜", "果树", "养殖"]
