import pytest

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import (
    Blind,
    ContestDraft,
    ContestRefused,
    EntryState,
    Kind,
    NotNow,
    OwnInterest,
    PrizeDraft,
    State,
    Tie,
)
from dongxun.contests.models import Award, Judge, Score
from dongxun.contests.queries.judging import blind, sheet
from dongxun.contests.services.merging import follow_merge
from dongxun.contests.tests.make import (
    PRIZES,
    SCALES,
    SYSTEM,
    close,
    enter,
    make_contest,
    make_judge,
    score,
)
from dongxun.kernel.errors import Invalid, NotFound


@pytest.fixture
def stage(cast):
    """Three entries of three towns and a judge of a fourth, judging under way."""
    contest = make_contest(cast.season, cast.district)
    towns = list(cast.towns.values())
    entries = [enter(contest, town.people[0]) for town in towns[:3]]
    judge = make_judge(contest, towns[3].people[0])
    close(contest)
    for entry in entries:
        entry.refresh_from_db()
    return contest, entries, judge


def test_a_judge_sees_numbers_and_never_a_name_or_a_unit(cast, stage):
    contest, entries, judge = stage
    lines = sheet(judge, contest)
    assert [line.number for line in lines] == [1, 2, 3]
    fields = set(Blind.__slots__)
    assert not fields & {"name", "branch", "team_name", "entrants", "person"}
    told = repr(lines)
    for entry in entries:
        person = entry.entrants.get().person
        assert person.name not in told
        assert entry.branch.name not in told


def test_the_list_of_numbers_carries_no_words_and_one_number_carries_its_own(stage):
    contest, entries, judge = stage
    assert {line.text for line in sheet(judge, contest)} == {""}
    asked = blind(judge, contest, entries[0].id)
    assert asked is not None
    assert (asked.id, asked.text) == (entries[0].id, entries[0].text)
    assert blind(judge, contest, contest.id) is None


def test_nobody_judges_the_own_unit_or_an_own_entry(cast, stage):
    contest, entries, _judge = stage
    neighbour = make_judge(contest, cast.own.people[1])
    own = next(one for one in entries if one.branch_id == cast.own.branch.id)
    with pytest.raises(OwnInterest):
        score(neighbour, own, 50, 30)
    [hidden] = [line for line in sheet(neighbour, contest) if line.is_aside]
    assert (hidden.id, hidden.title, hidden.text) == (own.id, "", "")
    with pytest.raises(OwnInterest):
        make_judge(contest, own.entrants.get().person)


def test_in_a_contest_of_one_branch_only_own_entries_are_barred(cast):
    contest = make_contest(cast.season, cast.own.branch)
    entries = [enter(contest, person) for person in (cast.lin, cast.qian)]
    judge = make_judge(contest, cast.zhou)
    close(contest)
    score(judge, entries[0], 50, 30)
    assert Score.objects.count() == 1


def test_a_judge_who_stands_aside_gives_nothing_there(cast, stage):
    _contest, entries, judge = stage
    score(judge, entries[0], 50, 30)
    by = phone_of(judge.person)
    api.recuse(by=by, judge_id=judge.id, entry_id=entries[0].id, reason="认得字迹")
    api.recuse(by=by, judge_id=judge.id, entry_id=entries[0].id)
    assert not Score.objects.exists()
    with pytest.raises(OwnInterest):
        score(judge, entries[0], 50, 30)


@pytest.mark.parametrize("points", [(61, 1), (-1, 1), (1,), ()])
def test_points_outside_a_scale_are_refused_at_that_scale(stage, points):
    _contest, entries, judge = stage
    with pytest.raises(Invalid) as refused:
        score(judge, entries[0], *points)
    assert refused.value.details[0][0].startswith("points.")


def test_scoring_is_for_judges_and_only_while_judging(cast, stage):
    _contest, entries, judge = stage
    with pytest.raises(NotFound):
        api.score(by=phone_of(cast.wu), judge_id=judge.id, entry_id=entries[0].id, points=(1, 1))
    early = make_contest(cast.season, cast.district)
    other = make_judge(early, judge.person)
    entry = enter(early, cast.lin)
    with pytest.raises(NotNow):
        score(other, entry, 1, 1)


def test_results_wait_for_every_judge(stage):
    contest, entries, judge = stage
    score(judge, entries[0], 50, 30)
    with pytest.raises(ContestRefused) as refused:
        api.publish(by=SYSTEM, contest_id=contest.id)
    assert "2" in str(refused.value.details[0][1])


def test_places_prizes_and_certificates_follow_the_points(cast, stage):
    contest, entries, judge = stage
    for entry, points in zip(entries, [(50, 30), (55, 35), (40, 30)], strict=True):
        score(judge, entry, *points)
    assert api.publish(by=SYSTEM, contest_id=contest.id) == 2
    assert api.publish(by=SYSTEM, contest_id=contest.id) == 2
    for entry in entries:
        entry.refresh_from_db()
    assert [(one.rank, str(one.score)) for one in entries] == [
        (2, "80.00"),
        (1, "90.00"),
        (3, "70.00"),
    ]
    won = {award.entry_id: (award.prize, award.sequence) for award in Award.objects.all()}
    assert won == {entries[1].id: ("一等奖", 1), entries[0].id: ("二等奖", 2)}
    winner = entries[1].entrants.get().person
    [award] = api.own_awards(winner.id, by=phone_of(winner))
    text = api.certificate(award.id, by=phone_of(winner))
    assert (text.name, text.prize, text.contest) == (winner.name, "一等奖", contest.title)
    with pytest.raises(NotFound):
        api.certificate(award.id, by=phone_of(entries[2].entrants.get().person))


def test_the_first_scale_decides_between_equal_sums(stage):
    contest, entries, judge = stage
    for entry, points in zip(entries, [(40, 40), (50, 30), (10, 10)], strict=True):
        score(judge, entry, *points)
    api.publish(by=SYSTEM, contest_id=contest.id)
    for entry in entries:
        entry.refresh_from_db()
    assert [one.rank for one in entries] == [2, 1, 3]


def test_equal_sums_share_the_place_and_the_prize_where_the_rule_says_so(cast, stage):
    contest, entries, judge = stage
    contest.tie = Tie.SHARED
    contest.save()
    for entry, points in zip(entries, [(40, 40), (50, 30), (10, 10)], strict=True):
        score(judge, entry, *points)
    api.publish(by=SYSTEM, contest_id=contest.id)
    for entry in entries:
        entry.refresh_from_db()
    assert [one.rank for one in entries] == [1, 1, 3]
    assert set(Award.objects.values_list("prize", flat=True)) == {"一等奖"}


def test_an_entry_that_nobody_may_judge_holds_the_results_up(cast):
    contest = make_contest(cast.season, cast.district)
    own, foreign = enter(contest, cast.lin), enter(contest, cast.wu)
    judge = make_judge(contest, cast.zhou)
    close(contest)
    score(judge, foreign, 50, 30)
    own.refresh_from_db()
    with pytest.raises(ContestRefused) as refused:
        api.publish(by=SYSTEM, contest_id=contest.id)
    assert str(own.number) in str(refused.value.details[0][1])


def test_results_taken_back_void_their_certificates_and_keep_their_numbers(cast, stage):
    contest, entries, judge = stage
    for entry in entries:
        score(judge, entry, 50, 30)
    api.publish(by=SYSTEM, contest_id=contest.id)
    old = Award.objects.earliest("sequence")
    with pytest.raises(Invalid):
        api.take_back(by=SYSTEM, contest_id=contest.id, reason="")
    api.take_back(by=SYSTEM, contest_id=contest.id, reason="算错一张评分表")
    with pytest.raises(NotFound):
        api.certificate(old.id, by=SYSTEM)
    contest.refresh_from_db()
    assert contest.state == State.JUDGING
    api.publish(by=SYSTEM, contest_id=contest.id)
    again = Award.objects.filter(void_at=None).earliest("sequence")
    assert again.sequence > old.sequence


def test_a_judge_let_go_counts_no_more(cast, stage):
    contest, entries, judge = stage
    score(judge, entries[0], 1, 1)
    api.dismiss_judge(by=SYSTEM, judge_id=judge.id)
    outside = api.appoint_judge(by=SYSTEM, contest_id=contest.id, name="周老师")
    assert outside == api.appoint_judge(by=SYSTEM, contest_id=contest.id, name="周老师")
    for entry in entries:
        score(Judge.objects.get(id=outside), entry, 50, 30)
    api.publish(by=SYSTEM, contest_id=contest.id)
    entries[0].refresh_from_db()
    assert (str(entries[0].score), entries[0].state) == ("80.00", EntryState.IN)


def test_scales_stand_once_somebody_has_scored(stage):
    contest, entries, judge = stage
    score(judge, entries[0], 50, 30)
    prizes = (PrizeDraft("优秀奖", 3),)
    with pytest.raises(NotNow):
        api.write_rules(by=SYSTEM, contest_id=contest.id, scales=(), prizes=prizes)


def test_certificates_of_a_mixed_team_name_the_branch_of_each(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE, team=2)
    enter(contest, cast.lin, cast.wu, team_name="村口队", title="", text="")
    enter(contest, cast.zhou, team_name="桥头队", title="", text="")
    close(contest)
    api.draw(by=SYSTEM, contest_id=contest.id)
    judge = api.appoint_judge(by=SYSTEM, contest_id=contest.id, name="周老师")
    final = contest.matches.get()
    pair = contest.entries.get(team_name="村口队")
    api.vote(by=SYSTEM, match_id=final.id, votes={judge: pair.id})
    api.publish(by=SYSTEM, contest_id=contest.id)
    papers = {one.name: one.branch for one in api.certificates(contest.id, by=SYSTEM)}
    assert papers[cast.lin.name] == cast.lin.branch.name
    assert papers[cast.wu.name] == cast.wu.branch.name
    assert cast.lin.branch_id != cast.wu.branch_id


@pytest.mark.parametrize(
    "change", [{"kind": Kind.SPEECH}, {"team": 2}, {"tie": Tie.SHARED}, {"trimmed": True}]
)
def test_the_rules_stand_once_judging_has_begun(cast, stage, change):
    contest, _entries, _judge = stage
    kept = {"title": contest.title, "kind": Kind.ESSAY, "closes_at": contest.closes_at}

    def write(**values):
        api.write_contest(
            by=SYSTEM,
            organisation_id=contest.organisation_id,
            season_id=contest.season_id,
            draft=ContestDraft(**(kept | values)),
            contest_id=contest.id,
        )

    with pytest.raises(NotNow) as refused:
        write(**change)
    assert refused.value.where in change
    write(call="作品都在路上")
    contest.refresh_from_db()
    assert contest.call == "作品都在路上"


def test_the_prizes_stand_once_judging_has_begun(stage):
    contest, _entries, _judge = stage
    with pytest.raises(NotNow):
        api.write_rules(by=SYSTEM, contest_id=contest.id, scales=SCALES, prizes=PRIZES[:1])
    api.write_rules(by=SYSTEM, contest_id=contest.id, scales=SCALES, prizes=PRIZES)


def test_prizes_are_not_taken_out_of_an_open_call_and_judging_begins_with_some(cast):
    contest = make_contest(cast.season, cast.district)
    with pytest.raises(ContestRefused) as refused:
        api.write_rules(by=SYSTEM, contest_id=contest.id, scales=SCALES, prizes=())
    assert [spot for spot, _words in refused.value.details] == ["prizes"]
    for town in list(cast.towns.values())[:2]:
        enter(contest, town.people[0])
    contest.prizes.all().delete()
    with pytest.raises(ContestRefused):
        close(contest)
    contest.state = State.JUDGING  # as it was left by an earlier version
    contest.save()
    api.write_rules(by=SYSTEM, contest_id=contest.id, scales=SCALES, prizes=PRIZES)
    assert contest.prizes.count() == 2


def test_who_was_dismissed_on_one_row_and_judges_on_the_other_goes_on_judging_when_merged(
    cast, stage
):
    contest, entries, judge = stage
    score(judge, entries[0], 50, 30)
    kept = list(cast.towns.values())[3].people[1]
    api.dismiss_judge(by=SYSTEM, judge_id=make_judge(contest, kept).id)
    for _time in range(2):
        follow_merge(kept.id, judge.person_id)
    standing = Judge.objects.get(contest=contest, dismissed_at=None)
    assert (standing.person_id, standing.scores.count()) == (kept.id, 1)
    assert [one.contest_id for one in api.own_judgeships(kept.id, by=phone_of(kept))] == [
        contest.id
    ]


def test_of_two_rows_that_both_judge_the_one_left_has_what_either_gave(cast, stage):
    contest, entries, judge = stage
    kept = list(cast.towns.values())[3].people[1]
    mine = make_judge(contest, kept)
    score(mine, entries[0], 40, 30)
    for entry, points in ((entries[0], 1), (entries[1], 50)):
        score(judge, entry, points, 30)
    api.recuse(by=phone_of(judge.person), judge_id=judge.id, entry_id=entries[2].id)
    follow_merge(kept.id, judge.person_id)
    given = dict(Score.objects.filter(judge=mine).values_list("entry_id", "points"))
    assert given == {entries[0].id: [40, 30], entries[1].id: [50, 30]}
    assert mine.recusals.get().entry_id == entries[2].id
