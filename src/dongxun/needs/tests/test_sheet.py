import pytest

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.needs.contracts import NeedSource
from dongxun.needs.models import Need
from dongxun.needs.services import raise_needs
from dongxun.needs.tests.make import draft, make_theme

pytestmark = pytest.mark.django_db
URL = "/console/needs/sheet/"


def typed(cast, *lines, **head):
    body = {"organisation": cast.own.branch.name, "source": "chat"} | head
    for number, line in enumerate(lines, 1):
        values = {"id": str(new_id())} | line
        body |= {f"{number}-{name}": value for name, value in values.items()}
    for number in range(len(lines) + 1, 11):
        body[f"{number}-id"] = str(new_id())
    return body


def send(cast, body, role="secretary"):
    answer = cast.client(role).post(URL, body)
    return answer.status_code, answer.content.decode()


def test_a_filled_sheet_becomes_needs_and_sent_again_changes_nothing(cast):
    theme = make_theme(cast.district)
    yesterday = clock.today() - clock.today().resolution
    body = typed(
        cast,
        {"text": "路灯坏了", "on": yesterday.isoformat(), "theme": str(theme.id), "urgent": "on"},
        {"text": "没有热水", "name": "张阿姨", "phone": "19900001234"},
    )
    assert cast.client("secretary").get(URL).status_code == 200
    for _twice in range(2):
        assert send(cast, body)[0] == 302
    first, second = Need.objects.order_by("occurred_at")
    assert (first.text, first.urgency, first.theme_id) == ("路灯坏了", "urgent", theme.id)
    assert clock.day_of(first.occurred_at) == yesterday
    assert (second.source, second.lead_id) == ("chat", cast.own.branch.id)
    assert "19900001234" not in second.requester


def test_one_bad_line_writes_none_and_keeps_what_was_typed(cast):
    body = typed(cast, {"text": "路灯坏了"}, {"text": "没有热水", "phone": "12"}, {"name": "王"})
    status, page = send(cast, body)
    assert status == 422
    assert "第 3 行：写一写需要什么。" in page
    body = typed(cast, {"text": "路灯坏了"}, {"text": "没有热水", "phone": "12"})
    status, page = send(cast, body)
    assert status == 422
    assert "第 2 行" in page
    assert "路灯坏了" in page
    assert not Need.objects.exists()


def test_an_empty_sheet_a_day_to_come_and_an_unknown_unit_are_told(cast):
    status, page = send(cast, typed(cast))
    assert (status, "还没有写东西" in page) == (422, True)
    ahead = (clock.today() + clock.today().resolution).isoformat()
    status, page = send(cast, typed(cast, {"text": "路灯坏了", "on": ahead}))
    assert (status, "第 1 行" in page) == (422, True)
    status, page = send(cast, typed(cast, {"text": "路灯坏了"}, organisation="桃花源"))
    assert (status, "路灯坏了" in page) == (422, True)
    assert not Need.objects.exists()


def test_the_service_names_each_line_that_does_not_fit(cast):
    good, empty = draft(cast.own.branch), draft(cast.own.branch, text=" ")
    with pytest.raises(Invalid) as refused:
        raise_needs(by=cast.actor("secretary"), drafts=[good, empty])
    assert [where for where, _words in refused.value.details] == ["1.text"]
    assert not Need.objects.exists()
    made = raise_needs(by=cast.actor("secretary"), drafts=[good])
    assert Need.objects.get(id=made[0].id).source == NeedSource.PUBLIC
