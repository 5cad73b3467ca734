"""Pages of planned sessions: what they say, what they keep, who may open them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from dongxun.activities.models import Draft, Session
from dongxun.activities.sessions import drafts, planning
from dongxun.activities.sessions.shapes import Step
from dongxun.activities.sessions.steps import read_step
from dongxun.activities.sessions.views.plan import _tiles
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.notices.models import Notice
from dongxun.organisations.models import Place
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TakingPart, TaskLine

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def get(cast, role: str, name: str, *args: object, **query: str):
    return cast.client(role).get(reverse(f"activities:{name}", args=args), query)


def typed_steps(cast) -> dict[str, dict[str, Any]]:
    day = clock.today() + timedelta(days=3)
    return {
        "what": {
            "title": "车间里的一堂课",
            "type": "party_lecture",
            "format": "hall",
            f"topic_{cast.topics[0].id}": "45",
            "tags": "冬训+助企",
        },
        "when": {
            "day": day.isoformat(),
            "start": "14:00",
            "end": "16:00",
            "place_text": "旗杆厂区展厅",
        },
        "teachers": {
            "lecturer_1": str(cast.own.lecturer.id),
            "steps": "升旗仪式 10 团委\n重温入党誓词",
        },
        "people": {"host_id": str(cast.own.node.id), "audience": "all"},
    }


def walk_to_check(cast, client, **changes: dict[str, Any]):
    steps = typed_steps(cast)
    response = client.post(reverse("activities:new"), steps["what"] | changes.get("what", {}))
    assert response.status_code == 302, words(response)
    draft = Draft.objects.get()
    for name in ("when", "teachers", "people"):
        url = reverse("activities:draft", args=[draft.id, name])
        response = client.post(url, steps[name] | changes.get(name, {}))
        assert response.status_code == 302, words(response)
    return reverse("activities:draft", args=[draft.id, "check"])


def test_five_steps_make_a_published_session_and_tell_people(cast):
    client = cast.client("organiser")
    check = walk_to_check(cast, client)
    page = words(client.get(check))
    assert "车间里的一堂课" in page
    assert "升旗仪式" in page
    client.post(check, {"then": "publish"})
    session = Session.objects.get(title="车间里的一堂课")
    assert (session.state, session.credit_minutes, session.steps.count()) == ("published", 45, 2)
    assert session.steps.get(order=2).is_oath
    assert Notice.objects.filter(object_id=session.id).count() == 1
    assert Draft.objects.count() == 0


def test_places_are_offered_with_what_they_have_so_that_the_page_can_narrow_them(cast):
    of = {"organisation_id": cast.own.node.id, "type": "hall", "capacity": 300}
    Place.objects.create(**of, name="大礼堂", facilities=["音响", "投影"])
    client = cast.client("organiser")
    client.post(reverse("activities:new"), typed_steps(cast)["what"])
    url = reverse("activities:draft", args=[Draft.objects.get().id, "when"])
    page = words(client.get(url))
    assert 'data-seats="300" data-has="音响 投影"' in page
    assert "300，音响、投影）" in page
    assert '<input type="checkbox" value="投影">' in page


@pytest.mark.parametrize(
    ("line", "title", "minutes", "owner"),
    [
        ("升旗 10 团委 李明", "升旗", 10, "团委 李明"),
        ("升旗仪式 10分钟 团委", "升旗仪式", 10, "团委"),
        ("参观车间 15 分钟", "参观车间", 15, ""),
        ("参观车间 2 号楼", "参观车间 2 号楼", None, ""),
        ("参观车间 2 号楼 30 厂办", "参观车间 2 号楼", 30, "厂办"),
        ("分组讨论 20 第 3 组", "分组讨论", 20, "第 3 组"),
        ("表彰 3 名 示范户", "表彰 3 名 示范户", None, ""),
        ("重温入党誓词", "重温入党誓词", None, ""),
        ("2 号楼集合", "2 号楼集合", None, ""),
    ],
)
def test_a_typed_step_is_read_as_it_is_meant(line, title, minutes, owner):
    assert read_step(line)[:3] == [title, minutes, owner]


def test_a_run_sheet_that_is_opened_and_kept_again_stays_word_for_word(cast):
    steps = (
        Step("升旗", 10, "团委 李明", note="旗在库房"),
        Step("参观车间 2 号楼", None, "厂办"),
        Step("誓词展", 5, is_oath=False),
        Step("面向党旗 3 人", 2, "", is_oath=True),
    )
    plan = make_plan(cast.season, cast.own.node, steps=steps)
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    client = cast.client("organiser")
    client.post(reverse("activities:edit", args=[session_id]))
    draft = Draft.objects.get()
    url = reverse("activities:draft", args=[draft.id, "teachers"])
    lines = client.get(url).context["form"]["steps"].value()
    client.post(url, {"steps": lines.replace("\n", "\r\n")})
    draft.refresh_from_db()
    assert drafts.plan_from(draft.typed, cast.season.id, by=SYSTEM).steps == steps
    client.post(url, {"steps": lines.replace("升旗 10", "升旗 15")})
    draft.refresh_from_db()
    assert draft.typed["steps"][0] == ["升旗", 15, "团委 李明", False, "旗在库房"]


def test_what_does_not_fit_answers_422_and_keeps_what_was_typed(cast):
    client = cast.client("organiser")
    steps = typed_steps(cast)
    response = client.post(
        reverse("activities:new"), steps["what"] | {"title": "", "tags": "冬训+很特别"}
    )
    assert response.status_code == 422
    assert "冬训+很特别" in words(response)
    client.post(reverse("activities:new"), steps["what"])
    url = reverse("activities:draft", args=[Draft.objects.get().id, "when"])
    response = client.post(url, steps["when"] | {"end": "13:00", "place_text": "很特别的厅"})
    assert response.status_code == 422
    assert "结束时间要晚于开始时间" in words(response)
    assert "很特别的厅" in words(response)


def test_a_draft_is_its_owners_alone(cast):
    client = cast.client("organiser")
    client.post(reverse("activities:new"), typed_steps(cast)["what"])
    draft = Draft.objects.get()
    assert get(cast, "organiser", "draft", draft.id, "what").status_code == 200
    assert get(cast, "other_organiser", "draft", draft.id, "what").status_code == 404
    url = reverse("activities:throw_away", args=[draft.id])
    assert cast.client("other_organiser").post(url).status_code == 404
    assert client.post(url).status_code == 302
    assert Draft.objects.count() == 0


def test_what_was_begun_and_left_is_found_again_by_whoever_began_it(cast):
    client = cast.client("organiser")
    client.post(reverse("activities:new"), typed_steps(cast)["what"])
    [draft] = Draft.objects.all()
    way = reverse("activities:draft", args=[draft.id, "check"])
    for name in ("schedule", "new"):
        assert way in words(get(cast, "organiser", name))
        assert way not in words(get(cast, "office", name))
    assert client.get(way)["Location"] == reverse("activities:draft", args=[draft.id, "when"])

    client.post(reverse("activities:throw_away", args=[draft.id]))
    assert way not in words(get(cast, "organiser", "schedule"))


def test_clashes_are_shown_before_saving_and_do_not_block(cast):
    client = cast.client("organiser")
    other = cast.own.session
    local = other.starts_at.astimezone(clock.zone())
    end = min(local + timedelta(hours=1), local.replace(hour=23, minute=59))
    when = {"day": local.date().isoformat(), "start": f"{local:%H:%M}", "end": f"{end:%H:%M}"}
    check = walk_to_check(cast, client, when=when)
    page = words(client.get(check))
    assert "冲突" in page
    assert client.post(check, {"then": "save"}).status_code == 302


@pytest.mark.parametrize("view", ["timeline", "month", "list"])
def test_the_plan_is_shown_in_three_ways(cast, view):
    page = words(get(cast, "office", "plan", view=view))
    assert "排了" in page
    assert cast.own.session.title[:4] in page or view == "timeline"


def test_the_week_shows_own_sessions_only(cast):
    page = words(get(cast, "organiser", "schedule"))
    assert cast.own.session.title in page
    assert cast.foreign.session.title not in page


def test_a_session_page_by_phase(cast):
    session_id = planning.save_session(
        by=SYSTEM, plan=make_plan(cast.season, cast.own.node, title="草稿课")
    )
    assert "草稿" in words(get(cast, "organiser", "session", session_id))
    client = cast.client("organiser")
    client.post(reverse("activities:publish", args=[session_id]))
    assert "应到" in words(get(cast, "organiser", "session", session_id))
    response = client.post(reverse("activities:cancel", args=[session_id]), {"cancel-reason": ""})
    assert response.status_code == 422
    client.post(reverse("activities:cancel", args=[session_id]), {"cancel-reason": "大雪"})
    assert "大雪" in words(get(cast, "organiser", "session", session_id))
    assert get(cast, "other_organiser", "session", session_id).status_code == 404


def test_moving_by_form_tells_people(cast):
    session_id = planning.save_session(by=SYSTEM, plan=make_plan(cast.season, cast.own.node))
    planning.publish_session(by=SYSTEM, session_id=session_id)
    client = cast.client("organiser")
    day = clock.today() + timedelta(days=5)
    response = client.post(
        reverse("activities:move", args=[session_id]),
        {
            "move-day": day.isoformat(),
            "move-start": "09:00",
            "move-minutes": "90",
            "move-reason": "让会场",
        },
    )
    assert response.status_code == 302
    assert Notice.objects.filter(object_id=session_id, kind="session_moved").exists()


def test_editing_in_steps_begins_with_what_is_there(cast):
    session_id = planning.save_session(
        by=SYSTEM, plan=make_plan(cast.season, cast.own.node, title="原来的题目")
    )
    client = cast.client("organiser")
    response = client.post(reverse("activities:edit", args=[session_id]), follow=True)
    assert "原来的题目" in words(response)
    check = reverse("activities:draft", args=[Draft.objects.get().id, "check"])
    assert client.post(check, {"then": "save"}).status_code == 302
    assert Session.objects.filter(title="原来的题目").count() == 1


def test_a_lecturer_answers_on_the_own_page(cast):
    page = get(cast, "lecturer", "lessons")
    assert page.status_code == 200
    url = reverse("activities:answer", args=[cast.booking.id])
    client = cast.client("lecturer")
    assert client.post(url, {"answer": "no"}).status_code == 422
    assert client.post(url, {"answer": "yes"}).status_code == 302
    cast.booking.refresh_from_db()
    assert cast.booking.state == "confirmed"


def test_a_phone_sees_where_its_person_is_expected(cast):
    page = words(get(cast, "phone", "mine"))
    assert cast.own.session.title in page
    assert cast.foreign.mark not in page


def test_a_board_shows_who_has_not_held_it(cast):
    task_id = seasons.add_cascade_task(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        line=TaskLine(
            title="冬训第一课",
            due_on=cast.season.starts_on + timedelta(days=1),
            is_first_lesson=True,
        ),
    )
    assert "冬训第一课" in words(get(cast, "organiser", "tasks"))
    page = words(get(cast, "organiser", "task", task_id))
    assert cast.own.branch.short_name in page
    assert cast.foreign.branch.short_name not in page


@pytest.mark.parametrize("name", ["plan", "schedule", "new", "tasks", "organisations"])
def test_nobody_comes_in_without_signing_in(cast, name):
    assert get(cast, "public", name).status_code in {302, 401}


def test_the_tile_map_shows_towns_and_not_the_agencies_of_one_street():
    zone = uuid4()
    town, agency = (
        TakingPart(
            organisation_id=uuid4(),
            name=name,
            short_name=name,
            type_code=code,
            interval=Interval(1, 2),
            geo_zone_id=zone_id,
            latitude=32.1,
            longitude=121.0,
        )
        for name, code, zone_id in (("平潮镇", "town", zone), ("区财政局", "agency", None))
    )
    assert [tile["name"] for tile in _tiles([town, agency], [], "")] == ["平潮"]
    assert [tile["name"] for tile in _tiles([agency], [], "")] == ["区财政局"]


def test_the_counts_of_today_say_how_many_are_expected(cast):
    own, foreign = cast.own.session, cast.foreign.session
    url = reverse("activities:counts")
    answer = cast.client("organiser").get(url, {"id": [own.id, foreign.id, "nonsense"]})
    page = words(answer)
    assert f'id="count-{own.id}"' in page
    assert f'id="count-{foreign.id}"' not in page
    assert "应到" in page
    overview = words(cast.client("organiser").get(reverse("web:home")))
    assert f"id={own.id}" in overview
    assert f'id="count-{own.id}"' in overview


def week_of(cast, count: int):
    """Publish sessions today, each in a place of its own, by turns in the two towns."""
    today = clock.moment(clock.today()) + timedelta(hours=22)
    for n in range(count):
        node = (cast.own if n % 2 else cast.foreign).node
        draft = make_plan(
            cast.season,
            node,
            title=f"第{n}课",
            place_text=f"{n}号院子",
            starts_at=today,
            ends_at=today + timedelta(hours=1),
        )
        session_id = planning.save_session(by=SYSTEM, plan=draft)
        planning.publish_session(by=SYSTEM, session_id=session_id)


def test_a_week_of_many_venues_is_read_by_unit_and_each_unit_by_venue(cast):
    for town in (cast.own, cast.foreign):
        cast.season.organisations.get_or_create(organisation_id=town.node.id)
    week_of(cast, 16)
    whole = words(get(cast, "office", "schedule"))
    assert "按单位看一周" in whole
    assert whole.count("号院子") < 2 * 16

    one = words(get(cast, "office", "schedule", unit=str(cast.own.node.id)))
    assert "按场地的周历" in one
    assert "1号院子" in one
    assert "0号院子" not in one
    assert f"{cast.own.node.short_name}：" in one


def test_a_week_can_be_narrowed_to_what_lacks_a_lecturer_and_says_when_nothing_does(cast):
    Session.objects.all().delete()
    week_of(cast, 2)
    assert "第0课" in words(get(cast, "office", "schedule", only="lecturer"))
    nothing = words(get(cast, "office", "schedule", only="clash"))
    assert "第0课" not in nothing
    assert "这一周的场次里没有这样的" in nothing


def test_a_week_does_not_ask_for_lecturers_of_what_is_over(cast):
    Session.objects.all().delete()
    start = clock.now() - timedelta(hours=9)
    make_session(cast.season, cast.own.node, starts_at=start, ends_at=start + timedelta(hours=1))
    assert "还没定讲师" not in words(get(cast, "office", "schedule"))


@pytest.mark.parametrize("query", [{"zone": "x"}, {"unit": "x"}, {"only": "x"}, {"day": "x"}])
def test_a_week_asked_for_wrongly_is_the_whole_week(cast, query):
    page = get(cast, "organiser", "schedule", **query)
    assert page.status_code == 200
    assert cast.own.session.title in words(page)


def test_another_week_is_not_called_this_week(cast):
    day = (clock.today() + timedelta(days=14)).isoformat()
    week = words(get(cast, "office", "schedule", day=day))
    assert "本周" not in week
