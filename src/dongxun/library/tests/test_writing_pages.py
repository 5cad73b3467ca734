"""Writing lessons at a desk while others write them too: nothing typed or brought gets lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dongxun.files.tests.media import make_sound
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.library.contracts import Form
from dongxun.library.models import Lesson, Media, Target
from dongxun.library.tests.make import make_lesson

C = "/console/library/"


@pytest.fixture
def desk(cast):
    return cast.client("secretary")


def text(answer):
    return answer.content.decode()


def hidden(answer, name):
    """Return what a page carries in a field that nobody sees."""
    return re.search(rf'name="{name}" value="([^"]*)"', text(answer)).group(1)


@pytest.mark.parametrize("kind", ["lesson", "target"])
def test_the_way_back_after_a_new_one_takes_nothing_from_who_wrote_since(cast, desk, kind):
    url = C + {"lesson": "new/", "target": "targets/new/"}[kind]
    rows = {"lesson": Lesson.objects, "target": Target.objects}[kind]
    word = {"lesson": "summary", "target": "note"}[kind]
    typed = {
        "id": str(new_id()),
        "version": "",
        "title": "一课",
        "organisation": cast.own.branch.id,
    }
    typed |= {"topic": cast.season.topics.get(number=1).id, "form": "text", "minutes": "30"}
    typed |= {"wanted": "3", "due_on": "2027-01-31"}
    for title in ("一课", "第一课", "头一课"):
        assert desk.post(url, typed | {"title": title}).status_code == 302
    rows.update(**{word: "别人写的"})
    answer = desk.post(url, typed | {"title": "开头一课"})
    assert (answer.status_code, "别人写的" in text(answer)) == (409, True)
    decided = typed | {"title": "开头一课", "version": hidden(answer, "version")}
    assert desk.post(url, decided).status_code == 302
    assert rows.values_list("title", word).get() == ("开头一课", "")


def lines(kind, version, **rows):
    """Return a form of one line, and an empty one behind it."""
    typed = {f"{kind}-0-{name}": value for name, value in rows.items()}
    return {f"{kind}-TOTAL_FORMS": "2", f"{kind}-INITIAL_FORMS": "1", "version": version} | typed


def about(lesson, **typed):
    return {
        "title": lesson.title,
        "topic": str(lesson.topic_id),
        "organisation": str(lesson.organisation_id),
        "form": lesson.form,
        "minutes": str(lesson.minutes),
    } | typed


def test_a_new_lesson_of_a_title_that_there_is_replaces_nothing_and_sent_twice_it_is_one(
    cast, desk
):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, title="第一讲")
    key = hidden(desk.get(f"{C}new/"), "id")
    taken = desk.post(f"{C}new/", about(lesson, id=key, form="audio", minutes="5"))
    lesson.refresh_from_db()
    assert (taken.status_code, lesson.form, lesson.minutes) == (409, Form.TEXT, 30)
    assert "同名" in text(taken)
    assert hidden(taken, "id") == key
    for _time in range(2):
        made = desk.post(f"{C}new/", about(lesson, id=key, title="第二讲"))
        assert made.url == f"{C}{key}/chapters/"
    assert Lesson.objects.count() == 2


def test_of_two_who_change_a_lesson_the_later_sees_what_the_first_has_written(cast, desk):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    page = f"{C}{lesson.id}/edit/"
    seen = hidden(desk.get(page), "version")
    first = about(lesson, version=seen, summary="甲写的")
    second = about(lesson, version=seen, summary="乙写的")
    for _time in range(2):
        assert desk.post(page, first).status_code == 302, "sent twice it is one"
    late = desk.post(page, second)
    assert late.status_code == 409
    assert all(words in text(late) for words in ("甲写的", "乙写的"))
    assert desk.post(page, second | {"version": hidden(late, "version")}).status_code == 302
    lesson.refresh_from_db()
    assert lesson.summary == "乙写的"


def test_of_two_who_write_its_chapters_the_later_loses_nothing_and_takes_nothing_away(cast, desk):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    page, [one] = f"{C}{lesson.id}/chapters/", lesson.chapters.all()
    seen = hidden(desk.get(page), "version")
    mine = lines("chapters", seen, id=str(one.id), title="第1章", text="甲写的一千字")
    mine |= {"chapters-1-title": "甲加的一章"}
    for _time in range(2):
        assert desk.post(page, mine).status_code == 302
    assert lesson.chapters.count() == 2, "sent twice it is one"
    theirs = lines("chapters", seen, id=str(one.id), title="第1章", text="乙的旧页面")
    late = desk.post(page, theirs)
    assert late.status_code == 409
    assert all(words in text(late) for words in ("甲写的一千字", "乙的旧页面", "甲加的一章"))
    assert desk.post(page, theirs | {"version": hidden(late, "version")}).status_code == 302
    assert [row.text or row.title for row in lesson.chapters.all()] == ["乙的旧页面", "甲加的一章"]


def test_a_question_that_somebody_else_removed_is_said_and_can_be_kept(cast, desk):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, questions=1)
    page, [one] = f"{C}{lesson.id}/questions/", lesson.questions.all()
    seen = hidden(desk.get(page), "version")
    typed = lines(
        "questions", seen, id=str(one.id), text="问题1", options="甲\n乙", right="2", why="改了"
    )
    assert desk.post(page, typed | {"questions-0-DELETE": "on"}).status_code == 302
    late = desk.post(page, typed)
    assert (late.status_code, "别人已经把这一项去掉了" in text(late)) == (409, True)
    again = typed | {"version": hidden(late, "version"), "questions-0-id": ""}
    assert str(one.id) not in text(late)
    assert desk.post(page, again).status_code == 302
    assert lesson.questions.get().why == "改了"


def test_a_file_that_came_with_a_chapter_that_was_refused_is_chosen_there(cast, desk, tmp_path):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.AUDIO)
    page = f"{C}{lesson.id}/chapters/"
    file = SimpleUploadedFile("村口录音.wav", make_sound(tmp_path / "a.wav", 1).read_bytes())
    typed = lines("chapters", hidden(desk.get(page), "version"), title="", file=file)
    refused = desk.post(page, typed)
    key = str(Media.objects.get().id)
    assert refused.status_code == 422
    assert f'<option value="{key}" selected>村口录音.wav' in text(refused)
    again = lines("chapters", hidden(refused, "version"), title="开头", played=key)
    assert desk.post(page, again).status_code == 302
    assert str(lesson.chapters.get().media_id) == key


def test_aims_are_neither_replaced_by_a_new_one_nor_by_an_older_page(cast, desk):
    typed = {"title": "村史课", "wanted": "3", "organisation": str(cast.own.branch.id)}
    typed |= {"due_on": clock.today().isoformat()}
    new = f"{C}targets/new/"
    key = hidden(desk.get(new), "id")
    for _time in range(2):
        assert desk.post(new, typed | {"id": key}).status_code == 302
    other = typed | {"id": hidden(desk.get(new), "id"), "wanted": "9"}
    assert desk.post(new, other).status_code == 409
    page = f"{C}targets/{key}/"
    seen = hidden(desk.get(page), "version")
    assert desk.post(page, typed | {"version": seen, "wanted": "4"}).status_code == 302
    late = desk.post(page, typed | {"version": seen, "owner": "周明远"})
    assert (late.status_code, "期间保存" in text(late) or "4" in text(late)) == (409, True)
    assert Target.objects.get().wanted == 4


def test_no_part_of_a_question_is_called_optional(cast, desk):
    lesson = make_lesson(cast.season, cast.own.branch, published=False)
    assert "可不填" not in text(desk.get(f"{C}{lesson.id}/questions/"))
