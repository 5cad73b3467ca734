"""The pages of planning, as the desk meets them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.models import Job
from dongxun.kit.times import day_with_weekday
from dongxun.lecturers import api as lecturers
from dongxun.lecturers.contracts import DayPart
from dongxun.planning import accepted, child
from dongxun.planning import proposal as reading
from dongxun.planning.contracts import RunState
from dongxun.planning.drawing import chart
from dongxun.planning.models import Run
from dongxun.planning.tests.make import make_run, planned, ready
from dongxun.seasons.models import Topic
from dongxun.seasons.tests.make import make_season
from dongxun_planner.season.shortage import impossible
from dongxun_planner.season.tables import tables_of
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(cast):
    return ready(cast)


@pytest.fixture
def office(district):
    return district.client("office")


def text(answer):
    return answer.content.decode()


def do(client, row, **body):
    return client.post(reverse("planning:run", args=[row.id]), body)


def typed(district, **overrides):
    given = {
        "unit": str(district.district.id),
        "topics": [str(topic.id) for topic in district.topics[1:]],
        "first": "2026-11-20",
        "last": "2026-12-20",
        "within_km": "10",
        "load": "12",
        "lecturer_a_week": "3",
        "cohort_a_week": "2",
        "seconds": "10",
        "seed": "1",
    }
    return given | overrides


def test_a_plan_is_asked_for_and_watched(district, office):
    answer = office.post(reverse("planning:new_season"), typed(district))

    row = Run.objects.get()
    assert answer.url == reverse("planning:run", args=[row.id])
    page = text(office.get(answer.url))
    assert "正在计算" in page
    assert "排队中" in page
    assert "还没有方案" in text(office.get(reverse("planning:live", args=[row.id])))
    assert "季度课表" in text(office.get(reverse("planning:home")))


def test_what_does_not_fit_stands_at_its_field_and_nothing_typed_is_lost(district, office):
    Topic.objects.filter(season=district.season).update(name="没人讲的", short_name="没人讲")

    answer = office.post(reverse("planning:new_season"), typed(district, load="17"))

    assert answer.status_code == 422
    assert "没有能讲这些专题的讲师有空" in text(answer)
    assert 'value="17"' in text(answer)


@pytest.mark.parametrize(
    ("typed_in", "said"),
    [
        ({"last": "9999-12-31"}, "本季到"),
        ({"first": "1990-01-01"}, "本季从"),
        ({"first": "2026-12-20", "last": "2026-12-01"}, "最后一天不能早于"),
        ({"within_km": "nan"}, "公里"),
        ({"load": "0"}, "不能小于 1"),
        ({"topics": []}, "排哪些专题"),
        ({"unit": "x"}, "请重新选"),
    ],
)
def test_what_cannot_be_planned_stands_at_its_field(district, office, typed_in, said):
    answer = office.post(reverse("planning:new_season"), typed(district, **typed_in))

    assert answer.status_code == 422
    errors = text(answer).split('role="alert"')[1].split("</ul>")[0]
    assert said in errors
    assert not Run.objects.exists()


def test_a_finished_search_is_fetched_anew_and_shows_sessions_bound_and_weeks(district, office):
    row = planned(district)

    live = office.get(reverse("planning:live", args=[row.id]))
    page = text(office.get(reverse("planning:run", args=[row.id])))

    assert live.headers["HX-Refresh"] == "true"
    lines = reading.proposal(row, by=district.actor("office")).lines
    assert f"采用 {len(lines)} 场" in page
    assert "离最省" in page
    assert "11.1%" in page
    assert lines[0].lecturer in page


def test_sessions_are_kept_solved_again_and_accepted_with_a_reason(district, office):
    row = planned(district)
    line = reading.proposal(row, by=district.actor("office")).lines[0]

    assert do(office, row, what="pin", pin=line.key, shown=line.key).status_code == 302
    again = do(office, row, what="again")
    bare = do(office, row, what="accept", publish="on")
    done = do(office, row, what="accept", publish="on", reason="今冬课表")

    fresh = Run.objects.exclude(id=row.id).get()
    assert again.url == reverse("planning:run", args=[fresh.id])
    assert fresh.pins == [line.key]
    assert bare.status_code == 422
    assert done.status_code == 302
    jobs.run(Run.objects.get(id=row.id).accept_job_id)
    assert "今冬课表" in text(office.get(done.url))


def test_a_plan_whose_writing_broke_off_is_accepted_again(district, office):
    row = planned(district)
    given = {"what": "accept", "reason": "今冬课表"}
    url = do(office, row, **given).url
    busy = text(office.get(url))
    first = Run.objects.get(id=row.id).accept_job_id
    assert first is not None
    Job.objects.filter(id=first).update(state="failed")
    open_again = text(office.get(url))
    do(office, row, **given)

    assert "采用这个方案" not in busy
    assert "采用这个方案" in open_again
    assert Run.objects.get(id=row.id).accept_job_id != first


def test_a_plan_of_a_search_that_still_runs_is_not_offered(district, office):
    row = planned(district)
    Run.objects.filter(id=row.id).update(state=RunState.RUNNING)

    page = text(office.get(reverse("planning:run", args=[row.id])))

    assert "采用这个方案" not in page
    assert do(office, row, what="pin").status_code == 409


def test_another_try_begins_from_what_was_asked_before_and_for_the_same_unit(district, office):
    row = planned(district, load=17)
    Run.objects.filter(id=row.id).update(plan=None)
    url = f"{reverse('planning:new_season')}?base={row.id}"

    assert url in text(office.get(reverse("planning:run", args=[row.id])))
    assert 'value="17"' in text(office.get(url))
    other = typed(district, unit=str(district.own.node.id))
    assert office.post(url, other).status_code == 422
    fresh = office.post(url, typed(district, load="18")).url
    assert Run.objects.exclude(id=row.id).get().base_id == row.id
    assert str(row.id) not in fresh


def test_why_there_is_no_plan_at_all_is_said_with_names_in_both_languages(district, office):
    row = planned(district)
    problem = reading.read_problem(row)
    plan = reading.read_plan(row)
    assert plan is not None
    pin = replace(plan.cohorts[0], meetings=plan.cohorts[0].meetings[:1])
    other = replace(plan.cohorts[1], venue=pin.venue, meetings=pin.meetings)
    kept = replace(problem, pinned=(pin, other), within_km=0.1)
    told = child.clashes(impossible(kept, tables_of(kept)))
    done = row.outcome | {"clashes": told, "status": "infeasible"}
    Run.objects.filter(id=row.id).update(plan=None, outcome=done)

    url = reverse("planning:run", args=[row.id])
    page = text(office.get(url))
    office.cookies["dxlang"] = "en"
    english = text(office.get(url))

    [hall] = [one.name for one in problem.venues if one.id == pin.venue]
    [teacher] = [one.name for one in problem.lecturers if one.id == pin.meetings[0].lecturer]
    assert "没有方案能同时满足" in page
    assert f"{hall}同时有 2 场" in page
    assert f"{teacher}同时讲 2 场" in page
    assert "No plan can keep all of this" in english
    assert pin.venue not in page.split("<main")[1].split("</main>")[0]


def test_what_is_not_held_says_what_binds_and_what_was_tried_out(district, office):
    """One session a week for a branch, and one week: the second topic finds no place."""
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    row = planned(district, first=monday, last=monday + timedelta(days=4), cohort_a_week=1)
    lost = reading.read_plan(row)
    assert lost is not None

    page = text(office.get(reverse("planning:run", args=[row.id])))

    first = min(line.starts_at for line in reading.proposal(row, by=district.actor("office")).lines)
    groups = len(lost.unheld)
    assert groups == len(lost.cohorts)
    assert "这一周已有 1 场" in page
    assert f'<td data-label="{day_with_weekday(first)}"><p' in page  # a narrow page has no headings
    assert f"每个支部每周 2 场：照现在的安排，这 {groups} 场里能排下" in page
    assert page.count("这一周再加一场：") == groups


def test_when_lecturers_would_rather_not_teach_is_a_wish_that_the_plan_prices_and_names(
    district, office
):
    """Whoever teaches the first session of a plan made by hand would rather not teach at all."""
    who = reading.proposal(planned(district), by=district.actor("office")).lines[0].at.lecturer_id
    week = [(day, part) for day in range(7) for part in DayPart.values]
    lecturers.set_free_parts(by=SYSTEM, lecturer_id=who, parts=[], rather_not=week)
    row = planned(district)
    [mine] = [one for one in reading.read_problem(row).lecturers if one.rather_not]
    assert (mine.id, mine.rather_not) == (str(who), mine.free)

    page = text(office.get(reverse("planning:run", args=[row.id])))

    [(name, lines)] = reading.proposal(row, by=district.actor("office")).unwanted
    assert name == mine.name
    assert row.outcome["parts"]["wishes_yuan"] == 30.0 * len(lines) > 0
    assert f"{len(lines)} 场排在讲师希望尽量不排的时段" in page
    assert f"仍排了 {len(lines)} 场" in page
    assert "1 位讲师说了哪些时段尽量不排" in page


def test_a_search_whose_job_was_given_up_says_so(district, office):
    row = make_run(district)
    jobs.get(row.job_id, by=district.actor("office"))
    jobs.cancel(row.job_id, by=district.actor("office"))

    page = text(office.get(reverse("planning:run", args=[row.id])))

    row.refresh_from_db()
    assert row.state == RunState.FAILED
    assert "排课失败" in page


def test_a_search_of_another_unit_is_not_there(district):
    row = planned(district, organisation_id=district.foreign.node.id)

    client = district.client("organiser")

    assert client.get(reverse("planning:run", args=[row.id])).status_code == 404
    assert do(client, row, what="stop").status_code == 404


def test_a_chart_has_a_line_for_plans_and_one_for_bounds():
    drawn = chart([[0.5, 100.0, None], [1.0, 100.0, 40.0], [2.0, 90.0, 80.0]])

    assert drawn is not None
    assert len(drawn.cost.split()) == 6
    assert len(drawn.bound.split()) == 4
    assert chart([]) is None
    assert chart([[0.1, None, None]]) is None
    assert chart([[0.1, None, None], [0.7, 104.0, 104.0]]) is None  # one moment is no course


def test_another_seasons_pages_lead_to_its_own_plans_and_an_order_to_its_units(cast):
    ready(cast)
    desk, other = cast.client("office"), make_season(cast.district, name="明年冬训", state="draft")

    home = desk.get(f"/console/planning/?season={other.id}").content.decode()
    assert f"/console/planning/season/new/?season={other.id}" in home
    assert f"/console/planning/repair/?season={other.id}" in home
    asked = desk.get(f"/console/planning/season/new/?unit={cast.own.node.id}").content.decode()
    assert f'<option value="{cast.own.node.id}" selected>' in asked
    [way] = accepted.ways([other.id], cast.actor("office"))[other.id]
    assert way.href == f"/console/planning/season/new/?season={other.id}"


def test_timetables_of_other_topics_stand_beside_the_newest_and_replaced_ones_do_not(cast):
    ready(cast)
    by, rows = cast.actor("office"), [planned(cast) for _ in range(3)]
    for row, topics in zip(rows, (["a"], ["b"], ["a", "b"]), strict=True):
        Run.objects.filter(id=row.id).update(settings=row.settings | {"topic_ids": topics})

    def shown():
        return [
            one.href for one in accepted.plans([cast.season.id], by)[cast.season.id] if one.href
        ]

    def accept(row, hours):
        Run.objects.filter(id=row.id).update(accepted_at=clock.now() + timedelta(hours=hours))

    accept(rows[0], 0)
    accept(rows[1], 1)
    assert shown() == [reverse("planning:run", args=[row.id]) for row in (rows[1], rows[0])]
    accept(rows[2], 2)
    assert shown() == [reverse("planning:run", args=[rows[2].id])]
    for hours, town in enumerate(list(cast.towns.values())[:4], start=3):
        row = planned(cast, organisation_id=town.node.id)
        accept(row, hours)
    assert len(shown()) == 5
