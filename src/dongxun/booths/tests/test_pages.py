import json

import pytest

from dongxun.activities import api as activities
from dongxun.booths import api
from dongxun.booths.contracts import BoothDraft
from dongxun.booths.models import Booth, Stamp, StampCard
from dongxun.booths.tests.make import SYSTEM, make_card
from dongxun.booths.views import phone
from dongxun.kernel.ids import new_id
from dongxun.quizzes.models import Attempt
from dongxun.quizzes.tests.make import make_quiz, take

C = "/console/booths/"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(cast):
    return cast.client("organiser")


@pytest.fixture
def lin(cast):
    return cast.client("member")


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_card_goes_from_title_to_stamps(cast, zhou, lin):
    quiz = make_quiz(cast.season, cast.own.node, opened=False)
    typed = {"title": "冬训小游园", "organisation": str(cast.own.node.id), "needed": "0"}
    bad = zhou.post(f"{C}new/", typed)
    assert bad.status_code == 422
    assert "冬训小游园" in text(bad)
    zhou.post(f"{C}new/", typed | {"needed": "1", "prize": "一副春联", "stock": "30"})
    card = StampCard.objects.get()
    page = f"{C}{card.id}/"
    zhou.post(f"{page}do/", {"what": "open"})
    assert "要集 1 枚，摊位只有 0 个" in text(zhou.get(page))
    booth = {"title": "猜灯谜", "place": "东门", "quiz": str(quiz.id)}
    assert zhou.post(f"{page}add/", booth | {"title": ""}).status_code == 422
    zhou.post(f"{page}add/", booth)
    zhou.post(f"{page}do/", {"what": "open"})
    made = Booth.objects.get()
    here = text(lin.get(f"/booth/{made.code.lower()}/"))
    assert "猜灯谜" in here
    begun = lin.post(f"/booth/{made.code}/begin/")
    assert begun.url == f"/quiz/try/{Attempt.objects.get().id}/"
    take(made.quiz, cast.lin)
    assert "回到集章卡" in text(lin.get(begun.url))
    assert "集满" in text(lin.get("/stamps/"))
    assert cast.lin.name in text(zhou.get(page))
    counted = text(zhou.get(page, headers=HTMX))
    assert "<html" not in counted
    zhou.post(f"{page}do/", {"what": "prize", "who": str(cast.lin.id)})
    assert "已领" in text(lin.get("/stamps/"))


def test_a_stamp_is_given_at_the_booth_and_a_paper_card_entered(cast, zhou):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=2)
    one, two = card.booths.all()
    page = f"{C}booth/{one.id}/roll/?branch={cast.own.branch.id}"
    assert cast.lin.name in text(zhou.get(page))
    zhou.post(page, {"person": str(cast.lin.id)})
    assert "摊位上盖的" in text(zhou.get(page))
    assert "data-give" in text(zhou.get(page))
    api.close_card(by=SYSTEM, card_id=card.id)
    assert "data-give" not in text(zhou.get(page))
    late = {"booth": str(two.id), "person": str(cast.lin.id), "occurred_at": "2099-01-01T08:00Z"}
    body = json.dumps({"items": [{"id": str(new_id()), "kind": "booth_stamp", "payload": late}]})
    [told] = zhou.post("/sync", body, content_type="application/json").json()["results"]
    assert told["message"] == "那时已经不盖章了。"
    paper = f"{C}{card.id}/people/{cast.lin.id}/"
    zhou.post(paper, {"booth": [str(two.id)]})
    assert [row.booth_id for row in Stamp.objects.filter(voided_at=None)] == [two.id]


def test_a_paper_card_is_found_by_branch_or_name_entered_and_corrected(cast, zhou):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=2)
    one, two = card.booths.all()
    papers, branch = f"{C}{card.id}/papers/", f"?branch={cast.own.branch.id}"
    own = f"{C}{card.id}/people/{cast.lin.id}/"
    assert papers in text(zhou.get(f"{C}{card.id}/"))
    assert own + branch in text(zhou.get(papers + branch))
    nobody = zhou.get(papers, {"name": "没有这人"})
    assert nobody.status_code == 422
    assert "没有这人" in text(nobody)
    assert own in text(zhou.get(papers, {"name": cast.lin.name}))
    entered = zhou.post(own + branch, {"booth": [str(one.id)]}, follow=True)
    assert entered.redirect_chain[-1][0] == papers + branch
    assert f"{cast.lin.name} 现有 1 枚章" in text(entered)
    assert "已录入 1 人" in text(entered)
    zhou.post(own, {"booth": [str(two.id)]})
    assert [row.booth_id for row in Stamp.objects.filter(voided_at=None)] == [two.id]
    foreign = cast.foreign.people[0]
    assert zhou.get(f"{C}{card.id}/people/{foreign.id}/").status_code == 404


def test_a_paper_card_takes_no_stamp_back_that_came_while_it_was_typed(cast, zhou):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=3)
    one, two, three = card.booths.all()
    own = f"{C}{card.id}/people/{cast.lin.id}/"
    api.stamp(by=SYSTEM, booth_id=one.id, person_ids=[cast.lin.id])
    was = zhou.get(own).context["was"]
    api.stamp(by=SYSTEM, booth_id=two.id, person_ids=[cast.lin.id])
    zhou.post(own, {"was": was, "booth": [str(three.id)]})
    live = Stamp.objects.filter(voided_at=None).values_list("booth_id", flat=True)
    assert set(live) == {two.id, three.id}


def test_the_paper_card_of_a_visitor_from_elsewhere_is_entered_where_they_came(cast, zhou):
    session, guest = cast.own.session, cast.foreign.people[0]
    card = make_card(cast.season, cast.own.node, asked=0, session_id=session.id)
    at = (session.id, guest.id, guest.branch_id, "roll", session.starts_at)
    activities.write_presence(by=SYSTEM, rows=[activities.Came(*at)])
    page = f"{C}{card.id}/people/{guest.id}/"
    assert page in text(zhou.get(f"{C}{card.id}/papers/"))
    zhou.post(page, {"booth": [str(card.booths.get().id)]})
    assert Stamp.objects.get().person_id == guest.id


def test_a_booth_is_taken_off_its_card_unless_somebody_has_its_stamp(cast, zhou):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=3, needed=1)
    one, two, _three = card.booths.all()
    api.stamp(by=SYSTEM, booth_id=one.id, person_ids=[cast.lin.id])
    for booth in (one, two, two):
        zhou.post(f"{C}{card.id}/do/", {"what": "remove", "booth": str(booth.id)})
    assert "已有人得了这个摊位的章" in text(zhou.get(f"{C}{card.id}/"))
    assert card.booths.count() == 2
    assert not card.booths.filter(id=two.id).exists()


def test_a_guest_answers_without_a_name_and_keeps_the_stamp(cast, monkeypatch):
    card = make_card(cast.season, cast.own.node)
    booth = card.booths.first()
    client = cast.client("public")
    page = f"/booth/{booth.code}/guest/"
    sheet = client.get(page).context["sheet"]
    wrong = client.post(page, {"sheet": sheet, "q0": "0"})
    assert "还没得章" in text(wrong)
    passed = client.post(page, {"sheet": sheet, "q0": "1", "q1": "1"})
    assert "得章" in text(passed)
    number = Stamp.objects.get().guest
    assert number in text(client.get(f"/booth/{booth.code}/"))
    monkeypatch.setattr(phone, "FORGED_AN_HOUR", 1)
    forged = client.post(page, {"sheet": "forged", "q0": "1", "q1": "1"})
    assert forged.status_code == 422
    assert "这份题已失效" in text(forged)
    assert client.post(page, {"sheet": "forged"}).status_code == 429
    monkeypatch.setattr(phone, "SHEETS_AN_HOUR", 1)
    assert client.get(page).status_code == 429
    assert "得章" in text(client.post(page, {"sheet": sheet, "q0": "1", "q1": "1"}))


def test_a_forged_guest_number_is_nobody(cast):
    card = make_card(cast.season, cast.own.node)
    booth = card.booths.first()
    client = cast.client("public")
    client.cookies["dxguest"] = "AB12CD34.forged"
    assert "AB12CD34" not in text(client.get(f"/booth/{booth.code}/"))


def test_a_mistyped_code_says_so_and_keeps_what_was_typed(cast):
    client = cast.client("public")
    answer = client.get("/booth/", {"code": "zz-zz"})
    assert answer.status_code == 404
    assert "zz-zz" in text(answer)
    assert client.get("/booth/ZZZZZZ/").status_code == 404


def test_booths_of_a_draft_are_not_there(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=0, needed=1)
    api.write_booth(by=SYSTEM, card_id=card.id, draft=BoothDraft(title="猜灯谜"))
    assert cast.client("member").get(f"/booth/{Booth.objects.get().code}/").status_code == 404


def test_pages_cost_the_same_at_one_and_at_many_stamps(
    cast, zhou, lin, django_assert_max_num_queries
):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=4)
    for booth in card.booths.all():
        api.stamp(by=SYSTEM, booth_id=booth.id, person_ids=[one.id for one in cast.own.people])
        with django_assert_max_num_queries(30):
            zhou.get(f"{C}{card.id}/")
        with django_assert_max_num_queries(24):
            lin.get("/stamps/")
    for _ in range(2):
        make_card(cast.season, cast.foreign.node, asked=0, title=f"邻镇{_}")
    other = StampCard.objects.get(title="邻镇1")
    with django_assert_max_num_queries(24):
        page = text(lin.get(f"/stamps/?card={other.id}"))
    assert "邻镇1" in page
    assert "邻镇0" not in page
