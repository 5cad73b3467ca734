import pytest
from django.core.cache import cache

from dongxun.kernel import clock
from dongxun.notices.models import Delivery, GroupText, Notice
from dongxun.packs.models import IssueLine
from dongxun.packs.queries import lists as reads
from dongxun.packs.services import lists
from dongxun.packs.tests.make import make_list, make_pack, make_place, put_in_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(cast):
    return make_list(
        make_pack(cast.season, cast.own.node),
        make_place(cast.own.node),
        [cast.lin, cast.zhou],
        due_on=clock.today(),
    )


def give(cast, issued, *people, courier=None, **more) -> int:
    return lists.give_to_courier(
        by=cast.actor("organiser"),
        list_id=issued.id,
        line_ids=[IssueLine.objects.get(list=issued, person=one).id for one in people],
        courier=courier or lists.Courier(person_id=more.get("to", cast.qian).id),
    )


def live() -> list[Notice]:
    return list(Notice.objects.filter(kind="delivery", withdrawn_at=None).order_by("created_at"))


def test_a_courier_is_told_what_to_carry_and_the_group_learns_no_name(cast, issued):
    give(cast, issued, cast.lin, cast.zhou)
    [notice] = live()
    assert notice.title == "请送 2 份：送加油包"
    assert "辅导读本" in notice.body
    assert "文明实践所" in notice.body
    assert f"{cast.own.branch.short_name} 2" in notice.body
    assert Delivery.objects.get(notice=notice).person_id == cast.qian.id
    text = GroupText.objects.get(notice=notice).text
    assert "/me/deliveries/" in text
    for words in (notice.title, notice.body, text):
        assert cast.lin.name not in words


def test_more_to_carry_replaces_the_word_and_the_same_again_says_nothing_new(cast, issued):
    give(cast, issued, cast.lin)
    give(cast, issued, cast.lin)
    assert Notice.objects.filter(kind="delivery").count() == 1
    give(cast, issued, cast.zhou)
    assert [one.title for one in live()] == ["请送 2 份：送加油包"]


def test_who_loses_lines_to_another_is_told_what_is_left(cast, issued):
    give(cast, issued, cast.lin, cast.zhou)
    give(cast, issued, cast.lin, to=cast.zhou)
    assert sorted(one.title for one in live()) == ["请送 1 份：送加油包"] * 2
    give(cast, issued, cast.zhou, to=cast.zhou)
    assert [one.title for one in live()] == ["请送 2 份：送加油包"]


def test_of_a_draft_a_courier_hears_when_it_is_issued(cast):
    pack, place = make_pack(cast.season, cast.own.node), make_place(cast.own.node)
    put_in_store(pack, place, 10)
    draft = make_list(pack, place, [cast.lin], state="draft", issued_at=None)
    draft.contents.all().delete()
    give(cast, draft, cast.lin)
    assert live() == []
    lists.issue_list(by=cast.actor("organiser"), list_id=draft.id)
    assert len(live()) == 1


def test_on_the_screen_a_courier_is_a_name_with_branch_or_an_account(cast, issued):
    client = cast.client("organiser")
    url = f"/console/packs/lists/{issued.id}/courier/"
    lin = IssueLine.objects.get(list=issued, person=cast.lin)
    body = {"line": str(lin.id), "courier": f"钱一诺（{cast.own.branch.short_name}）"}
    assert client.post(url, body).status_code == 302
    lin.refresh_from_db()
    assert lin.courier_id == cast.qian.id
    page = client.get(f"/console/packs/lists/{issued.id}/").content.decode()
    assert f'<option value="钱一诺（{cast.own.branch.name}）">' in page
    account = cast.own.secretary
    assert client.post(url, {"line": str(lin.id), "account": str(account.id)}).status_code == 302
    given = IssueLine.objects.get(id=lin.id)
    assert (given.courier_id, given.courier_account) == (None, account.id)
    assert given.courier_name == account.display_name


def test_nobody_or_both_or_a_foreign_account_is_refused_in_words(cast, issued):
    client = cast.client("organiser")
    url = f"/console/packs/lists/{issued.id}/courier/"
    line = {"line": str(IssueLine.objects.get(list=issued, person=cast.lin).id)}
    none = client.post(url, line)
    assert (none.status_code, "写上由谁送" in none.content.decode()) == (422, True)
    both = client.post(url, line | {"courier": "钱一诺", "account": str(cast.own.secretary.id)})
    assert (both.status_code, "只选一个" in both.content.decode()) == (422, True)
    foreign = client.post(url, line | {"account": str(cast.foreign.secretary.id)})
    assert foreign.status_code == 422
    assert not reads.lines_of(issued.id, by=cast.actor("organiser")).exclude(courier_name="")


def test_an_account_finds_on_its_first_page_what_it_has_to_carry(cast, issued):
    cache.clear()
    account = cast.accounts["organiser"]
    courier = lists.Courier(account_id=account.id, name="周明远")
    give(cast, issued, cast.lin, courier=courier)
    page = cast.client("organiser").get("/console/").content.decode()
    assert "有 1 份等您送" in page
    assert "/me/deliveries/" in page
