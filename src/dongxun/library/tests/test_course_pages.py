from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.library import api
from dongxun.library.contracts import Form
from dongxun.library.models import Lesson, Target, Track
from dongxun.library.tests.make import SYSTEM, ended, make_lesson
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Course

C = "/console/library/"


@pytest.fixture
def series(cast):
    """A course of the first topic with two episodes, and a lesson beside it."""
    topic_id = cast.topics[0].id
    key = seasons.write_course(by=SYSTEM, topic_id=topic_id, title="村史十讲", minutes=60)
    make_lesson(cast.season, cast.district, title="单独一课", track="理论课堂", chapters=1)
    for title in ("建村", "修渠"):
        about = {"course_id": key, "track": "特色课堂", "chapters": 1}
        make_lesson(cast.season, cast.own.branch, title=title, **about)
    return Course.objects.get(id=key)


def text(answer):
    return answer.content.decode()


def typed(cast, **overrides):
    values = {
        "title": "特色村史课",
        "wanted": "3",
        "organisation": str(cast.own.node.id),
        "due_on": clock.today().isoformat(),
    }
    return values | overrides


def test_a_member_goes_through_a_course_episode_by_episode(cast, series):
    lin = cast.client("member")
    [first, second] = Lesson.objects.filter(course=series).order_by("order")
    shown = text(lin.get("/learn/"))
    assert shown.index("村史十讲") < shown.index("修渠") < shown.index("单独一课")
    page = f"/learn/courses/{series.id}/"
    assert "学完 0 节，共 2 节" in text(lin.get(page))
    api.note_steps(by=phone_of(cast.lin), steps=[ended(first.chapters.get(), cast.lin)])
    shown = text(lin.get(page))
    assert "学下一集" in shown
    assert f"/learn/{second.id}/" in shown
    assert "下一集：修渠" in text(lin.get(f"/learn/{first.id}/"))
    assert cast.client("other_secretary").get(f"{C}courses/{series.id}/").status_code == 404
    desk = text(cast.client("secretary").get(f"{C}courses/{series.id}/"))
    assert desk.index("建村") < desk.index("修渠")


def test_lessons_are_narrowed_by_track_form_and_topic(cast, series):
    make_lesson(cast.season, cast.own.branch, title="另一专题", topic=2, form=Form.TEXT)
    lin, desk = cast.client("member"), cast.client("secretary")
    narrowed = text(lin.get("/learn/?track=特色课堂"))
    assert "建村" in narrowed
    assert "单独一课" not in narrowed.split("共")[-1]
    assert "没有符合的课" in text(lin.get("/learn/?form=video"))
    for query, title in (
        ("track=理论课堂", "单独一课"),
        (f"topic={cast.topics[1].id}", "另一专题"),
    ):
        rows = text(desk.get(f"{C}?{query}")).partition("<tbody>")[2]
        assert title in rows
        assert "建村" not in rows
    assert "没有符合的课" in text(desk.get(f"{C}?form=video"))


def test_a_unit_adds_a_track_of_its_own_and_others_do_not_have_it(cast):
    mine, other = cast.client("organiser"), cast.client("other_organiser")
    add = {"name": "红色讲堂", "organisation": str(cast.own.node.id)}
    assert mine.post(f"{C}tracks/", add | {"name": "理论课堂"}).status_code == 422
    mine.post(f"{C}tracks/", add)
    assert "红色讲堂" in text(cast.client("secretary").get(f"{C}new/"))
    assert "红色讲堂" not in text(other.get(f"{C}new/"))
    key = Track.objects.get().id
    assert other.post(f"{C}tracks/", {"what": "remove", "track": key}).status_code == 404
    make_lesson(cast.season, cast.own.branch, track="红色讲堂")
    mine.post(f"{C}tracks/", {"what": "remove", "track": key})
    edit = f"{C}{Lesson.objects.get().id}/edit/"
    assert "红色讲堂" in text(mine.get(edit)), "the lesson keeps it"


def test_how_many_lessons_are_to_be_made_and_how_far_that_is(cast, series):
    desk = cast.client("organiser")
    assert "还没有开发任务" in text(desk.get(f"{C}targets/"))
    bad = desk.post(f"{C}targets/new/", typed(cast, wanted="0"))
    assert bad.status_code == 422
    assert "特色村史课" in text(bad)
    desk.post(f"{C}targets/new/", typed(cast, course=str(series.id), owner="周明远"))
    make_lesson(cast.season, cast.own.branch, title="分田", course_id=series.id, published=False)
    shown = text(desk.get(f"{C}targets/"))
    assert "要开发 3 节课，已完成 2 节" in shown
    assert "周明远" in shown
    target = Target.objects.get()
    Target.objects.update(due_on=clock.today() - timedelta(days=1))
    assert "已逾期" in text(desk.get(f"{C}courses/{series.id}/"))
    page = f"{C}targets/{target.id}/"
    assert cast.client("other_organiser").get(page).status_code == 404
    assert cast.client("secretary").get(page).status_code == 404
    desk.post(page, typed(cast, wanted="2", course=str(series.id)))
    assert "已完成" in text(desk.get(f"{C}targets/"))
    desk.post(page, {"what": "remove"})
    assert not Target.objects.exists()


def test_a_course_with_lessons_is_not_taken_away(cast, series):
    about = [cast.season.id, series.topic_id, series.id]
    answer = cast.client("office").post(reverse("seasons:remove_course", args=about), follow=True)
    assert "请先把课移出去" in text(answer)
