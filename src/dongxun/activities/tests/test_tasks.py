"""任务分解: set, changed, ended and taken up again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.sessions import boards
from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.organisations.models import Organisation, OrganisationType
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api
from dongxun.seasons.contracts import TaskLine
from dongxun.seasons.models import CascadeTask

pytestmark = pytest.mark.django_db


def make_task(cast, node=None, **overrides):
    values = {"title": "村村讲", "due_on": clock.today() - timedelta(days=1)} | overrides
    return api.add_cascade_task(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=(node or cast.own.node).id,
        line=TaskLine(**values),
    )


def typed(**overrides):
    values = {
        "title": "村村讲两遍",
        "level": "branch",
        "given_by": "",
        "target": "2",
        "topic_id": "",
        "minutes": "45",
        "due_on": str(clock.today() + timedelta(days=3)),
    }
    return values | overrides


def words(response) -> str:
    return str(response.content.decode())


def test_an_organiser_changes_a_task_of_the_own_town(cast):
    task_id = make_task(cast, activity_type="discussion")
    client = cast.client("organiser")
    url = reverse("seasons:edit_task", args=[task_id])
    assert "村村讲" in words(client.get(url))

    assert client.post(url, typed()).status_code == 302

    row = CascadeTask.objects.get()
    assert (row.title, row.target, row.minutes) == ("村村讲两遍", 2, 45)
    assert row.activity_type == "discussion"


def test_a_change_that_does_not_fit_keeps_what_was_typed(cast):
    task_id = make_task(cast)
    make_task(cast, title="另一件")
    client = cast.client("organiser")
    url = reverse("seasons:edit_task", args=[task_id])

    late = client.post(url, typed(due_on=str(cast.season.ends_on + timedelta(days=9))))
    twin = client.post(url, typed(title="另一件", minutes="33"))

    assert late.status_code == 422
    assert twin.status_code == 409
    assert 'value="33"' in words(twin)
    assert set(CascadeTask.objects.values_list("title", flat=True)) == {"村村讲", "另一件"}


def test_each_town_are_streets_and_what_the_office_calls_otherwise_too(cast):
    task_id = make_task(cast, node=organisations.node(cast.season.root_id), level="town")
    kind = OrganisationType.objects.create(code="k1", name_zh="开发区", rank=40).code
    row = Organisation.objects.get(id=cast.own.node.id)
    for code in ("town", "street", kind, "agency"):
        Organisation.objects.filter(id=row.id).update(type_id=code)
        found = boards.board(api.task(task_id, by=SYSTEM), by=SYSTEM)
        named = {line.organisation_id for line in found.lines}
        assert (row.id in named) is (code != "agency")


def test_an_ended_task_asks_nobody_and_is_taken_up_again(cast):
    task_id = make_task(cast)
    client = cast.client("organiser")
    url = reverse("seasons:end_task", args=[task_id])
    assert boards.board(api.task(task_id, by=SYSTEM), by=SYSTEM).late

    for _ in range(2):
        assert client.post(url).status_code == 302

    assert CascadeTask.objects.get().ended_on == clock.today()
    assert not boards.board(api.task(task_id, by=SYSTEM), by=SYSTEM).late
    page = words(client.get(reverse("activities:task", args=[task_id])))
    assert "不再要求" in page
    assert "安排一场" not in page
    assert str(task_id) not in words(client.get(reverse("activities:new")))
    refused = client.post(reverse("seasons:edit_task", args=[task_id]), typed())
    assert refused.status_code == 409

    client.post(url, {"again": "1"})
    assert CascadeTask.objects.get().ended_on is None


def test_a_task_from_above_is_read_and_not_changed(cast):
    task_id = make_task(cast, node=cast.district)
    client = cast.client("organiser")

    assert client.get(reverse("activities:task", args=[task_id])).status_code == 200
    assert client.get(reverse("seasons:edit_task", args=[task_id])).status_code == 404
    assert client.post(reverse("seasons:end_task", args=[task_id])).status_code == 404


def test_a_secretary_is_not_offered_what_only_planners_do(cast):
    page = words(cast.client("secretary").get(reverse("activities:tasks")))

    assert reverse("seasons:new_task") not in page
    assert cast.client("secretary").get(reverse("seasons:new_task")).status_code == 403
