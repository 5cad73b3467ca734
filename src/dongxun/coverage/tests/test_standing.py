from dataclasses import replace
from datetime import date, timedelta

import pytest

from dongxun.coverage.contracts import EndState
from dongxun.coverage.standing import standing
from dongxun.coverage.tests.make import (
    BRANCH,
    DAY,
    OTHER_BRANCH,
    TOPIC_A,
    TOPIC_B,
    make_leave,
    make_live,
    make_measure,
    make_part,
    make_topic,
)
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.seasons.contracts import StudyMode


def states(part, facts, day=DAY, measure=None):
    found = standing([part], facts, measure or make_measure(), day)
    return [topic.state for topic in found.topics], found.state


def test_half_hall_half_audio_of_a_group_member_is_made_up():
    facts = [make_live(30), make_live(30, Mode.ONLINE)]

    assert states(make_part(), facts) == ([EndState.MAKEUP], EndState.MAKEUP)


def test_visits_at_home_that_add_up_to_less_than_the_least_give_no_credit():
    measure = replace(make_measure(), home_least_s=600)

    def at_home(*minutes):
        visits = [make_live(n, Mode.HOME, format="home") for n in minutes]
        facts = [make_live(55), *visits]
        found = standing([make_part(StudyMode.HOME)], facts, measure, DAY)
        return found.topics[0].home_s, found.topics[0].met, found.hours

    assert at_home(9) == (540, False, at_home()[-1])
    assert at_home(5, 4) == (540, False, at_home()[-1])
    assert at_home(5, 5)[:2] == (600, True)


def test_five_visits_of_twelve_minutes_add_up_to_taught_at_home():
    visits = [make_live(12, Mode.HOME, format="home") for _ in range(5)]

    assert states(make_part(StudyMode.HOME), visits) == ([EndState.HOME], EndState.HOME)
    assert states(make_part(StudyMode.HOME), visits[:4]) == (
        [EndState.UNTRAINED],
        EndState.UNTRAINED,
    )


def test_a_floating_member_in_a_host_villages_hall_is_trained_together():
    assert states(make_part(StudyMode.FLOATING), [make_live(60)]) == (
        [EndState.GROUP],
        EndState.GROUP,
    )


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2027, 2, 1), EndState.LEAVE),
        (date(2027, 2, 9), EndState.LEAVE),
        (date(2027, 2, 10), EndState.UNTRAINED),
    ],
)
def test_leave_lasts_to_the_last_day_of_its_window(day, state):
    leave = make_leave(date(2027, 2, 9))

    found = standing([make_part()], [leave], make_measure(), day)

    assert ([topic.state for topic in found.topics], found.state) == ([state], state)
    assert found.recheck_on == (date(2027, 2, 10) if state == EndState.LEAVE else None)
    assert not found.reached


@pytest.mark.parametrize(
    ("mode", "by", "state"),
    [
        (StudyMode.GROUP, Mode.GROUP, EndState.GROUP),
        (StudyMode.GROUP, Mode.MAKEUP, EndState.MAKEUP),
        (StudyMode.GROUP, Mode.HOME, EndState.MAKEUP),
        (StudyMode.GROUP, Mode.ONLINE, EndState.MAKEUP),
        (StudyMode.GROUP, Mode.EXTERNAL, EndState.MAKEUP),
        (StudyMode.HOME, Mode.GROUP, EndState.GROUP),
        (StudyMode.HOME, Mode.ONLINE, EndState.HOME),
        (StudyMode.FLOATING, Mode.GROUP, EndState.GROUP),
        (StudyMode.FLOATING, Mode.ONLINE, EndState.ONLINE),
        (StudyMode.FLOATING, Mode.HOME, EndState.ONLINE),
    ],
)
def test_the_end_state_follows_the_table(mode, by, state):
    assert states(make_part(mode), [make_live(60, by, format="hall")]) == ([state], state)


def test_a_leave_that_was_made_up_no_longer_counts_as_leave():
    measure = make_measure(make_topic(TOPIC_A), make_topic(TOPIC_B))
    facts = [make_leave(DAY + timedelta(days=5)), make_live(60, Mode.MAKEUP)]

    assert states(make_part(), facts, measure=measure) == ([EndState.MAKEUP], EndState.UNTRAINED)


def test_the_season_is_met_by_hours_and_every_required_topic():
    topics = (make_topic(TOPIC_A), make_topic(TOPIC_B))
    both = [make_live(60), make_live(60, topic_id=TOPIC_B)]

    def met(facts, **more):
        return standing([make_part()], facts, make_measure(*topics, **more), DAY).rigor

    assert met(both, hours="2")
    assert not met(both, hours="2.01")
    assert not met([make_live(120)], hours="2")


def test_an_optional_topic_need_not_be_met():
    measure = make_measure(make_topic(TOPIC_A), make_topic(TOPIC_B, required=False))

    assert standing([make_part()], [make_live(60)], measure, DAY).rigor


def test_nobody_meets_a_season_that_asks_nothing_without_taking_part():
    measure = make_measure(make_topic(TOPIC_A, required=False), hours="0")

    assert not standing([make_part()], [], measure, DAY).rigor
    assert standing([make_part()], [make_live(1)], measure, DAY).rigor


def test_a_passed_check_or_reflection_is_the_effect_and_no_other_mode():
    passed = make_live(0, Mode.NONE, kind=FactKind.PASSED.value, format="test", object_kind="quiz")
    found = standing([make_part()], [make_live(60), passed], make_measure(hours="1.5"), DAY)

    assert (found.reached, found.rigor, found.effect) == (True, True, True)
    assert (found.state, str(found.hours)) == (EndState.GROUP, "1.50")
    assert not standing([make_part()], [make_live(60)], make_measure(), DAY).effect


def test_on_a_transfer_credit_travels_and_the_branch_changes_that_day():
    before = make_part(valid_to=DAY)
    after = make_part(branch_id=OTHER_BRANCH, valid_from=DAY)
    facts = [make_live(60)]

    def on(day):
        found = standing([after, before], facts, make_measure(), day)
        return found.branch_id, found.eligible, found.rigor

    assert on(DAY - timedelta(days=1)) == (BRANCH, True, True)
    assert on(DAY) == (OTHER_BRANCH, True, True)


@pytest.mark.parametrize(
    "part",
    [
        make_part(excluded_reason="在外服刑"),
        make_part(valid_from=DAY + timedelta(days=1)),
        make_part(valid_to=DAY),
    ],
)
def test_who_does_not_take_part_today_is_not_eligible(part):
    assert not standing([part], [make_live(60)], make_measure(), DAY).eligible


def test_the_next_day_on_which_time_alone_matters_is_kept():
    part = make_part(valid_to=DAY + timedelta(days=9))
    leave = make_leave(DAY + timedelta(days=3))

    found = standing([part], [leave], make_measure(), DAY)

    assert found.recheck_on == DAY + timedelta(days=4)


def test_each_owes_the_hours_of_the_own_category():
    measure = make_measure(hours="1", secretary="2")
    secretary = make_part(category="secretary")

    assert standing([make_part()], [make_live(60)], measure, DAY).rigor
    assert not standing([secretary], [make_live(60)], measure, DAY).rigor
    met = standing([secretary], [make_live(60), make_live(60)], measure, DAY)
    assert (met.rigor, met.state, met.category) == (True, EndState.GROUP, "secretary")


def test_the_category_of_the_part_that_speaks_that_day_decides():
    before = make_part(valid_to=DAY)
    after = make_part(valid_from=DAY, category="secretary")
    measure = make_measure(hours="1", secretary="2")

    assert standing([before, after], [make_live(60)], measure, DAY - timedelta(days=1)).rigor
    assert not standing([before, after], [make_live(60)], measure, DAY).rigor


def test_a_probationary_member_counts_and_owes_the_own_row():
    probationary = make_part(category="probationary")

    found = standing([probationary], [make_live(60)], make_measure(hours="1"), DAY)

    assert (found.eligible, found.rigor, found.category) == (True, True, "probationary")


def test_a_secretary_is_trained_together_only_when_the_group_alone_reaches_the_hours():
    secretary = make_part(category="secretary")
    facts = [make_live(60), make_live(60, Mode.ONLINE)]

    found = standing([secretary], facts, make_measure(hours="1", secretary="2"), DAY)

    assert (found.rigor, found.state) == (True, EndState.MAKEUP)
