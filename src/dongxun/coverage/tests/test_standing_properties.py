from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dongxun.coverage.contracts import SEASON_ROW
from dongxun.coverage.counting import COUNTERS, Tally, rolled_up
from dongxun.coverage.standing import standing
from dongxun.coverage.tests.make import (
    BRANCH,
    DAY,
    NINE,
    OTHER_BRANCH,
    TOPIC_A,
    TOPIC_B,
    key,
    make_leave,
    make_live,
    make_measure,
    make_part,
    make_topic,
)
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.seasons.contracts import StudyMode

MEASURE = make_measure(make_topic(TOPIC_A), make_topic(TOPIC_B, 45), hours="1.5")
STATES = [COUNTERS.index(name) for name in COUNTERS if name.startswith("s_")]


@st.composite
def some_facts(draw):
    when = st.integers(-60 * 24 * 5, 60 * 24 * 5)
    topics = st.sampled_from([TOPIC_A, TOPIC_B, None, key(99)])
    formats = st.sampled_from(["hall", "half_day", "online", "museum"])
    facts = [
        make_live(
            draw(st.integers(0, 200)),
            draw(st.sampled_from(list(Mode))),
            kind=draw(st.sampled_from([k.value for k in FactKind if k != FactKind.ON_LEAVE])),
            topic_id=draw(topics),
            format=draw(formats),
            occurred_at=NINE + timedelta(minutes=draw(when)),
            object_kind=draw(st.sampled_from(["session", "lesson"])),
            object_id=key(draw(st.integers(1, 4))),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    for _ in range(draw(st.integers(0, 2))):
        until = DAY + timedelta(days=draw(st.integers(-3, 3)))
        facts.append(make_leave(until, topic_id=draw(topics)))
    return facts


@st.composite
def some_parts(draw):
    return [
        make_part(
            draw(st.sampled_from(list(StudyMode))),
            branch_id=draw(st.sampled_from([BRANCH, OTHER_BRANCH])),
            valid_from=DAY + timedelta(days=draw(st.integers(-9, 3))),
            valid_to=draw(st.sampled_from([None, DAY, DAY + timedelta(days=4)])),
            excluded_reason=draw(st.sampled_from(["", "", "长期失联"])),
        )
        for _ in range(draw(st.integers(1, 3)))
    ]


@settings(max_examples=200, deadline=None)
@given(facts=some_facts(), parts=some_parts(), data=st.data())
def test_any_order_and_any_repetition_of_facts_gives_the_same_standing(facts, parts, data):
    again = data.draw(st.permutations(facts + facts[: len(facts) // 2]))

    assert standing(parts, again, MEASURE, DAY) == standing(parts, facts, MEASURE, DAY)


@settings(max_examples=100, deadline=None)
@given(people=st.lists(st.tuples(some_parts(), some_facts()), max_size=6))
def test_the_states_of_every_topic_and_of_the_season_sum_to_the_eligible(people):
    tally = Tally([TOPIC_A, TOPIC_B])
    stood = [standing(parts, facts, MEASURE, DAY) for parts, facts in people]
    for person in stood:
        tally.add(person)

    counted = rolled_up(tally.by_branch(), {b: (key(7), b) for b in (BRANCH, OTHER_BRANCH)})

    eligible = sum(person.eligible for person in stood)
    for vector in counted.values():
        assert sum(vector[place] for place in STATES) == vector[0]
        assert all(number >= 0 for number in vector)
    for topic_id in (SEASON_ROW, TOPIC_A, TOPIC_B):
        assert counted.get((key(7), topic_id), [0])[0] == eligible


@settings(max_examples=100, deadline=None)
@given(parts=some_parts(), facts=some_facts())
def test_taking_a_person_away_leaves_nothing(parts, facts):
    tally = Tally([TOPIC_A, TOPIC_B])
    person = standing(parts, facts, MEASURE, DAY)

    tally.add(person)
    tally.add(person, -1)

    assert tally.by_branch() == {}


@settings(max_examples=100, deadline=None)
@given(parts=some_parts(), facts=some_facts())
def test_more_learning_never_takes_anything_away(parts, facts):
    learnt = [fact for fact in facts if fact.object_kind != "session"]
    less = standing(parts, learnt[:-1], MEASURE, DAY)
    more = standing(parts, learnt, MEASURE, DAY)

    assert more.hours >= less.hours
    assert (more.reached, more.rigor, more.effect) >= (False, False, False)
    assert all(
        now or not before
        for now, before in (
            (more.reached, less.reached),
            (more.rigor, less.rigor),
            (more.effect, less.effect),
        )
    )
