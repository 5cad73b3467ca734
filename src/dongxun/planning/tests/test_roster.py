"""The duties of a post given out to a team: proposed, accepted, told."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.notices.models import Delivery, Notice
from dongxun.people.tests.make import make_person
from dongxun.planning.contracts import RosterSettings
from dongxun.planning.models import Run
from dongxun.planning.rota import Rota
from dongxun.planning.services import rostering
from dongxun.planning.snapshots.roster import Standing, problem_of
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.contracts import TeamDraft
from dongxun.volunteers.models import Shift, Turn
from dongxun.volunteers.tests.make import make_post, make_shift
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
DAYS = 3


@pytest.fixture
def post(cast):
    return make_post(cast.season, cast.own.branch)


@pytest.fixture
def team(cast):
    """Return a team of four people, who are its members in order of their names."""
    key = volunteers.form_team(by=SYSTEM, draft=TeamDraft("护村队", cast.own.branch.id))
    mates = [make_person(f"守岗{mark}", branch=cast.own.branch) for mark in "甲乙丙丁"]
    for mate in mates:
        volunteers.join_team(by=SYSTEM, team_id=key, person_id=mate.id)
    return key, mates


def first():
    return clock.today() + timedelta(days=1)


def moment(day, hour):
    return clock.moment(first() + timedelta(days=day)) + timedelta(hours=hour)


def asked(post, team, **overrides):
    given = {
        "post_id": post.id,
        "teams": (str(team[0]),),
        "first": first(),
        "last": first() + timedelta(days=DAYS - 1),
        "seconds": 20,
    }
    return RosterSettings(**given | overrides)


def solved(cast, post, team, **overrides):
    row = rostering.ask_roster(by=cast.actor("organiser"), asked=asked(post, team, **overrides))
    jobs.run(row.job_id)
    row.refresh_from_db()
    return row


def accept(cast, row):
    return rostering.accept_roster(by=cast.actor("organiser"), run_id=row.id)


def test_every_shift_gets_its_people_evenly_and_the_roster_is_proven_best(cast, post, team):
    row = solved(cast, post, team)

    found = Rota(row, by=cast.actor("organiser"))
    assert (found.new, found.lacking, found.unlaid) == (9, 0, 9)
    assert sorted(one.hours for one in found.rows) == [16, 16, 16, 24]
    assert row.outcome["status"] == "optimal"


def test_an_accepted_roster_fills_its_shifts_once_and_tells_everybody_theirs(cast, post, team):
    row = solved(cast, post, team)

    for _again in range(2):
        accept(cast, row)

    turns = Turn.objects.filter(shift__post=post, given_back_at=None)
    assert turns.count() == Shift.objects.filter(post=post).count() == 9
    told = Notice.objects.get(kind="duty_roster")
    assert all(mate.name in told.body for mate in team[1])
    assert set(Delivery.objects.values_list("person_id", flat=True)) == {m.id for m in team[1]}


def test_what_somebody_has_stays_and_who_is_elsewhere_or_away_is_left_alone(cast, post, team):
    here, there, away, gone = team[1]
    type(gone).objects.filter(id=gone.id).update(status="deceased")
    kept = make_shift(post, moment(0, 8))
    elsewhere = make_shift(make_post(cast.season, cast.own.node), moment(1, 10), 2)
    for shift, mate in ((kept, here), (elsewhere, there)):
        volunteers.take_shift(by=SYSTEM, shift_id=shift.id, person_id=mate.id)

    # what holds of any plan is asked here, and no search proves this one best
    row = solved(cast, post, team, away=((away.id, first()),), seconds=5)

    found = Rota(row, by=cast.actor("organiser"))
    [stays] = [one for one in found.shifts if one.shift_id == kept.id]
    assert [(one.person_id, one.is_new) for one in stays.people] == [(here.id, False)]
    rows = {one.card.id: one for one in found.rows}
    assert rows[there.id].days[1] == () == rows[away.id].days[0]
    assert gone.id not in rows
    assert (found.there, row.about["left_out"]) == (1, 1)


def test_a_shift_that_stays_empty_says_what_keeps_each_of_the_team(cast, post, team):
    away = tuple((mate.id, first()) for mate in team[1][:2])

    row = solved(cast, post, team, away=away, last=first())

    found = Rota(row, by=cast.actor("organiser"))
    [why] = [one.why for one in found.shifts if one.lacking]
    assert why == ("当天已排别的班 2", "来不了，或在别处值班 2")


@pytest.mark.parametrize("change", ["taken", "busy", "left"])
def test_a_roster_that_holds_no_more_is_refused_whole_and_names_what_changed(
    cast, post, team, change
):
    row = solved(cast, post, team)
    mate = team[1][0]
    if change == "taken":
        taken = make_shift(post, moment(0, 8))
        volunteers.take_shift(by=SYSTEM, shift_id=taken.id, person_id=cast.lin.id)
    elif change == "busy":
        for day in range(DAYS):
            shift = make_shift(make_post(cast.season, cast.own.node, name=f"{day}"), moment(day, 9))
            volunteers.take_shift(by=SYSTEM, shift_id=shift.id, person_id=mate.id)
    else:
        type(mate).objects.filter(id=mate.id).update(branch_id=cast.foreign.branch.id)
    before = Turn.objects.count()

    said = {"taken": "08:00", "busy": mate.name, "left": "已不在这里"}[change]
    with pytest.raises(Conflict, match=said):
        accept(cast, row)

    assert Turn.objects.count() == before


def test_what_somebody_has_never_makes_a_roster_impossible():
    key, tired = uuid4(), uuid4()
    duties = [
        volunteers.Duty(uuid4(), moment(day, hour), moment(day, hour + 8), 1, on)
        for day, hour, on in ((0, 0, (key,)), (0, 16, (key,)), (1, 0, (tired,)), (1, 8, ()))
    ]
    settings = RosterSettings(uuid4(), (), first(), first() + timedelta(days=1), evenly="nights")
    settings = replace(settings, dislikes=((tired, first()),), hours=1)
    stand = Standing(settings, tuple(duties), (key, tired), {}, {})
    cells = stand.cells
    stand = replace(stand, mine={key: tuple(cells[:2]), tired: (cells[2],)})

    problem = problem_of(stand)

    twice, once = problem.workers
    assert (twice.fixed, twice.off) == ((), (0, 1))
    assert (once.fixed, once.most_minutes) == ((cells[2],), 480)
    assert [shift.id for shift in problem.shifts if shift.heavy] == ["0+480"]
    wanted = {(cover.day, cover.shift) for cover in problem.covers if cover.wanted}
    assert wanted == {cells[2], cells[3]}
    assert [(wish.worker, wish.day, wish.wanted) for wish in problem.wishes] == [
        (str(tired), 0, False)
    ]


def test_what_no_roster_can_help_is_said_at_its_field(cast, post, team):
    mate = team[1][0]
    good = asked(post, team)
    for changed, where in (
        ({"last": first() - timedelta(days=1)}, "last"),
        ({"first": first() + timedelta(days=20), "last": first() + timedelta(days=21)}, "first"),
        ({"teams": ("before",)}, "teams"),
        ({"away": ((cast.lin.id, first()),)}, "away"),
        ({"likes": ((mate.id, first() + timedelta(days=9)),)}, "likes"),
    ):
        with pytest.raises(Invalid) as refusal:
            rostering.ask_roster(by=cast.actor("organiser"), asked=replace(good, **changed))
        assert [field for field, _words in refusal.value.details] == [where]


def test_the_desk_asks_from_the_post_and_fills_its_shifts(cast, post, team):
    desk = cast.client("organiser")
    url = reverse("planning:new_roster", args=[post.id])
    assert url in desk.get(reverse("volunteers:post", args=[post.id])).content.decode()
    typed = {
        "teams": [str(team[0])],
        "first": first().isoformat(),
        "last": first().isoformat(),
        "away": f"{team[1][0].name}：{first():%m-%d}",
        "rest": "11",
        "hours": "40",
        "on_end": "5",
        "evenly": "all",
        "seconds": "10",
    }
    bad = desk.post(url, typed | {"away": "没这个人：1-5", "likes": "甲：某天"})
    nobody = desk.post(url, typed | {"away": "没这个人：1-5"})
    sent = desk.post(url, typed)
    row = Run.objects.get(kind="roster")
    waiting = desk.get(sent.url).content.decode()
    jobs.run(row.job_id)
    page = desk.get(sent.url).content.decode()
    again = desk.get(f"{url}?base={row.id}").content.decode()
    done = desk.post(sent.url)

    assert (bad.status_code, "第 1 行" in bad.content.decode()) == (422, True)
    assert (nobody.status_code, "没这个人" in nobody.content.decode()) == (422, True)
    assert "排队中" in waiting
    assert "补上 3 个班位" in page
    assert typed["away"].split("：")[1] in again
    assert done.status_code == 302
    assert "已排上班" in desk.get(sent.url).content.decode()
