from datetime import date
from functools import partial

import pytest
from django.forms.models import model_to_dict
from django.test import TestCase
from django.urls import reverse

from dongxun.access.tests.make import carry_phone, come_in, make_account
from dongxun.kernel.actors import Actor, ActorKind, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.models import AuditEntry
from dongxun.organisations.tests.make import make_district, make_organisation
from dongxun.people import api as people
from dongxun.people.contracts import Details, PrivatePurpose
from dongxun.people.models import LecturerProfile, Person, PersonPrivate
from dongxun.people.services import tag
from dongxun.people.tests.make import make_person
from dongxun.people.tests.messy import LIN_ID, ZHOU_ID
from dongxun.people.tests.roster import SYSTEM

pytestmark = pytest.mark.django_db
FIELDS = {"name": "林小满", "category": "full", "status": "active"}
WRONG_ID = LIN_ID[:-1] + ("1" if LIN_ID[-1] == "2" else "2")


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def town(client, district):
    return come_in(client, make_account(Role.ORGANISER, district["平潮镇"]))


def text(response):
    return response.content.decode()


def test_the_roster_names_the_people_of_ones_own_town_only(town, district):
    make_person("林小满", branch=district["平潮镇支部"])
    make_person("吴思远", branch=district["五接镇支部"])
    page = text(town.get(reverse("people:roster")))
    assert "林小满" in page
    assert "吴思远" not in page
    assert "平潮镇：在册 1 人，应训 1 人" in page


@pytest.mark.parametrize("name", ["people:person", "people:edit_row"])
def test_a_person_of_another_town_is_not_there(town, district, name):
    wu = make_person("吴思远", branch=district["五接镇支部"])
    response = town.get(reverse(name, args=[wu.id]))
    assert response.status_code == 404
    assert "吴思远" not in text(response)


@pytest.mark.parametrize("name", ["save_row", "show_private", "transfer", "change_tags"])
def test_nothing_can_be_written_to_another_town(town, district, name):
    wu = make_person("吴思远", branch=district["五接镇支部"])
    response = town.post(reverse(f"people:{name}", args=[wu.id]), {"word": "x"})
    assert response.status_code == 404
    assert Person.objects.get().version == 1


def test_another_towns_unit_is_not_there(town, district):
    for name in ("organisations:organisation",):
        assert town.get(reverse(name, args=[district["五接镇"].id])).status_code == 404
    elsewhere = reverse("people:roster") + f"?organisation={district['五接镇'].id}"
    assert town.get(elsewhere).status_code == 404
    assert town.get(reverse("people:roster") + "?organisation=x").status_code == 404


def test_strangers_are_sent_to_sign_in_and_administrators_find_nothing(client, district):
    assert client.get(reverse("people:roster")).status_code == 302
    come_in(client, make_account(Role.AUDIT_ADMIN, district["district"]))
    assert client.get(reverse("people:roster")).status_code == 404


def test_a_zone_lead_sees_counts_and_no_names(client, district):
    make_person("林小满", branch=district["平潮镇支部"])
    come_in(client, make_account(Role.ZONE_LEAD, district["平潮镇"]))
    response = client.get(reverse("people:roster"))
    assert response.status_code == 200
    assert "林小满" not in text(response)


def test_filters_stand_in_the_url_and_can_be_taken_off(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"], pinyin="lxm")
    make_person("周明远", branch=district["平潮镇支部"])
    tag(by=SYSTEM, person_id=lin.id, word="网格员")
    for query in ("q=小满", "q=lxm", "tag=网格员"):
        page = text(town.get(f"{reverse('people:roster')}?{query}"))
        assert "林小满" in page
        assert "周明远" not in page
        assert "chip" in page
    nobody = text(town.get(f"{reverse('people:roster')}?q=没有"))
    assert "没有符合条件的人" in nobody


@pytest.mark.parametrize("count", [1, 3])
def test_the_roster_costs_the_same_queries_for_one_row_and_for_three(town, district, count):
    for _ in range(count):
        make_person(branch=district["平潮镇支部"])
    town.get(reverse("people:roster"))
    with TestCase().assertNumQueries(12):
        town.get(reverse("people:roster"))


def test_a_row_is_edited_in_place_and_without_scripts(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"])
    url = reverse("people:save_row", args=[lin.id])
    fields = {"category": "full", "status": "lost", "duty": "书记", "version": "1"}
    opened = text(town.get(reverse("people:roster") + f"?edit={lin.id}"))
    assert f'form="row-{lin.id}"' in opened
    row = town.post(url, fields, headers={"HX-Request": "true"})
    assert "失联" in text(row)
    assert Person.objects.get().is_secretary
    late = town.post(url, fields | {"duty": "委员"}, headers={"HX-Request": "true"})
    assert late.status_code == 409
    assert "委员" in text(late)
    bad = town.post(url, fields | {"status": "x", "duty": "打字"})
    assert bad.status_code == 422
    assert "打字" in text(bad)
    fine = town.post(url, fields | {"version": "2", "back": "q=林"})
    assert (fine.status_code, fine.url) == (302, reverse("people:roster") + "?q=%E6%9E%97")


def test_private_data_stands_behind_a_button_that_leaves_a_trace(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"], digits="0012")
    page = text(town.get(reverse("people:person", args=[lin.id])))
    assert "199****0012" in page
    assert "19900000012" not in page
    shown = town.post(reverse("people:show_private", args=[lin.id]), {"purpose": "contact"})
    assert "19900000012" in text(shown)
    assert AuditEntry.objects.filter(action="people.private_of").count() == 1


def test_what_was_typed_stays_when_it_does_not_fit(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"])
    fields = {"name": "林晓满", "category": "full", "status": "active", "phone": "123"}
    response = town.post(reverse("people:person", args=[lin.id]), fields)
    assert response.status_code == 422
    assert "林晓满" in text(response)
    town.post(reverse("people:person", args=[lin.id]), fields | {"phone": "19900000034"})
    assert Person.objects.get().name == "林晓满"


def test_private_details_are_entered_and_corrected_and_never_shown_unasked(town, district):
    private = {"id_number": LIN_ID, "address": "平潮镇新坝村三组"}
    branch = district["平潮镇支部"].id
    town.post(reverse("people:new_person", args=[branch]), FIELDS | private)
    lin = Person.objects.get()
    known = people.private_of(lin.id, by=SYSTEM, purpose=PrivatePurpose.CHECK)
    assert (known.id_number, known.address) == (LIN_ID, private["address"])
    assert (known.birth_year, known.birth_month, lin.sex) == (1991, 5, "f")
    url = reverse("people:person", args=[lin.id])
    page = text(town.get(url))
    assert (page.count("已登记"), LIN_ID in page, private["address"] in page) == (3, False, False)
    town.post(url, FIELDS | {"sex": "f", "born": "1991年6月", "version": "1"})
    known = people.private_of(lin.id, by=SYSTEM, purpose=PrivatePurpose.CHECK)
    assert (known.birth_month, known.id_number) == (6, LIN_ID)
    entry = AuditEntry.objects.get(action="people.update_person")
    assert entry.detail["fields"] == ["birth_month", "birth_year"]


def test_private_details_are_removed_with_seal_and_hash_and_the_audit_says_so(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"])
    birth = {"birth_year": 1991, "birth_month": 5}
    details = Details(phone="19900000034", id_number=LIN_ID, address="三组", **birth)
    people.update_person(by=SYSTEM, person_id=lin.id, details=details)
    url = reverse("people:person", args=[lin.id])
    off = {"phone_off": "on", "id_number_off": "on", "born_off": "on", "address_off": "on"}
    refused = town.post(url, FIELDS | off | {"id_number": LIN_ID})
    assert (refused.status_code, text(refused).count("checked")) == (422, 4)
    assert town.post(url, FIELDS | off).status_code == 302
    assert set(model_to_dict(PersonPrivate.objects.get(), exclude=["person"]).values()) == {
        "",
        None,
    }
    assert not any(f"{name}_off" in text(town.get(url)) for name in ("phone", "born", "address"))
    last = AuditEntry.objects.filter(action="people.update_person").latest("id")
    assert last.detail["emptied"] == ["address", "birth_month", "birth_year", "id_number", "phone"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"id_number": WRONG_ID}, "校验位对不上"),
        ({"id_number": LIN_ID, "born": "1985-07"}, "与身份证号码"),
        ({"born": "2099-01"}, "这一天还没到"),
        ({"joined_on": "2099-01-01"}, "这一天还没到"),
        ({"born": "1991-05", "joined_on": "1985-07-01"}, "比出生还早"),
    ],
)
def test_private_details_keep_the_rules_of_the_import(town, district, typed, words):
    lin = make_person("林小满", branch=district["平潮镇支部"])
    refused = town.post(reverse("people:person", args=[lin.id]), FIELDS | typed)
    assert refused.status_code == 422
    assert words in text(refused)
    assert all(value in text(refused) for value in typed.values())
    assert Person.objects.get().version == 1


@pytest.mark.parametrize(
    ("branch", "words"), [("平潮镇支部", "周明远"), ("五接镇支部", "在别的单位名册里")]
)
def test_an_id_number_is_one_persons(town, district, branch, words):
    details = Details(name="周明远", id_number=ZHOU_ID)
    people.create_person(by=SYSTEM, branch_id=district[branch].id, details=details)
    lin = make_person("林小满", branch=district["平潮镇支部"])
    for url in (
        reverse("people:person", args=[lin.id]),
        reverse("people:new_person", args=[lin.branch_id]),
    ):
        refused = town.post(url, FIELDS | {"id_number": ZHOU_ID})
        assert refused.status_code == 422
        assert words in text(refused)
        assert ("周明远" in text(refused)) is (branch == "平潮镇支部")
    assert Person.objects.count() == 2


def test_a_secretary_whose_phone_is_corrected_stays_secretary(town, district):
    lin = make_person("林小满", branch=district["平潮镇支部"], duty="党支部书记", is_secretary=True)
    fields = {"name": "林小满", "category": "full", "status": "active", "duty": "党支部书记"}
    town.post(reverse("people:person", args=[lin.id]), fields | {"phone": "19900000034"})
    row = {"category": "full", "status": "active", "duty": "党支部书记", "version": "2"}
    assert town.post(reverse("people:save_row", args=[lin.id]), row).status_code == 302
    lin.refresh_from_db()
    assert (lin.version, lin.is_secretary) == (3, True)


def test_a_person_is_added_moved_and_tagged_on_pages(town, district):
    branch = district["平潮镇支部"]
    fields = {"name": "林小满", "category": "full", "status": "active"}
    town.post(reverse("people:new_person", args=[branch.id]), fields)
    lin = Person.objects.get()
    town.post(reverse("people:change_tags", args=[lin.id]), {"word": "网格员"})
    assert [word.tag for word in lin.tags.all()] == ["网格员"]
    town.post(reverse("people:change_tags", args=[lin.id]), {"off": "网格员"})
    assert not lin.tags.exists()
    away = {"branch": str(district["五接镇支部"].id), "on": "2026-11-20"}
    assert town.post(reverse("people:transfer", args=[lin.id]), away).status_code == 422
    assert town.get(reverse("people:new_person", args=[district["平潮镇"].id])).status_code == 404


def test_doubles_are_listed_and_merged(town, district):
    one = make_person("林小满", branch=district["平潮镇支部"], digits="0012")
    two = make_person("林小满", branch=district["平潮镇支部"], digits="0012")
    page = text(town.get(reverse("people:duplicates")))
    assert "1 个姓名可能重复" in page
    both = {"kept": one.id, "gone": two.id}
    asked = text(town.post(reverse("people:merge"), both))
    assert "不能撤销" in asked
    assert "19900000009" not in asked
    swapped = text(town.post(reverse("people:merge"), both | {"swap": "1"}))
    assert f'name="kept" value="{two.id}"' in swapped
    assert Person.objects.get(id=two.id).merged_into_id is None
    assert town.post(reverse("people:merge"), {"kept": one.id, "gone": one.id}).status_code == 302
    town.post(reverse("people:merge"), both | {"sure": "1"})
    assert Person.objects.get(id=two.id).merged_into_id == one.id
    assert town.post(reverse("people:merge"), {"kept": "x"}).status_code == 404


def test_lecturers_are_entered_and_listed(town, district):
    fields = {
        "name": "赵讲师",
        "kind": "folk",
        "organisation": str(district["平潮镇"].id),
        "subjects": "乡村振兴、法治",
    }
    assert town.post(reverse("people:lecturers"), fields | {"name": ""}).status_code == 422
    town.post(reverse("people:lecturers"), fields)
    assert LecturerProfile.objects.get().subjects == ["乡村振兴", "法治"]
    assert "赵讲师" in text(town.get(reverse("people:lecturers")))


def test_an_import_without_a_place_is_for_the_place_one_organises(cast):
    page = cast.client("secretary").get("/imports/new/people.roster/")
    assert page.status_code == 200
    assert str(cast.own.branch.id) in page.content.decode()
    assert cast.client("zone_lead").get("/imports/new/people.roster/").status_code == 403


def test_an_empty_place_leads_to_the_import_of_units_or_of_a_roster(client, district):
    office = come_in(client, make_account(Role.OFFICE, district["district"]))
    bare = make_organisation("空镇", type_code="town", under=district["district"])
    page = text(office.get(reverse("people:roster"), {"organisation": bare.id}))
    assert f"/imports/new/organisations.tree/?organisation={bare.id}" in page
    assert "先导入单位" in page
    branch = district["平潮镇支部"]
    page = text(office.get(reverse("people:roster"), {"organisation": branch.id}))
    assert page.count(f"/imports/new/people.roster/?organisation={branch.id}") == 2


@pytest.mark.parametrize("purpose", ["", "rubbish", "own"])
def test_private_details_want_a_purpose(town, district, purpose):
    lin = make_person("林小满", branch=district["平潮镇支部"], digits="4321")
    url = reverse("people:show_private", args=[lin.id])
    for headers in ({}, {"HX-Request": "true"}):
        refused = town.post(url, {"purpose": purpose}, headers=headers)
        assert refused.status_code == 422
        assert "用途" in text(refused)
        assert "19900004321" not in text(refused)
    assert not AuditEntry.objects.filter(action="people.private_of").exists()


def test_a_persons_page_says_how_they_learn_and_changes_it(cast):
    client, lin = cast.client("secretary"), cast.lin
    url = reverse("seasons:person_mode", args=[lin.id])
    assert f'hx-get="{url}"' in text(client.get(reverse("people:person", args=[lin.id])))
    part = text(client.get(url, headers={"HX-Request": "true"}))
    assert ("<html" in part, "集中" in part) == (False, True)
    assert client.post(url, {"mode": "home"}).status_code == 422
    done = client.post(url, {"mode": "home", "reason": "aged"})
    assert done.url == reverse("people:person", args=[lin.id])
    client.post(url, {"do": "exclude", "excluded": "借调外省"})
    page = text(client.get(url))
    assert ("送学" in page, "借调外省" in page, "<html" in page) == (True, True, True)
    assert client.get(reverse("seasons:person_mode", args=[cast.wu.id])).status_code == 404
    outsider = make_person("群众甲", branch=cast.own.branch, category="other")
    assert "不参加" in text(client.get(reverse("seasons:person_mode", args=[outsider.id])))


def test_a_phone_that_only_checked_in_is_shown_no_card(client, district):
    day = date(1987, 6, 1)
    lin = make_person("林小满", branch=district["平潮镇支部"], joined_on=day)
    carry_phone(client, lin, level=1)
    known = Actor(ActorKind.DEVICE, persons=(lin.id,))
    for ask in (people.card, partial(people.private_of, purpose=PrivatePurpose.OWN)):
        with pytest.raises(NotFound):
            ask(lin.id, by=known)
    page = text(client.get(reverse("web:me")))
    assert "林小满" in page
    for secret in ("入党", "1990000", "1987"):
        assert secret not in page
    owner = Actor(ActorKind.DEVICE, persons=(lin.id,), owned=frozenset({lin.id}))
    assert people.card(lin.id, by=owner).name == "林小满"
