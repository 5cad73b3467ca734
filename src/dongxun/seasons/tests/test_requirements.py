"""What categories owe, and that the roster decides who owes what."""

from decimal import Decimal

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotAllowed
from dongxun.kernel.models import Event
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people import api as people
from dongxun.people.contracts import Category, Details
from dongxun.people.tests.make import make_person
from dongxun.seasons import api
from dongxun.seasons.contracts import Owing, RequirementLine, SeasonClosed
from dongxun.seasons.models import Participation
from dongxun.seasons.tests.make import make_season
from dongxun.seasons.tests.test_season import make, office

pytestmark = pytest.mark.django_db


def line(category: str, season: str = "8", year: str = "32") -> RequirementLine:
    return RequirementLine(category, Decimal(season), Decimal(year))


def owed(season_id):
    rules = api.rules(season_id)
    lines = [rules.owed(each) for each in Owing.values]
    return {one.category: (one.season_hours, one.year_hours) for one in lines}


def test_a_season_begins_with_what_members_and_secretaries_usually_owe():
    season = make()

    assert owed(season.id) == {"full": (8, 32), "probationary": (8, 32), "secretary": (8, 56)}


def test_hours_change_with_a_reason_a_version_and_an_announcement():
    season = make()
    api.start_season(by=SYSTEM, season_id=season.id)
    Event.objects.all().delete()
    wanted = [line("secretary", "12", "56")]
    with pytest.raises(Invalid) as refusal:
        api.set_requirements(by=SYSTEM, season_id=season.id, lines=wanted)
    assert refusal.value.details[0][0] == "reason"

    for _ in range(2):
        api.set_requirements(by=SYSTEM, season_id=season.id, lines=wanted, reason="书记加学")

    assert owed(season.id)["secretary"] == (12, 56)
    assert owed(season.id)["full"] == (8, 32)
    latest, _first = api.versions(season.id, by=SYSTEM)
    assert [(c.what, c.before, c.after) for c in latest.changes] == [
        ("支部书记：本季学时", "8", "12")
    ]
    assert [e.name for e in Event.objects.all()] == ["RequirementChanged"]


def test_the_usual_hours_reach_whoever_owed_them():
    season = make()
    api.set_requirements(by=SYSTEM, season_id=season.id, lines=[line("secretary", "12", "60")])

    api.edit_season(by=SYSTEM, season_id=season.id, parameters={"season_hours": "10"})

    assert owed(season.id) == {"full": (10, 32), "probationary": (10, 32), "secretary": (12, 60)}


def test_the_hours_of_full_members_are_the_usual_ones():
    season = make()
    api.set_requirements(by=SYSTEM, season_id=season.id, lines=[line("full", "10", "40")])

    found = api.rules(season.id).parameters
    assert (found.season_hours, found.member_hours_year) == (Decimal(10), Decimal(40))


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (line("full", "201"), "full.season_hours"),
        (line("full", "8", "-1"), "full.year_hours"),
        (line("full", "8.125"), "full.season_hours"),
        (line("guest"), "guest.category"),
    ],
)
def test_hours_that_do_not_fit_are_named_and_nothing_is_written(bad, where):
    season = make()

    with pytest.raises(Invalid) as refusal:
        api.set_requirements(by=SYSTEM, season_id=season.id, lines=[line("secretary", "9"), bad])

    assert [place for place, _ in refusal.value.details] == [where]
    assert owed(season.id)["secretary"] == (8, 56)


def test_only_the_training_office_changes_hours_and_nobody_in_a_closed_season():
    district = make_district()
    season = make(root=district["district"])
    with pytest.raises(NotAllowed):
        api.set_requirements(
            by=office(district["平潮镇"]), season_id=season.id, lines=[line("full")]
        )
    api.close_season(by=SYSTEM, season_id=season.id)
    with pytest.raises(SeasonClosed):
        api.set_requirements(by=SYSTEM, season_id=season.id, lines=[line("full")])


def test_enrolment_reads_from_the_roster_who_owes_what():
    district = make_district()
    season = make_season(district["district"])
    branch = district["平潮镇支部"]
    make_person("周明远", branch=branch, is_secretary=True)
    make_person("林小满", branch=branch)
    make_person("新人", branch=branch, category=Category.PROBATIONARY)

    api.enrol_season(by=SYSTEM, season_id=season.id)

    rows = Participation.objects.select_related("person")
    assert {row.person.name: row.category for row in rows} == {
        "周明远": "secretary",
        "林小满": "full",
        "新人": "probationary",
    }


def test_whoever_becomes_secretary_owes_a_secretarys_hours_from_that_day():
    district = make_district()
    season = make_season(district["district"])
    lin = make_person("林小满", branch=district["平潮镇支部"])
    api.enrol_season(by=SYSTEM, season_id=season.id)

    for _ in range(2):
        people.update_person(by=SYSTEM, person_id=lin.id, details=Details(is_secretary=True))
        deliver_all()

    before, after = api.parts_of(season.id, [lin.id])[lin.id]
    assert (before.category, before.valid_to) == ("full", clock.today())
    assert (after.category, after.valid_from) == ("secretary", clock.today())


def test_the_office_edits_the_table_and_keeps_what_was_typed(cast):
    client = cast.client("office")
    url = reverse("seasons:requirements", args=[cast.season.id])
    typed = {
        f"{category}.{name}": "9"
        for category in Owing.values
        for name in ("season_hours", "year_hours")
    }
    refused = client.post(url, typed | {"secretary.season_hours": "很多", "reason": "试"})
    assert refused.status_code == 422
    assert "很多" in refused.content.decode()
    assert client.post(url, typed).status_code == 422
    assert client.post(url, typed | {"reason": "上级要求"}).status_code == 302
    assert owed(cast.season.id)["probationary"] == (9, 9)
    page = cast.client("organiser").get(url).content.decode()
    assert "<input class" not in page
