from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session, SessionOrganisation
from dongxun.exchanges.models import Exchange
from dongxun.exchanges.services import planning, stations
from dongxun.exchanges.tests.test_exchanges import make_exchange
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.organisations import api as organisations
from dongxun.people.models import ReportIn
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import make_station
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(cast):
    return make_person("候鸟", branch=cast.own.branch, digits="4321")


def words(answer):
    return answer.content.decode()


def report(client, cast, place_id):
    typed = {"branch": cast.own.branch.name, "name": "候鸟", "digits": "4321", "phone": ""}
    return client.post(reverse("exchanges:report", args=[place_id]), typed)


def typed_exchange(cast, **overrides):
    values = {
        "kind": "visit",
        "title": "去顾山走亲",
        "day": str(clock.today()),
        "host": cast.foreign.node.name,
        "guests": cast.own.node.name,
    }
    return values | overrides


def test_reporting_in_at_home_is_refused_in_words_and_keeps_what_was_typed(cast, guest, client):
    answer = report(client, cast, make_station(cast.own.node, "平潮驿站").id)
    assert answer.status_code == 422
    assert "不用报到" in words(answer)
    assert 'value="候鸟"' in words(answer)
    assert not ReportIn.objects.exists()


def test_reporting_in_twice_says_so_and_a_closed_station_is_gone(cast, guest, client):
    station = make_station(cast.foreign.node)
    assert "报到已记下" in words(report(client, cast, station.id))
    assert "已经报过到" in words(report(client, cast, station.id))
    station.closed_on = clock.today()
    station.save()
    assert report(client, cast, station.id).status_code == 404
    assert report(client, cast, new_id()).status_code == 404


def test_answering_a_report_that_moved_on_is_a_conflict_in_words(cast, guest, client):
    report(client, cast, make_station(cast.foreign.node).id)
    old = ReportIn.objects.get()
    report(client, cast, make_station(cast.towns["刘桥镇"].node, "刘桥驿站").id)
    answer = cast.client("other_organiser").post(
        reverse("exchanges:answer_report", args=[old.id]), {"side": "host", "answer": "yes"}
    )
    assert answer.status_code == 409
    assert "到别处报到" in words(answer) or "已经" in words(answer)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"guests": "五接镇"}, "走亲单位和主办单位是同一家"),
        ({"guests": "平潮镇", "partners": "平潮镇"}, "写了两次"),
        ({"host": "没有的镇"}, "没有的镇"),
        ({"guests": ""}, "写明谁去走亲"),
        ({"title": ""}, "名称"),
        ({"day": "后天"}, "日期"),
        ({"host": "刘桥镇", "guests": "十总镇"}, "要有一家本单位参加"),
    ],
)
def test_an_exchange_that_cannot_be_is_refused_where_it_is_wrong(cast, wrong, said):
    client = cast.client("organiser")
    answer = client.post(reverse("exchanges:new_exchange"), typed_exchange(cast, **wrong))
    assert answer.status_code == 422
    assert not Exchange.objects.exists()
    assert said in words(answer)


def test_joint_work_needs_partners_only(cast):
    typed = typed_exchange(cast, kind="joint", guests="", partners=cast.own.node.name)
    client = cast.client("organiser")
    assert client.post(reverse("exchanges:new_exchange"), typed).status_code == 302
    assert [one.side for one in Exchange.objects.get().parties.order_by("id")] == [
        "host",
        "partner",
    ]


def test_closing_with_five_items_names_the_sixth(cast):
    row = make_exchange(cast)
    for slot in list(row.slots.all())[:5]:
        planning.give_evidence(by=cast.actor("organiser"), slot_id=slot.id, words="做了")
    done = reverse("exchanges:act", args=[row.id, "complete"])
    answer = cast.client("organiser").post(done)
    assert answer.status_code == 409
    assert "总结一批经验" in words(answer)
    row.refresh_from_db()
    assert row.state == "planned"


def test_closing_before_its_day_is_refused_in_words(cast):
    row = make_exchange(cast, day=clock.today() + timedelta(days=2))
    for slot in row.slots.all():
        planning.give_evidence(by=cast.actor("organiser"), slot_id=slot.id, words="做了")
    done = reverse("exchanges:act", args=[row.id, "complete"])
    answer = cast.client("organiser").post(done)
    assert answer.status_code == 409
    assert "还没到" in words(answer)


def test_a_host_outside_the_district_keeps_no_session_and_the_guest_does(cast):
    outside = organisations.add_external(by=SYSTEM, name="江阴市顾山镇")
    row = make_exchange(cast, host_id=outside.id)
    session_id = stations.plan_session(by=cast.actor("organiser"), exchange_id=row.id)
    assert Session.objects.get(id=session_id).host_id == cast.own.node.id
    parts = SessionOrganisation.objects.filter(session_id=session_id)
    assert outside.id not in parts.values_list("organisation_id", flat=True)
    page = cast.client("organiser").get(reverse("exchanges:exchange", args=[row.id]))
    assert "区外" in words(page)


def test_who_saves_second_sees_what_the_first_wrote_and_decides(cast):
    url = reverse("exchanges:edit_exchange", args=[make_exchange(cast).id])
    client = cast.client("organiser")
    assert client.post(url, typed_exchange(cast, title="先存的", version="1")).status_code == 302
    late = typed_exchange(cast, title="后存的", place="江阴顾山", version="1")
    answer = client.post(url, late)
    assert answer.status_code == 422
    assert 'value="后存的"' in words(answer)
    assert "这期间已存为：先存的" in words(answer)
    assert "这期间已存为：（空着）" in words(answer)
    assert Exchange.objects.get().title == "先存的"
    assert 'name="version" value="2"' in words(answer)
    assert client.post(url, late | {"version": "2"}).status_code == 302
    assert client.post(url, late | {"version": "2"}).status_code == 302, "sent twice"
    row = Exchange.objects.get()
    assert (row.title, row.place, row.version) == ("后存的", "江阴顾山", 3)
