import re

import pyotp
import pytest
from django.test import Client, TestCase

from dongxun.access.contracts import LinkPurpose
from dongxun.access.models import Account, GrantRow
from dongxun.access.services import accounts as services
from dongxun.access.tests.make import PASSWORD, give, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
NEW = "forty calm snowflakes"


def text(response):
    return response.content.decode()


def sign_in(client, username, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password}, **extra)


def test_unknown_name_wrong_password_and_ended_account_read_alike(cast):
    known = cast.accounts["secretary"].username
    ended = cast.accounts["other_secretary"]
    Account.objects.filter(id=ended.id).update(is_active=False)
    answers = [
        sign_in(Client(), "nobody", "x"),
        sign_in(Client(), known, "x"),
        sign_in(Client(), ended.username),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert all("账号或密码不对" in text(answer) for answer in answers)


def test_a_refused_sign_in_keeps_the_name_and_not_the_password(cast):
    page = text(sign_in(Client(), "zhou.typo", "secret words here"))
    assert "zhou.typo" in page
    assert "secret words here" not in page


def test_guesses_slow_the_guesser_and_not_the_victim(cast):
    zhou = cast.accounts["secretary"].username
    known = Client()
    sign_in(known, zhou)
    known.post("/sign-out/")
    guesser = {"REMOTE_ADDR": "203.0.113.9"}
    with clock.frozen(clock.now()):
        answers = [sign_in(Client(), zhou, "guess", **guesser).status_code for _ in range(7)]
        assert answers == [422] * 5 + [429] * 2
        assert sign_in(Client(), zhou, **guesser).status_code == 429
        assert sign_in(known, zhou, **guesser).status_code == 302
        assert sign_in(Client(), zhou, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_refused_sign_ins_are_on_record(cast):
    sign_in(Client(), cast.accounts["secretary"].username, "guess")
    row = AuditEntry.objects.get(action="access.sign_in_refused")
    assert row.subject_id == cast.accounts["secretary"].id
    assert row.organisation_id == cast.own.branch.id


def test_the_office_binds_an_app_and_comes_in_with_it_from_then_on(cast):
    client, office = Client(), cast.accounts["office"]
    assert sign_in(client, office.username)["Location"] == "/sign-in/app/"
    page = text(client.get("/sign-in/app/"))
    assert "<svg" in page
    assert "style=" not in page
    [spaced] = re.findall(r"access-key\">([A-Z2-7 ]+)<", page)
    key = spaced.replace(" ", "")
    code = pyotp.TOTP(key).at(clock.now())
    assert client.post("/sign-in/app/", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/app/", {"code": code})["Location"] == "/"
    assert client.get("/account/").status_code == 200

    again = Client()
    assert sign_in(again, office.username)["Location"] == "/sign-in/second/"
    refused = again.post("/sign-in/second/", {"code": code})
    assert refused.status_code == 422
    assert "已经用过" in text(refused)
    Account.objects.filter(id=office.id).update(totp_last_step=0)
    assert again.post("/sign-in/second/", {"code": code}).status_code == 302
    assert again.get("/account/").status_code == 200


def test_between_password_and_second_step_no_page_opens(cast):
    client = Client()
    sign_in(client, cast.accounts["audit"].username)
    for address in ("/account/", "/settings/audit/", "/settings/accounts/"):
        assert client.get(address)["Location"].startswith("/sign-in/")


def test_the_second_step_cannot_be_reached_without_the_password(client):
    assert client.get("/sign-in/second/")["Location"].startswith("/sign-in/?next=")
    assert client.post("/sign-in/app/", {"code": "123456"}).status_code == 401


def test_signing_in_goes_on_to_our_own_pages_only(cast):
    zhou = cast.accounts["secretary"].username
    own = {"username": zhou, "password": PASSWORD, "next": "/account/"}
    assert Client().post("/sign-in/", own)["Location"] == "/account/"
    for strange in ("https://example.com/", "//example.com", "javascript:alert(1)"):
        assert Client().post("/sign-in/", own | {"next": strange})["Location"] == "/"


def test_a_slip_opens_an_account_in_the_browser(cast):
    slip = services.create_account(
        by=cast.actor("organiser"), display_name="新书记", organisation_id=cast.own.branch.id
    )
    client = Client()
    typed = {"username": slip.username, "code": slip.code, "password": NEW, "again": "other"}
    refused = client.post("/activate/", typed)
    assert refused.status_code == 422
    assert slip.username in text(refused)
    assert client.post("/activate/", typed | {"again": NEW})["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_changing_the_password_keeps_this_browser_and_ends_the_others(cast):
    here, there = cast.client("secretary"), cast.client("secretary")
    typed = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert here.post("/account/password/", typed)["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_the_list_shows_own_accounts_and_not_those_of_another_town(cast):
    page = text(cast.client("organiser").get("/settings/accounts/"))
    assert "周明远" in page
    assert cast.foreign.secretary.display_name not in page


def test_the_list_costs_the_same_for_one_and_for_many(cast):
    def cost():
        client = cast.client("security")
        with TestCase().assertNumQueries(8):
            client.get("/settings/accounts/")

    cost()
    for _ in range(3):
        give(make_account(Role.SECRETARY, cast.own.branch), Role.ORGANISER, cast.own.node)
    cost()


def test_search_finds_by_name_and_by_state(cast):
    client = cast.client("office")
    make_account(Role.SECRETARY, cast.own.branch, name="还没来", password="")
    assert "还没来" in text(client.get("/settings/accounts/?q=还没来"))
    waiting = text(client.get("/settings/accounts/?state=waiting"))
    assert "还没来" in waiting
    assert "周明远" not in waiting


@pytest.mark.parametrize("query", ["unit=rubbish", "page=999", "role=nothing", "state=odd"])
def test_rubbish_in_the_filters_is_no_error(cast, query):
    assert cast.client("office").get(f"/settings/accounts/?{query}").status_code == 200


def test_roles_are_given_and_ended_on_the_account_page(cast):
    client = cast.client("organiser")
    zhou = cast.accounts["secretary"]
    address = f"/settings/accounts/{zhou.id}/"
    chosen = {"role": "organiser", "organisation": str(cast.own.branch.id)}
    assert client.post(f"{address}roles/", chosen).status_code == 302
    grant = GrantRow.objects.get(account=zhou, role=Role.ORGANISER)
    assert client.post(f"/settings/grants/{grant.id}/end/").status_code == 302
    refused = client.post(f"{address}roles/", chosen | {"until": "2020-01-01"})
    assert refused.status_code == 422
    assert "早于" in text(refused)


def test_a_role_beyond_the_own_ones_cannot_be_posted(cast):
    chosen = {"role": "office", "organisation": str(cast.own.branch.id)}
    zhou = cast.accounts["secretary"]
    answer = cast.client("organiser").post(f"/settings/accounts/{zhou.id}/roles/", chosen)
    assert answer.status_code == 422
    assert not GrantRow.objects.filter(role=Role.OFFICE, account=zhou).exists()


def test_slips_are_printed_once_and_kept_by_no_cache(cast):
    client = cast.client("office")
    make_account(Role.SECRETARY, cast.own.branch, name="还没来", password="")
    answer = client.post("/settings/accounts/slips/", {"unit": str(cast.own.node.id)})
    assert "还没来" in text(answer)
    assert "no-store" in answer["Cache-Control"]


def test_a_foreign_account_is_not_there(cast):
    client = cast.client("organiser")
    foreign = cast.accounts["other_secretary"]
    for path in ("", "reset/", "disable/", "enable/", "reset-second/", "roles/"):
        address = f"/settings/accounts/{foreign.id}/{path}"
        answer = client.post(address) if path else client.get(address)
        assert answer.status_code == 404, path
    foreign.refresh_from_db()
    assert (foreign.is_active, foreign.epoch) == (True, 1)


MAY = {
    "system": {"accounts": 403, "grants": 403, "audit": 403},
    "security": {"accounts": 200, "grants": 200, "audit": 403},
    "audit": {"accounts": 403, "grants": 403, "audit": 200},
    "office": {"accounts": 200, "grants": 200, "audit": 200},
    "organiser": {"accounts": 200, "grants": 200, "audit": 403},
    "secretary": {"accounts": 403, "grants": 403, "audit": 403},
    "zone_lead": {"accounts": 403, "grants": 403, "audit": 403},
    "member": {"accounts": 302, "grants": 302, "audit": 302},
    "public": {"accounts": 302, "grants": 302, "audit": 302},
}


@pytest.mark.parametrize("role", MAY)
def test_the_three_administrators_cannot_do_each_others_work(cast, role):
    client = cast.client(role)
    found = {name: client.get(f"/settings/{name}/").status_code for name in MAY[role]}
    assert found == MAY[role]


def test_the_office_reads_its_own_subtree_and_the_auditor_everything(cast):
    AuditEntry.objects.create(
        at=clock.now(),
        actor_kind="account",
        actor_label="别处的人",
        action="x.y",
        organisation_id=cast.outside.branch_id,
    )
    cast.link(LinkPurpose.MEMBER, person_id=cast.lin.id)
    office = text(cast.client("office").get("/settings/audit/"))
    auditor = text(cast.client("audit").get("/settings/audit/"))
    assert '">发个人链接：' in office
    assert "别处的人" not in office
    assert "别处的人" in auditor


def test_the_audit_log_is_narrowed_by_who_act_and_day(cast):
    client = cast.client("audit")
    cast.link(LinkPurpose.MEMBER, person_id=cast.lin.id)
    shown = '">发个人链接：'
    for query in ("action=access.issue_link", "action=access.", "actor="):
        assert shown in text(client.get(f"/settings/audit/?{query}"))
    for query in ("action=access.issue_slips", "actor=nobody", "last=2020-01-01"):
        assert shown not in text(client.get(f"/settings/audit/?{query}"))
    assert client.get("/settings/audit/?action=rubbish").status_code == 422
    assert client.get("/settings/audit/?first=rubbish").status_code == 422


def test_taking_the_audit_log_out_is_on_record_itself(cast):
    client = cast.client("audit")
    answer = client.post("/settings/audit/export/", {"action": ""})
    assert answer.content.startswith(b"PK")
    assert AuditEntry.objects.filter(action="access.export_audit").count() == 1
    assert [client.post("/settings/audit/export/").status_code for _ in range(6)][-1] == 429


def test_the_unit_of_a_role_is_typed_and_found_inside_ones_own_reach(cast):
    client = cast.client("organiser")
    found = client.get("/settings/accounts/units/", {"q": cast.own.branch.name[:3]}).json()
    assert cast.own.branch.name in {row["path"] for row in found["results"]}
    assert cast.client("secretary").get("/settings/accounts/units/?q=a").status_code == 403
    page = f"/settings/accounts/{cast.own.secretary.id}/"
    answer = client.post(
        f"{page}roles/", {"role": "secretary", "organisation": cast.foreign.branch.name}
    )
    assert answer.status_code == 422
    assert cast.foreign.branch.name in text(answer)
    chosen = {"role": "organiser", "organisation": cast.own.branch.name}
    assert client.post(f"{page}roles/", chosen).status_code == 302
    assert "<option" not in text(client.get("/settings/accounts/new/"))


def test_the_security_administrator_finds_every_unit(cast):
    found = cast.client("security").get("/settings/accounts/units/", {"q": "镇"}).json()
    assert {cast.own.node.name, cast.foreign.node.name} <= {r["path"] for r in found["results"]}


def test_an_administrator_reads_what_the_role_is_for(cast):
    page = text(cast.client("system").get("/account/"))
    assert "系统管理员在服务器上负责安装、更新和备份" in page
