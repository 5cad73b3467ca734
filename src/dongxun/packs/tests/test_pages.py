from django.test import Client

from dongxun.access.contracts import LinkPurpose
from dongxun.access.tests.make import give
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.ids import new_id
from dongxun.packs.contracts import LineKind, ListState
from dongxun.packs.models import Donation, IssueLine, IssueList, Leaflet, Pack, Receipt, Stock
from dongxun.packs.services import lists
from dongxun.packs.tests.make import (
    line_of,
    make_article,
    make_list,
    make_pack,
    make_place,
    put_in_store,
)


def text(answer):
    return answer.content.decode()


def issued(cast, *people, **overrides):
    pack = make_pack(cast.season, cast.own.node, name="能量包")
    return make_list(pack, make_place(cast.own.node), people or [cast.lin, cast.zhou], **overrides)


def test_the_title_says_how_many_have_theirs_and_each_figure_opens_its_names(cast):
    made = issued(cast)
    client = cast.client("organiser")
    client.post(f"/console/packs/lines/{line_of(made, cast.lin).id}/", receipt())
    assert "发到 1 人，还差 1 人" in text(client.get("/console/packs/"))
    lin, zhou = (f"lines/{line_of(made, one).id}/" for one in (cast.lin, cast.zhou))
    received = text(client.get(f"/console/packs/lists/{made.id}/", {"state": "received"}))
    assert (lin in received, zhou in received) == (True, False)
    still_open = text(client.get(f"/console/packs/lists/{made.id}/", {"state": "open"}))
    assert (lin in still_open, zhou in still_open) == (False, True)


def receipt(**overrides):
    values = {
        "what": "sign",
        "item": str(new_id()),
        "how": "signed",
        "on": clock.today().isoformat(),
    }
    return values | overrides


def test_a_second_receipt_is_told_in_words_and_both_stay_on_the_page(cast):
    line = line_of(issued(cast), cast.lin)
    client = cast.client("organiser")
    for _twice in range(2):
        answer = client.post(f"/console/packs/lines/{line.id}/", receipt(), follow=True)
    assert "已经签收过" in text(answer)
    assert Receipt.objects.filter(line=line).count() == 2


def test_what_was_typed_of_a_refused_receipt_stays(cast):
    line = line_of(issued(cast), cast.lin)
    answer = cast.client("organiser").post(
        f"/console/packs/lines/{line.id}/", receipt(how="proxy", received_by="林大明")
    )
    assert answer.status_code == 422
    assert "写上与本人的关系" in text(answer)
    assert 'value="林大明"' in text(answer)


def test_a_pack_is_defined_and_a_list_drawn_up_looked_through_and_issued(cast):
    client = cast.client("organiser")
    book, place = make_article(cast.own.node, "读本"), make_place(cast.own.node)
    unit = str(cast.own.node.id)
    answer = client.post(
        "/console/packs/new/",
        {"organisation": unit, "name": "加油包", "kind": "fuel", f"n-{book.id}": "2"},
    )
    pack = Pack.objects.get()
    assert answer.headers["Location"] == f"/console/packs/{pack.id}/"
    body = {
        "title": "送加油包",
        "organisation": unit,
        "place": str(place.id),
        "whom": "members",
        "each": "1",
        "route": "courier",
        "outsiders": "合作社 | 绿丰合作社 | 3 | 西片",
    }
    client.post(f"/console/packs/{pack.id}/list/", body)
    made = IssueList.objects.get()
    assert IssueLine.objects.filter(list=made).count() == 6
    short = client.post(f"/console/packs/lists/{made.id}/do/", {"what": "issue"}, follow=True)
    assert "读本还差 16 册" in text(short)
    put_in_store(pack, place, 8)
    client.post(f"/console/packs/lists/{made.id}/do/", {"what": "issue"})
    made.refresh_from_db()
    assert (made.state, Stock.objects.get().quantity) == (ListState.ISSUED, 0)


def test_a_rule_of_nobody_and_lines_nobody_understands_are_told_beside_the_form(cast):
    client, pack = cast.client("organiser"), make_pack(cast.season, cast.own.node)
    place = make_place(cast.own.node)
    body = {
        "title": "送加油包",
        "organisation": str(cast.own.node.id),
        "place": str(place.id),
        "whom": "members",
        "each": "1",
        "route": "courier",
        "veteran_years": "80",
    }
    nobody = client.post(f"/console/packs/{pack.id}/list/", body)
    assert (nobody.status_code, "没有人符合这个条件" in text(nobody)) == (422, True)
    odd = client.post(f"/console/packs/{pack.id}/list/", body | {"outsiders": "随便写的"})
    assert "第 1 行：先写类别" in text(odd)
    nowhere = client.post(f"/console/packs/{pack.id}/list/", body | {"units": "没有这个镇"})
    assert nowhere.status_code == 422


def test_a_courier_is_found_by_name_and_a_stranger_is_not(cast):
    made = issued(cast)
    client, line = cast.client("organiser"), line_of(made, cast.lin)
    url = f"/console/packs/lists/{made.id}/courier/"
    assert client.post(url, {"courier": "钱一诺"}).status_code == 422
    odd = client.post(url, {"courier": "吴思远", "line": str(line.id)})
    assert (odd.status_code, "没有叫“吴思远”的人" in text(odd)) == (422, True)
    client.post(url, {"courier": "钱一诺", "line": str(line.id)})
    line.refresh_from_db()
    assert line.courier_id == cast.qian.id


def test_a_sheet_is_entered_on_one_page_and_again_corrected(cast):
    made = issued(cast)
    client, url = cast.client("secretary"), f"/console/packs/lists/{made.id}/sheet/"
    lin, zhou = (line_of(made, person) for person in (cast.lin, cast.zhou))
    body = {f"state-{lin.id}": "sheet", f"state-{zhou.id}": "proxy"}
    wrong = client.post(url, body)
    assert (wrong.status_code, "写上代领人和关系" in text(wrong)) == (422, True)
    assert Receipt.objects.count() == 0
    client.post(url, body | {f"by-{zhou.id}": "周小明", f"relation-{zhou.id}": "儿子"})
    assert Receipt.objects.filter(withdrawn_at=None).count() == 2
    client.post(url, {f"state-{lin.id}": "", f"state-{zhou.id}": "sheet"})
    lin.refresh_from_db()
    assert lin.received_at is None


def test_a_secretary_receives_the_parcel_and_hands_each_over_on_the_phone(cast):
    made = issued(cast)
    parcel = IssueLine.objects.create(
        list=made, number=9, kind=LineKind.PARCEL, branch_id=cast.own.branch.id, quantity=2
    )
    client = cast.client("secretary")
    assert "1 个整包要收" in text(client.get("/branch/packs/"))
    assert "份加油包要收、要发" in text(client.get("/branch/"))
    body = receipt(next="branch")
    answer = client.post(f"/me/deliveries/{parcel.id}/", body, follow=True)
    assert "2 人还没领" in text(answer)
    for person in (cast.lin, cast.zhou):
        client.post(f"/me/deliveries/{line_of(made, person).id}/", receipt(next="branch"))
    assert "支部的人都领到了" in text(client.get("/branch/packs/"))


def test_a_secretary_of_two_branches_sees_the_packs_of_either(cast):
    pack, place = make_pack(cast.season, cast.own.node), make_place(cast.own.node)
    made = make_list(pack, place, [cast.lin, cast.wu], title="两个支部")
    give(cast.accounts["secretary"], Role.SECRETARY, cast.foreign.branch)
    client = cast.client("secretary")
    page = text(client.get("/branch/packs/", {"branch": cast.foreign.branch.id}))
    assert (cast.wu.name in page, cast.lin.name in page) == (True, False)
    assert f"?branch={cast.foreign.branch.id}" in text(client.get("/branch/packs/"))
    line = line_of(made, cast.wu)
    signed = {"item": str(new_id()), "how": "signed", "on": clock.today().isoformat()}
    answer = client.post(f"/me/deliveries/{line.id}/?next=branch", signed)
    assert answer.headers["Location"].endswith(f"?branch={line.branch_id}")


def test_a_courier_sees_and_signs_only_what_was_given_to_them_after_opening_the_own_link(cast):
    made = issued(cast)
    lists.give_to_courier(
        by=cast.actor("organiser"),
        list_id=made.id,
        line_ids=[line_of(made, cast.lin).id],
        courier=lists.Courier(person_id=cast.qian.id),
    )
    phone = Client()
    phone.post(cast.link(LinkPurpose.MEMBER, person_id=cast.qian.id).path)
    assert "1 份要送" in text(phone.get("/me/record/"))
    page = text(phone.get("/me/deliveries/"))
    assert ("林小满" in page, "周明远" in page) == (True, False)
    assert phone.get(f"/me/deliveries/{line_of(made, cast.zhou).id}/").status_code == 404
    phone.post(f"/me/deliveries/{line_of(made, cast.lin).id}/", receipt())
    assert line_of(made, cast.lin).received_at is not None
    assert cast.client("phone").get("/me/deliveries/").status_code == 302


def test_leaflets_and_donations_are_noted_once_however_often_they_are_sent(cast):
    client, unit = cast.client("organiser"), str(cast.own.node.id)
    leaflet = {
        "item": str(new_id()),
        "organisation": unit,
        "kind": "letter",
        "title": "一封信",
        "copies": "600",
        "households": "580",
        "area": "西片",
        "on": clock.today().isoformat(),
    }
    donation = {
        "item": str(new_id()),
        "organisation": unit,
        "kind": "goods",
        "donor": "海门暖阳家纺",
        "consignee": cast.own.branch.name,
        "lines": "被褥 | 4178 | 52 | 四件套",
        "on": clock.today().isoformat(),
    }
    for _twice in range(2):
        client.post("/console/packs/leaflets/", leaflet)
        client.post("/console/packs/donations/new/", donation)
    assert (Leaflet.objects.count(), Donation.objects.count()) == (1, 1)
    assert "发了 600 份，580 户" in text(client.get("/console/packs/leaflets/"))
    assert "捐了 52 箱 4,178 套，1 笔还没到" in text(client.get("/console/packs/donations/"))
    odd = client.post("/console/packs/donations/new/", donation | {"lines": "被褥 很多"})
    assert (odd.status_code, "第 1 行" in text(odd)) == (422, True)


def test_pages_ask_as_often_for_many_lists_and_lines_as_for_few(
    cast, django_assert_max_num_queries
):
    client = cast.client("organiser")
    made = [issued(cast, *cast.own.people) for _ in range(1)]
    for number in range(6):
        pack = make_pack(cast.season, cast.own.node, name=f"包{number}")
        make_list(pack, make_place(cast.own.node), cast.own.people)
    client.get("/console/packs/")
    with django_assert_max_num_queries(18):
        client.get("/console/packs/")
    with django_assert_max_num_queries(24):
        client.get(f"/console/packs/lists/{made[0].id}/")


def test_the_rate_of_members_with_a_pack_opens_who_has_none(cast):
    made = issued(cast)
    there = cast.foreign
    make_list(make_pack(cast.season, there.node), make_place(there.node), there.people[:1])
    IssueLine.objects.create(
        list=made,
        number=9,
        kind=LineKind.HOUSEHOLD,
        branch_id=made.lines.get(number=1).branch_id,
        name="某户",
    )
    client = cast.client("organiser")
    client.post(f"/console/packs/lines/{line_of(made, cast.lin).id}/", receipt())
    statistics = text(client.get("/console/statistics/"))
    address = f"/console/packs/members/?unit={cast.own.node.id}&what=open"
    assert address.replace("&", "&amp;") in statistics
    assert "党员领到加油包" in statistics
    missing = text(client.get(address))
    assert "清单上 2 名党员，1 名已领到" in missing
    assert (cast.zhou.name in missing, cast.lin.name in missing) == (True, False)
    had = text(client.get(address.replace("open", "received")))
    assert cast.lin.name in had
    assert client.get(f"/console/packs/members/?unit={cast.foreign.node.id}").status_code == 404
