import pytest

from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.packs.models import Donation

pytestmark = pytest.mark.django_db
URL = "/console/packs/donations/ledger/"


def typed(cast, *lines, **head):
    body = {"organisation": str(cast.own.branch.id)} | head
    for number, line in enumerate(lines, 1):
        values = {"id": str(new_id()), "kind": "goods"} | line
        body |= {f"{number}-{name}": value for name, value in values.items()}
    for number in range(len(lines) + 1, 11):
        body |= {f"{number}-id": str(new_id()), f"{number}-kind": "goods"}
    return body


def send(cast, body):
    answer = cast.client("secretary").post(URL, body)
    return answer.status_code, answer.content.decode()


def test_a_filled_ledger_becomes_donations_and_sent_again_changes_nothing(cast):
    yesterday = clock.today() - clock.today().resolution
    branch = cast.own.branch.name
    body = typed(
        cast,
        {
            "donor": "平潮电机厂",
            "title": "保温杯",
            "number": "60",
            "boxes": "3",
            "spec": "500 ml",
            "consignee": branch,
            "on": yesterday.isoformat(),
        },
        {"donor": "老党员们", "kind": "money", "number": "2600", "consignee": branch},
        {"donor": "平潮镇机关", "kind": "blood", "number": "12", "consignee": branch},
    )
    assert cast.client("secretary").get(URL).status_code == 200
    for _twice in range(2):
        assert send(cast, body)[0] == 302
    goods, money, blood = Donation.objects.order_by("recorded_at")
    [line] = goods.lines.all()
    assert (line.title, line.sets, line.boxes, line.spec) == ("保温杯", 60, 3, "500 ml")
    assert (goods.on, goods.consignee_id) == (yesterday, cast.own.branch.id)
    assert (money.amount_yuan, money.on) == (2600, clock.today())
    assert blood.people == 12


def test_one_bad_line_writes_none_and_keeps_what_was_typed(cast):
    branch = cast.own.branch.name
    good = {"donor": "平潮电机厂", "title": "保温杯", "number": "60", "consignee": branch}
    status, page = send(cast, typed(cast, good, {"donor": "某厂"}))
    assert status == 422
    assert "第 2 行：写一写送往哪里。" in page
    assert "平潮电机厂" in page
    ahead = (clock.today() + clock.today().resolution).isoformat()
    status, page = send(cast, typed(cast, good, good | {"on": ahead}))
    assert (status, "第 2 行：这一天还没到。" in page) == (422, True)
    status, page = send(cast, typed(cast, good | {"consignee": "桃花源"}))
    assert (status, "第 1 行" in page) == (422, True)
    status, page = send(cast, typed(cast, good | {"kind": "blood", "number": "9999999"}))
    assert (status, "第 1 行" in page) == (422, True)
    assert not Donation.objects.exists()


def test_an_empty_ledger_and_a_unit_of_others_are_told(cast):
    status, page = send(cast, typed(cast))
    assert (status, "还没有写东西" in page) == (422, True)
    status, _page = send(cast, typed(cast, organisation=str(cast.district.id)))
    assert status == 422


def test_the_blank_ledger_is_printed(cast):
    answer = cast.client("secretary").get("/console/packs/donations/blank.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
