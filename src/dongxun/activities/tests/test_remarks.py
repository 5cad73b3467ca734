"""What was said at a session, who else came as counts, and what follows for the plan."""

import pytest
from django.urls import reverse

from dongxun.activities.attendance import leave
from dongxun.activities.models import Leave, Remark, Session
from dongxun.activities.sessions import changes, planning, remarks
from dongxun.activities.sessions.remarks import RemarkDraft
from dongxun.activities.sessions.shapes import Step
from dongxun.activities.sessions.views.session import timed
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api as seasons

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def say(session, **overrides):
    draft = RemarkDraft(**({"kind": "feedback", "words": "讲得太快"} | overrides))
    return remarks.write_remark(by=SYSTEM, session_id=session.id, draft=draft)


def test_the_mean_score_counts_people_not_papers(cast):
    session = cast.own.session
    say(session, score=5, people=9, words="")
    say(session, score=1, people=1, words="听不清")
    say(session, kind="spoken", speaker="企业家党员代表", words="用工难")
    found = remarks.feedback(session)
    assert (found.scored, found.score, len(found.remarks)) == (10, 4.6, 3)


def test_the_same_remark_twice_is_one_and_can_be_taken_back(cast):
    session = cast.own.session
    assert say(session) == say(session)
    remarks.withdraw_remark(
        by=SYSTEM, session_id=session.id, remark_id=Remark.objects.get(session=session).id
    )
    assert remarks.feedback(session).remarks == ()
    say(session)
    assert len(remarks.feedback(session).remarks) == 1
    with pytest.raises(NotFound):
        remarks.withdraw_remark(
            by=SYSTEM, session_id=cast.foreign.session.id, remark_id=Remark.objects.get().id
        )


@pytest.mark.parametrize(
    ("bad", "where"),
    [({"words": " "}, "words"), ({"score": 6}, "score"), ({"people": 0}, "people")],
)
def test_a_remark_that_says_nothing_is_refused(cast, bad, where):
    with pytest.raises(Invalid) as refusal:
        say(cast.own.session, **bad)
    assert [field for field, _words in refusal.value.details] == [where]


def test_nothing_was_said_before_the_session_begins(cast):
    session_id = planning.save_session(by=SYSTEM, plan=make_plan(cast.season, cast.own.node))
    with pytest.raises(Conflict):
        say(Session.objects.get(id=session_id))


def test_the_page_notes_feedback_and_leads_to_a_change_of_the_plan(cast):
    session = cast.own.session
    client = cast.client("office")
    url = reverse("activities:write_remark", args=[session.id])
    refused = client.post(url, {"remark-kind": "feedback", "remark-people": "0"})
    assert refused.status_code == 422
    typed = {"remark-kind": "gap", "remark-people": "3", "remark-words": "示范村有议事日，我们没有"}
    assert client.post(url, typed).status_code == 302
    page = client.get(reverse("activities:session", args=[session.id])).content.decode()
    assert "对标找差" in page
    assert "示范村有议事日" in page
    link = next(part for part in page.split('href="') if "?reason=" in part).split('"')[0]
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert "示范村有议事日，我们没有" in form
    organiser = cast.client("organiser").get(reverse("activities:session", args=[session.id]))
    assert "据此调整计划" not in organiser.content.decode()


def test_the_reason_stands_in_the_plans_history(cast):
    topic = seasons.rules(cast.season.id).topics[0]
    reason = "课后反馈，《车间里的一堂课》：讲得太快"
    url = reverse("seasons:topic", args=[cast.season.id, topic.id])
    client = cast.client("office")
    page = client.get(url, {"reason": reason})
    typed = {name: field.value() for name, field in _fields(page.context["form"])}
    typed = {key: value for key, value in typed.items() if value not in {None, False}}
    assert client.post(url, typed | {"minutes": topic.minutes + 30}).status_code == 302
    assert reason in [version.reason for version in seasons.versions(cast.season.id, by=SYSTEM)]


def _fields(form):
    return [(name, form[name]) for name in form.fields]


def test_others_come_as_counts_by_kind(cast):
    session = cast.own.session
    client = cast.client("organiser")
    url = reverse("activities:public", args=[session.id])
    Session.objects.filter(id=session.id).update(state="published")
    bad = client.post(url, {"public-others": "网格员\n志愿者 3"})
    assert bad.status_code == 422
    assert "第 1 行" in bad.content.decode()
    assert "志愿者 3" in bad.content.decode()
    good = {"public-public_count": "40", "public-others": "网格员 6\n企业代表　１２人\n网格员 1"}
    assert client.post(url, good).status_code == 302
    session.refresh_from_db()
    assert session.others_count == {"网格员": 7, "企业代表": 12}
    page = client.get(reverse("activities:session", args=[session.id])).content.decode()
    assert "企业代表 12" in page


def test_too_many_kinds_are_refused(cast):
    kinds = {f"第{n}类": 1 for n in range(changes.MOST_KINDS + 1)}
    with pytest.raises(Invalid):
        changes.count_public(
            by=SYSTEM, session_id=cast.own.session.id, public=None, minors=None, others=kinds
        )


def test_the_run_sheet_says_when_each_step_begins(cast):
    steps = (Step("升旗", 10, "团委"), Step("重温入党誓词", 5, is_oath=True), Step("参观车间"))
    session_id = planning.save_session(
        by=SYSTEM, plan=make_plan(cast.season, cast.own.node, steps=(*steps, Step("汇报", 20)))
    )
    found = timed(Session.objects.get(id=session_id))
    begins = [at and f"{at.astimezone():%M}" for _step, at in found]
    assert begins == ["00", "10", "15", None]


def test_a_leave_keeps_who_approved_it(cast):
    leave.grant_leave(
        by=SYSTEM, session_id=cast.own.session.id, person_id=cast.lin.id, reason="住院"
    )
    assert Leave.objects.get(person=cast.lin).approved_by == SYSTEM.label


def test_what_was_said_over_the_season_stands_on_one_page(cast):
    say(cast.own.session, kind="gap", words="缺一块宣传栏", people=3, score=4)
    say(cast.own.session, words="讲得实在", score=2)
    say(cast.foreign.session, words="别镇的话")
    client, url = cast.client("organiser"), reverse("activities:said")

    page = words(client.get(url))
    assert "3.5" in page
    assert "缺一块宣传栏" in page
    assert "别镇的话" not in page
    gaps = words(client.get(url, {"kind": "gap"}))
    assert "讲得实在" not in gaps
