from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import (
    ContestDraft,
    ContestRefused,
    EnteredAlready,
    EntryState,
    Kind,
    NotBlind,
    NotNow,
    OwnInterest,
    Source,
)
from dongxun.contests.models import Award, Entrant, Entry, Judge, RankConsent
from dongxun.contests.services.merging import follow_merge
from dongxun.contests.tests.make import SYSTEM, close, draft_of, enter, make_contest, make_judge
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonClosed


@pytest.fixture
def contest(cast):
    return make_contest(cast.season, cast.district)


def test_an_entry_sent_twice_is_one_and_can_be_changed_until_the_end(cast, contest):
    draft = draft_of(cast.lin)
    by = phone_of(cast.lin)
    first = api.enter(by=by, contest_id=contest.id, draft=draft)
    again = api.enter(by=by, contest_id=contest.id, draft=draft)
    assert first.id == again.id
    changed = draft_of(cast.lin, id=draft.id, title="换个题目")
    api.enter(by=by, contest_id=contest.id, draft=changed)
    assert Entry.objects.get().title == "换个题目"
    with (
        clock.frozen(contest.closes_at + timedelta(minutes=1)),
        pytest.raises(NotNow),
    ):
        api.enter(by=by, contest_id=contest.id, draft=draft)
    assert Entry.objects.get().title == "换个题目"


def test_one_person_stands_in_one_entry_whether_by_phone_or_at_the_desk(cast, contest):
    enter(contest, cast.lin)
    with pytest.raises(EnteredAlready) as refused:
        enter(contest, cast.lin)
    assert cast.lin.name in str(refused.value.message)
    with pytest.raises(EnteredAlready):
        api.enter_at_desk(by=cast.actor("office"), contest_id=contest.id, draft=draft_of(cast.lin))
    assert Entry.objects.count() == 1


def test_a_late_entry_is_kept_and_takes_part_once_admitted_with_a_reason(cast, contest):
    enter(contest, cast.lin)
    enter(contest, cast.wu)
    with clock.frozen(contest.closes_at + timedelta(hours=1)):
        late = enter(contest, cast.qian, text="来晚了，字都在。")
        assert late.state == EntryState.LATE
        close(contest)
        assert late.text == "来晚了，字都在。"
        with pytest.raises(Invalid):
            api.admit(by=SYSTEM, entry_id=late.id, reason=" ")
        api.admit(by=SYSTEM, entry_id=late.id, reason="邮路耽误")
    late.refresh_from_db()
    assert (late.state, late.number, late.reason) == (EntryState.IN, 3, "邮路耽误")


def test_numbers_are_dealt_only_when_the_call_closes(cast, contest):
    first, second = enter(contest, cast.lin), enter(contest, cast.wu)
    assert first.number is None
    close(contest)
    numbers = set(Entry.objects.values_list("number", flat=True))
    assert numbers == {1, 2}
    assert second.id in set(Entry.objects.values_list("id", flat=True))


def test_judging_needs_two_entries(cast, contest):
    enter(contest, cast.lin)
    with pytest.raises(ContestRefused):
        api.close_call(by=SYSTEM, contest_id=contest.id)


@pytest.mark.parametrize("where", ["title", "text"])
def test_words_that_tell_who_wrote_them_are_refused_at_their_place(cast, contest, where):
    with pytest.raises(NotBlind) as refused:
        enter(contest, cast.lin, **{where: f"我是{cast.lin.name}，写几句"})
    assert [spot for spot, _words in refused.value.details] == [where]
    with pytest.raises(NotBlind):
        enter(contest, cast.lin, **{where: f"{cast.own.branch.name}的账本"})
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"text": "字" * 20_001}, "text"),
        ({"recording": "javascript:alert(1)"}, "recording"),
        ({"recording": "http://example.org/a.mp3"}, "recording"),
    ],
)
def test_what_an_entry_lacks_is_said_at_its_field(cast, contest, overrides, where):
    with pytest.raises(Invalid) as refused:
        enter(contest, cast.lin, **overrides)
    assert where in [spot for spot, _words in refused.value.details]


def test_a_team_has_a_name_and_no_more_people_than_the_call_says(cast):
    contest = make_contest(cast.season, cast.district, kind=Kind.DEBATE, team=2)
    with pytest.raises(Invalid) as refused:
        enter(contest, cast.lin, cast.zhou, cast.qian)
    assert [spot for spot, _words in refused.value.details] == ["people", "team_name"]
    team = enter(contest, cast.lin, cast.zhou, team_name="村口队")
    assert [one.person_id for one in team.entrants.all()] == [cast.lin.id, cast.zhou.id]


def test_a_member_enters_only_what_is_for_them_and_only_as_themselves(cast):
    foreign = make_contest(cast.season, cast.foreign.branch)
    with pytest.raises(NotFound):
        enter(foreign, cast.lin)
    own = make_contest(cast.season, cast.district)
    with pytest.raises(NotFound):
        api.enter(by=phone_of(cast.lin), contest_id=own.id, draft=draft_of(cast.wu))
    with pytest.raises(NotFound):
        api.enter(by=phone_of(cast.lin, owned=False), contest_id=own.id, draft=draft_of(cast.lin))
    theirs = enter(own, cast.wu)
    with pytest.raises(NotFound):
        enter(own, cast.lin, id=theirs.id)
    with pytest.raises(NotFound):
        api.withdraw(by=phone_of(cast.lin), entry_id=theirs.id)
    with pytest.raises(NotFound):
        api.enter_at_desk(by=cast.actor("secretary"), contest_id=own.id, draft=draft_of(cast.zhou))


def test_a_withdrawn_entry_keeps_its_words_and_its_person_may_enter_anew(cast, contest):
    first = enter(contest, cast.lin)
    api.withdraw(by=phone_of(cast.lin), entry_id=first.id)
    api.withdraw(by=phone_of(cast.lin), entry_id=first.id)
    second = enter(contest, cast.lin)
    first.refresh_from_db()
    assert (first.state, second.state) == (EntryState.OUT, EntryState.IN)
    assert first.text


def test_the_desk_enters_for_somebody_without_a_phone(cast, contest):
    by = cast.actor("office")
    made = api.enter_at_desk(by=by, contest_id=contest.id, draft=draft_of(cast.qian))
    assert (made.source, made.branch_id) == (Source.DESK, cast.qian.branch_id)


def test_a_call_that_has_not_begun_takes_nothing(cast):
    begins = clock.now() + timedelta(days=1)
    contest = make_contest(cast.season, cast.district, opens_at=begins)
    with pytest.raises(NotNow):
        enter(contest, cast.lin)


def test_a_call_opens_only_with_scales_prizes_and_an_end(cast):
    contest = make_contest(cast.season, cast.district, opened=False, closes_at=None, prizes=())
    api.write_rules(by=SYSTEM, contest_id=contest.id, scales=(), prizes=())
    with pytest.raises(ContestRefused) as refused:
        api.open_call(by=SYSTEM, contest_id=contest.id)
    assert [spot for spot, _words in refused.value.details] == ["scales", "prizes", "closes_at"]


def test_nothing_changes_in_a_season_that_is_closed(cast, contest):
    entry = enter(contest, cast.lin)
    cast.season.state = "closed"
    cast.season.save()
    with pytest.raises(SeasonClosed):
        api.close_call(by=SYSTEM, contest_id=contest.id)
    with pytest.raises(SeasonClosed):
        enter(contest, cast.wu)
    with pytest.raises(SeasonClosed):
        api.withdraw(by=phone_of(cast.lin), entry_id=entry.id)


def test_a_duplicate_gives_its_entries_to_the_survivor_once(cast, contest):
    enter(contest, cast.lin)
    enter(contest, cast.qian)
    follow_merge(cast.lin.id, cast.qian.id)
    follow_merge(cast.lin.id, cast.qian.id)
    rows = Entrant.objects.filter(person_id=cast.lin.id)
    assert sorted(rows.values_list("is_in", flat=True)) == [False, True]


def test_an_entry_that_loses_its_only_person_in_a_merge_goes_out(cast, contest):
    mine, double = enter(contest, cast.lin), enter(contest, cast.qian)
    follow_merge(cast.lin.id, cast.qian.id)
    for entry in (mine, double):
        entry.refresh_from_db()
    assert (mine.state, double.state) == (EntryState.IN, EntryState.OUT)


def test_of_two_rows_in_one_team_one_certificate_stands(cast):
    made = make_contest(cast.season, cast.district, team=2)
    entry = enter(made, cast.lin, cast.qian, team_name="村口队")
    awards = [
        Award.objects.create(
            contest=made,
            entry=entry,
            person=person,
            prize="一等奖",
            prize_order=0,
            issuer_id=made.organisation_id,
            year=2026,
            sequence=number,
            decided_at=clock.now(),
        )
        for number, person in enumerate((cast.lin, cast.qian), 1)
    ]
    for _ in range(2):
        follow_merge(cast.lin.id, cast.qian.id)
    assert Award.objects.get(void_at=None) == awards[0]
    assert not Award.objects.filter(person=cast.qian).exists()


def test_who_came_late_is_in_time_once_the_call_ends_later(cast, contest):
    with clock.frozen(contest.closes_at + timedelta(minutes=1)):
        late, judging = enter(contest, cast.lin), enter(contest, cast.zhou)
        contest.judges.create(person=cast.zhou, name=cast.zhou.name)
        longer = ContestDraft(
            title=contest.title,
            kind=Kind.ESSAY,
            closes_at=contest.closes_at + timedelta(days=1),
        )
        at = {"organisation_id": contest.organisation_id, "season_id": contest.season_id}
        api.write_contest(by=SYSTEM, draft=longer, contest_id=contest.id, **at)
    for entry in (late, judging):
        entry.refresh_from_db()
    assert (late.state, judging.state) == (EntryState.IN, EntryState.LATE)


def test_an_open_call_keeps_an_end(cast, contest):
    draft = ContestDraft(title=contest.title, kind=Kind.ESSAY, closes_at=None)
    at = {"organisation_id": contest.organisation_id, "season_id": contest.season_id}
    with pytest.raises(Invalid) as refused:
        api.write_contest(by=SYSTEM, draft=draft, contest_id=contest.id, **at)
    assert [spot for spot, _words in refused.value.details] == ["closes_at"]


def test_of_two_judges_who_are_one_person_one_is_dismissed_and_consents_follow(cast, contest):
    kept, double = make_judge(contest, cast.lin), make_judge(contest, cast.qian)
    RankConsent.objects.create(season=cast.season, person=cast.qian, at=clock.now())
    follow_merge(cast.lin.id, cast.qian.id)
    follow_merge(cast.lin.id, cast.qian.id)
    for judge in (kept, double):
        judge.refresh_from_db()
    assert (kept.dismissed_at is None, double.dismissed_at is None) == (True, False)
    assert RankConsent.objects.get().person_id == cast.lin.id


def test_whoever_judges_a_contest_does_not_take_part_in_it(cast, contest):
    late = draft_of(cast.lin)
    with clock.frozen(contest.closes_at + timedelta(minutes=1)):
        api.enter(by=phone_of(cast.lin), contest_id=contest.id, draft=late)
        make_judge(contest, cast.zhou)
        with pytest.raises(OwnInterest) as refused:
            enter(contest, cast.zhou)
        assert refused.value.where == "people"
    Judge.objects.update(person=cast.lin)
    with pytest.raises(OwnInterest):
        api.admit(by=SYSTEM, entry_id=late.id, reason="邮路耽误")
    api.dismiss_judge(by=SYSTEM, judge_id=Judge.objects.get().id)
    api.admit(by=SYSTEM, entry_id=late.id, reason="邮路耽误")


@pytest.mark.parametrize(
    "words", ["林小满（{0}）", "林小满 {0}", " 林小满 ( {0} )", "林小满({0}", "林小满　{0}"]
)
def test_a_namesake_is_told_by_the_branch_however_it_is_written(cast, words):
    cast.wu.name = "林小满"
    cast.wu.save()
    here = [cast.district.interval]
    [card] = people.find(words.format(cast.own.branch.name), here, where="people")
    assert card.id == cast.lin.id


def test_a_long_row_of_spaces_is_read_as_fast_as_any_name(cast):
    with pytest.raises(Invalid):
        people.find("a" + " " * 100_000 + ")x", [cast.district.interval], where="people")


def test_a_team_with_people_of_two_branches_is_changed_from_the_phone(cast):
    lin = cast.client("member")
    made = make_contest(cast.season, cast.district, team=2)
    team = {"team_name": "桥头队", "title": "初稿", "text": "我们村"}
    draft = draft_of(cast.lin, cast.wu, **team)
    api.enter_at_desk(by=SYSTEM, contest_id=made.id, draft=draft)
    url = reverse("contests:enter", args=[made.id])
    typed = {"id": str(draft.id), **team, "title": "二稿", "person": str(cast.lin.id)}
    label = people.words_of([people.names([cast.wu.id])[cast.wu.id]])
    assert label in lin.get(url).content.decode()
    assert lin.post(url, typed | {"people": label}).status_code == 302
    entry = made.entries.get()
    assert (entry.title, entry.entrants.count()) == ("二稿", 2)
    other = cast.foreign.people[1]
    stranger = people.words_of([people.names([other.id])[other.id]])
    assert lin.post(url, typed | {"people": stranger}).status_code == 422
