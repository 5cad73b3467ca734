from dongxun.contests.contracts import Kind
from dongxun.contests.tests.make import make_contest
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
