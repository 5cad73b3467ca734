from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from dongxun.exchanges import handlers
from dongxun.exchanges.models import Gap, MasterStation, Outcome, Pledge, Slot
from dongxun.exchanges.services import following, stations
from dongxun.exchanges.tests.test_exchanges import gap, make_exchange
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.models import AuditEntry
from dongxun.people.tests.make import make_person
from dongxun.people.tests.test_floating import make_station

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def pledge(cast, **overrides):
    values = {
        "by": cast.actor("secretary"),
        "season_id": cast.season.id,
        "organisation_id": cast.own.branch.id,
        "words": "春节前走访十户",
        "follow_on": clock.today(),
    }
    return following.save_pledge(**(values | overrides))


def past(kind, **fields):
    yesterday = clock.today() - timedelta(days=1)
    kind.objects.update(**dict.fromkeys(fields or {"follow_on": None}, yesterday))


def text(client, name, *args, **query):
    return client.get(reverse(name, args=args), query).content.decode()


def test_gaps_and_pledges_past_their_day_stand_on_the_first_page(cast):
    gap(cast, make_exchange(cast, kind="tour"))
    pledge(cast)
    assert "条差距过期" not in text(cast.client("organiser"), "web:home")
    past(Gap, due_on=None)
    past(Pledge)
    cache.clear()
    page = text(cast.client("organiser"), "web:home")
    assert "1 条差距过期没补上" in page
    assert "1 条承诺该回访了" in page
    assert "条差距过期" not in text(cast.client("other_organiser"), "web:home")


def test_the_secretary_sees_what_is_due_on_the_phone(cast):
    pledge(cast)
    past(Pledge)
    assert "差距 0 条，承诺 1 条" in text(cast.client("secretary"), "web:branch")
    assert "承诺 1 条" not in text(cast.client("other_secretary"), "web:branch")


def test_a_pledge_is_noted_from_its_session(cast):
    client, session = cast.client("organiser"), cast.own.session
    assert f"?session={session.id}#pledge" in text(client, "activities:session", session.id)
    page = text(client, "exchanges:follow", session=str(session.id))
    assert f"作出承诺的场合：{session.title}" in page
    typed = {
        "pledge-organisation": str(session.host_id),
        "pledge-words": "带头不办酒席",
        "pledge-speaker": cast.lin.name,
        "pledge-follow_on": str(clock.today()),
        "pledge-session_id": str(session.id),
    }
    assert client.post(reverse("exchanges:add_pledge"), typed).status_code == 302
    row = Pledge.objects.get()
    assert (row.session_id, row.member_id) == (session.id, cast.lin.id)
    page = text(client, "exchanges:follow")
    assert session.title in page
    assert reverse("people:person", args=[cast.lin.id]) in page
    for wrong in ("x", str(cast.foreign.session.id)):
        answer = client.get(reverse("exchanges:follow"), {"session": wrong})
        assert answer.status_code == 404
    with pytest.raises(NotFound):
        pledge(cast, session_id=cast.foreign.session.id)


def test_a_pledge_is_noted_from_its_exchange_and_stands_on_its_page(cast):
    row = make_exchange(cast)
    client = cast.client("organiser")
    assert f"作出承诺的场合：{row.title}" in text(client, "exchanges:follow", exchange=str(row.id))
    pledge(cast, exchange_id=row.id, by=cast.actor("organiser"))
    assert "春节前走访十户" in text(client, "exchanges:exchange", row.id)


def test_a_name_is_a_link_only_to_somebody_whom_it_surely_means(cast):
    row = make_exchange(cast, kind="tour")
    gap(cast, row, person=cast.lin.name)
    make_person("重名", branch=cast.own.branch)
    make_person("重名", branch=cast.own.branch)
    gap(cast, row, gap="另一条", person="重名")
    gap(cast, row, gap="第三条", person="村里人")
    assert [one.member_id for one in Gap.objects.order_by("created_at")] == [
        cast.lin.id,
        None,
        None,
    ]
    address = reverse("people:person", args=[cast.lin.id])
    assert address in text(cast.client("organiser"), "exchanges:exchange", row.id)
    assert address not in text(cast.client("other_organiser"), "exchanges:exchange", row.id)


def test_a_merge_of_two_rows_of_a_person_keeps_the_link(cast):
    gap(cast, make_exchange(cast, kind="tour"), person=cast.lin.name)
    handlers.on_person_merged({"merged_id": str(cast.lin.id), "kept_id": str(cast.zhou.id)})
    assert Gap.objects.get().member_id == cast.zhou.id


def test_a_good_deed_says_whose_it_was(cast):
    values = {
        "by": cast.actor("organiser"),
        "season_id": cast.season.id,
        "organisation_id": cast.own.node.id,
        "kind": "deed",
        "title": "主动推迟婚礼",
        "evidence": "村务公开栏",
        "on": clock.today(),
    }
    with pytest.raises(Invalid):
        following.save_outcome(**values)
    following.save_outcome(**values, person=cast.lin.name)
    assert Outcome.objects.get().member_id == cast.lin.id
    page = text(cast.client("organiser"), "exchanges:follow")
    assert reverse("people:person", args=[cast.lin.id]) in page


def test_a_station_opened_from_a_visit_is_its_evidence(cast):
    row = make_exchange(cast)
    client = cast.client("organiser")
    page = text(client, "exchanges:master_stations", exchange=str(row.id))
    assert f"这是“{row.title}”的一项" in page
    typed = {
        "lecturer_id": str(cast.own.lecturer.id),
        "host": str(cast.own.node.id),
        "exchange_id": str(row.id),
    }
    answer = client.post(reverse("exchanges:master_stations"), typed)
    assert answer.headers["Location"] == reverse("exchanges:exchange", args=[row.id])
    assert MasterStation.objects.get().exchange_id == row.id
    slot = Slot.objects.get(exchange=row, code="station")
    assert cast.own.lecturer.name in slot.words
    with pytest.raises(NotFound):
        stations.open_station(
            by=cast.actor("other_secretary"),
            lecturer_id=cast.foreign.lecturer.id,
            host_id=cast.foreign.branch.id,
            exchange_id=make_exchange(cast, host_id=cast.towns["刘桥镇"].node.id).id,
        )


def test_every_list_says_what_will_stand_there(cast):
    client = cast.client("organiser")
    for name, words in (
        ("list", "一次走亲"),
        ("follow", "承诺了什么"),
        ("master_stations", "名师"),
        ("stops", "停靠"),
    ):
        page = text(client, f"exchanges:{name}")
        assert 'class="empty' in page, name
        assert words in page, name


def test_who_reports_in_reads_which_master_teaches_at_the_station(cast, client):
    place = make_station(cast.own.node, "平潮驿站")
    values = {"lecturer_id": cast.own.lecturer.id, "host_id": cast.own.node.id}
    key = stations.open_station(by=cast.actor("organiser"), place_id=place.id, **values)
    said = f"这里定期有课：{cast.own.lecturer.name}"
    page = text(client, "exchanges:report", place.id)
    assert said in " ".join(page.split()).replace("： ", "：")
    stations.end_station(by=cast.actor("organiser"), station_id=key)
    assert "定期有课" not in text(client, "exchanges:report", place.id)


def test_what_was_noted_is_put_right_and_taken_back_with_a_reason(cast):
    client, row = cast.client("organiser"), make_exchange(cast, kind="tour")
    gap_id, pledge_id = gap(cast, row), pledge(cast)
    later = clock.today() + timedelta(days=9)
    assert pledge(cast, follow_on=later) == pledge_id
    assert Pledge.objects.get().follow_on == later
    page = reverse("exchanges:change", args=["gap", gap_id])
    found = Gap.objects.get()
    names = ("gap", "practice", "measure", "person")
    typed = {name: getattr(found, name) for name in names} | {"due_on": str(later)}
    typed |= {"organisation": str(found.organisation_id), "model": str(found.model_id)}
    seen = {"version": found.version}
    assert client.post(page, typed | seen | {"gap": "没有积分食堂"}).status_code == 302
    assert (Gap.objects.get().gap, Gap.objects.get().due_on) == ("没有积分食堂", later)
    assert client.post(page, typed | {"measure": ""}).status_code == 422
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "记重了"}).status_code == 302
    assert client.get(page).status_code == 404
    assert "没有积分食堂" not in text(client, "exchanges:follow")
    assert "没有积分食堂" not in text(client, "exchanges:exchange", row.id)
    assert Gap.objects.get().withdrawn_reason == "记重了"
    acts = AuditEntry.objects.filter(action__startswith="exchanges.").values_list(
        "action", flat=True
    )
    assert {"exchanges.change_followed", "exchanges.withdraw_followed"} <= set(acts)
    assert cast.client("other_organiser").get(page).status_code == 404


def test_what_somebody_else_put_right_meanwhile_is_not_written_over_unseen(cast):
    client, key = cast.client("organiser"), pledge(cast)
    page, row = reverse("exchanges:change", args=["pledge", key]), Pledge.objects.get()
    typed = {"organisation": str(row.organisation_id), "follow_on": str(row.follow_on)}
    typed |= {"words": row.words, "speaker": row.speaker, "version": row.version}
    assert client.post(page, typed | {"words": "每月讲一次"}).status_code == 302
    second = client.post(page, typed | {"words": "每周讲一次"})
    told = second.content.decode()
    assert second.status_code == 422
    assert told.count("这期间已存为") == 2, "above the form and beside the words alone"
    assert all(
        words in told for words in ("每周讲一次", "每月讲一次", Pledge.objects.get().version)
    )
    assert Pledge.objects.get().words == "每月讲一次"

    follow = reverse("exchanges:follow_pledge", args=[key])
    said = {"state": "kept", "outcome": "讲了三次", "standing": Pledge.objects.get().standing}
    assert client.post(follow, said).status_code == 302
    assert client.post(follow, said | {"outcome": "没有讲"}).status_code == 409
    assert "没有讲" in client.post(follow, said | {"outcome": "没有讲"}).content.decode()
    assert client.post(follow, said).status_code == 302
    assert Pledge.objects.get().outcome == "讲了三次"
