import pytest
from django.urls import reverse

from dongxun.contests.models import Entry
from dongxun.contests.tests.make import make_contest
from dongxun.kernel.ids import new_id


@pytest.fixture
def lin(cast):
    return cast.client("member")


def test_nothing_is_called_optional_that_is_asked_for_when_it_lacks(cast, lin):
    contest = make_contest(cast.season, cast.district)
    enter = reverse("contests:enter", args=[contest.id])
    assert "可不填" not in lin.get(enter).content.decode()
    refused = lin.post(enter, {"id": new_id(), "title": "", "text": ""})
    assert "请写标题" in refused.content.decode()


def test_what_was_taken_back_stands_in_the_form_when_one_enters_anew(cast, lin):
    contest = make_contest(cast.season, cast.district)
    page = reverse("contests:enter", args=[contest.id])
    lin.post(page, {"id": new_id(), "title": "一条路", "text": "路修好了。"})
    old = Entry.objects.get()
    asked = lin.get(reverse("contests:take", args=[contest.id])).content.decode()
    assert asked.index("<summary") < asked.index("确认撤回")
    lin.post(reverse("contests:withdraw", args=[old.id]))
    form = lin.get(page).context["form"]
    assert (form["title"].value(), form["text"].value()) == ("一条路", "路修好了。")
    again = {name: form[name].value() for name in ("id", "title", "text")}
    assert lin.post(page, again).status_code == 302
    assert sorted(Entry.objects.values_list("state", flat=True)) == ["in", "out"]


def test_what_was_withdrawn_in_another_tab_enters_anew_when_it_is_sent_again(cast, lin):
    contest = make_contest(cast.season, cast.district)
    page, typed = (
        reverse("contests:enter", args=[contest.id]),
        {"title": "一条路", "text": "路修好了。"},
    )
    lin.post(page, typed | {"id": new_id()})
    old = Entry.objects.get()
    lin.post(reverse("contests:withdraw", args=[old.id]))
    refused = lin.post(page, typed | {"id": old.id})
    again = refused.context["form"]["id"].value()
    assert (refused.status_code, str(again) != str(old.id)) == (409, True)
    assert lin.post(page, typed | {"id": again}).status_code == 302
