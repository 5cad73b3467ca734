import json
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from dongxun.files.tests.test_images import upload
from dongxun.kernel import clock
from dongxun.kernel.differences import differences, settle
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem, SyncVariant
from dongxun.needs import sealing
from dongxun.needs.contracts import NeedSource, NeedState
from dongxun.needs.models import Need, Project
from dongxun.needs.queries import listing
from dongxun.needs.tests.make import SYSTEM, bring_to, make_need, make_theme, step
from dongxun.seasons import api as seasons


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def typed(need, act, **fields):
    client_fields = {"key": str(new_id()), "version": str(need.version), "words": ""} | fields
    return {f"{act}-{name}": value for name, value in client_fields.items()}


def move(client, need, act, **fields):
    need.refresh_from_db()
    return client.post(reverse("needs:move", args=[need.id, act]), typed(need, act, **fields))


def test_the_list_says_how_many_and_whose_turn(cast):
    make_need(cast.own.branch, text="村口没有路灯")
    make_need(cast.foreign.branch, text="别处的事")
    page = cast.client("organiser").get(reverse("needs:list")).content.decode()
    assert "1 件未销号，没有超期" in page
    assert "村口没有路灯" in page
    assert "别处的事" not in page


def test_an_empty_list_says_what_comes_here(cast):
    page = cast.client("organiser").get(reverse("needs:list")).content.decode()
    assert "诉求都已销号" in page
    assert "登记诉求" in page


def test_a_need_is_led_from_desk_to_signing_off(cast):
    need = make_need(cast.own.branch)
    secretary, organiser = cast.client("secretary"), cast.client("organiser")
    assert move(secretary, need, "accept", words="三天内来看").status_code == 302
    unit = cast.own.node.name
    assert move(secretary, need, "dispatch", organisation=unit).status_code == 302
    assert move(organiser, need, "begin").status_code == 302
    assert move(organiser, need, "finish", words="装了直饮机", picture=upload()).status_code == 302
    assert move(organiser, need, "check").status_code == 403
    assert move(secretary, need, "check").status_code == 302
    assert move(secretary, need, "call_back", satisfaction="satisfied").status_code == 302
    assert move(secretary, need, "close").status_code == 302
    need.refresh_from_db()
    assert (need.state, need.pictures.count()) == (NeedState.CLOSED, 1)
    page = secretary.get(reverse("needs:need", args=[need.id])).content.decode()
    assert "装了直饮机" in page
    assert "已销号" in page


def test_a_refusal_keeps_what_was_typed(cast):
    need = bring_to(make_need(cast.own.branch), "in_work")
    client = cast.client("secretary")
    answer = move(client, need, "suspend", words="等化冻再挖", until="2020-01-01")
    assert answer.status_code == 422
    assert "等化冻再挖" in answer.content.decode()
    assert "选今天以后" in answer.content.decode()


def test_a_page_from_before_finds_that_the_need_moved_on(cast):
    need = make_need(cast.own.branch)
    client = cast.client("secretary")
    old = typed(need, "accept", words="收到了")
    move(client, need, "accept", words="已经收到")
    answer = client.post(reverse("needs:move", args=[need.id, "accept"]), old)
    assert answer.status_code == 409
    assert "已经往下走了" in answer.content.decode()


def test_the_number_is_hidden_until_somebody_asks_and_that_is_written_down(cast):
    need = make_need(cast.own.branch)
    client = cast.client("secretary")
    page = client.get(reverse("needs:need", args=[need.id])).content.decode()
    assert "199****1234" in page
    assert "19900001234" not in page
    shown = client.post(reverse("needs:contact", args=[need.id])).content.decode()
    assert "19900001234" in shown
    assert AuditEntry.objects.filter(action="needs.show_contact").count() == 1


def raised(client, cast, **fields):
    values = {
        "id": str(new_id()),
        "text": "驿站没有热水",
        "organisation": cast.own.branch.name,
        "place": "村口",
        "theme": "",
        "name": "",
        "phone": "",
        "whose": "",
    }
    return client.post(reverse("needs:raise"), values | fields)


def test_anybody_raises_one_by_phone_and_looks_it_up_by_code(cast):
    client = cast.client("public")
    answer = raised(client, cast, picture=upload())
    need = Need.objects.get()
    assert answer.headers["Location"] == f"/need/{need.code}/?new=1"
    assert (need.source, need.pictures.count()) == (NeedSource.PUBLIC, 1)
    assert need.code in client.get(answer.headers["Location"]).content.decode()
    found = client.post(reverse("needs:look_up"), {"code": need.code.lower()})
    assert found.headers["Location"] == reverse("needs:state", args=[need.code])
    assert client.post(reverse("needs:look_up"), {"code": "ZZZZZZ"}).status_code == 422
    assert client.get("/need/ZZZZZZ/").status_code == 404


def test_what_does_not_fit_comes_back_with_the_words(cast):
    answer = raised(cast.client("public"), cast, phone="没有", organisation="不存在的村")
    assert answer.status_code == 422
    assert "驿站没有热水" in answer.content.decode()
    assert not Need.objects.exists()


def test_too_many_from_one_place_are_told_to_wait(cast):
    client = cast.client("public")
    codes = [raised(client, cast).status_code for _time in range(31)]
    assert (codes[0], codes[-1]) == (302, 429)


def test_a_member_raises_for_themselves_and_for_somebody_else(cast):
    client = cast.client("member")
    page = client.get(reverse("needs:raise")).content.decode()
    assert cast.lin.name in page
    raised(client, cast, whose=str(cast.lin.id))
    raised(client, cast, text="邻居要人送药", name="邻居")
    assert set(Need.objects.values_list("source", flat=True)) == {"public", "on_behalf"}
    mine = client.get(reverse("needs:look_up")).content.decode()
    assert "驿站没有热水" in mine
    assert "邻居要人送药" in mine


def kept(cast, **more):
    body = {"text": "路灯不亮", "organisation": cast.own.branch.name, "phone": "13800000012"}
    return body | {"name": "邻居", "occurred_at": clock.now().isoformat()} | more


def send(client, *needs):
    """Send what a phone kept; return the answers."""
    items = [{"id": str(key), "kind": "need_raised", "payload": body} for key, body in needs]
    body = json.dumps({"items": items})
    answer = client.post("/sync", body, content_type="application/json")
    return answer.json().get("results", answer.status_code)


def test_a_need_said_without_network_arrives_once_and_leads_to_its_code(cast):
    client, key, body = cast.client("public"), new_id(), kept(cast)
    [first], [again] = send(client, (key, body)), send(client, (key, body))
    need = Need.objects.get()
    assert (first["answer"], again["answer"]) == ("stored", "duplicate")
    assert (need.id, need.source) == (key, NeedSource.PUBLIC)
    page = client.get(f"/need/of/{key}/")
    assert page.headers["Location"] == f"/need/{need.code}/?new=1"
    assert client.post(f"/need/of/{key}/picture/", {"picture": upload()}).status_code == 204
    assert need.pictures.count() == 1
    assert "13800000012" not in str(SyncItem.objects.get().body)
    send(cast.client("secretary"), (new_id(), kept(cast, desk="branch")))
    assert set(Need.objects.values_list("source", flat=True)) == {"public", "branch"}


def test_what_does_not_fit_is_said_and_a_stranger_sends_nothing_else(cast):
    client, roll = cast.client("public"), {"id": str(new_id()), "kind": "presence", "payload": {}}
    wrong = ({"organisation": "不存在的村"}, {"text": " "}, {"phone": "没有"}, {"whose": "x"})
    told = send(client, *((new_id(), kept(cast, **one)) for one in wrong))
    assert [row["reason"] for row in told] == ["need_unit", "need_text", "need_phone", "malformed"]
    assert all(row["message"] for row in told)
    assert "手机记录都已处理" in cast.client("office").get("/console/refused/").content.decode()
    [known] = send(cast.client("member"), (new_id(), kept(cast, text=" ")))
    assert known["reason"] == "need_text"
    assert "写上需要什么" in cast.client("organiser").get("/console/refused/").content.decode()
    body = json.dumps({"items": [roll]})
    assert client.post("/sync", body, content_type="application/json").status_code == 401
    one = {"id": str(new_id()), "kind": "need_raised", "payload": kept(cast)}
    body = json.dumps({"items": [roll, one]})
    answer = client.post("/sync", body, content_type="application/json").json()
    assert [row["id"] for row in answer["results"]] == [one["id"]]


def test_a_second_body_of_a_need_is_taken_with_what_was_sealed(cast):
    client, key = cast.client("member"), new_id()
    send(client, (key, kept(cast)), (key, kept(cast, phone="13900000034")))
    [other] = SyncVariant.objects.all()
    assert "139" not in str(other.body)
    [found] = differences(by=cast.actor("organiser"))
    settle(by=cast.actor("organiser"), source=found.source, difference_id=found.id, take=True)
    taken = Need.objects.exclude(id=key).get()
    assert sealing.unseal(taken.requester).phone == "13900000034"


def test_the_requester_says_on_the_phone_whether_it_is_solved(cast):
    need = bring_to(make_need(cast.own.branch), "callback")
    client = cast.client("public")
    page = client.get(f"/need/{need.code}/").content.decode()
    assert "办好了，解决了吗" in page
    url = reverse("needs:word", args=[need.code])
    assert client.post(url, {"key": str(new_id())}).status_code == 422
    said = {"key": str(new_id()), "satisfaction": "unsatisfied", "words": ""}
    assert client.post(url, said).status_code == 422
    assert client.post(url, said | {"words": "还是凉的"}).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.redos) == (NeedState.REDO, 1)


def test_a_secretary_raises_for_the_branch_and_sees_what_became_of_it(cast):
    client = cast.client("secretary")
    url = reverse("needs:branch_raise")
    fields = {"id": str(new_id()), "text": "老林要人送药", "organisation": cast.own.branch.name}
    assert client.post(url, fields).status_code == 302
    assert Need.objects.get().source == NeedSource.BRANCH
    assert "老林要人送药" in client.get(url).content.decode()


def test_the_desk_writes_one_down_and_sorts_it(cast):
    client, theme = cast.client("organiser"), make_theme(cast.district)
    fields = {
        "id": str(new_id()),
        "text": "要一条路",
        "organisation": cast.own.branch.name,
        "source": "chat",
        "urgency": "urgent",
        "name": "王师傅",
    }
    assert client.post(reverse("needs:new"), fields).status_code == 302
    need = Need.objects.get()
    client.post(reverse("needs:sort", args=[need.id]), {"theme": str(theme.id)})
    need.refresh_from_db()
    assert (need.theme_id, need.for_self) == (theme.id, False)


def test_the_first_page_says_what_is_overdue(cast):
    need = make_need(cast.own.branch)
    Need.objects.filter(id=need.id).update(due_on="2026-01-05")
    page = cast.client("office").get(reverse("web:home")).content.decode()
    assert "1 件诉求超期" in page


def test_who_raised_it_for_themselves_is_told_in_words_that_somebody_else_closes_it(cast):
    by = cast.actor("secretary")
    own = make_need(
        cast.own.branch,
        by=by,
        source=NeedSource.CONSOLE,
        requester_name="",
        requester_phone="",
    )
    bring_to(own, "callback", by=SYSTEM)
    step(own, "call_back", by=SYSTEM, satisfaction="satisfied")
    client = cast.client("secretary")
    page = client.get(f"/console/needs/{own.id}/").content.decode()
    assert "销号要由别人来做" in page
    answer = move(client, own, "close")
    assert answer.status_code == 403
    assert "要由别人来做" in answer.content.decode()
    own.refresh_from_db()
    assert own.is_open


def test_who_saves_a_project_second_sees_what_the_first_wrote_and_decides(cast):
    client, key = cast.client("secretary"), str(new_id())
    typed = {"id": key, "title": "亭房改驿站", "organisation": cast.own.branch.name}
    url = reverse("needs:edit_project", args=[key])
    new = reverse("needs:new_project")
    assert client.post(new, typed | {"version": "0"}).status_code == 302
    assert client.post(new, typed | {"version": "0"}).status_code == 302, "sent twice"
    first = typed | {"version": "2", "responsible": "何建", "due_on": "2026-02-01"}
    assert client.post(url, first).status_code == 302
    late = typed | {"version": "2", "responsible": "王芳"}
    answer = client.post(url, late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="王芳"' in page
    assert "这期间已存为：何建" in page
    assert "这期间已存为：2月1日" in page
    assert Project.objects.get().responsible == "何建"
    assert client.post(url, late | {"version": "3"}).status_code == 302
    assert Project.objects.get().responsible == "王芳"


def test_a_figure_opens_exactly_whoever_is_missing_from_it(cast):
    today, day = clock.today(), timedelta(days=1)
    answered = [bring_to(make_need(cast.own.branch, text=f"答{n}"), "closed") for n in "一二三"]
    Need.objects.filter(id=answered[0].id).update(replied_on=today, reply_by=today - day)
    Need.objects.filter(id__in=[one.id for one in answered[1:]]).update(theme=None)
    waiting = make_need(cast.own.branch, text="过期没答的")
    Need.objects.filter(id=waiting.id).update(reply_by=today - 9 * day)
    make_need(cast.own.branch, text="还没到期的")
    client = cast.client("organiser")
    found = client.get(reverse("needs:figures"))
    page, replied = found.content.decode(), found.context["rates"][0][0]
    here = f"&amp;unit={cast.own.node.id}&amp;view=lead"
    assert f"?check=late_reply{here}" in page
    assert f"?theme=none&amp;group=all{here}" in page
    named = client.get(f"{reverse('needs:list')}?check=late_reply{here}".replace("&amp;", "&"))
    shown = {row.text for row in named.context["rows"]}
    assert shown == {"答一", "过期没答的"}
    assert len(shown) == replied.total - replied.n


def test_solved_and_satisfied_stand_beside_the_coverages_of_each_unit(cast):
    solved = bring_to(make_need(cast.own.branch), "callback")
    step(solved, "call_back", by=SYSTEM, satisfaction="satisfied")
    step(solved, "close", by=SYSTEM)
    make_need(cast.own.branch, text="还没办的")
    make_need(cast.foreign.branch)
    page = cast.client("organiser").get(reverse("coverage:statistics")).content.decode()
    behind = f"?group=open&unit={cast.own.node.id}&view=lead"
    assert f"{reverse('needs:list')}{behind}".replace("&", "&amp;") in page
    for words in ("解决率", "满意率", "1/2", "1/1"):
        assert words in page
    assert (
        "还没办的" in cast.client("organiser").get(reverse("needs:list") + behind).content.decode()
    )
    assert "解决率" in cast.client("organiser").get(reverse("web:home")).content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads empty tables whole")
@pytest.mark.parametrize("check", ["late_reply", "redone"])
def test_the_names_behind_a_figure_are_found_by_an_index_of_their_own(cast, check):
    office = cast.actor("office")
    season = seasons.current_season(office)
    reach = listing.reach_of(season, listing.Wanted(), by=office)
    wanted = listing.Wanted(group=listing.ALL, check=check)
    assert "by_deadline" in listing.rows(reach, wanted)[:25].explain()
    assert "TEMP B-TREE" not in listing.rows(reach, wanted)[:25].explain()


@pytest.mark.parametrize("check", sorted(listing.STILL_OPEN))
def test_what_no_signed_off_need_can_be_is_not_looked_for_among_them(cast, check):
    row = make_need(cast.own.branch, text="不满意的")
    word = "unsatisfied" if check == "unsatisfied" else ""
    Need.objects.filter(id=row.id).update(satisfaction=word)
    page = cast.client("organiser").get(f"{reverse('needs:list')}?check={check}")
    assert [line.text for line in page.context["rows"]] == ["不满意的"]
