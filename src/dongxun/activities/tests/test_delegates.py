"""代表名单: quotas, late changes, who is told, the page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.attendance import expected as rolls
from dongxun.activities.models import Draft, Session, SignUp
from dongxun.activities.sessions import planning, sign_ups
from dongxun.activities.sessions.shapes import Invited
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.notices.models import Delivery
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db
QUOTA = 2


@pytest.fixture
def joint(cast):
    plan = make_plan(
        cast.season,
        cast.foreign.node,
        title="片区联合课堂",
        invited=(Invited(cast.own.node.id, QUOTA),),
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    return Session.objects.get(id=session_id)


@pytest.fixture
def three(cast):
    found = [make_person(name, branch=cast.own.branch) for name in ("顾一", "顾二", "顾三")]
    for person in found:
        make_participation(cast.season, person)
    return found


def page_of(cast, session):
    return reverse("activities:delegates", args=[session.id, cast.own.node.id])


def tick(cast, session, people, **more):
    data = {"person": [str(person.id) for person in people]} | more
    return cast.client("organiser").post(page_of(cast, session), data)


def told(session):
    rows = Delivery.objects.filter(notice__object_id=session.id).select_related("notice", "person")
    return {(row.notice.kind, row.person.name) for row in rows if row.person.name.startswith("顾")}


def test_delegates_stand_on_the_roll_and_are_told(cast, joint, three):
    assert tick(cast, joint, three[:2]).status_code == 302
    names = {row.person.name for row in rolls.roll(joint, by=SYSTEM)}
    assert {"顾一", "顾二"} <= names
    assert "顾三" not in names
    assert told(joint) == {("session_published", "顾一"), ("session_published", "顾二")}


def test_a_late_change_tells_who_comes_and_who_no_longer_goes(cast, joint, three):
    tick(cast, joint, three[:2])
    tick(cast, joint, three[1:])
    named = sign_ups.delegates_of(joint, cast.own.node.id)
    assert set(named) == {three[1].id, three[2].id}
    assert ("session_not_yours", "顾一") in told(joint)
    assert ("session_published", "顾三") in told(joint)
    assert ("session_not_yours", "顾二") not in told(joint)


def test_more_than_the_quota_is_refused_and_the_ticks_stay(cast, joint, three):
    response = tick(cast, joint, three)
    page = response.content.decode()
    assert response.status_code == 409
    assert "名额 2 人，选了 3 人" in page
    assert page.count(" checked") == 3
    assert not SignUp.objects.filter(session=joint).exists()


def test_looking_for_a_name_keeps_the_ticks(cast, joint, three):
    page = tick(cast, joint, three[:1], find="1", q="顾三").content.decode()
    assert "顾一" in page
    assert "顾三" in page
    assert "顾二" not in page
    assert page.count(" checked") == 1


def test_only_the_asked_organisation_names_its_people(cast, joint, three):
    url = page_of(cast, joint)
    assert cast.client("other_organiser").get(url).status_code == 404
    assert cast.client("public").get(url).status_code in {302, 401}
    assert cast.client("office").get(url).status_code == 200


def test_nobody_is_named_after_the_session(cast, joint, three):
    Session.objects.filter(id=joint.id).update(
        starts_at=clock.now() - timedelta(hours=3), ends_at=clock.now() - timedelta(hours=1)
    )
    response = tick(cast, joint, three[:1])
    assert response.status_code == 409
    assert "名单不再改" in response.content.decode()


def test_the_number_asked_for_changes_but_not_below_who_is_named(cast, joint, three):
    tick(cast, joint, three[:2])
    change = {"by": SYSTEM, "session_id": joint.id, "organisation_id": cast.own.node.id}
    with pytest.raises(Invalid):
        sign_ups.set_quota(**change, quota=1)
    sign_ups.set_quota(**change, quota=3)
    assert tick(cast, joint, three).status_code == 302
    [asking] = sign_ups.quotas(joint)
    assert (asking.named, asking.quota) == (3, 3)


def test_the_form_of_the_number_says_what_does_not_fit(cast):
    plan = make_plan(cast.season, cast.own.node, invited=(Invited(cast.own.branch.id, 2),))
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    url = reverse("activities:quota", args=[session_id, cast.own.branch.id])
    client = cast.client("organiser")
    assert client.post(url, {"quota-quota": "0"}).status_code == 422
    assert client.post(url, {"quota-quota": "5"}).status_code == 302
    assert sign_ups.quotas(Session.objects.get(id=session_id))[0].quota == 5


def test_changing_a_session_in_steps_keeps_each_organisations_number(cast):
    plan = make_plan(
        cast.season,
        cast.own.node,
        co_hosts=(Invited(cast.foreign.node.id, 7),),
        invited=(Invited(cast.own.branch.id, 2), Invited(cast.foreign.branch.id, 4)),
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    client = cast.client("office")
    client.post(reverse("activities:edit", args=[session_id]))
    draft = Draft.objects.get()
    page = client.get(reverse("activities:draft", args=[draft.id, "people"]))
    typed = draft.typed | {"quota": page.context["form"]["quota"].value()}
    client.post(
        reverse("activities:draft", args=[draft.id, "people"]),
        {key: typed[key] for key in ("host_id", "co_hosts", "invited", "audience", "quota")},
    )
    draft.refresh_from_db()
    assert typed["quota"] == 2
    assert draft.typed["quotas"] == typed["quotas"]
