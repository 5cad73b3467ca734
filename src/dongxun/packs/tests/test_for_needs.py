import pytest

from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.ids import new_id
from dongxun.needs.contracts import NotNow
from dongxun.needs.models import Need, NeedAid, Step
from dongxun.needs.tests.make import bring_to, make_need
from dongxun.packs.contracts import DonationDraft, DonationKind, GoodsLine
from dongxun.packs.models import Drive
from dongxun.packs.services import donations
from dongxun.packs.tests.make import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(cast):
    return make_need(cast.own.branch, text="三位老人缺过冬被褥")


def look_for_a_donor(cast, need, **overrides):
    values = {
        "by": cast.actor("organiser"),
        "season_id": cast.season.id,
        "organisation_id": cast.own.node.id,
        "title": "过冬被褥",
        "wanted": "3 套",
        "consignee_id": cast.own.branch.id,
        "need_id": need.id,
    }
    return donations.open_drive(**(values | overrides))


def told(need) -> list[str]:
    return list(Step.objects.filter(need=need, act="drive").values_list("words", flat=True))


def test_each_step_of_a_gift_stands_in_the_timeline_and_the_need_stays_open(cast, need):
    by, place = cast.actor("organiser"), make_place(cast.own.node)
    drive_id = look_for_a_donor(cast, need)
    draft = DonationDraft(
        id=new_id(),
        kind=DonationKind.GOODS,
        donor_name="暖阳家纺",
        consignee_id=cast.own.branch.id,
        drive_id=drive_id,
        lines=[GoodsLine("被褥", 3, 1)],
    )
    gift = donations.promise_donation(
        by=by, season_id=cast.season.id, organisation_id=cast.own.node.id, draft=draft
    )
    donations.ship_donation(by=by, donation_id=gift, on=clock.today())
    donations.accept_donation(
        by=by,
        donation_id=gift,
        place_id=place.id,
        on=clock.today(),
        accepted_by="周明远",
        accepted={},
    )
    donations.close_drive(by=by, drive_id=drive_id)
    assert told(need) == [
        "正在找捐赠方。",
        "暖阳家纺：有人认捐。",
        "暖阳家纺：已发运。",
        "暖阳家纺：已到货验收。",
        "不再需要了。",
    ]
    assert NeedAid.objects.get().is_over
    assert Need.objects.get(id=need.id).state == "registered"


def test_a_drive_is_for_a_need_that_is_there_in_scope_and_open(cast, need):
    with pytest.raises(NotFound):
        look_for_a_donor(cast, Need(id=new_id()))
    with pytest.raises(NotFound):
        look_for_a_donor(cast, make_need(cast.foreign.branch))
    look_for_a_donor(cast, need)
    with pytest.raises(Conflict):
        look_for_a_donor(cast, need)
    closed = bring_to(make_need(cast.own.branch), "closed")
    with pytest.raises(NotNow):
        look_for_a_donor(cast, closed)
    assert Drive.objects.count() == 1


def test_from_the_needs_page_to_the_drive_and_back(cast, need):
    client = cast.client("organiser")
    url = f"/console/packs/donations/wanted/?need={need.id}"
    assert url in client.get(f"/console/needs/{need.id}/").content.decode()
    form = client.get(url)
    assert form.context["form"].initial["consignee"] == cast.own.branch.name
    body = {
        "organisation": str(cast.own.node.id),
        "title": "过冬被褥",
        "wanted": "3 套",
        "consignee": cast.own.branch.name,
        "need": str(need.id),
    }
    assert client.post(url, body).status_code == 302
    drive = Drive.objects.get()
    page = client.get("/console/packs/donations/").content.decode()
    assert f'id="drive-{drive.id}"' in page
    assert f"/console/needs/{need.id}/" in page
    page = client.get(f"/console/needs/{need.id}/").content.decode()
    assert f"/console/packs/donations/#drive-{drive.id}" in page
    again = client.post(url, body)
    assert again.status_code == 409
    assert "已经在对接" in again.content.decode()


def test_the_drive_form_does_not_find_a_need_elsewhere(cast):
    hidden = make_need(cast.foreign.branch)
    client = cast.client("organiser")
    assert client.get(f"/console/packs/donations/wanted/?need={hidden.id}").status_code == 404
