from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.contests import api
from dongxun.contests.contracts import EntryState, Kind
from dongxun.contests.models import Award, Contest, Entry, Judge, Round, Score
from dongxun.contests.tests.make import (
    SYSTEM,
    close,
    enter,
    make_contest,
    make_judge,
    score,
)
from dongxun.contests.views import desk, phone
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.quizzes.tests.make import make_quiz, take

C = "/console/contests/"
P = "/contests/"


@pytest.fixture
def office(cast):
    return cast.client("office")


@pytest.fixture
def lin(cast):
    return cast.client("member")


def text(answer) -> str:
    return str(answer.content, "utf-8")


def lines(name: str, *rows: tuple[str, str]) -> dict[str, str]:
    """Return what a formset of names and numbers sends."""
    sent = {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
    for place, (words, number) in enumerate(rows):
        sent |= {f"{name}-{place}-name": words, f"{name}-{place}-number": number}
    return sent


def test_a_contest_goes_from_title_to_call(cast, office):
    typed = {
        "title": "我身边的变化",
        "kind": "essay",
        "organisation": str(cast.district.id),
        "call": "写一件身边的事，八百字以内。",
        "opens_at": "2026-11-18T08:00",
        "closes_at": "2026-11-17T08:00",
        "team": "1",
        "tie": "criteria",
    }
    bad = office.post(f"{C}new/", typed)
    assert bad.status_code == 422
    assert "截止时间早于开始时间" in text(bad)
    assert "八百字以内" in text(bad)
    made = office.post(f"{C}new/", typed | {"closes_at": "2026-12-20T18:00"})
    contest = Contest.objects.get()
    assert made.url == f"{C}{contest.id}/rules/"
    wrong = lines("scales", ("", "60"), ("语言", "")) | lines("prizes", ("一等奖", "1"))
    refused = office.post(made.url, wrong)
    assert refused.status_code == 422
    assert "写明评什么" in text(refused)
    right = lines("scales", ("内容", "60"), ("语言", "40"), ("", "")) | lines(
        "prizes", ("一等奖", "1"), ("二等奖", "2")
    )
    office.post(made.url, right)
    page = f"{C}{contest.id}/"
    assert "内容" in text(office.get(page))
    office.post(f"{page}do/", {"what": "open"})
    assert "报名中" in text(office.get(C))
    assert office.post(f"{page}do/", {"what": "nonsense"}).status_code == 404


def test_a_member_enters_on_the_phone_and_nothing_typed_is_lost(cast, lin):
    contest = make_contest(cast.season, cast.district, title="我身边的变化", call="写一件事")
    assert "我身边的变化" in text(lin.get(P))
    assert "写一件事" in text(lin.get(f"{P}{contest.id}/"))
    typed = {"id": str(new_id()), "title": "账本", "text": f"{cast.lin.name}看见账本摆出来"}
    bad = lin.post(f"{P}{contest.id}/enter/", typed)
    assert bad.status_code == 422
    assert "不能让评委看出是谁写的" in text(bad)
    assert "看见账本摆出来" in text(bad)
    sent = lin.post(f"{P}{contest.id}/enter/", typed | {"text": "账本摆在村口"})
    entry = Entry.objects.get()
    assert sent.status_code == 302
    assert "已报名" in text(lin.get(f"{P}{contest.id}/"))
    again = lin.post(f"{P}{contest.id}/enter/", typed | {"id": str(new_id()), "text": "第二份"})
    assert again.status_code == 409
    assert "已经报过了" in text(again)
    assert "第二份" in text(again)
    lin.post(f"{P}entries/{entry.id}/withdraw/")
    entry.refresh_from_db()
    assert entry.state == EntryState.OUT


def test_a_late_entry_is_said_to_be_late_and_the_desk_admits_it(cast, lin, office):
    ends = clock.now() + timedelta(minutes=1)
    contest = make_contest(cast.season, cast.district, closes_at=ends)
    with clock.frozen(ends + timedelta(minutes=1)):
        assert "现在交的算迟到" in text(lin.get(f"{P}{contest.id}/"))
        typed = {"id": str(new_id()), "title": "账本", "text": "迟到的一篇"}
        lin.post(f"{P}{contest.id}/enter/", typed)
        entry = Entry.objects.get()
        assert "是否参赛由主办单位决定" in text(lin.get(f"{P}{contest.id}/"))
        page = reverse("contests:entry", args=[entry.id])
        assert "迟到的一篇" in text(office.get(page))
        assert office.post(page, {"what": "admit", "reason": ""}).status_code == 422
        office.post(page, {"what": "admit", "reason": "邮路耽误"})
    entry.refresh_from_db()
    assert entry.state == EntryState.IN


def test_the_desk_enters_people_by_name_and_asks_which_namesake(cast, office):
    contest = make_contest(cast.season, cast.district)
    page = f"{C}{contest.id}/enter/"
    typed = {"id": str(new_id()), "people": "没有这个人", "title": "账本", "text": "村口的账本"}
    bad = office.post(page, typed)
    assert bad.status_code == 422
    assert "这里没有叫“没有这个人”的人" in text(bad)
    cast.qian.name = cast.lin.name
    cast.qian.branch_id = cast.foreign.branch.id
    cast.qian.save()
    asked = office.post(page, typed | {"people": cast.lin.name})
    assert "写清是哪位" in text(asked)
    named = f"{cast.lin.name}（{cast.own.branch.short_name}）"
    made = office.post(page, typed | {"people": named})
    assert made.status_code == 302
    entry = Entry.objects.get()
    assert entry.entrants.get().person_id == cast.lin.id
    changed = office.post(made.url, typed | {"id": str(entry.id), "people": named, "title": "账目"})
    assert changed.status_code == 302
    office.post(made.url, {"what": "withdraw"})
    assert "已经撤回" not in text(office.get(made.url))
    assert "账目" in text(office.get(made.url))


@pytest.fixture
def stage(cast):
    """Entries of two towns, and 林小满 as the judge of a third, judging under way."""
    contest = make_contest(cast.season, cast.district, title="我身边的变化")
    for town in list(cast.towns.values())[1:3]:
        enter(contest, town.people[0], text=f"第{town.node.depth}篇写账本")
    judge = make_judge(contest, cast.lin)
    close(contest)
    return contest, judge


def test_a_judge_scores_number_after_number_on_the_phone(cast, lin, stage):
    contest, judge = stage
    page = f"{P}judging/{judge.id}/"
    assert "我当评委" in text(lin.get(P))
    shown = text(lin.get(page))
    assert "已打分 0 / 2" in shown
    for entry in contest.entries.all():
        assert entry.entrants.get().person.name not in shown
    first, second = contest.entries.order_by("number")
    assert cast.wu.name not in text(lin.get(f"{page}{first.id}/"))
    bad = lin.post(f"{page}{first.id}/", {"1-points_0": "61", "1-points_1": "4", "1-note": "好"})
    assert bad.status_code == 422
    assert 'value="61"' in text(bad)
    sent = lin.post(f"{page}{first.id}/", {"1-points_0": "55", "1-points_1": "35", "1-note": "好"})
    assert sent.url == f"{page}{second.id}/"
    asked = text(lin.get(f"{page}{second.id}/"))
    assert asked.index("回避这份") < asked.index("打过的分也作废") < asked.index("确认回避")
    aside = lin.post(f"{page}{second.id}/", {"what": "aside"})
    assert aside.url == page
    assert "已打分 1 / 1" in text(lin.get(page))
    assert lin.get(f"{page}{second.id}/").status_code == 409


def test_the_desk_copies_a_paper_sheet_and_publishes(cast, office, stage):
    contest, judge = stage
    page = f"{C}{contest.id}/"
    office.post(f"{page}judges/", {"who": "周老师", "is_outside": "on"})
    outside = Judge.objects.get(person=None)
    sheet = f"{C}judges/{outside.id}/"
    first, second = contest.entries.order_by("number")
    bad = office.post(sheet, {"entry": str(first.id), "1-points_0": "9"})
    assert bad.status_code == 422
    office.post(sheet, {"entry": str(first.id), "1-points_0": "50", "1-points_1": "30"})
    office.post(sheet, {"entry": str(second.id), "2-points_0": "40", "2-points_1": "30"})
    assert "已录 2 / 2" in text(office.get(sheet))
    assert f"{judge.name}还有 2 份没打分" in text(office.get(page))
    office.post(f"{page}judges/", {"dismiss": str(judge.id)})
    office.post(f"{page}do/", {"what": "publish"})
    assert Award.objects.count() == 2
    shown = text(office.get(page))
    assert "80.00" in shown
    assert "结果已公布" in shown
    assert office.post(f"{page}take-back/", {"reason": ""}).status_code == 422
    office.post(f"{page}take-back/", {"reason": "录错一张"})
    assert not Award.objects.filter(void_at=None).exists()


def test_long_lists_of_entries_come_in_pages(cast, office, lin, stage, monkeypatch):
    contest, judge = stage
    for place in (phone, desk):
        monkeypatch.setattr(place, "A_PAGE", 1)
    _first, second = contest.entries.order_by("number")
    sheet = f"{P}judging/{judge.id}/"
    assert f"{sheet}{second.id}/" not in text(lin.get(sheet))
    shown = text(lin.get(f"{sheet}?page=2"))
    assert f"{sheet}{second.id}/" in shown
    assert "已打分 0 / 2" in shown
    office.post(f"{C}{contest.id}/judges/", {"who": "周老师", "is_outside": "on"})
    paper = f"{C}judges/{Judge.objects.get(person=None).id}/?page=2"
    typed = {"entry": str(second.id), "2-points_0": "40", "2-points_1": "30"}
    assert office.post(paper, typed).url == paper
    assert 'value="40"' in text(office.get(paper))


def test_a_judge_is_found_by_name_and_whoever_takes_part_is_refused(cast, office):
    contest = make_contest(cast.season, cast.district)
    enter(contest, cast.lin)
    page = f"{C}{contest.id}/judges/"
    refused = office.post(page, {"who": cast.lin.name})
    assert refused.status_code == 409
    assert "自己参赛，不能当评委" in text(refused)
    assert office.post(page, {"who": " ， "}).status_code == 422
    office.post(page, {"who": cast.zhou.name})
    assert cast.zhou.name in text(office.get(page))


def test_rounds_are_written_begun_and_counted(cast, office, lin):
    contest = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    enter(contest, cast.lin, title="", text="")
    enter(contest, cast.wu, title="", text="")
    quiz = make_quiz(cast.season, cast.district, title="初赛卷", opened=False, tries=1)
    page = f"{C}{contest.id}/rounds/"
    typed = {"name": "初赛", "quiz": str(quiz.id), "advance": "1"}
    assert "初赛卷" in text(office.get(page))
    office.post(page, typed)
    opening = contest.rounds.get()
    close(contest)
    one = f"{C}rounds/{opening.id}/"
    office.post(one, {"what": "open"})
    assert "现在去答" in text(lin.get(f"{P}{contest.id}/"))
    take(quiz, cast.lin)
    office.post(one)
    assert "2 个里晋级 1 个" in text(office.get(one))
    office.post(page, {"name": "抢答", "quiz": "", "advance": "0"})
    final = contest.rounds.get(name="抢答")
    two = f"{C}rounds/{final.id}/"
    office.post(two, {"what": "open"})
    key = final.results.get().entry_id
    assert office.post(two, {str(key): "abc"}).status_code == 422
    office.post(two, {str(key): "30"})
    assert "已统计" in text(office.get(f"{C}{contest.id}/"))


def test_points_on_the_spot_come_in_pages_and_other_pages_keep_theirs(cast, office, monkeypatch):
    made = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    for person in (cast.lin, cast.wu, cast.zhou):
        enter(made, person, title="", text="")
    close(made)
    opening = Round.objects.get(
        id=api.write_round(by=SYSTEM, contest_id=made.id, name="抢答", advance=1)
    )
    api.open_round(by=SYSTEM, round_id=opening.id)
    monkeypatch.setattr("dongxun.contests.views.running.A_PAGE", 2)
    address = reverse("contests:round", args=[opening.id])
    first, second, third = opening.results.values_list("entry_id", flat=True)
    went = office.post(f"{address}?page=1", {str(first): "30", str(second): ""})
    assert went.headers["Location"] == f"{address}?page=2"
    opening.refresh_from_db()
    assert opening.counted_at is None
    office.post(f"{address}?page=2", {str(third): "20"})
    points = dict(opening.results.values_list("entry_id", "points"))
    assert points == {first: 30, second: 0, third: 20}
    assert opening.results.get(goes_on=True).entry_id == first


def test_votes_of_a_debate_are_written_down(cast, office):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE, team=2)
    for town in list(cast.towns.values())[:2]:
        enter(contest, town.people[0], team_name=f"{town.node.short_name}队", title="", text="")
    close(contest)
    office.post(f"{C}{contest.id}/do/", {"what": "draw"})
    judges = [
        api.appoint_judge(by=SYSTEM, contest_id=contest.id, name=name) for name in ("甲", "乙")
    ]
    match = contest.matches.get()
    page = f"{C}debates/{match.id}/"
    sides = [str(match.first_id), str(match.second_id)]
    votes = {f"judge_{key}": side for key, side in zip(judges, sides, strict=True)}
    tied = office.post(page, votes | {"motion": "先修路还是先修渠"})
    assert tied.status_code == 409
    assert "先修路还是先修渠" in text(tied)
    office.post(page, {f"judge_{judges[0]}": sides[0], "motion": "先修路还是先修渠"})
    shown = text(office.get(f"{C}{contest.id}/"))
    assert f"胜方：{match.first.team_name}" in shown
    assert "撤回" not in shown
    office.post(f"{C}entries/{match.second_id}/", {"what": "withdraw"})
    assert f"{match.second.team_name} <span" in text(office.get(f"{C}{contest.id}/"))
    assert f"{match.second.team_name}已弃权" in text(office.get(page))


def test_winners_stand_on_the_members_page_and_nobody_else_by_name(cast, lin, stage):
    contest, judge = stage
    first, second = contest.entries.order_by("number")
    score(judge, first, 50, 30)
    score(judge, second, 40, 30)
    contest.prizes.filter(order=1).delete()
    api.publish(by=SYSTEM, contest_id=contest.id)
    shown = text(lin.get(f"{P}{contest.id}/"))
    assert first.entrants.get().person.name in shown
    assert second.entrants.get().person.name not in shown


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(cast, office, django_assert_max_num_queries, n):
    for _ in range(n):
        make_contest(cast.season, cast.district)
    office.get(C)
    with django_assert_max_num_queries(12):
        office.get(C)


def test_a_score_sent_twice_is_one(cast, lin, stage):
    contest, judge = stage
    first = contest.entries.get(number=1)
    for _ in range(2):
        typed = {"1-points_0": "55", "1-points_1": "35"}
        lin.post(f"{P}judging/{judge.id}/{first.id}/", typed)
    assert Score.objects.get().points == [55, 35]


def test_the_desk_neither_reads_nor_writes_what_a_judge_scores_by_phone(cast, office, stage):
    contest, judge = stage
    first = contest.entries.get(number=1)
    score(judge, first, 55, 35)
    sheet = reverse("contests:paper", args=[judge.id])
    typed = {"entry": str(first.id), "1-points_0": "1", "1-points_1": "1"}
    assert office.get(sheet).status_code == 404
    assert office.post(sheet, typed).status_code == 404
    assert sheet not in text(office.get(f"{C}{contest.id}/judges/"))
    with pytest.raises(NotFound):
        api.score(by=cast.actor("office"), judge_id=judge.id, entry_id=first.id, points=(1, 1))
    assert Score.objects.get().points == [55, 35]


def test_who_a_contest_is_for_stands_once_it_is_written(cast, office):
    contest = make_contest(cast.season, cast.own.node, title="我身边的变化", opened=False)
    make_contest(cast.season, cast.district, title="村口的账本")
    page = f"{C}{contest.id}/edit/"
    assert 'name="organisation"' not in text(office.get(page))
    typed = {
        "title": "村口的账本",
        "kind": "essay",
        "organisation": str(cast.district.id),
        "team": "1",
        "tie": "criteria",
    }
    assert office.post(page, typed).status_code == 302
    contest.refresh_from_db()
    assert (contest.title, contest.organisation_id) == ("村口的账本", cast.own.node.id)


def test_a_new_contest_of_a_used_title_leaves_the_running_one_alone(cast, office):
    contest = make_contest(cast.season, cast.district, title="我身边的变化", call="写一件事")
    typed = {
        "title": "我身边的变化",
        "kind": "essay",
        "organisation": str(cast.district.id),
        "call": "再写一件事",
        "team": "1",
        "tie": "criteria",
    }
    refused = office.post(f"{C}new/", typed)
    assert refused.status_code == 409
    assert "再写一件事" in text(refused)
    contest.refresh_from_db()
    assert contest.call == "写一件事"
    fresh = typed | {"title": "村口的账本"}
    first, again = (office.post(f"{C}new/", fresh) for _ in range(2))
    assert first.url == again.url


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_no_calendar_counts_is_refused_at_its_field(cast, office, moment):
    typed = {
        "title": "我身边的变化",
        "kind": "essay",
        "organisation": str(cast.district.id),
        "closes_at": moment,
        "team": "1",
        "tie": "criteria",
    }
    refused = office.post(f"{C}new/", typed)
    assert refused.status_code == 422
    assert "年份写 2000 到 2199 之间的" in text(refused)
