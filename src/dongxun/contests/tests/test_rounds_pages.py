from decimal import Decimal

from dongxun.contests import api
from dongxun.contests.contracts import Kind
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest
from dongxun.quizzes.tests.make import make_quiz


def test_a_round_is_changed_and_taken_out_on_its_page(cast):
    office = cast.client("office")
    contest = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    quiz = make_quiz(cast.season, cast.district, title="初赛卷", opened=False, tries=1)
    page = f"/console/contests/{contest.id}/rounds/"
    for name in ("初赛", "决塞"):
        office.post(page, {"name": name, "quiz": "", "advance": "1"})
    wrong = contest.rounds.get(name="决塞")
    one = f"/console/contests/rounds/{wrong.id}/"
    typed = {"what": "write", "name": "初赛", "quiz": str(quiz.id), "advance": "0"}
    twin = office.post(one, typed)
    assert twin.status_code == 409
    assert "另一轮已经叫这个名称" in twin.content.decode()
    office.post(one, typed | {"name": "决赛"})
    wrong.refresh_from_db()
    assert (wrong.name, wrong.quiz_id, wrong.advance) == ("决赛", quiz.id, 0)
    assert 'value="remove"' in office.get(one).content.decode()
    office.post(one, {"what": "remove"})
    assert [row.name for row in contest.rounds.all()] == ["初赛"]


def test_two_who_write_points_take_nothing_of_each_other_back(cast):
    office = cast.client("office")
    made = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE)
    for person in (cast.lin, cast.wu):
        enter(made, person, title="", text="")
    close(made)
    key = api.write_round(by=SYSTEM, contest_id=made.id, name="抢答")
    api.open_round(by=SYSTEM, round_id=key)
    one = f"/console/contests/rounds/{key}/"
    first, second = made.rounds.get().results.values_list("entry_id", flat=True)
    page = office.get(one).context["was"]
    api.count_round(by=SYSTEM, round_id=key, points={first: Decimal(30)})
    office.post(one, {"was": page, str(first): "", str(second): "20"})

    def points():
        return dict(made.rounds.get().results.values_list("entry_id", "points"))

    assert points() == {first: 30, second: 20}
    typed = {"was": page, str(first): "25", str(second): "20"}
    asked = office.post(one, typed)
    assert asked.status_code == 409
    assert "刚才另有人录入：30.00" in asked.content.decode()
    office.post(one, typed | {"was": asked.context["was"]})
    assert points() == {first: 25, second: 20}
