"""The phone pages of members and secretaries: who sees what, and what a press does."""

from datetime import timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import carry_phone, come_in
from dongxun.activities.attendance import makeup
from dongxun.activities.models import CorrectionRequest, MakeupItem, Session, SignUp
from dongxun.activities.tests.make import make_session
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from dongxun.library.tests.make import make_lesson
from dongxun.notices.models import Delivery, GroupText
from dongxun.organisations.models import Organisation
from dongxun.people.models import PersonPrivate
from dongxun.quizzes.tests.test_surveys import make_survey
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.models import Participation, Season
from tests.cast import SYSTEM, Cast

PAGES = ["/me/", "/me/activities/", "/me/record/"]


def text(answer) -> str:
    return str(answer.content.decode())


@pytest.fixture
def counted(cast: Cast) -> Cast:
    """The cast after coverage has counted everybody."""
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)
    return cast


def learn(cast: Cast, person, topic: int = 0, minutes: int = 60) -> None:
    fact = make_fact(
        person,
        season_id=cast.season.id,
        topic_id=cast.topics[topic].id,
        seconds=minutes * 60,
        object_id=cast.own.session.id,
    )
    ledger.record([fact], by=SYSTEM)
    deliver_all()


def later(cast: Cast, host, **more) -> Session:
    at = clock.now() + timedelta(days=2)
    return make_session(cast.season, host, starts_at=at, ends_at=at + timedelta(hours=2), **more)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["phone", "member", "secretary"])
def test_own_pages_open_for_whoever_speaks_for_a_person(counted, path, role):
    answer = counted.client(role).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert int(answer["X-Keep-Offline"]) == 12 * 3600


def test_a_strange_phone_reads_how_to_get_in(cast):
    page = text(Client().get("/me/"))
    assert "这部手机还没登记" in page
    assert "个人链接" in page
    assert Client().get("/me/record/").status_code == 302


def test_home_shows_the_next_session_and_whom_to_call(counted):
    page = text(counted.client("phone").get("/me/"))
    assert counted.own.session.title in page
    assert "应到" in page
    assert "tel:19900007777" in page
    assert "找支部书记" in page


def test_a_branch_without_a_number_is_helped_by_the_one_above(counted):
    Organisation.objects.filter(id=counted.own.branch.id).update(contact_phone="")
    Organisation.objects.filter(id=counted.own.node.id).update(contact_phone="19900008888")
    assert "tel:19900008888" in text(counted.client("phone").get("/me/"))


def test_level_one_sees_hours_but_no_topics_and_no_facts(counted):
    learn(counted, counted.lin)
    phone = counted.client("phone")
    home, record = text(phone.get("/me/")), text(phone.get("/me/record/"))
    assert "1.0 学时" in home
    assert 'class="miles"' not in home
    assert "看明细要用个人链接" in record
    assert counted.own.session.title not in record
    assert phone.get("/me/record/correct/").status_code == 403
    lin = {"person": str(counted.lin.id)}
    assert phone.post("/me/record/take-out/", lin).status_code == 403
    assert not AuditEntry.objects.filter(action="activities.take_out").exists()


def test_level_two_sees_topics_facts_and_takes_them_out(counted):
    learn(counted, counted.lin)
    member = counted.client("member")
    home, record = text(member.get("/me/")), text(member.get("/me/record/"))
    assert "3 个专题学完 1 个" in home
    assert 'class="miles"' in home
    assert counted.own.session.title in record
    lin = {"person": str(counted.lin.id), "format": "json"}
    taken = member.post("/me/record/take-out/", lin).json()
    assert [line["minutes"] for line in taken["record"]] == [60]
    assert member.post("/me/record/take-out/", lin | {"format": "xlsx"}).content[:2] == b"PK"
    assert AuditEntry.objects.filter(action="activities.take_out").count() == 2


def test_nobody_reads_the_page_of_somebody_else(counted):
    member = counted.client("member")
    for path in [*PAGES, "/me/record/correct/"]:
        assert member.get(path, {"person": str(counted.wu.id)}).status_code == 404
        assert member.get(path, {"person": "x"}).status_code == 404
    for path in ["/me/record/take-out/", "/me/forget/", "/me/record/correct/"]:
        assert member.post(path, {"person": str(counted.wu.id)}).status_code == 404


def test_a_shared_phone_switches_between_its_people(counted):
    phone = counted.client("member")
    carry_phone(phone, counted.qian)
    first = text(phone.get("/me/"))
    second = text(phone.get("/me/", {"person": str(counted.qian.id)}))
    assert "林小满同志" in first
    assert "钱一诺同志" in second
    assert "看明细要用个人链接" in text(phone.get("/me/record/", {"person": str(counted.qian.id)}))
    phone.post("/me/forget/", {"person": str(counted.qian.id)})
    assert "钱一诺" not in text(phone.get("/me/"))


def test_opening_the_page_receives_its_notices(counted):
    makeup.open_makeup(by=SYSTEM, owing=owing(counted, counted.lin, counted.qian))
    page = text(counted.client("phone").get("/me/"))
    assert "补学：专题1" in page
    states = dict(Delivery.objects.values_list("person_id", "state"))
    assert (states[counted.lin.id], states[counted.qian.id]) == ("received", "queued")


def owing(cast: Cast, *people, session=None, **more) -> makeup.Owing:
    return makeup.Owing(
        season_id=cast.season.id,
        topic_id=cast.topics[0].id,
        person_ids=tuple(person.id for person in people),
        offered_session_id=session.id if session else None,
        **more,
    )


def test_a_floating_member_is_led_to_sessions_near_by(counted):
    Participation.objects.filter(person=counted.lin).update(mode=StudyMode.FLOATING)
    coverage.credit(season_id=counted.season.id, person_ids=[counted.lin.id])
    page = text(counted.client("phone").get("/me/"))
    assert "附近的活动" in page
    assert "应到" not in page


def test_before_the_season_the_page_says_when_it_begins(counted):
    begins = clock.today() + timedelta(days=9)
    Season.objects.filter(id=counted.season.id).update(starts_on=begins)
    Session.objects.update(state="draft")
    page = text(counted.client("phone").get("/me/"))
    assert "开始" in page
    assert counted.own.session.title not in page


def test_without_any_season_the_pages_still_open(cast):
    Season.objects.update(state="closed", ends_on=clock.today() - timedelta(days=1))
    for path in PAGES:
        assert cast.client("member").get(path).status_code == 200


def test_signing_up_elsewhere_needs_the_personal_link(counted):
    away = later(counted, counted.foreign.branch, sign_up=True, open_to_all=True)
    lin = {"person": str(counted.lin.id)}
    phone = counted.client("phone")
    assert "到别处听课要先用个人链接" in text(phone.get(f"/me/activities/{away.id}/"))
    refused = phone.post(f"/me/activities/{away.id}/sign-up/", lin)
    assert refused.status_code == 403
    assert not SignUp.objects.filter(session=away).exists()

    member = counted.client("member")
    member.post(f"/me/activities/{away.id}/sign-up/", lin)
    member.post(f"/me/activities/{away.id}/sign-up/", lin)
    assert SignUp.objects.get(session=away).person_id == counted.lin.id
    assert "已报名" in text(member.get("/me/activities/"))
    member.post(f"/me/activities/{away.id}/sign-up/", lin | {"what": "cancel"})
    assert SignUp.objects.get(session=away).cancelled_at


def test_sign_up_at_home_is_open_to_level_one(counted):
    near = later(counted, counted.own.branch, sign_up=True, audience="delegates")
    phone = counted.client("phone")
    phone.post(f"/me/activities/{near.id}/sign-up/", {"person": str(counted.lin.id)})
    assert SignUp.objects.filter(session=near, person=counted.lin).exists()


def test_a_full_session_says_so_and_writes_nothing(counted):
    full = later(counted, counted.own.branch, sign_up=True, audience="delegates", capacity=1)
    for person in (counted.qian, counted.lin):
        phone = Client()
        carry_phone(phone, person)
        answer = phone.post(f"/me/activities/{full.id}/sign-up/", {"person": str(person.id)})
    assert answer.status_code == 409
    assert "座位已满。" in text(answer)
    assert SignUp.objects.filter(session=full).count() == 1


def test_a_session_of_strangers_is_not_there(counted):
    assert (
        counted.client("member").get(f"/me/activities/{counted.foreign.session.id}/").status_code
        == 404
    )
    hidden = later(counted, counted.own.branch, state="draft")
    assert counted.client("member").get(f"/me/activities/{hidden.id}/").status_code == 404


def test_a_correction_goes_to_the_home_secretary_and_back(counted):
    member = counted.client("member")
    lin = {"person": str(counted.lin.id)}
    empty = member.post("/me/record/correct/", lin | {"words": " "})
    assert empty.status_code == 422
    said = lin | {"words": "那天我到了"}
    member.post("/me/record/correct/", said)
    member.post("/me/record/correct/", said)
    request = CorrectionRequest.objects.get()

    assert "那天我到了" in text(counted.client("secretary").get("/branch/"))
    assert "那天我到了" not in text(counted.client("other_secretary").get("/branch/"))
    answer = {"state": "done", "answer": "已补上"}
    path = f"/branch/corrections/{request.id}/"
    assert counted.client("other_secretary").post(path, answer).status_code == 404
    secretary = counted.client("secretary")
    assert secretary.post(path, {"state": "declined", "answer": ""}).status_code == 422
    assert secretary.post(path, answer).status_code == 302
    assert secretary.post(path, answer).status_code == 302
    assert secretary.post(path, {"state": "declined", "answer": "没到"}).status_code == 409
    assert "已补上" in text(member.get("/me/record/"))


def test_the_branch_page_answers_in_numbers_and_groups(counted):
    learn(counted, counted.lin, minutes=30)
    secretary = counted.client("secretary")
    page = text(secretary.get("/branch/"))
    assert "5 人里 0 人学完，1 人学了一半，4 人没学" in page
    assert "钱一诺" in page
    assert "林小满" not in page
    assert "林小满" in text(secretary.get("/branch/", {"group": "started"}))
    assert "林小满" in text(secretary.get("/branch/", {"q": "小满"}))
    assert "吴思远" not in text(secretary.get("/branch/", {"q": "思远"}))


@pytest.mark.parametrize("role", ["office", "organiser", "zone_lead", "system", "audit"])
def test_the_branch_page_is_for_secretaries(cast, role):
    assert cast.client(role).get("/branch/").status_code == 403
    assert cast.client("member").get("/branch/").status_code == 302


def test_a_number_is_revealed_on_a_press_and_written_down(counted):
    secretary = counted.client("secretary")
    assert "1990000" not in text(secretary.get("/branch/")).replace("19900007777", "")
    shown = secretary.post("/branch/call/", {"person": str(counted.lin.id)})
    assert 'href="tel:1990000' in text(shown)
    assert AuditEntry.objects.filter(action="people.private_of", subject_id=counted.lin.id).exists()
    assert secretary.post("/branch/call/", {"person": str(counted.wu.id)}).status_code == 404
    assert secretary.post("/branch/call/", {"person": "x"}).status_code == 404
    PersonPrivate.objects.filter(person=counted.lin).delete()
    assert "名册里没有号码" in text(
        secretary.post("/branch/call/", {"person": str(counted.lin.id)}, HTTP_HX_REQUEST="true")
    )


def test_a_personal_link_is_shown_once_and_opens_level_two(counted):
    secretary = counted.client("secretary")
    page = text(secretary.post("/branch/link/", {"person": str(counted.lin.id)}))
    path = "/l/" + page.split("/l/")[1].split("/")[0] + "/"
    phone = Client()
    assert phone.post(path)["Location"] == "/me/"
    assert 'class="miles"' in text(phone.get("/me/"))
    assert secretary.post("/branch/link/", {"person": str(counted.wu.id)}).status_code == 404


def test_make_up_tells_exactly_those_sent_and_names_nobody_in_the_group(counted):
    session = later(counted, counted.own.branch, audience="makeup")
    secretary = counted.client("secretary")
    sent = {
        "topic": str(counted.topics[0].id),
        "people": [str(counted.lin.id), str(counted.qian.id)],
        "session": str(session.id),
        "until": (clock.today() + timedelta(days=5)).isoformat(),
    }
    assert secretary.post("/branch/makeup/", sent).status_code == 302
    assert secretary.post("/branch/makeup/", sent).status_code == 302
    assert MakeupItem.objects.count() == 2
    told = set(Delivery.objects.filter(notice__kind="makeup").values_list("person_id", flat=True))
    assert told == {counted.lin.id, counted.qian.id}
    words = GroupText.objects.get(notice__kind="makeup").text
    assert "本支部 2 人要补" in words
    assert "林小满" not in words
    assert "要补的课" in text(counted.client("phone").get("/me/"))

    text_id = GroupText.objects.get(notice__kind="makeup").id
    assert "本支部 2 人要补" in text(secretary.get("/branch/"))
    assert counted.client("other_secretary").post(f"/branch/texts/{text_id}/").status_code == 404
    secretary.post(f"/branch/texts/{text_id}/")
    assert "本支部 2 人要补" not in text(secretary.get("/branch/"))


def test_a_wrong_make_up_form_keeps_what_was_typed(counted):
    secretary = counted.client("secretary")
    sent = {"topic": str(counted.topics[0].id), "until": "2020-01-01", "reason": "出差在外"}
    nobody = secretary.post("/branch/makeup/", sent)
    assert nobody.status_code == 422
    assert "至少选一个人" in text(nobody)
    assert "出差在外" in text(nobody)
    late = secretary.post("/branch/makeup/", sent | {"people": [str(counted.lin.id)]})
    assert late.status_code == 422
    assert "这一天已过" in text(late)
    foreign = sent | {"people": [str(counted.wu.id)], "until": "2099-01-01"}
    assert secretary.post("/branch/makeup/", foreign).status_code == 404
    assert not MakeupItem.objects.exists()


def test_the_console_sends_everybody_who_owes_a_topic(counted):
    learn(counted, counted.lin)
    organiser = counted.client("organiser")
    page = text(organiser.get("/console/makeup/"))
    assert "4 人还没学" in page
    assert "林小满" not in page
    assert "吴思远" not in page
    assert (
        organiser.get("/console/makeup/", {"node": str(counted.foreign.node.id)}).status_code == 404
    )
    sent = {
        "node": str(counted.own.node.id),
        "topic": str(counted.topics[0].id),
        "everybody": "1",
        "until": (clock.today() + timedelta(days=5)).isoformat(),
    }
    assert organiser.post("/console/makeup/", sent).status_code == 302
    assert MakeupItem.objects.count() == 4
    assert "钱一诺" in text(organiser.get("/console/makeup/", {"tab": "open"}))
    assert "钱一诺" not in text(
        counted.client("other_organiser").get("/console/makeup/", {"tab": "open"})
    )


def test_make_up_closes_once_the_topic_is_learned(counted):
    makeup.open_makeup(by=SYSTEM, owing=owing(counted, counted.lin, counted.qian))
    learn(counted, counted.lin, minutes=30)
    assert MakeupItem.objects.filter(done_at=None).count() == 2
    learn(counted, counted.qian)
    assert MakeupItem.objects.get(done_at=None).person_id == counted.lin.id
    assert "钱一诺" in text(counted.client("organiser").get("/console/makeup/", {"tab": "done"}))


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    "page",
    [
        ("member", "/me/", 25),
        ("member", "/me/activities/", 12),
        ("member", "/me/record/", 14),
        ("secretary", "/branch/", 26),
        ("organiser", "/console/makeup/", 18),
    ],
)
def test_lists_ask_the_same_number_of_questions(
    counted, django_assert_max_num_queries, people, page
):
    role, path, queries = page
    for number in range(people):
        later(counted, counted.own.branch)
        make_survey(counted, title=f"调查{number}")
    client = counted.client(role)
    client.get(path)
    with django_assert_max_num_queries(queries):
        client.get(path)


def test_an_account_without_a_branch_is_no_secretary(cast):
    assert come_in(Client(), cast.accounts["security"]).get("/branch/").status_code == 403


def test_the_first_page_goes_on_with_a_lesson(cast):
    made = make_lesson(cast.season, cast.own.branch, title="账本摆在村口")
    page = cast.client("member").get("/me/").content.decode()
    assert f"/learn/{made.id}/" in page
    assert "账本摆在村口" in page
