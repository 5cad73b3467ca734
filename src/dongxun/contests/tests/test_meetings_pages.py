from datetime import timedelta

from django.urls import reverse

from dongxun.contests import api
from dongxun.contests.contracts import Kind
from dongxun.contests.models import Entrant
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest
from dongxun.kernel import clock
from dongxun.notices.models import Delivery

PLACE = "区委党校报告厅"


def words(answer) -> str:
    return str(answer.content, "utf-8")


def told() -> set[object]:
    rows = Delivery.objects.filter(notice__kind="contest_meeting").exclude(state="withdrawn")
    return set(rows.values_list("person_id", flat=True))


def test_both_teams_of_a_debate_are_told_when_and_where_and_nobody_else(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE, team=2)
    for town in list(cast.towns.values())[:3]:
        enter(contest, *town.people[:2], team_name=f"{town.node.name}队", title="", text="")
    close(contest)
    api.draw(by=SYSTEM, contest_id=contest.id)
    match = contest.matches.get(round=1, decided_at=None)
    office, page = cast.client("office"), reverse("contests:match_meeting", args=[match.id])
    at = f"{clock.today() + timedelta(days=3)}T14:30"

    nowhere = office.post(page, {"at": at, "where": "", "link": ""})
    assert (nowhere.status_code, at in words(nowhere)) == (422, True)
    script = office.post(page, {"at": at, "where": PLACE, "link": "javascript:alert(1)"})
    assert (script.status_code, PLACE in words(script)) == (422, True)
    assert told() == set()
    for _again in range(2):
        office.post(page, {"at": at, "where": PLACE, "link": "https://live.example/1"})

    both = Entrant.objects.filter(entry__in=[match.first_id, match.second_id])
    assert told() == set(both.values_list("person_id", flat=True))
    assert Delivery.objects.filter(notice__kind="contest_meeting").count() == 4
    assert PLACE in words(office.get(reverse("contests:contest", args=[contest.id])))
    office.post(page, {"at": at, "where": "区文化馆", "link": ""})
    open_now = Delivery.objects.filter(notice__kind="contest_meeting", notice__withdrawn_at=None)
    assert {row.notice.body.endswith("区文化馆") for row in open_now} == {True}
    assert open_now.count() == 4


def test_the_day_of_a_contest_stands_on_the_phone_of_who_takes_part(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.SPEECH)
    enter(contest, cast.lin)
    office, page = cast.client("office"), reverse("contests:meeting", args=[contest.id])
    at = f"{clock.today() + timedelta(days=3)}T09:00"
    office.post(page, {"at": at, "where": PLACE, "link": ""})
    assert told() == {cast.lin.id}
    phone = cast.client("member")
    assert PLACE in words(phone.get(reverse("contests:take", args=[contest.id])))
