from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.organisations.tests.make import SYSTEM
from dongxun.quizzes.contracts import Asks, QuestionDraft, SurveyDraft, SurveyOver
from dongxun.quizzes.models import Reply, Survey
from dongxun.quizzes.queries import surveys as reading
from dongxun.quizzes.services import surveys as services
from dongxun.quizzes.services.merging import follow_merge
from dongxun.seasons import api as seasons

pytestmark = pytest.mark.django_db

S = "/console/surveys/"
ASKED = (
    QuestionDraft("最想学哪些专题", Asks.TOPICS),
    QuestionDraft("什么时候学最方便", Asks.ONE, ("白天", "晚上")),
    QuestionDraft("上季讲得怎么样", Asks.SCORE),
    QuestionDraft("还想听什么", Asks.WORDS),
)


def make_survey(cast, node=None, *, opened=True, **overrides):
    values = {
        "title": "冬训想学什么",
        "closes_on": clock.today() + timedelta(days=7),
        "questions": ASKED,
    }
    key = services.write_survey(
        by=SYSTEM,
        organisation_id=(node or cast.own.branch).id,
        season_id=cast.season.id,
        draft=SurveyDraft(**(values | overrides)),
    )
    if opened:
        services.set_survey_open(by=SYSTEM, survey_id=key, is_open=True)
    return Survey.objects.get(id=key)


def reply(cast, row, person=None, answers=None):
    person = person or cast.lin
    given = answers or [[str(cast.topics[0].id)], "1", "4", "怎么申领补贴"]
    services.reply(by=phone_of(person), survey_id=row.id, person_id=person.id, answers=given)


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_person_answers_once_and_nobody_reads_who(cast):
    row = make_survey(cast)
    reply(cast, row)
    reply(cast, row, answers=[[str(cast.topics[1].id)], "", "", ""])
    [kept] = Reply.objects.all()
    assert str(cast.lin.id) not in kept.key
    assert kept.answers == [[str(cast.topics[1].id)], [], [], ""]
    assert reading.own_surveys(cast.lin.id, by=phone_of(cast.lin)) == [(row, True)]


def test_two_rows_that_were_one_person_have_one_reply(cast):
    row, twin = make_survey(cast), cast.own.people[1]
    alone = make_survey(cast, title="冬训还想学什么")
    reply(cast, row)
    with clock.frozen(clock.now() + timedelta(days=1)):
        reply(cast, row, twin, ["", "1", "4", "还想听法律"])
    reply(cast, alone, twin)
    for _ in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert Reply.objects.get(survey=row).answers[3] == "还想听法律"
    reply(cast, alone)
    assert alone.replies.count() == 1


def test_papers_are_entered_once_each_and_counted_with_the_phones(cast):
    row = make_survey(cast)
    reply(cast, row)
    sheet = uuid4()
    given = [[str(t.id) for t in cast.topics[:2]], "0", "5", ""]
    for _again in range(2):
        services.enter_paper(
            by=cast.actor("secretary"), survey_id=row.id, sheet_id=sheet, answers=given
        )
    topics, when, score, words = reading.results(row)
    assert (topics.n, topics.options[0][1]) == (2, 2)
    assert [line[:2] for line in when.options] == [("白天", 1), ("晚上", 1)]
    assert (score.mean, words.words) == (4.5, ("怎么申领补贴",))
    row.papers.all().delete()
    update = import_module("dongxun.quizzes.migrations.0009_papers_of_before")
    for _again in range(2):
        update.count_for_who_asked(apps, None)
    papers = row.papers.values_list("organisation", "n")
    assert list(papers) == [(row.organisation_id, 1)], "entered before they were counted by unit"
    demand = reading.demand([t.id for t in cast.topics], by=SYSTEM)
    assert [demand[t.id] for t in cast.topics[:2]] == [(2, 2), (1, 2)]


def test_a_branch_enters_the_papers_of_its_people_of_a_survey_from_above(cast):
    row = make_survey(cast, cast.district)
    desk, office = cast.client("secretary"), cast.client("office")
    page = f"{S}{row.id}/paper/"
    assert page in text(desk.get(S))
    assert "冬训想学什么" in text(desk.get(page))
    assert desk.get(f"{S}{row.id}/").status_code == 404, "what others answered is not theirs"
    sheet = {"sheet": str(uuid4()), "q1": "0"}
    for _again in range(2):
        assert desk.post(page, sheet).status_code == 302
    assert cast.client("other_secretary").post(page, {"sheet": str(uuid4()), "q1": "1"})
    assert "已录入 1 份" in text(desk.get(page))
    shown = text(office.get(f"{S}{row.id}/"))
    assert f"{cast.own.branch.short_name}：1 份" in shown
    assert f"{cast.foreign.branch.short_name}：1 份" in shown
    assert row.replies.count() == 2
    services.set_survey_open(by=SYSTEM, survey_id=row.id, is_open=False)
    late = desk.post(page, {"sheet": str(uuid4()), "q3": "怎么申领补贴"})
    assert (late.status_code, "怎么申领补贴" in text(late)) == (409, True)
    assert "不再收纸质答卷" in text(desk.get(page))
    assert office.post(page, sheet | {"sheet": str(uuid4())}).status_code == 302
    assert row.replies.count() == 3


def test_who_looks_after_several_branches_says_whose_paper_it_is(cast):
    row = make_survey(cast, cast.district)
    two = tuple(
        Grant(Role.SECRETARY, town.branch.id, town.branch.interval)
        for town in (cast.own, cast.foreign)
    )
    by = Actor(ActorKind.ACCOUNT, uuid4(), "两个支部的书记", two)
    units = reading.units_to_enter(row, by=by)
    given = {"by": by, "survey_id": row.id, "answers": [[], "1", "", ""]}
    services.enter_paper(**given, sheet_id=uuid4(), unit_id=cast.foreign.branch.id)
    assert row.papers.get().organisation_id == cast.foreign.branch.id
    assert [unit.id for unit in units] == [cast.own.branch.id, cast.foreign.branch.id]
    with pytest.raises(NotFound):
        services.enter_paper(**given, sheet_id=uuid4(), unit_id=cast.district.id)
    assert row.replies.count() == 1


def test_demand_stands_beside_the_topics_of_the_plan(cast):
    reply(cast, make_survey(cast))
    page = text(cast.client("office").get("/console/topics/"))
    assert "调查 1 份，1 份想学" in page
    assert "调查 1 份，0 份想学" in page
    assert "/console/surveys/" in page
    Survey.objects.update(organisation_id=cast.foreign.branch.id)
    page = text(cast.client("secretary").get("/console/topics/"))
    assert "调查 1 份，1 份想学" in page
    assert "/console/surveys/" not in page


@pytest.mark.parametrize(
    "answers",
    [[["x"], "", "", ""], [[], "7", "", ""], [[], "", "9", ""], [[], "", "", " "], [[], ""]],
)
def test_an_answer_that_cannot_be_is_refused(cast, answers):
    row = make_survey(cast)
    with pytest.raises(Invalid):
        reply(cast, row, answers=answers)
    assert not Reply.objects.exists()


def test_what_is_not_open_or_another_units_is_not_answered(cast):
    draft = make_survey(cast, opened=False, title="草稿")
    with pytest.raises(NotFound):
        reply(cast, draft)
    closed = make_survey(cast, title="已结束")
    services.set_survey_open(by=SYSTEM, survey_id=closed.id, is_open=False)
    with pytest.raises(SurveyOver):
        reply(cast, closed)
    late = make_survey(cast, title="过期")
    with clock.frozen(clock.now() + timedelta(days=9)), pytest.raises(SurveyOver):
        reply(cast, late)
    with pytest.raises(NotFound):
        reply(cast, make_survey(cast, cast.foreign.branch))
    with pytest.raises(NotFound):
        services.enter_paper(
            by=cast.actor("other_secretary"), survey_id=late.id, sheet_id=uuid4(), answers=["a"] * 4
        )


def test_questions_and_unit_stay_once_somebody_has_answered_the_rest_changes(cast):
    row = make_survey(cast)
    reply(cast, row)
    later = row.closes_on + timedelta(days=5)

    def write(node, asked):
        services.write_survey(
            by=SYSTEM,
            organisation_id=node.id,
            season_id=cast.season.id,
            survey_id=row.id,
            draft=SurveyDraft("延期", later, asked),
        )

    for node, asked in ((cast.own.branch, ASKED[:2]), (cast.own.node, ASKED)):
        with pytest.raises(Conflict):
            write(node, asked)
    write(cast.own.branch, ASKED)
    row.refresh_from_db()
    assert (row.title, row.closes_on) == ("延期", later)


def test_a_survey_sent_twice_is_one_and_another_of_its_title_is_refused(cast):
    ids = [make_survey(cast, opened=False).id]
    with pytest.raises(Conflict):
        make_survey(cast)
    fresh = uuid4()
    for title in ("夜校想学什么", "夜校想学什么（二）"):
        draft = SurveyDraft(title, clock.today(), ASKED)
        key = services.write_survey(
            by=SYSTEM,
            organisation_id=cast.own.branch.id,
            season_id=cast.season.id,
            draft=draft,
            fresh_id=fresh,
        )
        ids.append(key)
    assert ids[1:] == [fresh, fresh]
    assert Survey.objects.get(id=fresh).title == "夜校想学什么（二）"
    page = cast.client("secretary").get(f"{S}new/").context["form"]
    typed = page.initial | {"organisation": str(cast.own.branch.id), "id": str(page["id"].value())}
    refused = cast.client("secretary").post(f"{S}new/", typed)
    assert refused.status_code == 409
    assert "什么时候学最方便" in text(refused)


def test_the_way_back_after_a_new_survey_takes_nothing_from_who_wrote_since(cast):
    desk, url = cast.client("secretary"), f"{S}new/"
    typed = {"id": str(uuid4()), "title": "夜校", "organisation": str(cast.own.branch.id)}
    typed |= {"closes_on": f"{clock.today()}", "text_1": "想学什么", "asks_1": Asks.TOPICS.value}
    for title in ("夜校", "夜校想学什么"):
        assert desk.post(url, typed | {"title": title}).status_code == 302
    Survey.objects.update(lead="别人写的")
    back = desk.post(url, typed)
    assert (back.status_code, "别人写的" in text(back)) == (409, True)
    assert Survey.objects.get().lead == "别人写的"
    seen = {"version": back.context["form"]["version"].value()}
    assert desk.post(url, typed | seen).status_code == 302


def test_a_survey_goes_from_the_desk_to_the_phone_and_back(cast):
    secretary, lin = cast.client("secretary"), cast.client("member")
    page = text(secretary.get(f"{S}new/"))
    assert "最想学哪些专题" in page
    typed = {
        "title": "冬训想学什么",
        "organisation": str(cast.own.branch.id),
        "closes_on": str(clock.today() + timedelta(days=3)),
        "text_1": "最想学哪些专题",
        "asks_1": "topics",
        "text_2": "什么时候方便",
        "asks_2": "one",
        "options_2": "白天",
    }
    bad = secretary.post(f"{S}new/", typed)
    assert bad.status_code == 422
    assert "什么时候方便" in text(bad)
    saved = secretary.post(f"{S}new/", typed | {"options_2": "白天、晚上"})
    row = Survey.objects.get()
    assert saved.url == f"{S}{row.id}/"
    assert "冬训想学什么" not in text(lin.get("/me/"))
    assert secretary.post(saved.url, {"what": "open"}).status_code == 302
    assert "冬训想学什么" in text(lin.get("/me/"))
    url = f"/survey/{row.id}/"
    assert lin.post(url, {"q1": "9"}).status_code == 422
    assert lin.post(url, {"q0": [str(cast.topics[0].id)], "q1": "1"}).status_code == 302
    assert "冬训想学什么" not in text(lin.get("/me/"))
    shown = text(secretary.get(saved.url))
    assert "1 / 1" in shown
    assert f"{saved.url}edit/" in shown
    assert "/console/lecturers/orders/new/" in shown
    assert secretary.post(f"{saved.url}paper/", {"sheet": "x", "q1": "0"}).status_code == 404
    sheet = {"sheet": str(uuid4()), "q1": "0"}
    assert secretary.post(f"{saved.url}paper/", sheet).status_code == 302
    assert row.replies.filter(is_paper=True).count() == 1
    assert secretary.post(saved.url, {"what": "close"}).status_code == 302
    assert "这次调查已经结束" in text(lin.get(url))


def test_a_survey_of_a_closed_season_takes_no_answer(cast):
    row = make_survey(cast)
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    with pytest.raises(SurveyOver):
        reply(cast, row)
    assert reading.own_surveys(cast.lin.id, by=phone_of(cast.lin)) == []


def test_nobody_answers_or_changes_an_answer_by_name_and_digits(cast):
    row = make_survey(cast)
    reply(cast, row)
    address, phone = reverse("quizzes:answer_survey", args=[row.id]), cast.client("phone")
    assert "个人链接" in text(phone.get(address))
    answer = phone.post(address, {"q3": "冒名的话"})
    assert answer.status_code == 403
    assert "冒名的话" in text(answer)
    assert Reply.objects.get().answers[3] == "怎么申领补贴"


def test_every_word_of_a_survey_can_be_read(cast):
    row = make_survey(cast)
    last = len(row.questions)
    Reply.objects.bulk_create(
        Reply(
            survey=row,
            key=f"k{n}",
            answers=[*[[]] * (last - 1), f"答{n:03d}"],
            day=clock.today(),
        )
        for n in range(80)
    )
    desk, url = cast.client("secretary"), f"/console/surveys/{row.id}/"
    page = desk.get(url).content.decode()
    assert "答079" not in page
    assert f"?all={last}#q{last}" in page
    assert "答079" in desk.get(f"{url}?all={last}").content.decode()


def test_a_survey_that_closed_while_somebody_wrote_shows_what_they_wrote_and_thanks_nobody(cast):
    row = make_survey(cast)
    Survey.objects.filter(id=row.id).update(state="closed")
    url = reverse("quizzes:answer_survey", args=[row.id])
    typed = {"person": str(cast.lin.id), f"q{len(row.questions) - 1}": "怎么申领补贴"}
    answer = cast.client("member").post(url, typed)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "怎么申领补贴" in words
    assert "没有收下" in words
    assert "谢谢" not in words
