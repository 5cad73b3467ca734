from datetime import date

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.packs.contracts import (
    AudienceRule,
    LineKind,
    ListDraft,
    ListFrozen,
    MovementKind,
    NobodyToGive,
    Outsider,
    ReceiptHow,
    Route,
    StockShort,
)
from dongxun.packs.models import IssueLine, IssueList, Movement, Stock
from dongxun.packs.queries import lists as queries
from dongxun.packs.services import lists, receipts, returns
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place, put_in_store
from dongxun.people.models import PersonTag
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Participation, Season
from tests.cast import SYSTEM


@pytest.fixture
def pack(cast):
    return make_pack(cast.season, cast.own.node, name="能量包")


@pytest.fixture
def place(cast):
    return make_place(cast.own.node)


def draw_up(cast, pack, place, *, by=None, rule=AudienceRule(), **overrides):  # noqa: B008
    values = {
        "pack_id": pack.id,
        "organisation_id": cast.own.node.id,
        "title": "送能量包",
        "place_id": place.id,
        "rule": rule,
    }
    draft = ListDraft(**(values | overrides))
    return lists.draw_up_list(by=by or cast.actor("organiser"), draft=draft)


def names(list_id):
    found = IssueLine.objects.filter(list_id=list_id).select_related("person").order_by("number")
    return [line.person.name if line.person else line.name for line in found]


def test_a_rule_means_the_members_of_the_own_subtree_each_once(cast, pack, place):
    found = names(draw_up(cast, pack, place))
    assert sorted(found) == sorted(person.name for person in cast.own.people)
    assert len(found) == len(set(found)) == 5


def test_veterans_are_those_whose_years_are_complete_today(cast, pack, place):
    today = clock.today()
    cast.lin.joined_on = today.replace(year=today.year - 50, day=min(today.day, 28))
    cast.zhou.joined_on = date(today.year - 50, 12, 31)
    cast.lin.save()
    cast.zhou.save()
    assert names(draw_up(cast, pack, place, rule=AudienceRule(veteran_years=50))) == ["林小满"]


def test_way_of_learning_tag_cohort_and_unit_narrow_the_rule(cast, pack, place):
    Participation.objects.filter(person=cast.lin).update(mode="home", reason="aged")
    PersonTag.objects.create(person=cast.zhou, tag="网格员")
    cohort = seasons.write_cohort(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        name="骨干",
        person_ids=[cast.qian.id],
    )
    rules = {
        "林小满": AudienceRule(mode="home"),
        "周明远": AudienceRule(tag="网格员"),
        "钱一诺": AudienceRule(cohort_id=cohort),
    }
    for name, rule in rules.items():
        assert names(draw_up(cast, pack, place, rule=rule)) == [name]
    unit = AudienceRule(unit_ids=(cast.own.branch.id,))
    assert len(names(draw_up(cast, pack, place, rule=unit))) == 5


def test_the_form_offers_every_tag_and_a_rare_one_means_those_who_carry_it(cast, pack, place):
    for number in range(15):
        for person in (cast.zhou, cast.qian):
            PersonTag.objects.create(person=person, tag=f"标签{number:02}")
    PersonTag.objects.create(person=cast.lin, tag="快递员")
    client, address = cast.client("organiser"), reverse("packs:new_list", args=[pack.id])
    assert "快递员（1）" in client.get(address).content.decode()
    typed = {
        "title": "送给骑手和快递员",
        "organisation": str(cast.own.node.id),
        "place": str(place.id),
        "whom": "members",
        "tag": "快递员",
        "each": "1",
        "route": "courier",
    }
    answer = client.post(address, typed)
    assert answer.status_code == 302
    assert names(IssueList.objects.get().id) == ["林小满"]


def test_units_of_another_subtree_mean_nobody(cast, pack, place):
    with pytest.raises(NobodyToGive):
        draw_up(cast, pack, place, rule=AudienceRule(unit_ids=(cast.foreign.branch.id,)))


def test_a_list_of_nobody_is_not_made(cast, pack, place):
    with pytest.raises(NobodyToGive):
        draw_up(cast, pack, place, rule=AudienceRule(veteran_years=80))
    with pytest.raises(NobodyToGive):
        draw_up(cast, pack, place, rule=None)
    assert not IssueList.objects.exists()


def test_cooperatives_farms_and_households_stand_on_a_list_by_name_and_note(cast, pack, place):
    outsiders = [
        Outsider(LineKind.COOPERATIVE, "绿丰合作社", "西片", 3),
        Outsider(LineKind.HOUSEHOLD, "绿丰合作社"),
    ]
    list_id = draw_up(cast, pack, place, rule=None, outsiders=outsiders)
    assert names(list_id) == ["绿丰合作社", "绿丰合作社"]
    with pytest.raises(Invalid) as twice:
        draw_up(cast, pack, place, outsiders=[outsiders[0], outsiders[0]])
    assert "绿丰合作社" in str(twice.value.details[0][1])


def test_branches_get_a_line_each_and_people_by_branch_a_parcel(cast, pack, place):
    branches = draw_up(cast, pack, place, rule=AudienceRule(branches=True), each=40)
    assert [(row.kind, row.quantity) for row in IssueLine.objects.filter(list_id=branches)] == [
        (LineKind.BRANCH, 40)
    ]
    bulk = draw_up(cast, pack, place, route=Route.BRANCH, each=2)
    parcel = IssueLine.objects.get(list_id=bulk, kind=LineKind.PARCEL)
    assert (parcel.branch_id, parcel.quantity) == (cast.own.branch.id, 10)
    put_in_store(pack, place, 10)
    lists.issue_list(by=cast.actor("organiser"), list_id=bulk)
    assert Stock.objects.get(place=place).quantity == 0


def test_who_is_left_out_of_a_draft_is_out_of_the_parcel_too(cast, pack, place):
    bulk = draw_up(cast, pack, place, route=Route.BRANCH)
    line = IssueLine.objects.get(list_id=bulk, person=cast.lin)
    for _again in range(2):
        lists.leave_out(by=cast.actor("organiser"), line_id=line.id)
    assert IssueLine.objects.get(list_id=bulk, kind=LineKind.PARCEL).quantity == 4


def test_issuing_takes_the_goods_out_of_the_store_once(cast, pack, place):
    put_in_store(pack, place, 8)
    list_id = draw_up(cast, pack, place)
    for _again in range(2):
        lists.issue_list(by=cast.actor("organiser"), list_id=list_id)
    assert Stock.objects.get(place=place).quantity == 3
    assert Movement.objects.get(cause=list_id).change == -5


def test_a_short_stock_issues_nothing_and_says_how_many_of_what_are_missing(cast, pack, place):
    put_in_store(pack, place, 3)
    list_id = draw_up(cast, pack, place)
    with pytest.raises(StockShort) as short:
        lists.issue_list(by=cast.actor("organiser"), list_id=list_id)
    assert "还差 2 册" in str(short.value)
    assert short.value.details[0][0] == str(pack.contents.get().article_id)
    assert IssueList.objects.get(id=list_id).state == "draft"
    assert (Stock.objects.get(place=place).quantity, Movement.objects.count()) == (3, 0)


def test_an_issued_list_is_frozen(cast, pack, place):
    put_in_store(pack, place, 5)
    by = cast.actor("organiser")
    list_id = draw_up(cast, pack, place)
    lists.issue_list(by=by, list_id=list_id)
    line = IssueLine.objects.filter(list_id=list_id).first()
    with pytest.raises(ListFrozen):
        lists.leave_out(by=by, line_id=line.id)
    with pytest.raises(ListFrozen):
        lists.throw_away(by=by, list_id=list_id)
    pack.contents.update(quantity=9)
    assert IssueList.objects.get(id=list_id).contents.get().quantity == 1


def test_what_came_back_is_in_the_store_again_and_out_of_the_count(cast, pack, place):
    put_in_store(pack, place, 5)
    by = cast.actor("organiser")
    list_id = draw_up(cast, pack, place)
    lists.issue_list(by=by, list_id=list_id)
    line = IssueLine.objects.get(list_id=list_id, person=cast.lin)
    for _again in range(2):
        returns.return_line(by=by, line_id=line.id, reason="搬走了")
    assert Stock.objects.get(place=place).quantity == 1
    assert Movement.objects.get(kind=MovementKind.RETURN).change == 1
    tally = queries.tally(queries.lines_of(list_id, by=by))
    assert (tally.total, tally.received, tally.returned) == (4, 0, 1)


def test_what_did_not_come_back_after_all_leaves_the_store_again_and_its_receipt_counts(
    cast, pack, place
):
    put_in_store(pack, place, 5)
    by = cast.actor("organiser")
    list_id = draw_up(cast, pack, place)
    lists.issue_list(by=by, list_id=list_id)
    line = IssueLine.objects.get(list_id=list_id, person=cast.lin)
    for _again in range(2):
        returns.return_line(by=by, line_id=line.id, reason="没找到人")
        for _twice in range(2):
            returns.take_return_back(by=by, line_id=line.id)
    returns.return_line(by=by, line_id=line.id, reason="没找到人")
    assert Stock.objects.get(place=place).quantity == 1
    at = clock.now()
    receipts.sign_for(
        by=by, item_id=new_id(), line_id=line.id, how=ReceiptHow.SIGNED, occurred_at=at
    )
    returns.take_return_back(by=by, line_id=line.id)
    line.refresh_from_db()
    assert (line.received_at, line.returned_at) == (at, None)
    assert Stock.objects.get(place=place).quantity == 0


def test_what_others_have_by_now_cannot_leave_the_store_again(cast, pack, place):
    put_in_store(pack, place, 5)
    by = cast.actor("organiser")
    list_id = draw_up(cast, pack, place)
    lists.issue_list(by=by, list_id=list_id)
    line = IssueLine.objects.get(list_id=list_id, person=cast.lin)
    returns.return_line(by=by, line_id=line.id, reason="搬走了")
    Stock.objects.filter(place=place).update(quantity=0)
    with pytest.raises(StockShort):
        returns.take_return_back(by=by, line_id=line.id)
    line.refresh_from_db()
    assert line.returned_at


def test_what_was_received_does_not_come_back(cast, pack, place):
    issued = make_list(pack, place, [cast.lin])
    line, by = line_of(issued, cast.lin), cast.actor("organiser")
    receipts.sign_for(
        by=by, item_id=new_id(), line_id=line.id, how=ReceiptHow.SIGNED, occurred_at=clock.now()
    )
    with pytest.raises(Conflict):
        returns.return_line(by=by, line_id=line.id, reason="搬走了")


def test_a_courier_carries_what_nobody_received_and_the_list_says_so(cast, pack, place):
    issued = make_list(pack, place, [cast.lin, cast.zhou])
    by = cast.actor("organiser")
    ids = list(issued.lines.values_list("id", flat=True))
    courier = lists.Courier(person_id=cast.qian.id)
    n = lists.give_to_courier(by=by, list_id=issued.id, line_ids=ids, courier=courier)
    assert (n, line_of(issued, cast.lin).courier_name) == (2, "钱一诺")
    assert queries.tally(queries.lines_of(issued.id, by=by)).carried == 2
    with pytest.raises(NotFound):
        lists.give_to_courier(
            by=by, list_id=issued.id, line_ids=ids, courier=lists.Courier(person_id=cast.wu.id)
        )


def test_figures_open_to_the_own_subtree_only(cast, place):
    pack = make_pack(cast.season, cast.district, name="全区")
    issued = make_list(pack, place, [cast.lin, cast.wu])
    own = queries.list_card(issued.id, by=cast.actor("secretary"))
    every = queries.list_card(issued.id, by=cast.actor("office"))
    assert (own.tally.total, own.mine, every.tally.total, every.mine) == (1, False, 2, True)
    assert [card.id for card in queries.lists(cast.season.id, by=cast.actor("secretary"))] == [
        issued.id
    ]


def test_a_draft_from_above_is_nobodys_business_below(cast, place):
    pack = make_pack(cast.season, cast.district, name="全区")
    draft = make_list(pack, place, [cast.lin], state="draft", issued_at=None)
    with pytest.raises(NotFound):
        queries.list_card(draft.id, by=cast.actor("secretary"))


def test_others_draw_up_and_issue_nothing_here(cast, pack, place):
    with pytest.raises(NotFound):
        draw_up(cast, pack, place, by=cast.actor("other_organiser"))
    issued = make_list(pack, place, [cast.lin], state="draft")
    with pytest.raises(NotFound):
        lists.issue_list(by=cast.actor("other_organiser"), list_id=issued.id)


def test_nothing_is_drawn_up_in_a_closed_season(cast, pack, place):
    Season.objects.update(state="closed")
    with pytest.raises(SeasonClosed):
        draw_up(cast, pack, place)
