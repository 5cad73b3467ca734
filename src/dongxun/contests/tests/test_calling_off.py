from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import CalledOff, ContestDraft, EntryState, Kind, NotNow, State
from dongxun.contests.models import Award, Contest, Earned, Entry, Round, Score
from dongxun.contests.services.merging import follow_merge
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
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import QuizDraft
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import make_quiz
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers

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


@pytest.fixture
def round_(cast):
    """A round under way, of two people, with a quiz."""
    contest = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    for person in (cast.lin, cast.qian):
        enter(contest, person, title="", text="")
    quiz = make_quiz(cast.season, cast.district, opened=False, tries=1)
    key = api.write_round(by=SYSTEM, contest_id=contest.id, name="初赛", quiz_id=quiz.id)
    close(contest)
    api.open_round(by=SYSTEM, round_id=key)
    return Round.objects.select_related("contest", "quiz").get(id=key)


def stands(quiz: Quiz) -> tuple[str, datetime | None]:
    quiz.refresh_from_db()
    return quiz.state, quiz.closes_at


def test_the_quiz_of_a_round_under_way_closes_and_opens_again_until_its_own_end(cast, round_):
    contest, end = round_.contest, clock.now() + timedelta(hours=5)
    for until in (None, end):
        Quiz.objects.update(closes_at=until)
        off(contest)
        assert stands(round_.quiz)[0] == "closed"
        assert "现在作答" not in page(cast.client("member"), "take", contest.id)
        with clock.frozen(clock.now() + timedelta(hours=1)):
            on(contest)
        assert stands(round_.quiz) == ("open", until)
    off(contest)
    with clock.frozen(end + timedelta(hours=1)):
        on(contest)
    assert stands(round_.quiz)[0] == "closed"


@pytest.mark.parametrize("hours", [None, 5])
def test_an_end_chosen_while_it_was_off_stands_and_what_a_form_sent_back_is_none(
    cast, round_, hours
):
    off(round_.contest)
    _closed, paused = stands(round_.quiz)
    end = paused.replace(second=0, microsecond=0) + timedelta(hours=hours or 0)
    quiz = round_.quiz
    said = {"title": "改了题目", "paper": quiz.paper, "topic_id": quiz.topic_id, "tries": 1}
    quizzes.write_quiz(
        by=SYSTEM,
        organisation_id=quiz.organisation_id,
        season_id=quiz.season_id,
        draft=QuizDraft(**said, closes_at=end),
        quiz_id=quiz.id,
    )
    on(round_.contest)
    assert stands(quiz) == ("open", end if hours else None)


def test_what_is_closed_with_a_contest_is_opened_with_it_and_not_by_its_own_page(cast, round_):
    office, quiz = cast.client("office"), round_.quiz
    url = f"/console/quizzes/{quiz.id}/"
    off(round_.contest)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        shown = office.get(url).content.decode()
        assert "暂时关闭" in shown
        assert "开放</button>" in shown
        said = office.post(f"{url}do/", {"what": "open"}, follow=True).content.decode()
        assert "一并开放" in said
        assert stands(quiz)[0] == "closed"
        on(round_.contest)
    assert stands(quiz) == ("open", None)


def test_a_quiz_whose_end_came_while_its_contest_was_off_is_opened_by_hand_until_a_later_one(
    cast, round_
):
    quiz, url = round_.quiz, f"/console/quizzes/{round_.quiz_id}/do/"
    Quiz.objects.update(closes_at=clock.now() + timedelta(hours=1))
    off(round_.contest)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        on(round_.contest)
        later = clock.now() + timedelta(hours=1)
        Quiz.objects.update(closes_at=later)
        cast.client("office").post(url, {"what": "open"})
        assert stands(quiz) == ("open", later)


def test_what_was_called_off_before_the_update_goes_on_after_it(round_):
    update = import_module("dongxun.contests.migrations.0009_quizzes_closed_for_now")
    quiz = round_.quiz
    off(round_.contest)
    _state, closed = stands(quiz)
    assert closed is not None
    for said, ends in (
        (closed, None),
        (closed.replace(second=0, microsecond=0), None),
        (closed + timedelta(days=1), closed + timedelta(days=1)),
    ):
        old = {"state": "closed", "paused_at": None, "ends_after_pause": None, "closes_at": said}
        Quiz.objects.update(**old)
        for _time in range(2):
            update.say_what_closed_them(apps, None)
        with transaction.atomic():
            on(round_.contest)
            assert stands(quiz) == ("open", ends)
            transaction.set_rollback(True)
    Quiz.objects.update(**old | {"closes_at": closed - timedelta(hours=1)})
    update.say_what_closed_them(apps, None)
    on(round_.contest)
    assert stands(quiz)[0] == "closed", "it was over before"


def test_a_quiz_given_back_while_the_contest_is_off_serves_something_else(round_):
    off(round_.contest)
    api.remove_round(by=SYSTEM, round_id=round_.id)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        quizzes.open_quiz(by=SYSTEM, quiz_id=round_.quiz_id)
    assert stands(round_.quiz) == ("open", None)
    assert not round_.quiz.invited_only


def test_what_a_merge_does_meanwhile_holds_when_it_goes_on(cast, contest):
    (one, other), twin = cast.towns["刘桥镇"].people[:2], cast.wu
    entries = [enter(contest, person) for person in (cast.lin, cast.qian)]
    judge, kept = make_judge(contest, one), make_judge(contest, other)
    close(contest)
    for entry in entries:
        score(judge, entry, 50, 30)
    knowledge = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    first, gone, third = (
        enter(knowledge, person, title="", text="").id for person in (cast.lin, twin, cast.qian)
    )
    close(knowledge)
    opening = api.write_round(by=SYSTEM, contest_id=knowledge.id, name="初赛", advance=2)
    api.open_round(by=SYSTEM, round_id=opening)
    points = dict(zip((first, gone, third), map(Decimal, (3, 2, 1)), strict=True))
    api.count_round(by=SYSTEM, round_id=opening, points=points)
    for row in (contest, knowledge):
        off(row)
    follow_merge(kept.person_id, judge.person_id)
    follow_merge(cast.lin.id, twin.id)
    for row in (contest, knowledge):
        on(row)
    assert Score.objects.filter(judge=kept).count() == 2
    final = api.write_round(by=SYSTEM, contest_id=knowledge.id, name="决赛")
    api.open_round(by=SYSTEM, round_id=final)
    results = Round.objects.get(id=final).results.values_list("entry_id", flat=True)
    assert set(results) == {first, third}


@two_writers
def test_of_two_contests_that_take_one_title_at_once_the_second_is_told(cast):
    first = off(make_contest(cast.season, cast.district, title="一赛"))
    other = make_contest(cast.season, cast.district, title="又一赛")
    again = {"organisation_id": cast.district.id, "season_id": cast.season.id}
    draft = ContestDraft(title="一赛", kind=Kind.ESSAY, closes_at=other.closes_at)
    with transaction.atomic():
        api.write_contest(by=SYSTEM, **again, draft=draft, contest_id=other.id)
        thread, raised = beside(lambda: on(first))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert [type(error) for error in raised] == [Conflict]


def test_a_team_that_withdrew_by_a_merge_meanwhile_loses_by_walkover(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE)
    entries = [enter(contest, one, team_name=one.name) for one in (cast.lin, cast.qian)]
    close(contest)
    api.draw(by=SYSTEM, contest_id=contest.id)
    off(contest)
    Entry.objects.filter(id=entries[0].id).update(state=EntryState.OUT)
    on(contest)
    assert contest.matches.get().winner_id == entries[1].id
