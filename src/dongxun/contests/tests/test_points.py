from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.booths import api as booths
from dongxun.booths.tests.make import make_card
from dongxun.contests import api
from dongxun.contests.contracts import DEFAULT_POINTS, Earns, PointDraft
from dongxun.contests.models import Earned, MonthAward, PointScheme
from dongxun.contests.queries import points as queries
from dongxun.contests.services import counting
from dongxun.contests.services import points as services
from dongxun.contests.tests.make import SYSTEM, close, enter, make_contest, make_judge, score
from dongxun.kernel import clock, outbox
from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.ledger.tests.make import make_fact
from dongxun.people.models import Person
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Participation, Season
from tests.answers import body_of


def switch_on(cast, *, ranks_people: bool = False, rules=DEFAULT_POINTS) -> None:
    services.write_points(
        by=SYSTEM, season_id=cast.season.id, is_on=True, ranks_people=ranks_people, rules=rules
    )
    while counting.fill_step():
        pass


def learn(cast, person: Person, n: int = 1, **overrides):
    """Write facts of as many sessions and let the house hear of them."""
    facts = [
        make_fact(
            person,
            season_id=cast.season.id,
            topic_id=cast.topics[0].id,
            cause=new_id(),
            **overrides,
        )
        for _ in range(n)
    ]
    ledger.record(facts, by=SYSTEM)
    outbox.deliver()
    return facts


def points_of(cast, person: Person) -> int:
    return sum(line.points for line in queries.own(cast.season.id, person.id))


def test_a_day_earns_at_most_its_cap(cast):
    switch_on(cast)
    learn(cast, cast.lin)
    assert points_of(cast, cast.lin) == 5
    learn(cast, cast.lin, 4)
    assert points_of(cast, cast.lin) == 10


def test_a_fact_taken_back_takes_its_points_along(cast):
    switch_on(cast)
    [fact] = learn(cast, cast.lin)
    ledger.void([fact.id], by=SYSTEM, reason="记错了人")
    outbox.deliver()
    assert points_of(cast, cast.lin) == 0
    assert not Earned.objects.exists()


def test_two_topics_of_one_session_earn_once_and_leave_earns_nothing(cast):
    switch_on(cast)
    at = new_id()
    facts = [
        make_fact(cast.lin, season_id=cast.season.id, topic_id=topic.id, object_id=at)
        for topic in cast.topics[:2]
    ]
    away = make_fact(
        cast.lin,
        season_id=cast.season.id,
        topic_id=cast.topics[0].id,
        kind=FactKind.ON_LEAVE,
        seconds=0,
        mode=Mode.NONE,
        object_id=new_id(),
    )
    ledger.record([*facts, away], by=SYSTEM)
    outbox.deliver()
    assert points_of(cast, cast.lin) == 5


def test_long_study_earns_no_more_than_short_study(cast):
    switch_on(cast)
    for person, seconds in ((cast.lin, 60), (cast.wu, 7200)):
        learn(cast, person, kind=FactKind.STUDIED, mode=Mode.ONLINE, seconds=seconds)
    assert points_of(cast, cast.lin) == points_of(cast, cast.wu) == 2


def test_nothing_is_counted_before_a_season_has_points_and_all_of_it_once_it_has(cast):
    learn(cast, cast.lin)
    assert not Earned.objects.exists()
    switch_on(cast)
    assert points_of(cast, cast.lin) == 5
    switch_on(cast)
    assert points_of(cast, cast.lin) == 5


def test_a_changed_rule_holds_for_everything_at_once(cast):
    switch_on(cast)
    learn(cast, cast.lin, 2)
    switch_on(cast, rules=[PointDraft(Earns.ATTENDED, 7, 100)])
    assert points_of(cast, cast.lin) == 14


@pytest.mark.parametrize("rule", [PointDraft(Earns.WON, 101, 1), PointDraft(Earns.WON, 1, -1)])
def test_rules_out_of_bounds_are_said_at_their_field(cast, rule):
    with pytest.raises(Invalid) as refused:
        switch_on(cast, rules=[rule])
    assert refused.value.details[0][0].startswith("won.")


def test_only_the_office_writes_the_rules(cast):
    with pytest.raises(NotFound):
        services.write_points(
            by=cast.actor("organiser"),
            season_id=cast.season.id,
            is_on=True,
            ranks_people=True,
            rules=(),
        )


def test_a_prize_earns_points_until_the_results_are_taken_back(cast):
    switch_on(cast)
    contest = make_contest(cast.season, cast.district)
    entries = [enter(contest, cast.lin), enter(contest, cast.wu)]
    judge = make_judge(contest, cast.towns["刘桥镇"].people[0])
    close(contest)
    for entry in entries:
        score(judge, entry, 50, 30)
    api.publish(by=SYSTEM, contest_id=contest.id)
    assert points_of(cast, cast.lin) == 10
    api.take_back(by=SYSTEM, contest_id=contest.id, reason="算错一张")
    assert points_of(cast, cast.lin) == 0


def test_units_stand_by_their_mean_and_equal_ones_share_a_rank(cast):
    switch_on(cast)
    units = [town.branch for town in cast.towns.values()][:3]
    whole = cast.district.interval
    before = {line.node.id: line.people for line in queries.teams(cast.season.id, units, whole)}
    learn(cast, cast.lin, 2)
    first, *others = queries.teams(cast.season.id, units, whole)
    assert (first.node.id, first.rank, first.points) == (cast.own.branch.id, 1, 10)
    assert first.people == before[cast.own.branch.id]
    assert {line.rank for line in others} == {2}


def test_nobody_is_ranked_unless_the_season_says_so_and_they_agree(cast):
    switch_on(cast)
    learn(cast, cast.lin)
    branch = cast.own.branch.interval
    season = cast.season.id
    with pytest.raises(NotFound):
        services.consent(
            by=phone_of(cast.lin), season_id=season, person_id=cast.lin.id, is_given=True
        )
    switch_on(cast, ranks_people=True)
    assert queries.ranked(season, branch) == []
    for person in (cast.lin, cast.zhou):
        services.consent(by=phone_of(person), season_id=season, person_id=person.id, is_given=True)
    lines = queries.ranked(season, branch)
    assert [(line.card.id, line.rank, line.points) for line in lines] == [
        (cast.lin.id, 1, 5),
        (cast.zhou.id, 2, 0),
    ]
    with pytest.raises(NotFound):
        services.consent(
            by=phone_of(cast.wu), season_id=season, person_id=cast.lin.id, is_given=False
        )
    services.consent(by=phone_of(cast.lin), season_id=season, person_id=cast.lin.id, is_given=False)
    assert [line.card.id for line in queries.ranked(season, branch)] == [cast.zhou.id]
    switch_on(cast)
    assert queries.ranked(season, branch) == []


def award(cast, month: date, places: int = 1) -> int:
    return services.award_month(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        month=month,
        places=places,
    )


def test_a_month_is_awarded_once_it_is_over_and_stands_whatever_comes_later(cast):
    switch_on(cast)
    facts = learn(cast, cast.lin, 2, occurred_at=clock.now())
    month = clock.today().replace(day=1)
    with pytest.raises(Conflict):
        award(cast, month)
    with clock.frozen(clock.moment(queries.next_month(month)) + timedelta(hours=9)):
        with pytest.raises(Invalid):
            award(cast, month, places=0)
        assert award(cast, month) == 1
        ledger.void([one.id for one in facts], by=SYSTEM, reason="记错了人")
        outbox.deliver()
        assert award(cast, month) == 1
    row = MonthAward.objects.get()
    assert (row.branch_id, row.rank, row.points) == (cast.own.branch.id, 1, 10)


def test_an_awarded_month_is_shown_printed_and_taken_back_with_a_reason(cast):
    switch_on(cast)
    learn(cast, cast.lin, 2, occurred_at=clock.now())
    month = clock.today().replace(day=1)
    with clock.frozen(clock.moment(queries.next_month(month)) + timedelta(hours=9)):
        award(cast, month)
        desk, phone = cast.client("office"), cast.client("member")
        unit = f"?unit={cast.district.id}"
        paper = reverse("reports:month_certificates") + f"{unit}&month={month}"
        assert body_of(desk.get(paper)).startswith(b"%PDF")
        assert cast.client("other_organiser").get(paper).status_code == 404
        assert "本支部排第 1" in phone.get(reverse("contests:own_points")).content.decode()
        address = reverse("contests:take_month_back") + unit
        taken = {"taken": month.isoformat()}
        assert desk.post(address, taken).status_code == 422
        assert desk.post(address, taken | {"reason": "算错了人数"}).status_code == 302
        assert "本支部排第" not in phone.get(reverse("contests:own_points")).content.decode()
        assert award(cast, month) == 1
    assert MonthAward.objects.filter(void_reason="算错了人数").count() == 1


def test_in_a_closed_season_months_are_neither_awarded_nor_taken_back(cast):
    switch_on(cast)
    learn(cast, cast.lin, occurred_at=clock.now())
    month = clock.today().replace(day=1)
    with clock.frozen(clock.moment(queries.next_month(month)) + timedelta(hours=9)):
        award(cast, month)
        Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
        where = {"season_id": cast.season.id, "organisation_id": cast.district.id}
        with pytest.raises(SeasonClosed):
            services.take_month_back(by=SYSTEM, month=month, reason="算错了", **where)
        with pytest.raises(SeasonClosed):
            award(cast, month)
        page = cast.client("office").get(reverse("contests:points")).content.decode()
        assert f"{month:%Y-%m}" in page
        assert "收回" not in page
    assert MonthAward.objects.filter(void_at=None).count() == 1


def test_a_month_is_not_awarded_while_points_are_still_counted(cast):
    switch_on(cast)
    learn(cast, cast.lin, occurred_at=clock.now())
    month = clock.today().replace(day=1)
    PointScheme.objects.update(fill_requested_at=clock.now())
    with clock.frozen(clock.moment(queries.next_month(month)) + timedelta(hours=9)):
        with pytest.raises(Conflict):
            award(cast, month)
        PointScheme.objects.update(fill_requested_at=None)
        assert award(cast, month) == 1


def test_points_and_people_of_a_unit_are_of_those_who_count_there(cast):
    switch_on(cast)
    learn(cast, cast.lin)
    learn(cast, cast.zhou)
    branch, other = cast.own.branch, cast.foreign.branch
    whole = cast.district.interval
    before = {one.node.id: one for one in queries.teams(cast.season.id, [branch, other], whole)}
    assert before[branch.id].points == 10
    Participation.objects.filter(person=cast.lin).update(excluded_reason="调出")
    Participation.objects.filter(person=cast.zhou).update(branch_id=other.id)
    after = {one.node.id: one for one in queries.teams(cast.season.id, [branch, other], whole)}
    assert (after[branch.id].points, after[other.id].points) == (0, 5)
    assert after[branch.id].people == before[branch.id].people - 2
    assert after[other.id].people == before[other.id].people + 1


def test_two_thousand_branches_are_no_more_to_ask_than_one(cast, django_assert_max_num_queries):
    switch_on(cast)
    learn(cast, cast.lin)
    top = cast.own.branch
    lft = cast.district.interval.rgt
    many = [
        replace(top, id=new_id(), interval=Interval(lft + 2 * n, lft + 2 * n + 1))
        for n in range(1, 2001)
    ]
    with django_assert_max_num_queries(3):
        [line] = queries.teams(cast.season.id, [top, *many], cast.district.interval)
    assert (line.node.id, line.points) == (top.id, 5)


def test_pages_say_where_points_come_from_and_take_the_rules(cast):
    office, lin = cast.client("office"), cast.client("member")
    assert "本季没有积分" in office.get("/console/points/").content.decode()
    assert "本季没有积分" in lin.get("/points/").content.decode()
    typed = {"is_on": "on", "ranks_people": "on"}
    for rule in DEFAULT_POINTS:
        typed |= {f"{rule.what}_points": str(rule.points), f"{rule.what}_day_cap": "10"}
    bad = office.post("/console/points/rules/", typed | {"won_points": "1000"})
    assert bad.status_code == 422
    assert 'value="1000"' in bad.content.decode()
    office.post("/console/points/rules/", typed)
    while counting.fill_step():
        pass
    learn(cast, cast.lin, occurred_at=clock.now())
    month = clock.today().replace(day=1)
    assert cast.own.node.short_name in office.get("/console/points/").content.decode()
    shown = office.get(f"/console/points/?month={month.isoformat()}&unit={cast.own.branch.id}")
    assert cast.own.branch.short_name in shown.content.decode()
    assert office.post("/console/points/", {"month": "x", "places": "3"}).status_code == 422
    with clock.frozen(clock.moment(queries.next_month(month)) + timedelta(hours=9)):
        office, typed = cast.client("office"), {"month": month.isoformat(), "places": "3"}
        assert office.post("/console/points/", typed).status_code == 302
        assert month not in office.get("/console/points/").context["over"]
        assert office.post("/console/points/", typed).status_code == 422
    assert "我的 5 分" in lin.get("/points/").content.decode()
    lin.post("/points/consent/", {"what": "yes"})
    page = lin.get("/points/").content.decode()
    assert cast.lin.name in page
    assert "不再参加排名" in page


def test_a_full_stamp_card_earns_once_and_a_corrected_one_no_more(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=1)
    switch_on(cast)
    [booth] = card.booths.all()
    booths.stamp(by=SYSTEM, booth_id=booth.id, person_ids=[cast.lin.id])
    outbox.deliver()
    assert Earned.objects.get(person=cast.lin, what=Earns.STAMPED).n == 1
    assert points_of(cast, cast.lin) == 3
    booths.enter_paper(by=SYSTEM, card_id=card.id, person_id=cast.lin.id, booth_ids=[])
    outbox.deliver()
    assert points_of(cast, cast.lin) == 0
