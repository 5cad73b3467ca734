from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.needs.tests.make import make_need
from dongxun.packs.contracts import (
    AudienceRule,
    DonationDraft,
    DonationKind,
    GoodsLine,
    ListDraft,
    StockShort,
)
from dongxun.packs.models import Donation, Leaflet, Stock
from dongxun.packs.queries import donations as queries
from dongxun.packs.queries import leaflets as leaflet_queries
from dongxun.packs.services import donations, leaflets, lists
from dongxun.packs.tests.make import make_article, make_pack, make_place, put_in_store

QUILTS = GoodsLine("被褥", 4178, 52, "四件套")


@pytest.fixture
def place(cast):
    return make_place(cast.own.node)


def promise(cast, *, by=None, **overrides):
    values = {
        "id": new_id(),
        "kind": DonationKind.GOODS,
        "donor_name": "暖阳家纺",
        "consignee_id": cast.own.branch.id,
        "lines": [QUILTS],
    }
    return donations.promise_donation(
        by=by or cast.actor("organiser"),
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        draft=DonationDraft(**(values | overrides)),
    )


def arrive(cast, donation_id, place, accepted=None, **overrides):
    values = {"on": clock.today(), "accepted_by": "周明远"}
    donations.accept_donation(
        by=cast.actor("organiser"),
        donation_id=donation_id,
        place_id=place.id,
        accepted=accepted or {},
        **(values | overrides),
    )


def test_a_need_finds_a_donor_and_the_goods_go_the_whole_way(cast, place):
    by, need = cast.actor("organiser"), make_need(cast.own.branch, text="老人缺过冬被褥")
    drive_id = donations.open_drive(
        by=by,
        season_id=cast.season.id,
        organisation_id=cast.own.node.id,
        title="过冬被褥",
        wanted="约 4000 套床上用品",
        consignee_id=cast.own.branch.id,
        need_id=need.id,
    )
    donation_id = promise(cast, drive_id=drive_id)
    donations.ship_donation(by=by, donation_id=donation_id, on=clock.today(), carrier="顺路货运")
    arrive(cast, donation_id, place)
    donations.thank_donor(by=by, donation_id=donation_id, on=clock.today(), number="谢〔1〕号")
    donations.show_donation(by=by, donation_id=donation_id, on=clock.today(), where="村务公开栏")
    row = Donation.objects.get(id=donation_id)
    assert (row.state, row.drive.need_id, row.letter_number) == ("thanked", need.id, "谢〔1〕号")
    assert Stock.objects.get(place=place).quantity == 4178
    totals = queries.totals(cast.season.id, by=by)
    assert (totals.boxes, totals.sets, totals.waiting) == (52, 4178, 0)


def test_the_ledger_says_what_came_in_went_out_and_where_to(cast, place):
    donation_id = promise(cast, lines=[GoodsLine("毛毯", 8, 1)])
    arrive(cast, donation_id, place, {Donation.objects.get().lines.get().id: 7})
    article = Donation.objects.get().lines.get().article
    pack = make_pack(cast.season, cast.own.node, article)
    by = cast.actor("organiser")
    draft = ListDraft(pack.id, cast.own.node.id, "送毛毯", place.id, AudienceRule())
    lists.issue_list(by=by, list_id=lists.draw_up_list(by=by, draft=draft))
    [line] = queries.ledger_lines(cast.season.id, by=by)
    assert (line.quantity, line.accepted, line.came_in, line.went_out) == ("8 套", 7, 7, 5)
    assert line.went_to == "送毛毯"


def test_more_than_was_promised_is_counted_with_a_remark(cast, place):
    donation_id = promise(cast, lines=[GoodsLine("毛毯", 8, 1)])
    more = {Donation.objects.get().lines.get().id: 10}
    with pytest.raises(Invalid) as refusal:
        arrive(cast, donation_id, place, more)
    assert [where for where, _words in refusal.value.details] == ["remark"]
    Donation.objects.update(note="厂" * 299)
    with pytest.raises(Invalid):
        arrive(cast, donation_id, place, more, remark="厂里多装了两条")
    Donation.objects.update(note="")
    arrive(cast, donation_id, place, more, remark="厂里多装了两条")
    assert Stock.objects.get(place=place).quantity == 10
    assert Donation.objects.get().note == "厂里多装了两条"


def test_what_was_promised_is_put_right_until_it_arrives(cast, place):
    donation_id, client = promise(cast), cast.client("organiser")
    page = f"/console/packs/donations/{donation_id}/"
    typed = {
        "kind": "goods",
        "donor": "暖阳家纺有限公司",
        "consignee": cast.own.branch.name,
        "lines": "被褥 | 4000 | 50",
        "on": str(clock.today()),
        "why": "合同改了",
    }
    sent = {"what": "change"} | {f"change-{name}": value for name, value in typed.items()}
    assert client.post(page, sent | {"change-why": ""}).status_code == 422
    assert client.post(page, sent).status_code == 302
    row = Donation.objects.get()
    assert (row.donor_name, row.lines.get().sets) == ("暖阳家纺有限公司", 4000)
    assert AuditEntry.objects.get(action="packs.change_donation").detail == {"reason": "合同改了"}
    arrive(cast, donation_id, place)
    assert client.post(page, sent).status_code == 409


def test_arriving_twice_fills_the_store_once(cast, place):
    donation_id = promise(cast)
    arrive(cast, donation_id, place)
    arrive(cast, donation_id, place)
    assert Stock.objects.get(place=place).quantity == 4178


def test_goods_of_two_donors_stay_apart(cast, place):
    for donor in ("暖阳家纺", "江海纺织"):
        arrive(cast, promise(cast, donor_name=donor), place)
    assert Stock.objects.filter(place=place).count() == 2


def test_what_cannot_be_is_refused_at_its_field(cast, place):
    wrong = {
        "donor": {"donor_name": " "},
        "lines": {"lines": []},
        "amount_yuan": {"amount_yuan": 5},
        "people": {"kind": DonationKind.BLOOD, "lines": []},
        "on": {"on": clock.today() + timedelta(days=1)},
    }
    for field, overrides in wrong.items():
        with pytest.raises(Invalid) as refused:
            promise(cast, **overrides)
        assert refused.value.details[0][0] == field
    donation_id = promise(cast)
    line = Donation.objects.get().lines.get()
    with pytest.raises(Invalid):
        arrive(cast, donation_id, place, {line.id: 9999})
    with pytest.raises(Invalid):
        arrive(cast, donation_id, place, accepted_by="")
    with pytest.raises(Conflict):
        donations.thank_donor(by=cast.actor("organiser"), donation_id=donation_id, on=clock.today())


def test_money_and_blood_are_numbers_that_travel_nowhere(cast, place):
    by = cast.actor("organiser")
    money = promise(cast, kind=DonationKind.MONEY, lines=[], amount_yuan=20_000)
    promise(cast, kind=DonationKind.BLOOD, lines=[], people=36)
    with pytest.raises(Conflict):
        donations.ship_donation(by=by, donation_id=money, on=clock.today())
    totals = queries.totals(cast.season.id, by=by)
    assert (totals.yuan, totals.blood, totals.sets) == (20_000, 36, 0)
    assert [line.quantity for line in queries.ledger_lines(cast.season.id, by=by)] == [
        "20000 元",
        "36 人次",
    ]


def test_the_same_promise_sent_twice_is_one(cast):
    item = new_id()
    assert promise(cast, id=item) == promise(cast, id=item) == item
    assert Donation.objects.count() == 1


def test_a_promise_may_be_withdrawn_until_it_has_arrived(cast, place):
    by, donation_id = cast.actor("organiser"), promise(cast)
    with pytest.raises(Invalid):
        donations.withdraw_donation(by=by, donation_id=donation_id, reason="")
    donations.withdraw_donation(by=by, donation_id=donation_id, reason="厂里停产")
    assert queries.totals(cast.season.id, by=by).donations == 0
    arrived = promise(cast)
    arrive(cast, arrived, place)
    with pytest.raises(Conflict):
        donations.withdraw_donation(by=by, donation_id=arrived, reason="厂里停产")


def test_donations_of_another_town_are_as_if_absent(cast):
    donation_id, stranger = promise(cast), cast.actor("other_organiser")
    with pytest.raises(NotFound):
        queries.donation(donation_id, by=stranger)
    with pytest.raises(NotFound):
        donations.ship_donation(by=stranger, donation_id=donation_id, on=clock.today())


def log(cast, **overrides):
    values = {
        "item_id": new_id(),
        "season_id": cast.season.id,
        "organisation_id": cast.own.node.id,
        "kind": "letter",
        "title": "致村民的一封信",
        "copies": 600,
        "households": 580,
        "area": "西片三个村",
        "on": clock.today(),
    }
    return leaflets.log_leaflets(by=cast.actor("organiser"), **(values | overrides))


def test_leaflets_are_counted_by_copies_and_doors_and_an_entry_sent_twice_is_one(cast):
    item_id = new_id()
    assert log(cast, item_id=item_id) == log(cast, item_id=item_id)
    sums = leaflet_queries.sums(cast.season.id, by=cast.actor("organiser"))
    assert (sums.copies, sums.households, sums.entries) == (600, 580, 1)


def test_leaflets_from_a_store_leave_it_and_return_when_taken_back(cast, place):
    by, sheet = cast.actor("organiser"), make_article(cast.own.node, "明白纸", unit="份")
    put_in_store(make_pack(cast.season, cast.own.node, sheet), place, 700)
    with pytest.raises(StockShort):
        log(cast, copies=800, article_id=sheet.id, place_id=place.id)
    entry = log(cast, article_id=sheet.id, place_id=place.id)
    assert Stock.objects.get(place=place).quantity == 100
    for _again in range(2):
        leaflets.withdraw_leaflets(by=by, leaflet_id=entry)
    assert (Stock.objects.get(place=place).quantity, Leaflet.objects.count()) == (700, 1)


def test_leaflets_of_nothing_nowhere_or_tomorrow_are_refused(cast):
    for field, value in {
        "title": "",
        "copies": 0,
        "area": " ",
        "on": clock.today() + timedelta(days=1),
    }.items():
        with pytest.raises(Invalid) as refused:
            log(cast, **{field: value})
        assert refused.value.details[0][0] == field


def test_figures_of_donations_open_their_lines_and_count_a_donor_once(cast):
    by, season = cast.actor("organiser"), cast.season.id
    wanted = {"title": "被褥", "wanted": "若干", "consignee_id": cast.own.branch.id}
    wanted |= {"by": by, "season_id": season, "organisation_id": cast.own.node.id}
    drive_id = donations.open_drive(**wanted, need_id=make_need(cast.own.branch).id)
    donations.open_drive(**wanted, need_id=make_need(cast.own.branch, text="缺煤").id)
    matched = promise(cast, drive_id=drive_id)
    promise(cast)
    yuan = {"kind": DonationKind.MONEY, "lines": [], "amount_yuan": 500}
    money = promise(cast, donor_name="某商会", **yuan)
    found = queries.totals(season, by=by)
    assert (found.donors, found.donations, found.matched, found.asked) == (2, 3, 1, 2)
    rows = queries.donations(season, by=by)
    assert [one.id for one in queries.behind(rows, "matched")] == [matched]
    assert [one.id for one in queries.behind(rows, "money")] == [money]
    page = cast.client("organiser").get("/console/packs/donations/?what=money").content.decode()
    assert ("某商会" in page, "暖阳家纺" in page) == (True, False)
