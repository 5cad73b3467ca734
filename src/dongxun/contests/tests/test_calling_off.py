from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import CalledOff, EntryState, Kind, NotNow, State
from dongxun.contests.models import Award, Contest, Earned, Entry
from dongxun.contests.tests.make import (
    SYSTEM,
    close,
    draft_of,
    enter,
    make_contest,
    make_judge,
    score,
)
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.notices.models import Delivery
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import make_quiz
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season

WHY = "只来了一份作品"


@pytest.fixture
def contest(cast):
    return make_contest(cast.season, cast.district)


def off(contest: Contest, why: str = WHY) -> Contest:
    api.call_off(by=SYSTEM, contest_id=contest.id, reason=why)
    contest.refresh_from_db()
    return contest


def on(contest: Contest) -> Contest:
    api.reinstate(by=SYSTEM, contest_id=contest.id)
    contest.refresh_from_db()
    return contest


def told(kind: str) -> list[object]:
    """Return who has a copy that stands, each as often as there are some."""
    rows = Delivery.objects.filter(notice__kind=kind, notice__withdrawn_at=None)
    return sorted(rows.values_list("person_id", flat=True), key=str)


def page(client, name: str, key: object) -> str:
    return str(client.get(reverse(f"contests:{name}", args=[key])).content, "utf-8")


def test_a_call_that_brought_one_entry_is_called_off_and_stays_readable(cast, contest):
    entry = enter(contest, cast.lin)
    out = enter(contest, cast.qian)
    api.withdraw(by=SYSTEM, entry_id=out.id)
    judge = make_judge(contest, cast.zhou)
    office, phone = cast.client("office"), cast.client("member")
    address = reverse("contests:call_off", args=[contest.id])
    assert office.post(address, {"reason": " "}).status_code == 422
    assert told("contest_off") == []
    for _time in range(2):
        assert office.post(address, {"reason": WHY}).status_code == 302
    assert told("contest_off") == sorted([cast.lin.id, judge.person_id], key=str)
    console = page(office, "contest", contest.id)
    assert WHY in console
    assert "截止征集" not in console
    assert entry.text in page(office, "entry", entry.id)
    for where in ("own", "take"):
        args = [contest.id] if where == "take" else []
        assert "已取消" in phone.get(reverse(f"contests:{where}", args=args)).content.decode()
    own = page(phone, "take", contest.id)
    assert WHY in own
    assert entry.title in own
    assert entry.text in own
    assert phone.get(reverse("contests:enter", args=[contest.id])).status_code == 302


def test_nothing_is_written_into_a_contest_that_is_off(cast, contest):
    entry, other = enter(contest, cast.lin), enter(contest, cast.qian)
    judge = make_judge(contest, cast.towns["刘桥镇"].people[0])
    close(contest)
    score(judge, entry, 50, 30)
    off(contest)
    acts = (
        lambda: api.publish(by=SYSTEM, contest_id=contest.id),
        lambda: api.withdraw(by=SYSTEM, entry_id=other.id),
        lambda: api.score(
            by=phone_of(judge.person), judge_id=judge.id, entry_id=other.id, points=(1, 1)
        ),
        lambda: api.enter(by=phone_of(cast.zhou), contest_id=contest.id, draft=draft_of(cast.zhou)),
        lambda: make_judge(contest, cast.zhou),
    )
    for act in acts:
        with pytest.raises(CalledOff):
            act()
    assert not Award.objects.exists()
    assert not Earned.objects.filter(what="won").exists()
    assert api.own_judgeships(judge.person_id, by=phone_of(judge.person)) == []


def test_a_contest_goes_on_after_all_where_it_stood(cast, contest):
    entry = enter(contest, cast.lin)
    enter(contest, cast.qian)
    judge = make_judge(contest, cast.towns["刘桥镇"].people[0])
    close(contest)
    score(judge, entry, 50, 30)
    everybody = sorted([cast.lin.id, cast.qian.id, judge.person_id], key=str)
    for _time in range(2):
        off(contest)
        assert told("contest_off") == everybody
        assert told("contest_on") == []
        on(contest)
        assert told("contest_off") == []
        assert told("contest_on") == everybody
    assert (contest.state, contest.off_reason) == (State.JUDGING, "")
    score(judge, Entry.objects.exclude(id=entry.id).get(), 40, 30)
    assert api.publish(by=SYSTEM, contest_id=contest.id) == 2


def test_what_is_called_off_gives_its_title_back_and_does_not_come_back_over_another(cast, contest):
    off(contest)
    again = make_contest(cast.season, cast.district, title=contest.title)
    assert again.id != contest.id
    with pytest.raises(Conflict):
        on(contest)
    off(again)
    assert on(contest).state == State.CALL


def test_results_are_taken_back_before_it_is_called_off_and_a_closed_season_stands(cast, contest):
    Contest.objects.filter(id=contest.id).update(state=State.DECIDED)
    with pytest.raises(NotNow):
        off(contest)
    Contest.objects.filter(id=contest.id).update(state=State.CALL)
    with pytest.raises(Invalid):
        off(contest, "  ")
    with pytest.raises(NotFound):
        api.call_off(by=phone_of(cast.lin), contest_id=contest.id, reason=WHY)
    off(contest)
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
    with pytest.raises(SeasonClosed):
        on(contest)


def test_a_draft_that_is_called_off_is_told_to_nobody(cast):
    contest = make_contest(cast.season, cast.district, opened=False)
    make_judge(contest, cast.lin)
    off(contest)
    assert told("contest_off") == []
    assert cast.client("member").get(f"/contests/{contest.id}/").status_code == 404


def test_the_quiz_of_a_round_under_way_closes_and_opens_again(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    for person in (cast.lin, cast.qian):
        enter(contest, person, title="", text="")
    quiz = make_quiz(cast.season, cast.district, opened=False, tries=1)
    first = api.write_round(by=SYSTEM, contest_id=contest.id, name="初赛", quiz_id=quiz.id)
    close(contest)
    api.open_round(by=SYSTEM, round_id=first)
    off(contest)
    assert Quiz.objects.get(id=quiz.id).state == "closed"
    assert "现在作答" not in page(cast.client("member"), "take", contest.id)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        on(contest)
    row = Quiz.objects.get(id=quiz.id)
    assert (row.state, row.closes_at) == ("open", None)
    off(contest)
    api.remove_round(by=SYSTEM, round_id=first)
    assert not Quiz.objects.get(id=quiz.id).invited_only


def test_a_team_that_withdrew_by_a_merge_meanwhile_loses_by_walkover(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE)
    entries = [enter(contest, one, team_name=one.name) for one in (cast.lin, cast.qian)]
    close(contest)
    api.draw(by=SYSTEM, contest_id=contest.id)
    off(contest)
    Entry.objects.filter(id=entries[0].id).update(state=EntryState.OUT)
    on(contest)
    assert contest.matches.get().winner_id == entries[1].id
