# mypy: disable-error-code="misc"
"""The ways from other rooms' screens to the planner, and what they show of it."""

import pytest
from django.urls import reverse

from dongxun.kernel import clock
from dongxun.lecturers.tests.make import make_order
from dongxun.planning.proposal import proposal
from dongxun.planning.tests.make import planned, ready
from dongxun.planning.timetable import Timetable

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def text(answer):
    return answer.content.decode()


def test_the_season_plan_shows_the_accepted_timetable_and_what_it_does_not_hold(cast):
    row = planned(ready(cast))
    meeting = row.plan["cohorts"][0]["meetings"].pop()
    lost = {"units": row.plan["cohorts"][0]["units"], "topic": meeting["topic"], "why": "nobody"}
    row.plan["unheld"].append(lost)
    row.accepted_at = clock.now()
    row.save()
    held = sum(len(cohort["meetings"]) for cohort in row.plan["cohorts"])
    url = reverse("activities:plan")

    page = text(cast.client("office").get(url))

    assert reverse("planning:run", args=[row.id]) in page
    assert f"排定 {held} 场，1 场排不出" in page
    assert reverse("planning:new_season") in page
    assert reverse("planning:run", args=[row.id]) not in text(cast.client("organiser").get(url))
    assert reverse("planning:new_season") not in text(cast.client("zone_lead").get(url))


def test_from_an_order_of_a_lesson_lead_ways_to_the_timetable_and_to_its_repair(cast):
    order = make_order(cast.season, cast.own.branch)

    page = text(cast.client("organiser").get(reverse("lecturers:dispatch", args=[order.id])))

    assert reverse("planning:new_season") in page
    assert reverse("planning:new_repair") in page
    home = text(cast.client("organiser").get(reverse("planning:home")))
    assert reverse("planning:new_rounds") in home


def test_a_plan_is_shown_day_by_day_by_hall_lecturer_or_zone_with_who_comes_and_goes(cast):
    row, office = planned(ready(cast)), cast.client("office")
    url = reverse("planning:run", args=[row.id])
    found = proposal(row, by=cast.actor("office"))
    first = found.lines[0]
    week = Timetable(found, by=cast.actor("office")).week("zone", None)

    halls, lecturers, zones = (
        text(office.get(f"{url}?by={by}")) for by in ("hall", "lecturer", "zone")
    )

    assert first.venue in halls
    assert first.lecturer in lecturers
    assert "西片" in zones
    assert week.days[0] == week.monday == min(week.weeks)
    assert week.rows[0].name == "西片"
    seen = {slip.line.key for one in week.rows for cell in one.cells for slip in cell.slips}
    assert first.key in seen
    assert "场次在哪里" in halls
