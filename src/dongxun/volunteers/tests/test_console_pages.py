from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.volunteers import api
from dongxun.volunteers.models import Errand, Post, Service, ServiceType, Shift, Team, Turn
from dongxun.volunteers.tests.make import (
    make_errand,
    make_post,
    make_service,
    make_shift,
    phone_of,
)

pytestmark = pytest.mark.django_db
C = "/console/volunteers/"


@pytest.fixture
def secretary(cast):
    return cast.client("secretary")


@pytest.fixture
def post(cast):
    return make_post(cast.season, cast.own.branch, needed=2)


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_first_page_says_how_many_shifts_have_nobody(cast, secretary, post):
    for begin in (0, 8):
        make_shift(post, clock.moment(clock.today()) + timedelta(hours=begin), 8)
    page = text(secretary.get(C))
    assert "今天 1 个岗点，2 个班次没人" in page
    assert "16:00–24:00" in page
    assert "没排班" in page


def test_a_post_is_set_up_filled_and_printed_week_by_week(cast, secretary):
    today = clock.today()
    typed = {
        "unit": organisations.node(cast.own.branch.id).name,
        "name": "村口卡口",
        "place": str(cast.own.place.id),
        "from_day": today.isoformat(),
        "until_day": (today + timedelta(days=6)).isoformat(),
        "template": "own",
        "starts": "7:00、15：00、23:00",
        "needed": "1",
        "keeps_register": "on",
    }
    place = cast.own.place
    type(place).objects.filter(id=place.id).update(public=True)
    made = secretary.post(f"{C}posts/new/", typed)
    post = Post.objects.get()
    assert made.status_code == 302
    assert post.starts == ["07:00", "15:00", "23:00"]
    days = {"days-first": today.isoformat(), "days-last": today.isoformat(), "what": "fill"}
    secretary.post(f"{C}posts/{post.id}/do/", days)
    assert Shift.objects.count() == 3
    assert "3 个班次没人" in text(secretary.get(f"{C}posts/{post.id}/"))


def test_what_does_not_fit_keeps_what_was_typed(cast, secretary):
    answer = secretary.post(f"{C}posts/new/", {"name": "村口卡口", "from_day": "gestern"})
    assert answer.status_code == 422
    assert "村口卡口" in text(answer)


def test_somebody_is_put_on_a_shift_by_name_and_refused_in_words(cast, secretary, post):
    shift = make_shift(post)
    url = f"{C}shifts/{shift.id}/do/"
    assert secretary.post(url, {"what": "assign", "person": "林小满"}).status_code == 302
    again = secretary.post(url, {"what": "assign", "person": "林小满（平潮村党支部）"})
    assert (again.status_code, "已经认领过了" in text(again)) == (409, True)
    nobody = secretary.post(url, {"what": "assign", "person": "张三丰"})
    assert (nobody.status_code, "这里没有叫“张三丰”的人" in text(nobody)) == (422, True)
    assert "张三丰" in text(nobody)


def test_times_are_entered_by_hand_approved_and_shown(cast, secretary, post):
    shift = make_shift(post, clock.now() - timedelta(hours=9))
    secretary.post(f"{C}shifts/{shift.id}/do/", {"what": "assign", "person": "林小满"})
    assert not Turn.objects.exists()
    zone = clock.zone()
    day = clock.day_of(shift.starts_at)
    url = f"{C}posts/{post.id}/sheet/?day={day.isoformat()}"
    typed = {
        "name-new0": "林小满",
        "what-new0": str(shift.id),
        "on-new0": f"{shift.starts_at.astimezone(zone):%H:%M}",
        "off-new0": f"{shift.ends_at.astimezone(zone):%H：%M}",
    }
    assert secretary.post(url, typed).status_code == 302
    [row] = Turn.objects.all()
    assert (str(row.hours), row.on_source) == ("8.0", "paper")
    secretary.post(f"{C}hours/approve/", {"turn": str(row.id)})
    page = text(secretary.get(f"{C}hours/"))
    assert "公示" in page
    assert "周明远" in text(secretary.get(f"{C}turns/{row.id}/"))


def test_a_sheet_with_a_bad_line_is_kept_as_typed(cast, secretary, post):
    shift = make_shift(post, clock.now() - timedelta(hours=9))
    day = clock.day_of(shift.starts_at)
    url = f"{C}posts/{post.id}/sheet/?day={day.isoformat()}"
    typed = {"name-new0": "林小满", "on-new0": "früh", "off-new0": "8:41"}
    answer = secretary.post(url, typed)
    assert (answer.status_code, "früh" in text(answer)) == (422, True)
    assert not Turn.objects.exists()


def test_an_activity_is_arranged_with_partners_and_results(cast, secretary):
    api.ensure_types()
    kind = ServiceType.objects.get(name="农产品质量抽检")
    day = clock.today() + timedelta(days=1)
    typed = {
        "unit": cast.own.branch.name,
        "title": "春节前抽检",
        "type": str(kind.id),
        "day": day.isoformat(),
        "start": "09:00",
        "end": "11:00",
        "for_whom": "菜农",
        "partners": cast.foreign.branch.name,
        "tags": "文明实践、岗位建功",
    }
    secretary.post(f"{C}services/new/", typed)
    row = Service.objects.get()
    assert (row.tags, row.partners.get().id) == (
        ["文明实践", "岗位建功"],
        cast.foreign.branch.id,
    )
    item = "0197a000-0000-7000-8000-000000000001"
    typed = {"what": "result", "item": item, "sample": "青菜", "result": "合格", "passed": "yes"}
    secretary.post(f"{C}services/{row.id}/do/", typed)
    assert "青菜" in text(secretary.get(f"{C}services/{row.id}/"))
    missing = secretary.post(f"{C}services/{row.id}/do/", {"what": "cancel"})
    assert missing.status_code == 422


def test_hours_of_a_service_are_entered_from_its_sheet(cast, secretary):
    begin = clock.now() - timedelta(hours=5)
    service = make_service(
        cast.season, cast.own.branch, starts_at=begin, ends_at=begin + timedelta(hours=2)
    )
    page = secretary.get(f"{C}services/{service.id}/sheet/")
    assert page.status_code == 200


def test_an_errand_goes_from_the_branch_to_its_receipt(cast, secretary):
    typed = {
        "unit": cast.own.branch.name,
        "kind": "shopping",
        "words": "买米",
        "for_name": "五保户甲",
        "address": "三组",
        "item": "0197a000-0000-7000-8000-000000000002",
    }
    secretary.post(f"{C}errands/new/", typed)
    secretary.post(f"{C}errands/new/", typed)
    row = Errand.objects.get()
    url = f"{C}errands/{row.id}/do/"
    secretary.post(url, {"what": "assign", "person": "林小满"})
    short = secretary.post(url, {"what": "done", "minutes": "0"})
    assert short.status_code == 422
    secretary.post(url, {"what": "done", "minutes": "30", "words": "送到"})
    secretary.post(url, {"what": "received", "how": "told"})
    assert Errand.objects.get().state == "received"
    assert "五保户甲" in text(secretary.get(f"{C}errands/{row.id}/"))


def test_teams_that_members_formed_are_decided_on(cast, secretary):
    phone = cast.client("member")
    phone.post("/me/volunteer/teams/", {"name": "宣传队", "purpose": "宣讲"})
    page = text(secretary.get(f"{C}teams/"))
    assert "1 支服务队等审批" in page
    team_id = Team.objects.get().id
    refused = secretary.post(f"{C}teams/{team_id}/do/", {"what": "refuse"})
    assert refused.status_code == 422
    secretary.post(f"{C}teams/{team_id}/do/", {"what": "approve"})
    assert "1 支志愿服务队" in text(secretary.get(f"{C}teams/"))


def test_anybody_asks_by_phone_and_looks_up_with_the_code(cast, client):
    typed = {
        "branch": cast.own.branch.name,
        "kind": "medicine",
        "words": "取降压药",
        "asker": "self",
        "for_name": "王奶奶",
        "address": "五组",
        "item": "0197a000-0000-7000-8000-000000000003",
    }
    made = client.post("/errands/ask/", typed)
    row = Errand.objects.get()
    assert row.code in made.headers["Location"]
    page = text(client.get(made.headers["Location"]))
    assert (row.code in page, "王奶奶" in page) == (True, False)
    wrong = client.get("/errands/asked/?code=ZZZZZZ")
    assert (wrong.status_code, "没有这个编号" in text(wrong)) == (422, True)
    lin = phone_of(cast.lin)
    api.take_errand(by=lin, errand_id=row.id, person_id=cast.lin.id)
    api.finish_errand(by=lin, errand_id=row.id, words="", minutes=20)
    client.post("/errands/received/", {"code": row.code.lower()})
    assert Errand.objects.get().state == "received"


def test_asking_is_limited(cast, client):
    codes = set()
    for n in range(12):
        typed = {
            "branch": cast.own.branch.name,
            "kind": "other",
            "words": f"第{n}件",
            "asker": "self",
            "for_name": "甲",
            "address": "一组",
        }
        codes.add(client.post("/errands/ask/", typed).status_code)
    assert codes == {302, 429}


def test_the_phone_takes_a_shift_goes_on_duty_and_writes_without_script(cast, post):
    shift = make_shift(post, clock.now() + timedelta(minutes=30))
    phone = cast.client("member")
    assert post.name in text(phone.get("/me/volunteer/"))
    phone.post("/me/volunteer/take/", {"shift": str(shift.id)})
    [turn] = Turn.objects.all()
    url = f"/me/volunteer/turns/{turn.id}/"
    phone.post(f"{url}do/", {"what": "on"})
    hand = phone.post(f"{url}do/", {"what": "hand", "words": ""})
    assert (hand.status_code, "无异常" in text(hand)) == (422, True)
    phone.post(f"{url}do/", {"what": "hand", "words": "门钥匙在老地方"})
    assert "门钥匙在老地方" in text(phone.get(url))
    line = f"/me/volunteer/posts/{post.id}/line/"
    assert phone.post(line, {}).status_code == 422
    assert phone.post(line, {"plate": "苏F·1"}).status_code == 302
    register = text(phone.get(f"/me/volunteer/posts/{post.id}/register/"))
    assert "苏F" not in register
    assert "苏F·1" in text(cast.client("secretary").get(f"{C}posts/{post.id}/register/"))


def test_the_address_of_an_errand_shows_once_it_is_taken(cast):
    row = make_errand(cast.own.branch)
    phone = cast.client("member")
    url = f"/me/volunteer/errands/{row.id}/"
    assert "三组 12 号" not in text(phone.get(url))
    phone.post(f"{url}do/", {"what": "take"})
    assert "三组 12 号" in text(phone.get(url))
    phone.post(f"{url}do/", {"what": "done", "minutes": "25", "words": "好"})
    assert Errand.objects.get().state == "done"


def test_just_after_midnight_the_first_page_still_says_who_is_on_duty(cast, post):
    midnight = clock.moment(clock.today() + timedelta(days=1))
    shift = make_shift(post, midnight - timedelta(hours=4), 8)
    with clock.frozen(midnight + timedelta(minutes=16)):
        page = text(cast.client("secretary").get(C))
    assert f"{C}shifts/{shift.id}/" in page
    with clock.frozen(midnight + timedelta(hours=5)):
        assert f"{C}shifts/{shift.id}/" not in text(cast.client("secretary").get(C))
