import pytest

from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.volunteers import api
from dongxun.volunteers.contracts import ShiftFull, TakenTwice, TeamDraft
from dongxun.volunteers.models import ServiceResult, ServiceType, Team, TeamMember
from dongxun.volunteers.queries import own
from dongxun.volunteers.services import activities, teams
from dongxun.volunteers.tests.make import SYSTEM, make_service, phone_of

pytestmark = pytest.mark.django_db


def found(cast, by, **more):
    draft = TeamDraft(name="志愿宣传服务队", organisation_id=cast.own.branch.id, purpose="宣讲")
    return api.form_team(by=by, draft=draft, **more)


def test_a_team_that_members_form_waits_for_their_secretary(cast):
    phone, secretary = phone_of(cast.lin), cast.actor("secretary")
    team_id = found(cast, phone, founder_id=cast.lin.id)
    assert found(cast, phone, founder_id=cast.lin.id) == team_id
    team = Team.objects.get()
    assert (team.state, team.self_formed, team.leader_id) == ("asked", True, cast.lin.id)
    assert own.near_teams(cast.qian.id, by=phone_of(cast.qian)) == []
    with pytest.raises(NotFound):
        api.decide_team(by=cast.actor("other_secretary"), team_id=team_id, approved=True)
    api.decide_team(by=secretary, team_id=team_id, approved=True)
    assert [one.id for one, _mine in own.near_teams(cast.qian.id, by=phone_of(cast.qian))] == [
        team_id
    ]


def test_a_refusal_has_a_reason_and_no_one_approves_their_own(cast):
    team_id = found(cast, phone_of(cast.zhou), founder_id=cast.zhou.id)
    secretary = cast.actor("secretary")
    with pytest.raises(Conflict):
        api.decide_team(by=secretary, team_id=team_id, approved=True)
    with pytest.raises(Invalid):
        api.decide_team(by=secretary, team_id=team_id, approved=False)
    api.decide_team(by=cast.actor("organiser"), team_id=team_id, approved=False, reason="重复")
    assert Team.objects.get().state == "refused"


def test_one_name_is_one_team(cast):
    found(cast, cast.actor("secretary"))
    with pytest.raises(Conflict):
        found(cast, phone_of(cast.lin), founder_id=cast.lin.id)


def test_people_of_the_town_join_and_leave_others_do_not(cast):
    team_id = found(cast, cast.actor("secretary"))
    qian = phone_of(cast.qian)
    for _twice in range(2):
        api.join_team(by=qian, team_id=team_id, person_id=cast.qian.id)
    with pytest.raises(NotFound):
        api.join_team(by=phone_of(cast.wu), team_id=team_id, person_id=cast.wu.id)
    teams.lead_team(by=cast.actor("secretary"), team_id=team_id, person_id=cast.qian.id)
    teams.leave_team(by=qian, team_id=team_id, person_id=cast.qian.id)
    assert TeamMember.objects.get().left_at is not None
    assert Team.objects.get().leader_id is None


def test_signing_up_twice_and_for_a_full_activity_is_refused(cast):
    service = make_service(cast.season, cast.own.branch, needed=1)
    api.join_service(by=phone_of(cast.lin), service_id=service.id, person_id=cast.lin.id)
    with pytest.raises(TakenTwice):
        api.join_service(by=phone_of(cast.lin), service_id=service.id, person_id=cast.lin.id)
    with pytest.raises(ShiftFull):
        api.join_service(by=phone_of(cast.qian), service_id=service.id, person_id=cast.qian.id)


def test_partners_people_may_join_an_activity_of_several_units(cast):
    service = make_service(cast.season, cast.own.branch)
    wu = phone_of(cast.wu)
    with pytest.raises(NotFound):
        api.join_service(by=wu, service_id=service.id, person_id=cast.wu.id)
    service.partners.add(cast.foreign.branch.id)
    assert [one.id for one in own.open_services(cast.wu.id, by=wu)] == [service.id]
    api.join_service(by=wu, service_id=service.id, person_id=cast.wu.id)


def test_a_service_task_records_samples_and_results(cast):
    api.ensure_types()
    kind = ServiceType.objects.get(name="农产品质量抽检")
    service = make_service(cast.season, cast.own.branch, type=kind)
    secretary, item = cast.actor("secretary"), new_id()
    for _twice in range(2):
        api.write_result(
            by=secretary,
            service_id=service.id,
            result_id=item,
            sample="青菜 3 号棚",
            result="农残未检出",
            passed=True,
        )
    assert ServiceResult.objects.get().passed is True
    activities.withdraw_result(by=secretary, result_id=item)
    assert ServiceResult.objects.get().withdrawn_at is not None


def test_only_service_tasks_record_results(cast):
    service = make_service(cast.season, cast.own.branch)
    with pytest.raises(Conflict):
        api.write_result(
            by=SYSTEM,
            service_id=service.id,
            result_id=new_id(),
            sample="x",
            result="y",
            passed=None,
        )


def test_the_office_shapes_the_kinds_of_service(cast):
    api.ensure_types()
    made = activities.save_type(by=cast.actor("office"), name="水质检测", takes_results=True)
    activities.close_type(by=cast.actor("office"), type_id=made)
    with pytest.raises(NotAllowed):
        activities.save_type(by=cast.actor("organiser"), name="其他事", takes_results=False)
    with pytest.raises(Conflict):
        activities.save_type(by=cast.actor("office"), name="义诊", takes_results=False)
