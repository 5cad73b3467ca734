from datetime import timedelta
from decimal import Decimal

import pytest

from dongxun.access.tests.make import phone_of
from dongxun.booths.tests.make import make_booth, make_card
from dongxun.contests import api
from dongxun.contests.contracts import (
    ContestRefused,
    Kind,
    NotNow,
    OwnInterest,
    PrizeDraft,
    Tie,
    VotesEqual,
)
from dongxun.contests.models import Award, Match, Round
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest, make_judge
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.notices.models import Delivery
from dongxun.organisations import api as organisations
from dongxun.people.tests.make import make_person
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Given
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import begin, take
from dongxun.quizzes.tests.make import make_quiz as make_any_quiz
from dongxun.seasons.tests.make import make_season

ONE = (PrizeDraft("一等奖", 1),)
THREE_TWO_ONE = (Decimal(3), Decimal(2), Decimal(1))


@pytest.fixture
def contest(cast):
    """A knowledge contest of 林小满, 钱一诺 and 吴思远, its call closed."""
    made = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE, prizes=ONE)
    for person in (cast.lin, cast.qian, cast.wu):
        enter(made, person, title="", text="")
    return close(made)


def make_quiz(season, node, **overrides) -> Quiz:
    return make_any_quiz(season, node, **({"tries": 1} | overrides))


def write(contest, name, **more) -> Round:
    return Round.objects.get(
        id=api.write_round(by=SYSTEM, contest_id=contest.id, name=name, **more)
    )


def test_a_round_is_a_quiz_for_those_in_it_and_the_best_go_on(cast, contest):
    first = make_quiz(cast.season, cast.district, items=4, opened=False, title="初赛")
    second = make_quiz(cast.season, cast.district, items=4, opened=False, title="决赛")
    opening = write(contest, "初赛", quiz_id=first.id, advance=2)
    final = write(contest, "决赛", quiz_id=second.id)
    api.open_round(by=SYSTEM, round_id=opening.id)
    api.open_round(by=SYSTEM, round_id=opening.id)
    with pytest.raises(NotFound):
        begin(Quiz.objects.get(id=first.id), cast.zhou)
    for person, right in ((cast.lin, 4), (cast.qian, 1), (cast.wu, 3)):
        take(first, person, right=right)
    with pytest.raises(NotNow):
        api.open_round(by=SYSTEM, round_id=final.id)
    api.count_round(by=SYSTEM, round_id=opening.id)
    assert [(one.place, one.points, one.goes_on) for one in opening.results.all()] == [
        (1, Decimal(100), True),
        (2, Decimal(75), True),
        (3, Decimal(25), False),
    ]
    api.open_round(by=SYSTEM, round_id=final.id)
    with pytest.raises(NotFound):
        begin(second, cast.qian)
    take(second, cast.wu, right=4)
    take(second, cast.lin, right=2)
    with pytest.raises(NotNow):
        api.count_round(by=SYSTEM, round_id=opening.id)
    api.count_round(by=SYSTEM, round_id=final.id)
    assert api.publish(by=SYSTEM, contest_id=contest.id) == 1
    assert Award.objects.get().person_id == cast.wu.id
    ranks = {one.entrants.get().person_id: one.rank for one in contest.entries.all()}
    assert ranks == {cast.wu.id: 1, cast.lin.id: 2, cast.qian.id: 3}


def test_a_quiz_kept_for_a_round_stands_in_nobody_elses_list(cast, contest):
    quiz = make_quiz(cast.season, cast.district, title="初赛卷")
    assert "初赛卷" in [line.quiz.title for line in _list_of(cast.zhou)]
    opening = write(contest, "初赛", quiz_id=quiz.id)
    assert "初赛卷" not in [line.quiz.title for line in _list_of(cast.zhou)]
    api.open_round(by=SYSTEM, round_id=opening.id)
    assert "初赛卷" in [line.quiz.title for line in _list_of(cast.lin)]
    assert "初赛卷" not in [line.quiz.title for line in _list_of(cast.zhou)]


def _list_of(person):
    return quizzes.own_quizzes(person.id, by=phone_of(person))


def test_a_quiz_others_have_answered_serves_no_round(cast, contest):
    quiz = make_quiz(cast.season, cast.district)
    take(quiz, cast.zhou)
    with pytest.raises(Conflict):
        write(contest, "初赛", quiz_id=quiz.id)
    fresh = make_quiz(cast.season, cast.district)
    write(contest, "初赛", quiz_id=fresh.id)
    with pytest.raises(Conflict):
        write(contest, "复赛", quiz_id=fresh.id)


def test_answers_not_handed_in_count_and_the_shorter_time_decides_where_it_should(cast, contest):
    contest.tie = Tie.QUICKER
    contest.save()
    quiz = make_quiz(cast.season, cast.district, items=1, opened=False)
    opening = write(contest, "初赛", quiz_id=quiz.id)
    api.open_round(by=SYSTEM, round_id=opening.id)
    now = clock.now()
    for person, seconds in ((cast.lin, 30), (cast.wu, 20)):
        with clock.frozen(now):
            attempt = begin(quiz, person)
        with clock.frozen(now + timedelta(seconds=seconds)):
            given = Given(options=(1,))
            quizzes.answer(by=phone_of(person), attempt_id=attempt.id, place=1, given=given)
    api.count_round(by=SYSTEM, round_id=opening.id)
    rows = [
        (one.entry.entrants.get().person_id, one.place, one.seconds)
        for one in opening.results.all()
    ]
    assert rows == [(cast.wu.id, 1, 20), (cast.lin.id, 2, 30), (cast.qian.id, 3, 31)]


def test_points_on_the_spot_are_written_down_and_may_be_corrected(cast, contest):
    opening = write(contest, "抢答")
    api.open_round(by=SYSTEM, round_id=opening.id)
    keys = [one.entry_id for one in opening.results.all()]
    with pytest.raises(Invalid) as refused:
        api.count_round(by=SYSTEM, round_id=opening.id, points={keys[0]: Decimal(99999)})
    assert refused.value.details[0][0] == str(keys[0])
    points = {keys[0]: Decimal(30), keys[1]: Decimal(50), keys[2]: None}
    api.count_round(by=SYSTEM, round_id=opening.id, points=points)
    api.count_round(by=SYSTEM, round_id=opening.id, points=points | {keys[2]: Decimal(60)})
    assert [one.entry_id for one in opening.results.all()] == [keys[2], keys[1], keys[0]]


def test_a_team_has_the_mean_of_its_people_and_who_did_not_answer_counts_nothing(cast):
    made = make_contest(cast.season, cast.district, kind=Kind.KNOWLEDGE, team=2, prizes=ONE)
    pair = enter(made, cast.lin, cast.zhou, team_name="村口队", title="", text="")
    enter(made, cast.wu, team_name="桥头队", title="", text="")
    close(made)
    quiz = make_quiz(cast.season, cast.district, items=2, opened=False)
    opening = write(made, "初赛", quiz_id=quiz.id)
    api.open_round(by=SYSTEM, round_id=opening.id)
    take(quiz, cast.lin)
    api.count_round(by=SYSTEM, round_id=opening.id)
    assert opening.results.get(entry=pair).points == Decimal(50)


@pytest.mark.parametrize("tries", [0, 2])
def test_a_round_takes_only_a_quiz_of_one_try(cast, contest, tries):
    quiz = make_quiz(cast.season, cast.district, tries=tries)
    with pytest.raises(Conflict) as refused:
        write(contest, "初赛", quiz_id=quiz.id)
    assert refused.value.where == "quiz"


def test_a_quiz_that_a_booth_asks_serves_no_round_nor_the_other_way(cast, contest):
    quizzes_ = [make_quiz(cast.season, cast.district, opened=False) for _ in range(2)]
    make_booth(make_card(cast.season, cast.district, asked=0), quiz=quizzes_[0])
    with pytest.raises(Conflict):
        write(contest, "初赛", quiz_id=quizzes_[0].id)
    write(contest, "初赛", quiz_id=quizzes_[1].id)
    with pytest.raises(Conflict):
        make_booth(make_card(cast.season, cast.district, asked=0), quiz=quizzes_[1])
    assert not quizzes.offered(cast.season.id, cast.district.interval, by=SYSTEM)


def test_a_round_takes_only_a_quiz_for_all_its_people_and_of_its_season(cast, contest):
    narrow = make_quiz(cast.season, cast.own.branch)
    with pytest.raises(Conflict):
        write(contest, "初赛", quiz_id=narrow.id)
    other = make_quiz(cast.season, cast.district)
    Quiz.objects.filter(id=other.id).update(season=make_season(cast.district))
    with pytest.raises(Conflict):
        write(contest, "初赛", quiz_id=other.id)


def test_a_quiz_that_a_round_gave_up_is_a_draft_for_everybody_again(cast, contest):
    first, second = (make_quiz(cast.season, cast.district) for _ in range(2))
    write(contest, "初赛", quiz_id=first.id)
    write(contest, "初赛", quiz_id=second.id)
    assert [Quiz.objects.get(id=one.id).invited_only for one in (first, second)] == [False, True]
    quizzes.open_quiz(by=SYSTEM, quiz_id=first.id)
    take(first, cast.zhou)
    write(contest, "初赛")
    assert not Quiz.objects.get(id=second.id).invited_only


def test_a_superfluous_round_is_taken_out_and_the_results_come_out(cast, contest):
    quiz = make_quiz(cast.season, cast.district, items=2, opened=False)
    final, mistyped = write(contest, "决赛"), write(contest, "决塞", quiz_id=quiz.id, advance=1)
    api.open_round(by=SYSTEM, round_id=final.id)
    keys = [one.entry_id for one in final.results.all()]
    api.count_round(
        by=SYSTEM, round_id=final.id, points=dict(zip(keys, THREE_TWO_ONE, strict=True))
    )
    with pytest.raises(Conflict):
        api.remove_round(by=SYSTEM, round_id=final.id)
    with pytest.raises(ContestRefused) as refused:
        api.publish(by=SYSTEM, contest_id=contest.id)
    assert "决塞" in str(refused.value.details)
    for _ in range(2):
        api.remove_round(by=SYSTEM, round_id=mistyped.id)
    assert not Quiz.objects.get(id=quiz.id).invited_only
    assert api.publish(by=SYSTEM, contest_id=contest.id) == 1


def test_a_round_begun_by_mistake_is_taken_out_until_somebody_has_answered(cast, contest):
    quiz = make_quiz(cast.season, cast.district, items=2, opened=False)
    for answered in (False, True):
        opening = write(contest, "初赛", quiz_id=quiz.id)
        api.open_round(by=SYSTEM, round_id=opening.id)
        if answered:
            begin(quiz, cast.lin)
            with pytest.raises(Conflict):
                api.remove_round(by=SYSTEM, round_id=opening.id)
        else:
            api.remove_round(by=SYSTEM, round_id=opening.id)
            assert not quiz.invited.exists()
    assert contest.rounds.get().id == opening.id


def test_a_round_is_renamed_and_lets_more_go_on_until_the_next_begins(cast, contest):
    opening, final = write(contest, "决塞"), write(contest, "决赛")
    api.open_round(by=SYSTEM, round_id=opening.id)
    keys = [one.entry_id for one in opening.results.all()]
    api.count_round(
        by=SYSTEM, round_id=opening.id, points=dict(zip(keys, THREE_TWO_ONE, strict=True))
    )
    with pytest.raises(Conflict):
        write(contest, "决赛", round_id=opening.id)
    write(contest, "初赛", advance=2, round_id=opening.id)
    api.open_round(by=SYSTEM, round_id=final.id)
    assert {one.entry_id for one in final.results.all()} == set(keys[:2])
    with pytest.raises(NotNow):
        write(contest, "初赛", advance=3, round_id=opening.id)
    assert contest.rounds.first().name == "初赛"


def test_nobody_is_admitted_past_a_round_that_has_begun(cast, contest):
    late = enter(contest, cast.zhou, title="", text="")
    api.open_round(by=SYSTEM, round_id=write(contest, "抢答").id)
    with pytest.raises(NotNow):
        api.admit(by=SYSTEM, entry_id=late.id, reason="邮路耽误")


@pytest.fixture
def debate(cast):
    """Three teams of three towns, drawn."""
    made = make_contest(cast.season, cast.district, kind=Kind.DEBATE, team=2, prizes=ONE)
    for town in list(cast.towns.values())[:3]:
        enter(made, *town.people[:2], team_name=f"{town.node.name}队", title="", text="")
    close(made)
    api.draw(by=SYSTEM, contest_id=made.id)
    return made


def test_debates_are_drawn_once_and_the_winner_comes_to_the_next(cast, debate):
    before = list(Match.objects.values_list("id", "first_id", "second_id"))
    api.draw(by=SYSTEM, contest_id=debate.id)
    assert list(Match.objects.values_list("id", "first_id", "second_id")) == before
    judge = api.appoint_judge(by=SYSTEM, contest_id=debate.id, name="外请评委")
    opening = debate.matches.get(round=1, decided_at=None)
    votes = {judge: opening.first_id}
    assert api.vote(by=SYSTEM, match_id=opening.id, votes=votes) == opening.first_id
    final = debate.matches.get(round=2)
    assert opening.first_id in {final.first_id, final.second_id}
    api.vote(
        by=SYSTEM, match_id=final.id, votes={judge: opening.first_id}, motion="先修路还是先修渠"
    )
    with pytest.raises(NotNow):
        api.vote(by=SYSTEM, match_id=opening.id, votes=votes)
    assert api.publish(by=SYSTEM, contest_id=debate.id) == 2
    ranks = {one.id: one.rank for one in debate.entries.all()}
    assert ranks[opening.first_id] == 1
    assert sorted(ranks.values()) == [1, 2, 3]


def test_a_judge_of_either_side_has_no_vote_and_equal_votes_decide_nothing(cast, debate):
    opening = debate.matches.get(round=1, decided_at=None)
    own = organisations.node(opening.first.branch_id)
    neighbour = make_judge(debate, make_person(branch=own))
    votes = {neighbour.id: opening.second_id}
    with pytest.raises(OwnInterest):
        api.vote(by=SYSTEM, match_id=opening.id, votes=votes)
    one, two = (
        api.appoint_judge(by=SYSTEM, contest_id=debate.id, name=name) for name in ("甲", "乙")
    )
    votes = {one: opening.first_id, two: opening.second_id}
    with pytest.raises(VotesEqual):
        api.vote(by=SYSTEM, match_id=opening.id, votes=votes)
    with pytest.raises(NotFound):
        api.vote(by=SYSTEM, match_id=opening.id, votes={one: debate.id})


def told(words):
    rows = Delivery.objects.filter(notice__body__contains=words, notice__withdrawn_at=None)
    return set(rows.values_list("person_id", flat=True))


def test_a_team_that_withdraws_lets_its_opponent_win_without_votes(cast, debate):
    judge = api.appoint_judge(by=SYSTEM, contest_id=debate.id, name="外请评委")
    opening = debate.matches.get(round=1, decided_at=None)
    gone, other = opening.first, opening.second
    api.withdraw(by=SYSTEM, entry_id=gone.id)
    assert debate.matches.get(id=opening.id).winner_id == other.id
    assert told("弃权") == set(other.entrants.values_list("person_id", flat=True))
    with pytest.raises(NotNow):
        api.vote(by=SYSTEM, match_id=opening.id, votes={judge: gone.id})
    final = debate.matches.get(round=2)
    [bye] = {final.first_id, final.second_id} - {other.id}
    api.vote(by=SYSTEM, match_id=final.id, votes={judge: bye})
    assert api.publish(by=SYSTEM, contest_id=debate.id) == 2
    assert {one.id: one.rank for one in debate.entries.all()} == {
        gone.id: None,
        bye: 1,
        other.id: 2,
    }


def test_a_walkover_is_found_however_late_and_votes_before_it_may_be_corrected(cast, debate):
    judge = api.appoint_judge(by=SYSTEM, contest_id=debate.id, name="外请评委")
    opening = debate.matches.get(round=1, decided_at=None)
    waiting = debate.matches.exclude(id=opening.id).get(round=1).winner_id
    api.withdraw(by=SYSTEM, entry_id=waiting)
    final = debate.matches.get(round=2)
    assert final.decided_at is None
    for side in (opening.first_id, opening.second_id):
        api.vote(by=SYSTEM, match_id=opening.id, votes={judge: side})
        assert debate.matches.get(round=2).winner_id == side
    for side in (opening.second_id, opening.first_id):
        api.withdraw(by=SYSTEM, entry_id=side)
    final.refresh_from_db()
    assert (final.winner_id, final.decided_at is not None) == (None, True)
    assert api.publish(by=SYSTEM, contest_id=debate.id) == 0


def test_debates_of_nobody_are_not_drawn(cast):
    made = make_contest(cast.season, cast.district, kind=Kind.DEBATE, prizes=ONE)
    entries = [enter(made, person, title="", text="") for person in (cast.lin, cast.wu)]
    close(made)
    for one in entries:
        api.withdraw(by=SYSTEM, entry_id=one.id)
    with pytest.raises(ContestRefused):
        api.draw(by=SYSTEM, contest_id=made.id)
