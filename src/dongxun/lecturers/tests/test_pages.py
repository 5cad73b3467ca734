from datetime import timedelta

import pytest

from dongxun.activities.models import Booking
from dongxun.kernel import clock
from dongxun.lecturers.models import Away, Candidate, FreePart, Order, Rating
from dongxun.lecturers.queries import profiles
from dongxun.lecturers.tests.make import SYSTEM, make_candidate, make_order, send, soon
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TaskLine

pytestmark = pytest.mark.django_db

O = "/console/lecturers/orders/"  # noqa: E741
C = "/console/lecturers/candidates/"


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_secretary_orders_and_nothing_typed_is_lost(cast):
    client, today = cast.client("secretary"), clock.today()
    typed = {
        "organisation": str(cast.own.branch.id),
        "wish": "惠农政策怎么申请",
        "wanted_from": str(today + timedelta(days=5)),
        "wanted_until": str(today + timedelta(days=2)),
        "people": "35",
    }
    bad = client.post(f"{O}new/", typed)
    assert bad.status_code == 422
    assert "惠农政策怎么申请" in text(bad)
    good = client.post(f"{O}new/", typed | {"wanted_until": str(today + timedelta(days=6))})
    order = Order.objects.get()
    assert good.url == f"{O}{order.id}/"
    page = text(client.get(O))
    assert "惠农政策怎么申请" in page
    assert "1 单等待派讲师" in page
    assert "惠农政策怎么申请" not in text(cast.client("other_organiser").get(O))


def test_a_second_order_with_another_place_is_refused_and_stays_typed(cast):
    client, today = cast.client("secretary"), clock.today()
    typed = {
        "organisation": str(cast.own.branch.id),
        "wish": "惠农政策怎么申请",
        "wanted_from": str(today + timedelta(days=5)),
        "wanted_until": str(today + timedelta(days=6)),
        "place_text": "村部",
    }
    first = client.post(f"{O}new/", typed)
    assert client.post(f"{O}new/", typed).url == first.url
    answer = client.post(f"{O}new/", typed | {"place_text": "晒谷场"})
    assert answer.status_code == 409
    assert "晒谷场" in text(answer)
    assert "已点过" in text(answer)
    assert Order.objects.get().place_text == "村部"


def test_the_desk_asks_a_lecturer_by_one_press(cast):
    order = make_order(cast.season, cast.own.branch)
    desk, url = cast.client("organiser"), f"{O}{order.id}/dispatch/"
    page = text(desk.get(url))
    assert cast.own.lecturer.name in page
    assert '<svg class="strip"' in page
    at = soon()
    typed = {"day": str(clock.day_of(at)), "at": "14:00", "minutes": "60"}
    typed["lecturer"] = str(cast.own.lecturer.id)
    assert desk.post(url, typed | {"minutes": "3"}).status_code == 422
    assert desk.post(url, typed | {"lecturer": "x"}).status_code == 404
    assert desk.post(url, typed).status_code == 302
    assert "等讲师回话" in text(desk.get(f"{O}{order.id}/"))
    assert "已问过" not in page
    assert "已问过" in text(desk.get(url))
    Booking.objects.update(state="declined")  # no reason given
    assert "已拒" in text(desk.get(url))
    assert (
        desk.post(url, typed | {"day": str(clock.today() - timedelta(days=1))}).status_code == 422
    )
    assert cast.client("secretary").get(url).status_code == 404


def test_a_busy_lecturer_is_refused_in_words_and_the_time_stays_typed(cast):
    order, other = (make_order(cast.season, cast.own.branch, wish=w) for w in ("一课", "二课"))
    send(other, cast.own.lecturer.id)
    typed = {"day": str(clock.day_of(soon())), "at": "14:30", "minutes": "60"}
    typed["lecturer"] = str(cast.own.lecturer.id)
    answer = cast.client("organiser").post(f"{O}{order.id}/dispatch/", typed)
    assert answer.status_code == 422
    assert "那时有课" in text(answer)
    assert 'value="14:30' in text(answer)


def test_an_order_is_rated_and_its_words_stay_with_the_desk(cast):
    order = make_order(cast.season, cast.own.branch)
    session_id = send(order, cast.own.lecturer.id)
    Booking.objects.filter(session_id=session_id).update(state="confirmed")
    order.refresh_from_db()
    start = clock.now() - timedelta(hours=3)
    type(order.session).objects.filter(id=session_id).update(
        state="published", starts_at=start, ends_at=start + timedelta(hours=1)
    )
    secretary, url = cast.client("secretary"), f"{O}{order.id}/do/"
    assert secretary.post(url, {"what": "rate", "rate-words": "好"}).status_code == 422
    rated = {"what": "rate", "rate-stars": "4", "rate-words": "讲得慢一点更好"}
    assert secretary.post(url, rated).status_code == 302
    assert Rating.objects.get().stars == 4
    page = f"/console/lecturers/{cast.own.lecturer.id}/"
    assert "讲得慢一点更好" in text(cast.client("organiser").get(page))
    assert "讲得慢一点更好" not in text(secretary.get(page))
    assert "1 次评价" in text(secretary.get(page))
    own = text(cast.client("lecturer").get("/lessons/"))
    assert "1 次评价" in own
    assert "讲得慢一点更好" not in own
    assert secretary.post(url, {"what": "fly"}).status_code == 404


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_out_of_all_reckoning_is_said_at_its_field(cast, day):
    order = make_order(cast.season, cast.own.branch)
    asked = {"day": day, "at": "09:00", "minutes": "60"}
    answer = cast.client("organiser").get(f"{O}{order.id}/dispatch/", asked)
    assert answer.status_code == 422
    assert "这一天太远了" in text(answer)
    assert day in text(answer)
    assert 'name="lecturer"' not in text(answer)  # nobody is asked for another time than typed


def test_what_each_level_owes_stands_beside_with_numerator_and_denominator(cast):
    line = TaskLine("队伍宣讲", clock.today() + timedelta(days=5), level="town", target=2)
    seasons.add_cascade_task(
        by=SYSTEM, season_id=cast.season.id, organisation_id=cast.district.id, line=line
    )
    order = make_order(cast.season, cast.own.branch)
    assert "0 / 2" in text(cast.client("organiser").get(O))
    assert "0 / 2" in text(cast.client("organiser").get(f"{O}{order.id}/dispatch/"))


def test_a_nomination_goes_through_its_page(cast):
    secretary, desk = cast.client("secretary"), cast.client("organiser")
    typed = {"organisation": str(cast.own.branch.id), "name": "郑大为", "kind": "folk"}
    assert secretary.post(f"{C}new/", typed).status_code == 422
    assert secretary.post(f"{C}new/", typed | {"reason": "会讲"}).status_code == 302
    row = Candidate.objects.get()
    url = f"{C}{row.id}/"
    assert secretary.post(url, {"what": "pass"}).status_code == 403
    assert desk.post(url, {"what": "refuse"}).status_code == 422
    assert desk.post(url, {"what": "pass"}).status_code == 302
    today = clock.today()
    term = {"organisation": str(cast.own.node.id), "since": str(today), "until": str(today)}
    assert desk.post(url, term | {"what": "appoint", "until": "x"}).status_code == 422
    assert desk.post(url, term | {"what": "appoint"}).status_code == 302
    page = text(desk.get(url))
    assert "letter.pdf" in page
    assert "已聘任" in page


def test_the_letter_is_printed(cast):
    from dongxun.lecturers.tests.test_appointing import appointed

    key = appointed(cast, make_candidate(cast.own.branch))
    url = f"/console/lecturers/terms/{key}/letter.pdf"
    letter = cast.client("organiser").get(url)
    assert (
        b"".join(letter).startswith(b"%PDF") if letter.streaming else letter.content[:4] == b"%PDF"
    )
    assert cast.client("other_organiser").get(url).status_code == 404


def test_a_lecturer_says_when_they_can_teach_on_their_own_phone(cast):
    key = cast.own.lecturer.id
    url, client = f"/lessons/{key}/times/", cast.client("lecturer")
    assert (
        client.post(url, {"what": "parts", "parts-parts": ["1.morning", "9.noon"]}).status_code
        == 422
    )
    assert client.post(url, {"what": "parts", "parts-parts": ["1.morning"]}).status_code == 302
    assert list(FreePart.objects.values_list("weekday", "part")) == [(1, "morning")]
    day = clock.today() + timedelta(days=9)
    away = {"what": "away", "away-first": str(day), "away-last": str(day - timedelta(days=1))}
    assert client.post(url, away).status_code == 422
    assert client.post(url, away | {"away-last": str(day)}).status_code == 302
    row = Away.objects.get()
    assert client.post(url, {"what": "back", "away": str(row.id)}).status_code == 302
    assert not Away.objects.exists()
    assert client.post(url, {"what": "end"}).status_code == 404
    assert client.get(f"/lessons/{cast.foreign.lecturer.id}/times/").status_code == 404
    assert cast.client("public").get(url).status_code in {302, 401}


def test_a_lecturer_says_when_they_would_rather_not_and_the_desk_reads_and_changes_it(cast):
    key = cast.own.lecturer.id
    url, desk = f"/lessons/{key}/times/", f"/console/lecturers/{key}/"
    sent = {"what": "parts", "parts-parts": ["1.morning"], "parts-rather_not": ["4.noon"]}
    phone = cast.client("lecturer")
    assert phone.post(url, sent).status_code == 422
    assert phone.post(url, sent | {"parts-rather_not": ["4.afternoon"]}).status_code == 302

    ticked = 'name="parts-rather_not" value="4.afternoon" checked'
    assert ticked in text(phone.get(url))
    assert ticked in text(cast.client("organiser").get(desk))
    assert "尽量不排" in text(cast.client("secretary").get(desk)).split("<tbody>")[1]

    office = cast.client("organiser")
    office.post(desk, {"what": "parts", "parts-parts": ["2.morning"]})  # a page of before wishes
    assert ticked in text(phone.get(url))
    mark = office.get(desk).context["forms"]["parts"]["version"].value()
    assert office.post(desk, {"what": "parts", "parts-version": mark}).status_code == 302
    assert ticked not in text(phone.get(url))


def test_of_a_week_that_desk_and_lecturer_write_nothing_goes_unseen(cast):
    key = cast.own.lecturer.id
    url, desk, office = (
        f"/lessons/{key}/times/",
        f"/console/lecturers/{key}/",
        cast.client("organiser"),
    )
    mark = office.get(desk).context["forms"]["parts"]["version"].value()
    assert f'name="parts-version" value="{mark}"' in text(office.get(desk))
    wish = {"what": "parts", "parts-rather_not": ["4.afternoon"], "parts-version": mark}
    for _tap in range(2):
        assert cast.client("lecturer").post(url, wish).status_code == 302

    sent = {"what": "parts", "parts-parts": ["1.morning"], "parts-version": mark}
    late = office.post(desk, sent)
    assert late.status_code == 409
    assert "这期间已存为：星期五 下午" in text(late)
    assert 'name="parts-parts" value="1.morning" checked' in text(late)
    assert 'name="parts-rather_not" value="4.afternoon" checked' not in text(late)
    again = late.context["forms"]["parts"]["version"].value()
    assert office.post(desk, sent | {"parts-version": again}).status_code == 302
    assert profiles.week(key).parts == {(1, "morning")}


def test_the_desk_hands_a_lecturer_their_link(cast):
    url = f"/console/lecturers/{cast.own.lecturer.id}/link/"
    page = text(cast.client("organiser").post(url))
    assert "/l/" in page
    assert cast.client("secretary").post(url).status_code in {403, 404}
    assert cast.client("organiser").get(url).status_code == 405
