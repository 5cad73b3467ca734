from datetime import UTC, datetime, timedelta
from decimal import Decimal

from dongxun.coverage.hours import credited, hours_by_year
from dongxun.coverage.tests.make import NINE, TOPIC_A, TOPIC_B, key, make_live, make_measure
from dongxun.ledger.contracts import Mode
from dongxun.seasons.contracts import CreditMethod, CreditTable

TABLE = make_measure().table


def hours(*facts, table=TABLE):
    return hours_by_year(credited(facts)[0], table)


def at(day, hour=1, minute=0):
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def test_a_half_day_is_worth_its_fixed_hours_once_however_many_topics_it_has():
    one, two = (
        make_live(90, topic_id=topic, format="half_day", object_id=key(1), occurred_at=at(5))
        for topic in (TOPIC_A, TOPIC_B)
    )

    assert hours(one, two) == {2027: Decimal("4.00")}


def test_minutes_are_summed_before_they_are_rounded():
    forty = make_live(20), make_live(20), make_live(20)

    assert hours(*forty) == {2027: Decimal("1.00")}
    assert hours(make_live(20)) == {2027: Decimal("0.33")}


def test_an_hour_may_be_forty_five_minutes():
    table = {"hall": CreditTable("hall", CreditMethod.PER_MINUTE, minutes_an_hour=45)}

    assert hours(make_live(60), table=table) == {2027: Decimal("1.33")}


def test_steps_apply_to_the_days_sum_of_a_topic():
    def lesson(minutes, day, topic=TOPIC_A):
        return make_live(minutes, Mode.ONLINE, format="online", occurred_at=at(day), topic_id=topic)

    assert hours(lesson(10, 5), lesson(20, 5)) == {2027: Decimal("1.00")}
    assert hours(lesson(10, 5), lesson(20, 6)) == {2027: Decimal("0.75")}
    assert hours(lesson(10, 5), lesson(20, 5, TOPIC_B)) == {2027: Decimal("0.75")}


def test_a_season_across_new_year_is_split_by_the_local_day():
    last_night = make_live(60, occurred_at=datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    after_midnight = make_live(30, occurred_at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))

    assert hours(last_night, after_midnight) == {2026: Decimal("1.00"), 2027: Decimal("0.50")}


def test_an_unknown_way_of_learning_counts_by_the_minute():
    assert hours(make_live(30, format="museum")) == {2027: Decimal("0.50")}


def test_what_two_sessions_share_counts_once_and_is_flagged():
    early = make_live(60, occurred_at=NINE)
    late = make_live(60, occurred_at=NINE + timedelta(minutes=30), topic_id=TOPIC_B)

    found, overlapping = credited([late, early])

    assert overlapping
    assert {fact.id: seconds for fact, seconds in found} == {early.id: 3600, late.id: 1800}


def test_sessions_that_only_touch_do_not_overlap():
    facts = [make_live(60, occurred_at=NINE + timedelta(hours=hour)) for hour in range(3)]

    found, overlapping = credited(facts)

    assert not overlapping
    assert sum(seconds for _fact, seconds in found) == 3 * 3600


def test_two_topics_of_one_session_do_not_overlap_each_other():
    facts = [
        make_live(30, occurred_at=NINE, object_id=key(1), topic_id=topic)
        for topic in (TOPIC_A, TOPIC_B)
    ]

    assert credited(facts) == ([(facts[0], 1800), (facts[1], 1800)], False)


def test_an_overlapping_half_day_counts_only_its_free_share():
    morning = make_live(180, format="half_day", occurred_at=NINE)
    shifted = make_live(180, format="half_day", occurred_at=NINE + timedelta(minutes=90))

    assert hours(morning, shifted) == {2027: Decimal("6.00")}


def test_an_audio_lesson_has_no_certain_time_and_never_overlaps():
    facts = [make_live(60, occurred_at=NINE), make_live(60, Mode.ONLINE, occurred_at=NINE)]

    assert credited(facts)[1] is False
