"""班次: named, filled by filters or pasted names, always from the own subtree."""

import pytest
from django.urls import reverse

from dongxun.kernel.errors import NotFound
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.models import PersonTag
from dongxun.people.tests.make import make_person
from dongxun.seasons import api
from dongxun.seasons.forms.people import NamesForm
from dongxun.seasons.models import Cohort

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def begin(cast, name="村居干部班"):
    return api.begin_cohort(
        by=SYSTEM, season_id=cast.season.id, organisation_id=cast.own.node.id, name=name
    )


def inside(key) -> set[str]:
    return set(Cohort.objects.get(id=key).people.values_list("name", flat=True))


def test_an_organiser_begins_a_cohort_and_may_rename_and_dissolve_it(cast):
    client = cast.client("organiser")
    form = {"organisation_id": str(cast.own.node.id), "name": "年轻干部班"}
    new = reverse("seasons:new_cohort")
    assert client.post(new, form | {"name": ""}).status_code == 422
    for _ in range(2):
        assert client.post(new, form).status_code == 302
    key = Cohort.objects.get().id
    begin(cast)
    url = reverse("seasons:cohort", args=[key])
    assert client.post(url, {"name": "村居干部班"}).status_code == 409
    assert client.post(url, {"name": "青年班"}).status_code == 302
    assert "青年班" in words(client.get(reverse("seasons:cohorts")))
    for _ in range(2):
        client.post(reverse("seasons:remove_cohort", args=[key]))
    assert [row.name for row in Cohort.objects.all()] == ["村居干部班"]


def test_a_cohort_of_elsewhere_is_as_if_absent(cast):
    key = begin(cast)
    client = cast.client("other_organiser")
    for name in ("cohort", "add_people", "paste_names", "take_out_people", "remove_cohort"):
        assert client.post(reverse(f"seasons:{name}", args=[key])).status_code == 404
    assert "村居干部班" not in words(client.get(reverse("seasons:cohorts")))
    with pytest.raises(NotFound):
        api.change_cohort(by=cast.actor("organiser"), cohort_id=key, add=[cast.wu.id])


def test_people_are_found_by_filters_and_put_in_at_once(cast):
    key, branch = begin(cast), cast.own.branch
    for number in range(3):
        person = make_person(f"青年{number}", branch=branch)
        PersonTag.objects.create(person=person, tag="青年")
    client = cast.client("organiser")
    url = reverse("seasons:cohort", args=[key])
    found = client.get(url, {"look": "1", "tag": "青年"})
    assert found.context["found_count"] == 3
    assert cast.foreign.mark not in words(found)

    add = reverse("seasons:add_people", args=[key])
    one = str(found.context["found"][0].id)
    assert client.post(add, {"person": one}).status_code == 302
    assert client.post(add, {"look": "1", "tag": "青年", "everybody": "1"}).status_code == 302
    assert inside(key) == {"青年0", "青年1", "青年2"}
    out = reverse("seasons:take_out_people", args=[key])
    for _ in range(2):
        assert client.post(out, {"person": one}).status_code == 302
    assert len(inside(key)) == 2
    assert client.post(add, {"person": str(cast.wu.id)}).status_code == 404


def test_secretaries_are_found_by_their_duty(cast):
    key = begin(cast)
    make_person("书记甲", branch=cast.own.branch, is_secretary=True)

    page = cast.client("organiser").get(
        reverse("seasons:cohort", args=[key]), {"look": "1", "duty": "secretary", "q": "书记"}
    )

    assert [card.name for card in page.context["found"]] == ["书记甲"]


def test_pasted_names_go_in_when_sure_and_are_shown_when_not(cast):
    key, branch = begin(cast), cast.own.branch
    make_person("王强", branch=branch)
    twins = [make_person("李敏", branch=branch) for _ in range(2)]
    make_person("外人", branch=cast.foreign.branch)
    client = cast.client("organiser")
    url = reverse("seasons:paste_names", args=[key])

    page = client.post(url, {"names": "王　强、李敏\n外人\n王强"})

    assert page.status_code == 422
    assert inside(key) == {"王强"}
    shown = words(page)
    assert "李敏：有 2 人同名" in shown
    assert all(f'value="{twin.id}"' in shown for twin in twins)
    assert "外人" in page.context["pasted"].unknown
    assert page.context["names"].initial["names"] == "外人"
    assert client.post(url, {"names": "王强"}).status_code == 302
    assert client.post(url, {"names": "、".join(f"名{n}" for n in range(501))}).status_code == 422


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("张三\n李四", ["张三", "李四"]),
        ("张　三，李 四；欧阳 修文", ["张三", "李四", "欧阳", "修文"]),
        ("张三\t李四\r\n张三", ["张三", "李四"]),
    ],
)
def test_names_are_read_as_people_write_them(pasted, names):
    form = NamesForm({"names": pasted})

    assert form.is_valid()
    assert form.cleaned_data["names"] == names


def test_a_cohort_is_offered_as_the_audience_of_a_session(cast):
    key = begin(cast)
    api.change_cohort(by=SYSTEM, cohort_id=key, add=[cast.lin.id])

    found = api.cohorts(cast.season.id, by=cast.actor("organiser"))

    assert [(one.name, one.count) for one in found] == [("村居干部班", 1)]
