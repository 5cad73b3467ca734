from datetime import timedelta

import pytest

from dongxun.access.contracts import CodeRefused, SignInFailed
from dongxun.access.models import Account, Activation, GrantRow
from dongxun.access.queries import accounts as queries
from dongxun.access.services import accounts as services
from dongxun.access.services import grants, sign_in
from dongxun.access.tests.make import PASSWORD, actor_of, give, make_account
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.models import AuditEntry
from dongxun.organisations.tests.make import make_district
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
NEW = "forty calm snowflakes"


@pytest.fixture
def place():
    return make_district()


@pytest.fixture
def office(place):
    return actor_of(make_account(Role.OFFICE, place["district"]))


@pytest.fixture
def organiser(place):
    return actor_of(make_account(Role.ORGANISER, place["平潮镇"]))


@pytest.fixture
def security(place):
    return actor_of(make_account(Role.SECURITY_ADMIN, place["district"]))


def slip_for(by, node, name="周明远"):
    return services.create_account(by=by, display_name=name, organisation_id=node.id)


def test_a_new_account_gets_a_name_from_its_unit_and_comes_in_by_its_slip(organiser, place):
    slip = slip_for(organiser, place["平潮镇支部"])
    assert (slip.username, slip.organisation) == ("pingchaocundangzhi01", "平潮村党支部")
    with pytest.raises(CodeRefused):
        sign_in.activate(username="somebody", code=slip.code, password=NEW)
    account = sign_in.activate(username=slip.username, code=slip.code.lower(), password=NEW)
    assert account.check_password(NEW)
    with pytest.raises(CodeRefused):
        sign_in.activate(username=slip.username, code=slip.code, password=NEW)


def test_the_second_account_of_a_unit_gets_the_next_number(organiser, place):
    slip_for(organiser, place["平潮镇支部"])
    assert slip_for(organiser, place["平潮镇支部"]).username == "pingchaocundangzhi02"


def test_a_weak_password_leaves_the_code_good(organiser, place):
    slip = slip_for(organiser, place["平潮镇支部"])
    for weak in ("short", "1234567890", "qwertyuiop"):
        with pytest.raises(Invalid):
            sign_in.activate(username=slip.username, code=slip.code, password=weak)
    sign_in.activate(username=slip.username, code=slip.code, password=NEW)


def test_a_code_is_out_of_date_after_thirty_days(organiser, place):
    slip = slip_for(organiser, place["平潮镇支部"])
    with clock.frozen(clock.now() + timedelta(days=31)), pytest.raises(CodeRefused):
        sign_in.activate(username=slip.username, code=slip.code, password=NEW)


def test_codes_are_stored_as_hashes_only(organiser, place):
    slip = slip_for(organiser, place["平潮镇支部"])
    [row] = Activation.objects.all()
    assert slip.code.replace("-", "") not in row.code_hash


@pytest.mark.parametrize("where", ["平潮镇", "五接镇支部", "district"])
def test_an_organiser_makes_accounts_below_the_own_node_only(organiser, place, where):
    with pytest.raises(NotAllowed):
        slip_for(organiser, place[where])


def test_slips_are_made_for_all_secretaries_below_and_missing_accounts_with_them(office, place):
    make_person("周明远", branch=place["平潮镇支部"], is_secretary=True)
    slips = services.issue_slips(by=office, organisation_id=place["district"].id)
    assert {(slip.name, slip.organisation) for slip in slips} == {
        ("周明远", "平潮村党支部"),
        ("五接村党支部书记", "五接村党支部"),
        ("农业农村局机关党支部书记", "农业农村局机关党支部"),
    }
    assert GrantRow.objects.filter(role=Role.SECRETARY).count() == 3


def test_printing_slips_again_makes_the_earlier_ones_void_and_no_second_account(office, place):
    [first, *_] = services.issue_slips(by=office, organisation_id=place["平潮镇"].id)
    [second, *_] = services.issue_slips(by=office, organisation_id=place["平潮镇"].id)
    assert first.username == second.username
    with pytest.raises(CodeRefused):
        sign_in.activate(username=first.username, code=first.code, password=NEW)
    sign_in.activate(username=second.username, code=second.code, password=NEW)
    assert services.issue_slips(by=office, organisation_id=place["平潮镇"].id) == []


def test_a_slip_opens_no_account_that_may_more_than_whoever_prints_it(place):
    branch = place["平潮镇支部"]
    account = make_account(Role.SECRETARY, branch, password="")
    own = actor_of(make_account(Role.ORGANISER, branch))
    assert len(services.issue_slips(by=own, organisation_id=branch.id)) == 1
    grant = give(account, Role.ORGANISER, place["平潮镇"])
    assert services.issue_slips(by=own, organisation_id=branch.id) == []
    GrantRow.objects.filter(id=grant.id).update(organisation_id=branch.id)
    assert services.issue_slips(by=own, organisation_id=branch.id) == []
    district = actor_of(make_account(Role.OFFICE, place["district"]))
    assert len(services.issue_slips(by=district, organisation_id=branch.id)) == 1


def test_slips_of_another_town_are_refused(organiser, place):
    with pytest.raises(NotAllowed):
        services.issue_slips(by=organiser, organisation_id=place["五接镇"].id)


def test_six_hundred_slips_cost_few_queries(office, place, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        services.issue_slips(by=office, organisation_id=place["district"].id)


def test_a_reset_takes_the_password_and_every_session(organiser, place):
    zhou = make_account(Role.SECRETARY, place["平潮镇支部"])
    slip = services.reset_account(by=organiser, account_id=zhou.id)
    zhou.refresh_from_db()
    assert (zhou.epoch, zhou.has_usable_password()) == (2, False)
    sign_in.activate(username=slip.username, code=slip.code, password=NEW)


def test_disabling_twice_raises_the_epoch_once(organiser, place):
    zhou = make_account(Role.SECRETARY, place["平潮镇支部"])
    services.disable_account(by=organiser, account_id=zhou.id)
    services.disable_account(by=organiser, account_id=zhou.id)
    zhou.refresh_from_db()
    assert (zhou.is_active, zhou.epoch) == (False, 2)
    assert AuditEntry.objects.filter(action="access.disable_account").count() == 1


def test_an_organiser_cannot_end_somebody_who_holds_more(organiser, place):
    boss = make_account(Role.SECRETARY, place["平潮镇支部"])
    give(boss, Role.OFFICE, place["district"])
    with pytest.raises(NotAllowed):
        services.disable_account(by=organiser, account_id=boss.id)


def test_accounts_of_another_town_do_not_exist(organiser, place):
    wu = make_account(Role.SECRETARY, place["五接镇支部"])
    for service in (services.disable_account, services.enable_account, services.reset_account):
        with pytest.raises(NotFound):
            service(by=organiser, account_id=wu.id)


def test_nobody_manages_the_own_account(security):
    with pytest.raises(NotAllowed):
        services.disable_account(by=security, account_id=security.id)
    with pytest.raises(NotAllowed):
        services.reset_second_factor(by=security, account_id=security.id)


def test_only_security_unbinds_a_lost_app(security, office, place):
    zhou = make_account(Role.ORGANISER, place["平潮镇"])
    Account.objects.filter(id=zhou.id).update(totp_secret="x")
    with pytest.raises(NotAllowed):
        services.reset_second_factor(by=office, account_id=zhou.id)
    services.reset_second_factor(by=security, account_id=zhou.id)
    zhou.refresh_from_db()
    assert (zhou.totp_secret, zhou.epoch) == ("", 2)


GIVING = [
    ("office", Role.ORGANISER, "平潮镇", True),
    ("office", Role.SECRETARY, "平潮镇支部", True),
    ("office", Role.ZONE_LEAD, "平潮镇", True),
    ("office", Role.OFFICE, "平潮镇", False),
    ("office", Role.ORGANISER, "district", False),
    ("office", Role.AUDIT_ADMIN, "平潮镇", False),
    ("organiser", Role.SECRETARY, "平潮镇支部", True),
    ("organiser", Role.ORGANISER, "平潮镇支部", True),
    ("organiser", Role.ORGANISER, "平潮镇", False),
    ("organiser", Role.ZONE_LEAD, "平潮镇支部", False),
    ("organiser", Role.SECRETARY, "五接镇支部", False),
    ("security", Role.OFFICE, "district", True),
    ("security", Role.SYSTEM_ADMIN, "district", True),
    ("audit", Role.SECRETARY, "平潮镇支部", False),
    ("system", Role.SECRETARY, "平潮镇支部", False),
    ("secretary", Role.SECRETARY, "平潮镇支部", False),
]


@pytest.mark.parametrize(("who", "role", "where", "may"), GIVING)
def test_nobody_gives_more_than_they_hold(place, who, role, where, may):
    homes = {"organiser": "平潮镇", "secretary": "平潮镇支部"}
    roles = {
        "office": Role.OFFICE,
        "organiser": Role.ORGANISER,
        "secretary": Role.SECRETARY,
        "security": Role.SECURITY_ADMIN,
        "audit": Role.AUDIT_ADMIN,
        "system": Role.SYSTEM_ADMIN,
    }
    by = actor_of(make_account(roles[who], place[homes.get(who, "district")]))
    zhou = make_account(None, place["平潮镇支部"])
    give_it = {
        "by": by,
        "account_id": zhou.id,
        "role": role,
        "organisation_id": place[where].id,
    }
    if may:
        assert grants.grant_role(**give_it) == grants.grant_role(**give_it)
    else:
        with pytest.raises((NotAllowed, NotFound)):
            grants.grant_role(**give_it)
        assert not GrantRow.objects.filter(account=zhou).exists()


def test_nobody_gives_a_role_to_oneself(security, place):
    with pytest.raises(NotAllowed):
        grants.grant_role(
            by=security,
            account_id=security.id,
            role=Role.OFFICE,
            organisation_id=place["district"].id,
        )


@pytest.mark.parametrize("second", [Role.AUDIT_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE])
def test_an_administrator_holds_nothing_else(security, place, second):
    system = make_account(Role.SYSTEM_ADMIN, place["district"])
    with pytest.raises(Invalid):
        grants.grant_role(
            by=security,
            account_id=system.id,
            role=second,
            organisation_id=place["district"].id,
        )


def test_a_second_account_of_the_same_person_does_not_get_around_that(security, place):
    zhou = make_person("周明远", branch=place["平潮镇支部"])
    make_account(Role.SYSTEM_ADMIN, place["district"], person_id=zhou.id)
    other = make_account(None, place["district"], person_id=zhou.id)
    with pytest.raises(Invalid):
        grants.grant_role(
            by=security,
            account_id=other.id,
            role=Role.AUDIT_ADMIN,
            organisation_id=place["district"].id,
        )


def test_a_role_ended_is_gone_at_once_and_can_be_given_again(organiser, place):
    zhou = make_account(Role.SECRETARY, place["平潮镇支部"])
    grant = GrantRow.objects.get(account=zhou)
    grants.end_grant(by=organiser, grant_id=grant.id)
    assert actor_of(zhou).grants == ()
    grants.grant_role(
        by=organiser,
        account_id=zhou.id,
        role=Role.SECRETARY,
        organisation_id=place["平潮镇支部"].id,
    )
    assert len(actor_of(zhou).grants) == 1


def test_lists_hold_the_accounts_of_the_own_subtree_only(organiser, place):
    zhou = make_account(Role.SECRETARY, place["平潮镇支部"])
    make_account(Role.SECRETARY, place["五接镇支部"])
    found = queries.found_accounts(by=organiser, organisation_id=None)
    assert {row.id for row in found} == {organiser.id, zhou.id}


def test_a_changed_password_ends_other_sessions_and_needs_the_old_one(place):
    zhou = make_account(Role.SECRETARY, place["平潮镇支部"])
    with pytest.raises(SignInFailed):
        sign_in.change_password(account=zhou, old="wrong", new=NEW)
    assert sign_in.change_password(account=zhou, old=PASSWORD, new=NEW).epoch == 2


def test_every_write_leaves_one_audit_row(office, place):
    before = AuditEntry.objects.count()
    slip_for(office, place["平潮镇支部"])
    assert AuditEntry.objects.count() == before + 1


def test_the_system_may_make_the_first_account(place):
    slip = slip_for(Actor.system("setup"), place["district"], name="区冬训办")
    assert slip.username == "tongzhouqu01"
