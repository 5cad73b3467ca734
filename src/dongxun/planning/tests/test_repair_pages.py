"""Pages of repairs: what lasts too long, the season and unit they are about, what was typed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.models import Session
from dongxun.kernel import clock, jobs
from dongxun.kernel.models import Job
from dongxun.lecturers import api as lecturers
from dongxun.organisations.models import Place
from dongxun.planning import accepted, beside, seats, solving
from dongxun.planning.models import Run
from dongxun.planning.services import repairing
from dongxun.planning.tests.make import planned, publish_towns, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Topic
from dongxun.seasons.tests.make import make_season
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
NEW = "planning:new_repair"


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))


@pytest.fixture
def district(cast):
    return publish_towns(cast)


def sought(district, **more):
    return repairing.ask_repair(
        by=district.actor("office"),
        season_id=district.season.id,
        organisation_id=district.district.id,
        **more,
    )


def over(district):
    """Let the own town's session lie two days back, where nobody came."""
    start = clock.now() - timedelta(days=2)
    own = Session.objects.filter(id=district.own.session.id)
    own.update(starts_at=start, ends_at=start + timedelta(hours=1))


def test_what_lasts_longer_than_a_part_of_the_day_is_left_to_be_arranged_by_hand(district):
    long, other = district.own.session, district.foreign.session
    start = Session.objects.get(id=long.id).starts_at
    Session.objects.filter(id=long.id).update(ends_at=start + timedelta(hours=8))
    day = clock.day_of(start)
    for town in (district.own, district.foreign):
        lecturers.add_away(by=SYSTEM, lecturer_id=town.lecturer.id, first=day, last=day)

    row = sought(district, makeups=0)

    assert [move.session_id for move in repairing.moves(row)] == [other.id]
    assert [one["id"] for one in repairing.by_hand(row)] == [str(long.id)]


def test_for_a_topic_longer_than_a_part_of_the_day_no_seat_is_sought_and_it_says_so(district):
    over(district)
    Place.objects.exclude(id=district.own.place.id).update(capacity=1)
    Place.objects.filter(id=district.foreign.place.id).update(closed_on=clock.today())
    Topic.objects.filter(id=district.topics[0].id).update(minutes=480)

    row = sought(district)
    page = district.client("office").get(reverse("planning:repair", args=[row.id]))

    assert seats.seating(row).offers == ()
    assert "专题时长超过半天" in page.content.decode()


def test_a_repair_of_another_season_stays_in_it_when_it_is_shown_or_sought_again(district):
    begins = clock.today() - timedelta(days=10)
    make_season(district.district, name="另一个冬训季", starts_on=begins)
    current = seasons.current_season(district.actor("office"))
    assert current
    assert current.id != district.season.id
    over(district)
    Place.objects.exclude(id=district.own.place.id).update(capacity=1)
    field = f'name="season" value="{district.season.id}"'
    row, desk = sought(district, makeups=0), district.client("office")

    page = desk.get(reverse("planning:repair", args=[row.id])).content.decode()
    new = desk.get(f"{reverse(NEW)}?season={district.season.id}").content.decode()
    asked = {"season": str(district.season.id), "unit": str(district.district.id)}
    again = desk.post(reverse(NEW), asked)

    assert field in page
    assert new.count(field) == 2
    assert again.status_code == 302
    assert set(Run.objects.values_list("season_id", flat=True)) == {district.season.id}


@pytest.mark.parametrize("what", ["new_season", "new_repair"])
def test_the_way_beside_an_order_of_a_branch_opens_with_that_branch(district, what):
    branch = district.own.branch
    ways = beside.of_dispatch([branch.id], district.actor("office"))[branch.id]
    href = next(way.href for way in ways if reverse(f"planning:{what}") in way.href)

    page = district.client("office").get(href).content.decode()

    assert f'value="{branch.id}" selected' in page


def test_a_unit_of_others_is_no_unit_to_plan_for(district):
    answer = district.client("organiser").get(
        reverse("planning:new_season"), {"unit": str(district.foreign.branch.id)}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("typed", ["99", "abc", "-1"])
def test_a_number_of_sessions_that_cannot_be_is_refused_in_words_and_stays_as_typed(
    district, typed
):
    over(district)
    answer = district.client("office").post(
        reverse(NEW), {"unit": str(district.district.id), "makeups": typed}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "0 到 20 的整数" in page
    assert f'value="{typed}"' in page
    assert not Run.objects.exists()


def test_a_timetable_whose_writing_broke_off_has_replaced_no_earlier_one(cast):
    by = ready(cast).actor("office")
    rows = [planned(cast), planned(cast)]
    for n, row in enumerate(rows):
        Run.objects.filter(id=row.id).update(accepted_at=clock.now() + timedelta(minutes=n))
    job = jobs.start("planning.write_schedule", "课表", {}, by=by)
    Job.objects.filter(id=job.id).update(state="failed")
    first = reverse("planning:run", args=[rows[0].id])

    def shown():
        return {line.href for line in accepted.plans([cast.season.id], by)[cast.season.id]}

    assert first not in shown()
    Run.objects.filter(id=rows[1].id).update(accept_job_id=job.id)
    assert first in shown()
