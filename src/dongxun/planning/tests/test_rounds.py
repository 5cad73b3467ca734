# mypy: disable-error-code="operator"
"""Rounds proposed for those who wait at home, and opened like rounds made by hand."""

import itertools
from datetime import time, timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.ids import new_id
from dongxun.organisations.models import Organisation
from dongxun.people.models import Person, PersonTag
from dongxun.planning.contracts import Go, RoundSettings, RunState
from dongxun.planning.forms import read_day, read_days
from dongxun.planning.itineraries import Itineraries
from dongxun.planning.models import Run
from dongxun.planning.services import blanking, rounding
from dongxun.seasons.models import Participation
from dongxun.visits import api as visits
from dongxun.visits.contracts import RoundDraft
from dongxun.visits.models import Home, Pair, Round, Stop
from dongxun_planner.visits.check_homes import check_visits
from dongxun_planner.visits.homes import Call, VisitPlan, VisitProblem, way
from dongxun_planner.visits.homes import Round as Planned
from dongxun_planner.visits.problems import RoundPlan, RoundProblem
from dongxun_planner.visits.problems import Stop as OldStop
from dongxun_planner.wire import read, write

pytestmark = pytest.mark.django_db
MORNING, EVENING = time(9), time(16, 30)


@pytest.fixture
def town(cast):
    """Return the own town with everybody but 林小满 and 周明远 taught at home, at one point."""
    own = cast.own
    Organisation.objects.filter(id__in=[own.node.id, own.branch.id]).update(
        latitude=32.0, longitude=121.0
    )
    goes = [cast.lin.id, cast.zhou.id]
    mine = Participation.objects.filter(person__in=own.people).exclude(person_id__in=goes)
    mine.update(mode="home", reason="aged")
    return own


def homes(cast, town):
    return [one for one in town.people if one.id not in {cast.lin.id, cast.zhou.id}]


def go(person, days=1, begins=MORNING, ends=EVENING):
    return Go(person.id, clock.today() + timedelta(days=days), begins, ends)


def at_home(person, **wishes):
    Home.objects.update_or_create(person=person, defaults=wishes | {"updated_at": clock.now()})


def ask(cast, town, *goes, **overrides):
    given = {
        "topic_id": cast.topics[0].id,
        "goes": goes or (go(cast.lin), go(cast.lin, 2)),
        "begins": MORNING,
        "ends": EVENING,
        "most": 2,
        "seconds": 1,
    }
    return rounding.ask_rounds(
        by=cast.actor("organiser"),
        season_id=cast.season.id,
        organisation_id=town.node.id,
        asked=RoundSettings(**given | overrides),
    )


def solved(cast, town, *goes, **overrides):
    """Return a finished search, its plan made by hand."""
    return finished(ask(cast, town, *goes, **overrides))


def finished(row):
    problem = read(VisitProblem, row.problem)
    plan = by_hand(problem)
    row.plan, row.state, row.finished_at = write(plan), RunState.DONE, clock.now()
    row.outcome = {"cost": check_visits(problem, plan).cost, "bound": 0.0, "parts": {}}
    row.save()
    return row


def by_hand(problem):
    """Return a plan: each home at the end of the first rounds that keep every rule."""
    rounds = {(who.id, duty.day): () for who in problem.visitors for duty in who.duties}
    people = {who.id: who for who in problem.visitors}
    for visit in problem.visits:
        for chosen in itertools.permutations(rounds, len(visit.needs)):
            begins = max(
                soonest(problem, people[key[0]], key[1], rounds[key], visit) for key in chosen
            )
            more = {key: (*rounds[key], Call(visit.id, n, begins)) for n, key in enumerate(chosen)}
            if not check_visits(problem, plan_of(rounds | more)).broken:
                rounds |= more
                break
    return plan_of(rounds)


def soonest(problem, who, day, calls, visit):
    [duty] = [duty for duty in who.duties if duty.day == day]
    now, here = duty.begins, who
    if calls:
        last = next(one for one in problem.visits if one.id == calls[-1].visit)
        now, here = calls[-1].begins + last.needs[0].minutes, last
    return max(now + way(problem, here, visit), visit.opens)


def plan_of(rounds):
    return VisitPlan(
        "visits", tuple(Planned(who, day, calls) for (who, day), calls in rounds.items() if calls)
    )


def test_whoever_is_known_is_sent_two_go_where_two_are_wanted_and_each_keeps_their_hours(
    cast, town
):
    both, known, free = homes(cast, town)
    at_home(both, two=True, opens=time(10))
    Pair.objects.create(season=cast.season, elder=known, young=cast.zhou, since=clock.today())
    row = ask(cast, town, go(cast.lin), go(cast.zhou, 1, time(9), time(12)), most=3)

    jobs.run(row.job_id)
    row.refresh_from_db()
    rounding.accept_rounds(by=cast.actor("organiser"), run_id=row.id, title="送学上门")

    who = {
        stop.person_id: (set(stop.round.visitors.values_list("person_id", flat=True)), stop)
        for stop in Stop.objects.filter(round__title__startswith="送学上门")
    }
    assert row.outcome["bound"] <= row.outcome["cost"]
    assert who[both.id][0] == {cast.lin.id, cast.zhou.id}
    assert who[both.id][1].starts_at >= time(10)
    assert cast.zhou.id in who[known.id][0]
    assert who[known.id][1].ends_at <= time(12)
    assert who.keys() == {both.id, known.id, free.id}


def test_accepted_rounds_are_opened_once_and_where_homes_lie_is_forgotten(cast, town):
    at_home(homes(cast, town)[0], two=True, latitude=32.0001, longitude=121.0)
    row, by = solved(cast, town, go(cast.lin), go(cast.zhou), most=3), cast.actor("organiser")
    before = Itineraries(row, by=by)

    for _again in range(2):
        rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")

    row.refresh_from_db()
    after = Itineraries(row, by=by)
    assert "32.0001" not in str((row.problem, row.about, row.plan))
    assert (after.days, after.unplaced) == (before.days, before.unplaced)
    assert set(Round.objects.values_list("id", flat=True)) == {one.id for one in before.openings}
    assert Stop.objects.count() == before.homes == len(homes(cast, town))


def test_rounds_that_nobody_accepts_keep_the_points_of_homes_for_a_month(cast, town):
    young, old = solved(cast, town), solved(cast, town)
    Run.objects.filter(id=old.id).update(created_at=clock.now() - timedelta(days=31))

    assert [blanking.blank_old(), blanking.blank_old()] == [1, 0]

    young.refresh_from_db()
    old.refresh_from_db()
    assert "visits" in young.problem
    assert "visits" not in old.problem
    assert Itineraries(old, by=cast.actor("organiser")).homes == len(homes(cast, town))


def test_whoever_cannot_be_placed_is_named_with_the_cause(cast, town):
    far, deaf, third = homes(cast, town)
    tomorrow = clock.today() + timedelta(days=1)
    others = "".join(str(n) for n in range(1, 8) if n != tomorrow.isoweekday())
    at_home(far, latitude=35.0, longitude=121.0)
    at_home(deaf, language="sign")
    at_home(third, weekdays=others)

    nobody = refusal(cast, town, go(cast.lin))
    PersonTag.objects.create(person=cast.lin, tag="手语")
    some = causes(cast, solved(cast, town, go(cast.lin)))
    Home.objects.filter(person=third).update(weekdays="", two=True)
    Home.objects.filter(person=deaf).update(opens=time(8), closes=time(9, 5))
    alone = refusal(cast, town, go(cast.lin))
    Home.objects.update(latitude=32.0, two=False, opens=None, closes=None)
    full = causes(cast, solved(cast, town, go(cast.lin), most=1))

    assert "手语" in nobody
    assert "太远，林小满" in some[far.name]
    assert "星期" in some[third.name]
    assert deaf.name not in some
    assert "两个人" in alone
    assert "8:00–9:05 之间上门，林小满" in alone
    assert list(full.values()).count("林小满一天 1 户，已经排满") == 2


def refusal(cast, town, *goes):
    with pytest.raises(Invalid) as refused:
        ask(cast, town, *goes)
    return str(refused.value.details)


def causes(cast, row):
    found = Itineraries(row, by=cast.actor("organiser"))
    return {name: words for name, _branch, words in found.unplaced}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"ends": time(8)}, "ends"),
        ({"goes": ()}, "visitors"),
    ],
)
def test_what_no_round_can_help_is_said_at_its_field(cast, town, given, where):
    with pytest.raises(Invalid) as refusal:
        ask(cast, town, **given)

    assert [field for field, _words in refusal.value.details] == [where]


def test_a_list_of_which_something_holds_no_more_is_refused_whole(cast, town):
    by = cast.actor("organiser")
    row, other = solved(cast, town), solved(cast, town, go(cast.zhou, 3), go(cast.zhou, 4))
    rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")
    count = Round.objects.count()

    with pytest.raises(Conflict, match=homes(cast, town)[0].name):
        rounding.accept_rounds(by=by, run_id=other.id, title="送学上门")
    Round.objects.update(state="cancelled")
    Person.objects.filter(id=cast.zhou.id).update(branch_id=cast.foreign.branch.id)
    with pytest.raises(Conflict, match="不在这里"):
        rounding.accept_rounds(by=by, run_id=other.id, title="送学上门")

    assert Round.objects.count() == count


def test_nobody_is_sent_on_two_rounds_at_once(cast, town):
    by, elder = cast.actor("organiser"), homes(cast, town)[0]
    row = solved(cast, town, go(cast.lin), go(cast.lin, 2))
    draft = RoundDraft(
        id=new_id(),
        season_id=cast.season.id,
        organisation_id=town.node.id,
        title="慰问",
        day=clock.today() + timedelta(days=1),
        starts_at=MORNING,
        ends_at=time(11),
        kind="condolence",
        person_ids=(elder.id,),
    )
    visits.open_round(by=by, draft=draft)
    visits.add_visitor(by=by, round_id=draft.id, person_id=cast.lin.id)
    Stop.objects.all().delete()

    said = refusal(cast, town, go(cast.lin))
    url = f"{reverse('planning:new_rounds')}?unit={town.node.id}"
    offered = cast.client("organiser").get(url).context["form"].initial["visitors"]
    free = ask(cast, town, go(cast.lin, 1, time(13), EVENING))
    with pytest.raises(Conflict, match=r"林小满.*09:00–11:00"):
        rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")

    assert "09:00–11:00" in said
    assert "林小满" in offered
    assert f"{draft.day:%m-%d}" not in offered
    assert free.problem["visitors"]
    assert Round.objects.count() == 1


def test_a_search_of_before_is_still_shown_and_opened(cast, town):
    row, by = ask(cast, town), cast.actor("organiser")
    people = homes(cast, town)
    stops = [OldStop(n, 0, 1, 0, 4500, 200) for n in range(len(people))]
    row.problem = write(RoundProblem((OldStop(0, 0, 0, 0, 4500, 0), *stops), 2, 2, penalty=9.0))
    row.plan, row.state = write(RoundPlan(((2, 1),))), RunState.DONE
    day = clock.today() + timedelta(days=1)
    goes = [[str(cast.lin.id), day.isoformat()]]
    row.settings |= {"goes": goes}
    row.about = row.about | {"goes": goes, "unplaced": [], "people": [str(p.id) for p in people]}
    row.save()
    url = reverse("planning:rounds", args=[row.id])
    desk = cast.client("organiser")

    assert "都排满" in desk.get(url).content.decode()
    anew = desk.get(f"{reverse('planning:new_rounds')}?unit={town.node.id}&base={row.id}")
    rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")

    assert f"{day:%Y-%m-%d}" in anew.content.decode()
    doors = Stop.objects.filter(round__title="送学上门 林小满").order_by("order")
    assert [stop.person_id for stop in doors] == [people[1].id, people[0].id]
    assert "看这条路线" in desk.get(url).content.decode()


def test_the_desk_asks_from_the_list_and_opens_the_rounds(cast, town):
    desk = cast.client("organiser")
    url = f"{reverse('planning:new_rounds')}?unit={town.node.id}"
    assert url in desk.get(reverse("visits:rounds")).content.decode()
    typed = {
        "unit": str(town.node.id),
        "topic": str(cast.topics[0].id),
        "visitors": "没这个人：1-5\n林小满：明天",
        "minutes": "20",
        "begins": "09:00",
        "ends": "16:30",
        "most": "8",
        "kmh": "15",
        "strangers": "20",
        "seconds": "10",
    }
    bad = desk.post(url, typed)
    nobody = desk.post(url, typed | {"visitors": "没这个人：1-5"})
    nameless = desk.post(url, typed | {"visitors": "：1-5"})
    twice = desk.post(url, typed | {"visitors": "林小满：1-5 9:00-10:00、1-5"})
    asked = desk.post(url, typed | {"visitors": "林小满：1-5 13:30-16:00、1月6日"})
    row = finished(Run.objects.get(kind="rounds"))
    page = desk.get(asked.url).content.decode()
    done = desk.post(asked.url, {"title": "送学上门"})

    assert (bad.status_code, "第 2 行" in bad.content.decode()) == (422, True)
    assert (nobody.status_code, "没这个人" in nobody.content.decode()) == (422, True)
    assert (nameless.status_code, "第 1 行" in nameless.content.decode()) == (422, True)
    assert (twice.status_code, "写了两次" in twice.content.decode()) == (422, True)
    assert homes(cast, town)[0].name in page
    assert "13:30 出门" in page
    assert "1 条路线" in page
    assert done.status_code == 302
    assert "已新建这些路线" in desk.get(asked.url).content.decode()
    assert Round.objects.get().title == "送学上门 林小满"
    assert row.settings["goes"][0][2:] == ["13:30", "16:00"]


def test_days_and_hours_are_read_as_people_write_them():
    today = clock.today()
    assert read_day(f"{today:%m-%d}") == today
    yesterday = today - timedelta(days=1)
    assert read_day(f"{yesterday:%m-%d}") == yesterday
    assert read_day("2031-02-03").isoformat() == "2031-02-03"
    assert read_day("2月30日") is None
    assert read_day("明天") is None
    typed = read_days("2031-2-3、2031-2-4 9：00-11:30、2031-2-5")
    assert [one.begins for one in typed] == [time(9), time(9), None]
    assert read_days("2031-2-3 11:30-9:00") == ()
    assert read_days("9:00-11:30") == ()
