"""Rounds proposed for those who wait at home, and opened like rounds made by hand."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.organisations.models import Organisation
from dongxun.people.models import Person
from dongxun.planning.contracts import RoundSettings, RunState
from dongxun.planning.forms import read_day
from dongxun.planning.itinerary import Itineraries, _clock
from dongxun.planning.models import Run
from dongxun.planning.services import rounding
from dongxun.seasons.models import Participation
from dongxun.visits.models import Home, Round, Stop, Visitor

pytestmark = pytest.mark.django_db


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


def ask(cast, town, **overrides):
    day = clock.today() + timedelta(days=1)
    given = {
        "topic_id": cast.topics[0].id,
        "goes": ((cast.lin.id, day), (cast.lin.id, day + timedelta(days=1))),
        "begins": time(9),
        "ends": time(16, 30),
        "most": 2,
        "seconds": 1,
    }
    return rounding.ask_rounds(
        by=cast.actor("organiser"),
        season_id=cast.season.id,
        organisation_id=town.node.id,
        asked=RoundSettings(**given | overrides),
    )


def solved(cast, town, **overrides):
    row = ask(cast, town, **overrides)
    jobs.run(row.job_id)
    row.refresh_from_db()
    return row


def test_rounds_visit_everybody_who_waits_within_the_day(cast, town):
    row = solved(cast, town)

    found = Itineraries(row, by=cast.actor("organiser"))
    calls = [call for one in found.rounds for call in one.calls]
    assert {call.person_id for call in calls} == {one.id for one in homes(cast, town)}
    assert found.unplaced == []
    assert all(call.at < call.until for call in calls)
    assert all(len(one.calls) <= 2 and one.back <= time(16, 30) for one in found.rounds)
    assert row.outcome["bound"] <= row.outcome["cost"]


def test_accepted_rounds_are_opened_once_in_the_order_found_with_their_visitor(cast, town):
    row, by = solved(cast, town), cast.actor("organiser")
    found = Itineraries(row, by=by)

    for _again in range(2):
        rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")

    assert set(Round.objects.values_list("id", flat=True)) == {one.id for one in found.rounds}
    for one in found.rounds:
        stops = Stop.objects.filter(round_id=one.id).order_by("order")
        assert [stop.person_id for stop in stops] == [call.person_id for call in one.calls]
        assert Visitor.objects.get(round_id=one.id).person_id == cast.lin.id


def test_whoever_cannot_be_placed_is_named_with_the_cause(cast, town):
    far, *rest = homes(cast, town)
    Home.objects.create(person=far, latitude=35.0, longitude=121.0, updated_at=clock.now())

    row = solved(cast, town, goes=((cast.lin.id, clock.today()),), most=1)

    found = Itineraries(row, by=cast.actor("organiser"))
    why = {name: words for name, _branch, words in found.unplaced}
    assert "太远" in why[far.name]
    assert list(why.values()).count("送学人这几天都排满了") == len(rest) - 1


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
    by, day = cast.actor("organiser"), clock.today() + timedelta(days=3)
    row, other = solved(cast, town), solved(cast, town, goes=((cast.zhou.id, day),) * 2)
    rounding.accept_rounds(by=by, run_id=row.id, title="送学上门")
    count = Round.objects.count()

    with pytest.raises(Conflict, match=homes(cast, town)[0].name):
        rounding.accept_rounds(by=by, run_id=other.id, title="送学上门")
    Round.objects.update(state="cancelled")
    Person.objects.filter(id=cast.zhou.id).update(branch_id=cast.foreign.branch.id)
    with pytest.raises(Conflict, match="不在这里"):
        rounding.accept_rounds(by=by, run_id=other.id, title="送学上门")

    assert Round.objects.count() == count


def test_a_round_never_comes_back_after_the_day(cast, town):
    assert _clock(time(23), time(23, 58), 56) == time(23, 58)


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
        "seconds": "10",
    }
    bad = desk.post(url, typed)
    nobody = desk.post(url, typed | {"visitors": "没这个人：1-5"})
    nameless = desk.post(url, typed | {"visitors": "：1-5"})
    asked = desk.post(url, typed | {"visitors": "林小满：1-5、1月6日"})
    row = Run.objects.get(kind="rounds")
    finished(row)
    page = desk.get(asked.url).content.decode()
    done = desk.post(asked.url, {"title": "送学上门"})

    assert (bad.status_code, "第 2 行" in bad.content.decode()) == (422, True)
    assert (nobody.status_code, "没这个人" in nobody.content.decode()) == (422, True)
    assert (nameless.status_code, "第 1 行" in nameless.content.decode()) == (422, True)
    assert homes(cast, town)[0].name in page
    assert "1 条路线" in page
    assert done.status_code == 302
    assert "已新建这些路线" in desk.get(asked.url).content.decode()
    assert Round.objects.get().title == "送学上门 林小满"


def finished(row):
    """Give a search the plan that one round visits all."""
    stops = list(range(1, len(row.about["people"]) + 1))
    row.plan = {"kind": "rounds", "version": 1, "routes": [stops]}
    row.outcome = {"cost": 1.0, "bound": 0.0, "parts": {}}
    row.state = RunState.DONE
    row.save()


def test_days_are_read_as_people_write_them():
    today = clock.today()
    assert read_day(f"{today:%m-%d}") == today
    assert read_day("2031-02-03").isoformat() == "2031-02-03"
    assert read_day("2月30日") is None
    assert read_day("明天") is None
