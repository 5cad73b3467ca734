import pytest
from django.urls import reverse

from dongxun.access.models import Account
from dongxun.access.tests.make import actor_of, make_account
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotAllowed
from dongxun.kernel.rules import require

pytestmark = pytest.mark.django_db


def told(answer):
    assert answer.status_code == 403
    return answer.content.decode()


def test_a_refused_page_names_the_role_and_the_organisation_that_can_give_it(cast):
    page = told(cast.client("secretary").get(reverse("access:accounts")))
    assert "要有“组织者”角色" in page
    assert "平潮镇的组织者可以开通" in page
    assert all(a.display_name not in page for a in Account.objects.all())


def test_an_organiser_is_sent_to_the_office_of_the_district_for_what_it_does(cast):
    page = told(cast.client("organiser").get(reverse("access:audit_log")))
    assert "区冬训办" in page or "冬训办" in page
    assert "通州区的安全管理员可以开通" in page


def test_an_administrator_is_told_that_it_takes_another_account(cast):
    page = told(cast.client("audit").get(reverse("reports:home")))
    assert "另外的账号" in page


def test_words_come_with_fragments_and_json_too(cast):
    address = reverse("access:accounts")
    client = cast.client("secretary")
    assert "平潮镇的组织者" in told(client.get(address, headers={"HX-Request": "true"}))
    answer = client.get(address, headers={"Accept": "application/json"})
    assert "平潮镇的组织者" in answer.json()["details"][0]["message"]


def test_outside_the_own_subtree_nobody_is_named(cast):
    with pytest.raises(NotAllowed) as refused:
        require("reports.print", cast.actor("secretary"), cast.foreign.node.interval.lft)
    assert refused.value.role is None


def test_no_account_is_told_to_ask_the_secretary():
    with pytest.raises(NotAllowed) as refused:
        require("access.see_accounts", Actor.public(), None)
    assert refused.value.role is None


def test_nobody_is_sent_to_themselves(cast):
    head = make_account(Role.ORGANISER, cast.towns["刘桥镇"].node)
    with pytest.raises(NotAllowed) as refused:
        require("access.read_audit", actor_of(head), None)
    assert refused.value.role is Role.OFFICE
