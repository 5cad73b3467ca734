from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from dongxun.access.tests.make import actor_of, make_account, phone_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.needs import api
from dongxun.needs.contracts import (
    EvidenceMissing,
    NeedAct,
    NeedSource,
    NeedState,
    NotNow,
    OwnNeed,
    Satisfaction,
)
from dongxun.needs.models import Need, NeedHelper, Step
from dongxun.needs.queries import tickets
from dongxun.needs.tests.make import MORE, SYSTEM, WAY, bring_to, make_need, step
from dongxun.needs.transitions import TABLE, possible

FRIDAY = clock.moment(date(2026, 11, 27))


@pytest.mark.parametrize("state", NeedState.values)
def test_the_table_says_what_can_be_done_where(cast, state):
    for act in TABLE:
        need = bring_to(make_need(cast.own.branch), state)
        more = MORE.get(act, {})
        if act is NeedAct.HAND_ON:
            more = {"organisation_id": cast.own.node.id}
        if act is NeedAct.CLOSE and state == "callback":
            Need.objects.filter(id=need.id).update(satisfaction="satisfied")
        if state in TABLE[act].after:
            step(need, act, **more)
            assert need.state == (TABLE[act].state or need.state)
        else:
            with pytest.raises(NotNow):
                step(need, act, **more)


def test_every_state_is_reached_and_left(cast):
    assert set(WAY) == set(NeedState.values)
    for state in WAY:
        assert bring_to(make_need(cast.own.branch), state).state == state
        assert state == NeedState.CLOSED or possible(state)


def test_the_same_step_sent_twice_is_one(cast):
    need, key = make_need(cast.own.branch), new_id()
    for _time in range(2):
        step(need, "accept", key=key)
    assert Step.objects.filter(need=need).count() == 2


def test_two_at_once_find_that_it_has_moved_on(cast):
    need = make_need(cast.own.branch)
    step(need, "accept", version=1)
    with pytest.raises(NotNow):
        step(need, "dispatch", version=1)


def test_first_receiver_leads_whoever_works_on_it(cast):
    need = bring_to(make_need(cast.own.branch), "accepted")
    step(need, "dispatch", organisation_id=cast.foreign.node.id, responsible="何工")
    assert (need.lead_id, need.holder_id) == (cast.own.branch.id, cast.foreign.node.id)
    step(need, "begin", by=cast.actor("other_organiser"))
    step(need, "finish", by=cast.actor("other_organiser"), words="接通了热水")
    assert (need.lead_id, need.holder_id) == (cast.own.branch.id, cast.own.branch.id)
    assert (need.evidence, need.responsible) == ("接通了热水", "何工")


def test_who_works_on_it_does_not_check_call_back_or_close(cast):
    secretary, organiser = cast.actor("secretary"), cast.actor("organiser")
    need = bring_to(make_need(cast.own.branch), "in_work", by=secretary)
    step(need, "finish", by=secretary)
    for act in ("check", "call_back", "close"):
        assert act not in tickets.acts_for(need, by=secretary)
    with pytest.raises(OwnNeed):
        step(need, "check", by=secretary)
    step(need, "check", by=organiser)
    with pytest.raises(OwnNeed):
        step(need, "call_back", by=secretary, satisfaction="satisfied")
    step(need, "call_back", by=organiser, satisfaction="basic")
    with pytest.raises(OwnNeed):
        step(need, "close", by=secretary)
    assert step(need, "close", by=organiser).state == NeedState.CLOSED


def test_who_raised_it_for_themselves_does_not_close_it(cast):
    organiser = cast.actor("organiser")
    need = make_need(cast.own.branch, by=organiser, source=NeedSource.CONSOLE, requester_name="")
    for act in ("accept", "dispatch", "begin", "finish"):
        step(need, act, by=cast.actor("secretary"))
    with pytest.raises(OwnNeed):
        step(need, "check", by=organiser)
    step(need, "check", by=cast.actor("office"))
    step(need, "call_back", by=cast.actor("office"), satisfaction="satisfied")
    with pytest.raises(OwnNeed):
        step(need, "close", by=organiser)


def test_who_raised_it_for_somebody_else_may_close_it(cast):
    organiser = cast.actor("organiser")
    need = make_need(cast.own.branch, by=organiser, source=NeedSource.CONSOLE)
    for act in ("accept", "dispatch", "begin", "finish"):
        step(need, act, by=cast.actor("secretary"))
    for act in ("check", "call_back", "close"):
        step(need, act, by=organiser, **MORE.get(act, {}))
    assert not need.is_open


def test_the_database_itself_refuses_a_closer_who_worked(cast):
    need = bring_to(make_need(cast.own.branch), "callback")
    somebody = new_id()
    changes = {"state": "closed", "is_open": False, "satisfaction": "satisfied"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(id=need.id).update(**changes, done_by=somebody, closed_by=somebody)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(id=need.id).update(**changes, evidence="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(id=need.id).update(
            **changes, for_self=True, raised_by=somebody, closed_by=somebody
        )


def test_closing_needs_the_requesters_word(cast):
    need = bring_to(make_need(cast.own.branch), "callback")
    with pytest.raises(EvidenceMissing):
        step(need, "close")
    step(need, "call_back", words="没人接")
    with pytest.raises(EvidenceMissing):
        step(need, "close")


def test_a_word_of_dissatisfaction_sends_it_back(cast):
    need = bring_to(make_need(cast.own.branch), "accepted")
    step(need, "dispatch", organisation_id=cast.own.node.id)
    for act in ("begin", "finish", "check"):
        step(need, act)
    step(need, "call_back", satisfaction="unsatisfied", words="水还是凉的")
    assert (need.state, need.redos, need.holder_id) == (NeedState.REDO, 1, cast.own.node.id)
    assert need.word == "水还是凉的"


def test_sent_back_three_times_it_goes_one_level_up(cast):
    need = bring_to(make_need(cast.own.branch), "in_work")
    for _time in range(2):
        step(need, "finish")
        step(need, "redo", words="没办好")
        step(need, "begin")
    step(need, "finish")
    step(need, "redo", words="还是没办好")
    assert (need.state, need.redos) == (NeedState.ESCALATED, 3)
    assert need.lead_id == cast.own.branch.parent_id
    assert need.holder_id == need.lead_id


def test_handed_on_three_times_it_goes_one_level_up(cast):
    need = bring_to(make_need(cast.own.branch), "dispatched")
    for town in ("五接镇", "刘桥镇", "十总镇"):
        step(need, "hand_on", organisation_id=cast.towns[town].node.id, words="不归我们管")
    assert (need.state, need.hand_ons) == (NeedState.ESCALATED, 3)
    assert need.lead_id == cast.own.branch.parent_id


def test_nobody_stands_above_the_top_of_the_season(cast):
    need = make_need(cast.district)
    with pytest.raises(NotNow, match="最上面"):
        step(need, "escalate")


def test_a_suspended_need_waits_for_its_own_day(cast):
    need = bring_to(make_need(cast.own.branch), "in_work")
    day = clock.today() + timedelta(days=40)
    step(need, "suspend", words="等开春", until=day)
    assert (need.state, need.due_on) == (NeedState.SUSPENDED, day)
    step(need, "resume")
    assert need.state == NeedState.IN_WORK


@pytest.mark.parametrize("days", [None, 0, -1, 400])
def test_a_suspension_wants_a_day_within_a_year(cast, days):
    need = bring_to(make_need(cast.own.branch), "accepted")
    day = None if days is None else clock.today() + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        step(need, "suspend", until=day)
    assert refused.value.details[0][0] == "until"


@pytest.mark.parametrize("act", ["accept", "finish", "hand_on", "redo", "escalate", "guide"])
def test_what_wants_words_says_so(cast, act):
    state = next(iter(TABLE[NeedAct(act)].after))
    need = bring_to(make_need(cast.own.branch), state)
    with pytest.raises(Invalid) as refused:
        step(need, act, words=" ", organisation_id=cast.own.node.id)
    assert "words" in dict(refused.value.details)


def test_the_clock_runs_from_registering_and_anew_after_a_redo(cast):
    with clock.frozen(FRIDAY):
        need = make_need(cast.own.branch)
    assert need.due_on == date(2026, 11, 30)
    with clock.frozen(FRIDAY + timedelta(days=3)):
        step(need, "accept")
    assert (need.replied_on, need.due_on) == (date(2026, 11, 30), date(2026, 12, 4))
    with clock.frozen(FRIDAY + timedelta(days=10)):  # Monday, one working day late
        for act in ("dispatch", "begin", "finish", "redo"):
            step(need, act)
        assert need.due_on == date(2026, 12, 14)
        assert [m.late_days for m in tickets.timeline(need)] == [0, 1, 1, 1, 1, 0]


def test_a_helper_sees_it_and_strangers_do_not(cast):
    need = bring_to(make_need(cast.own.branch), "accepted")
    with pytest.raises(NotFound):
        tickets.need_row(need.id, by=cast.actor("other_organiser"))
    step(need, "dispatch", helper_ids=(cast.foreign.node.id,))
    assert NeedHelper.objects.filter(need=need).count() == 1
    assert tickets.need_row(need.id, by=cast.actor("other_organiser")).id == need.id
    with pytest.raises(NotAllowed):
        step(need, "begin", by=cast.actor("other_organiser"))


def test_an_expert_gives_guidance_and_the_need_stays_where_it_is(cast):
    need = bring_to(make_need(cast.own.branch), "in_work")
    step(need, "guide", words="先做政策辅导", expert_id=cast.own.lecturer.id)
    assert (need.state, need.expert_id) == (NeedState.IN_WORK, cast.own.lecturer.id)
    with pytest.raises(Invalid):
        step(need, "guide", expert_id=new_id())


def test_the_requester_gives_the_word_with_the_code(cast):
    need, key = bring_to(make_need(cast.own.branch), "callback"), new_id()
    for _time in range(2):
        api.give_word(
            by=phone_of(cast.lin), need_id=need.id, satisfaction="satisfied", words="好了", key=key
        )
    assert need.steps.last().by_id is not None
    need.refresh_from_db()
    assert (need.satisfaction, need.state) == (Satisfaction.SATISFIED, NeedState.CALLBACK)
    fresh = make_need(cast.own.branch)
    with pytest.raises(NotNow):
        api.give_word(by=Actor.public(), need_id=fresh.id, satisfaction="satisfied", key=new_id())


def test_whoever_worked_on_it_does_not_speak_for_the_requester(cast):
    need = bring_to(make_need(cast.own.branch), "in_work", by=cast.actor("secretary"))
    step(need, "finish", by=cast.actor("secretary"))
    step(need, "check", by=cast.actor("organiser"))
    for role in ("secretary", "organiser"):
        client = cast.client(role)
        assert "由提出的人" in client.get(f"/need/{need.code}/").content.decode()
        said = {"key": str(new_id()), "satisfaction": "satisfied", "words": ""}
        assert client.post(f"/need/{need.code}/word/", said).status_code == 403
    need.refresh_from_db()
    assert need.satisfaction == ""


def test_somebody_else_at_the_same_unit_takes_over(cast):
    second = actor_of(make_account(Role.SECRETARY, cast.own.branch, name="副书记"))
    need = bring_to(make_need(cast.own.branch), "in_work", by=cast.actor("secretary"))
    step(need, "finish", by=cast.actor("secretary"))
    assert step(need, "check", by=second).state == NeedState.CALLBACK


def test_strangers_move_nothing(cast):
    need = make_need(cast.own.branch)
    for by in (Actor.public(), cast.actor("other_secretary"), cast.actor("zone_lead")):
        with pytest.raises(NotFound):
            step(need, "accept", by=by)
    assert SYSTEM.is_system
