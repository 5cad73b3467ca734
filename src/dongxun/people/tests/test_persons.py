from datetime import date

import pytest

from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.models import AuditEntry, Event
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people import api
from dongxun.people.contracts import Category, Details, LecturerKind, PrivatePurpose, Status
from dongxun.people.models import Membership, Person, PersonPrivate
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db


def organiser(node, role=Role.ORGANISER):
    return Actor(ActorKind.ACCOUNT, grants=(Grant(role, node.id, node.interval),))


def test_a_person_is_entered_once_for_one_id():
    found = make_district()
    details = Details(name="林小满", phone="19900000012", category=Category.FULL)
    first = api.create_person(by=SYSTEM, branch_id=found["平潮镇支部"].id, details=details)
    again = api.create_person(
        by=SYSTEM, branch_id=found["平潮镇支部"].id, details=details, person_id=first
    )
    assert again == first
    assert Person.objects.get().pinyin == "lxm"
    assert AuditEntry.objects.filter(action="people.create_person").count() == 1


def test_phone_numbers_lie_sealed_and_opening_them_leaves_a_trace():
    found = make_district()
    person = api.create_person(
        by=SYSTEM,
        branch_id=found["平潮镇支部"].id,
        details=Details(name="林小满", phone="19900000012"),
    )
    assert "1990000" not in PersonPrivate.objects.get().phone
    town = organiser(found["平潮镇"])
    private = api.private_of(person, by=town, purpose=PrivatePurpose.CONTACT)
    assert private.phone == "19900000012"
    entry = AuditEntry.objects.get(action="people.private_of")
    assert entry.detail == {"purpose": "contact"}


def test_an_organiser_of_another_town_finds_nobody():
    found = make_district()
    lin = make_person("林小满", branch=found["平潮镇支部"])
    stranger = organiser(found["五接镇"])
    assert api.people_under(found["district"].interval, by=stranger) == []
    for ask in (
        lambda: api.card(lin.id, by=stranger),
        lambda: api.private_of(lin.id, by=stranger, purpose=PrivatePurpose.CONTACT),
        lambda: api.update_person(by=stranger, person_id=lin.id, details=Details(duty="x")),
        lambda: api.transfer(by=stranger, person_id=lin.id, branch_id=found["五接镇支部"].id),
    ):
        with pytest.raises(NotFound):
            ask()


def test_zone_leads_and_administrators_see_counts_and_no_names():
    found = make_district()
    make_person(branch=found["平潮镇支部"])
    for role in (Role.ZONE_LEAD, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        actor = organiser(found["district"], role)
        assert api.people_under(found["district"].interval, by=actor) == []
    assert api.counts_under(found["district"].interval).counted == 1


def test_a_phone_sees_the_people_whose_link_was_opened_on_it():
    found = make_district()
    lin, wu, li = (make_person(branch=found["平潮镇支部"]) for _ in range(3))
    phone = Actor(ActorKind.DEVICE, persons=(lin.id, li.id), owned=frozenset({lin.id}))
    assert set(api.cards([lin.id, wu.id, li.id], by=phone)) == {lin.id}
    with pytest.raises(NotAllowed):
        api.update_person(by=phone, person_id=lin.id, details=Details(duty="书记"))


def test_a_transfer_closes_one_membership_and_opens_the_next():
    found = make_district()
    lin = make_person(branch=found["平潮镇支部"], since=date(2020, 1, 1))
    for _ in range(2):
        api.transfer(
            by=SYSTEM, person_id=lin.id, branch_id=found["五接镇支部"].id, on=date(2026, 11, 1)
        )
    spans = list(Membership.objects.order_by("since").values_list("since", "until"))
    assert spans == [(date(2020, 1, 1), date(2026, 11, 1)), (date(2026, 11, 1), None)]
    assert [e.payload for e in Event.objects.filter(name="MembershipChanged")] == [
        {"person_ids": [str(lin.id)], "day": "2026-11-01"}
    ]


def test_a_person_belongs_to_a_branch_and_not_to_a_town():
    found = make_district()
    lin = make_person(branch=found["平潮镇支部"])
    with pytest.raises(Invalid):
        api.transfer(by=SYSTEM, person_id=lin.id, branch_id=found["五接镇"].id)


def test_a_later_write_by_somebody_else_is_a_conflict():
    found = make_district()
    lin = make_person(branch=found["平潮镇支部"])
    api.update_person(by=SYSTEM, person_id=lin.id, details=Details(duty="委员"), version=1)
    with pytest.raises(Conflict):
        api.update_person(by=SYSTEM, person_id=lin.id, details=Details(duty="书记"), version=1)


@pytest.mark.parametrize(
    ("duty", "leads"),
    [
        ("书记", True),
        ("党支部书记", True),
        ("支部书记、委员", True),
        ("副书记", False),
        ("", False),
    ],
)
def test_a_duty_makes_a_secretary_by_the_same_rule_for_everybody(duty, leads):
    branch = make_district()["平潮镇支部"]
    lin = make_person(branch=branch, is_secretary=not leads, duty="x")
    api.update_person(by=SYSTEM, person_id=lin.id, details=Details(duty=duty))
    fresh = api.create_person(by=SYSTEM, branch_id=branch.id, details=Details(name="王", duty=duty))
    said = Person.objects.filter(id__in=[lin.id, fresh]).values_list("is_secretary", flat=True)
    assert list(said) == [leads, leads]


def test_who_is_secretary_stays_so_while_the_duty_stays():
    lin = make_person(branch=make_district()["平潮镇支部"], is_secretary=True, duty="村支书")
    details = Details(duty="村支书", phone="19900000034")
    api.update_person(by=SYSTEM, person_id=lin.id, details=details)
    assert Person.objects.get().is_secretary


def test_a_new_name_still_matches_the_old_digits():
    found = make_district()
    lin = make_person("林小满", branch=found["平潮镇支部"], digits="0012")
    api.update_person(by=SYSTEM, person_id=lin.id, details=Details(name="林晓满"))
    intervals = [found["平潮镇"].interval]
    assert [c.id for c in api.match_by_digits("林 晓满", "0012", intervals)] == [lin.id]
    assert api.match_by_digits("林小满", "0012", intervals) == []
    assert api.match_by_digits("林晓满", "0012", [found["五接镇"].interval]) == []
    assert api.match_by_digits("林晓满", "", intervals) == []


def test_a_name_is_known_however_its_blanks_and_dots_are_typed():
    found = make_district()
    intervals = [found["平潮镇"].interval]
    for name, ways in {
        "John Smith": ("John Smith", "johnsmith", "Ｊohn　Smith"),
        "买买提·艾力": ("买买提·艾力", "买买提•艾力", "买买提‧艾力", "买买提・艾力", "买买提艾力"),
    }.items():
        person = make_person(name, branch=found["平潮镇支部"], digits="4321")
        for typed in ways:
            assert [c.id for c in api.match_by_digits(typed, "4321", intervals)] == [person.id]


def test_only_members_in_good_standing_count():
    found = make_district()
    branch = found["平潮镇支部"]
    make_person(branch=branch)
    make_person(branch=branch, category=Category.PROBATIONARY)
    make_person(branch=branch, category=Category.APPLICANT)
    for status in (Status.SUSPENDED, Status.DECEASED, Status.TRANSFERRED):
        make_person(branch=branch, status=status)
    make_person(branch=branch, status=Status.LOST)
    assert len(api.people_under(branch.interval, by=SYSTEM)) == 3
    counts = api.counts_under(branch.interval)
    assert (counts.people, counts.counted) == (7, 3)


@pytest.mark.parametrize(
    ("joined", "years"),
    [(date(1976, 11, 22), 50), (date(1976, 11, 23), 49), (date(2026, 12, 1), None), (None, None)],
)
def test_party_years_are_full_years(joined, years):
    assert api.party_years(joined, date(2026, 11, 22)) == years


def test_veterans_have_fifty_full_years():
    found = make_district()
    branch = found["平潮镇支部"]
    old = make_person(branch=branch, joined_on=date(1976, 11, 22))
    make_person(branch=branch, joined_on=date(1976, 11, 23))
    listed = api.veterans(branch.interval, date(2026, 11, 22), by=SYSTEM)
    assert [card.id for card in listed] == [old.id]


def test_a_merge_keeps_one_row_with_what_both_knew():
    found = make_district()
    kept = make_person("林小满", branch=found["平潮镇支部"])
    double = make_person("林小满", branch=found["五接镇支部"], joined_on=date(1991, 5, 12))
    api.tag(by=SYSTEM, person_id=double.id, word="网格员")
    for _ in range(2):
        api.merge_people(by=SYSTEM, survivor_id=kept.id, duplicate_id=double.id)
    assert api.survivor(double.id) == kept.id
    assert api.card(kept.id, by=SYSTEM).joined_on == date(1991, 5, 12)
    assert [tag.tag for tag in Person.objects.get(id=kept.id).tags.all()] == ["网格员"]
    assert api.counts_under(found["district"].interval).people == 1
    assert Event.objects.filter(name="PersonMerged").count() == 1


def test_lecturers_of_the_district_can_be_booked_by_a_town_but_not_those_of_its_neighbour():
    found = make_district()
    for place in ("district", "五接镇"):
        api.save_lecturer(
            by=SYSTEM,
            name=f"{place}讲师",
            kind=LecturerKind.FOLK,
            organisation_id=found[place].id,
        )
    seen = api.lecturers(by=organiser(found["平潮镇"]))
    assert [lecturer.name for lecturer in seen] == ["district讲师"]
