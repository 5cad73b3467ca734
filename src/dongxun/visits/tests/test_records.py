from datetime import timedelta
from itertools import permutations

import pytest

from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.ledger.models import Fact
from dongxun.visits import services
from dongxun.visits.contracts import Outcome, Step
from dongxun.visits.models import Claim, Stop
from dongxun.visits.tests.make import World, make_round

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def world():
    return World()


def test_a_visit_writes_one_fact_of_study_at_home_worth_its_minutes(world):
    assert world.take(world.visited(world.zheng)) == [("stored", "")]

    assert world.facts(world.zheng) == [(720, "home")]
    stop = world.stop(world.zheng)
    assert (stop.state, stop.minutes, stop.disputed) == ("done", 12, False)


def test_the_same_statement_again_is_a_duplicate_and_writes_nothing(world):
    said = world.visited(world.zheng)
    world.take(said)
    assert world.take(said) == [("duplicate", "")]
    assert (world.claims(world.zheng), len(world.facts(world.zheng))) == (1, 1)


def test_minutes_of_several_short_visits_add_up_to_the_topic(world):
    for day in range(5):
        people = [world.zheng]
        if day:
            world.round = make_round(
                world.season,
                world.tree["平潮镇"],
                people,
                by=world.zhou,
                day=clock.today() + timedelta(days=day),
            )
        world.take(world.visited(world.zheng), by=world.zhou)

    coverage.rebuild(by=SYSTEM, season_id=world.season.id)
    stand = coverage.standing_of(world.zheng.id, by=SYSTEM, season_id=world.season.id)
    assert (stand.topics[0].seconds, stand.topics[0].met, stand.topics[0].state) == (
        3600,
        True,
        "home",
    )


def test_two_visitors_at_one_door_who_agree_are_one_visit(world):
    first, second = world.visited(world.zheng), world.visited(world.zheng, after=22)
    assert world.take(first) == [("stored", "")]
    assert world.take(second, by=world.zhou) == [("merged", "")]
    assert world.facts(world.zheng) == [(720, "home")]
    assert not world.stop(world.zheng).disputed


def test_two_visitors_who_differ_are_both_kept_and_a_person_decides(world):
    first = world.visited(world.zheng, minutes=12, after=20)
    second = world.visited(world.zheng, minutes=30, after=25)
    world.take(first)
    assert world.take(second, by=world.zhou) == [("conflict", "visits_differ")]
    assert (world.claims(world.zheng), world.facts(world.zheng)) == (2, [(720, "home")])
    assert world.stop(world.zheng).disputed

    services.settle(by=world.zhou, stop_id=first.stop_id, claim_id=second.id)
    assert (world.facts(world.zheng), world.stop(world.zheng).disputed) == ([(1800, "home")], False)
    assert Fact.objects.filter(voided_by__isnull=False).count() == 1
    assert Claim.objects.filter(id__in=[first.id, second.id]).count() == 2


def test_a_decision_stands_against_phones_that_come_later_but_they_are_shown(world):
    first = world.visited(world.zheng)
    world.take(first)
    services.settle(by=world.zhou, stop_id=first.stop_id, claim_id=first.id)
    late = world.visited(world.zheng, minutes=40, after=2)
    assert world.take(late) == [("conflict", "visits_differ")]
    assert world.facts(world.zheng) == [(720, "home")]
    services.settle(by=world.zhou, stop_id=first.stop_id, claim_id=None)
    assert not world.stop(world.zheng).disputed


def test_whatever_the_order_a_door_ends_alike(world):
    stop_id = world.stop(world.zheng).id
    items = [
        world.visited(world.zheng, minutes=12, after=20, words="想要老花镜"),
        world.visited(world.zheng, minutes=30, after=25),
        world.visited(world.zheng, outcome=Outcome.ABSENT, minutes=0, topics=(), after=5),
        world.visited(world.zheng, step=Step.GREETING, outcome="", after=1, topics=()),
    ]
    seen = set()
    for order in permutations(items):
        Claim.objects.all().delete()
        Stop.objects.update(state="waiting", words="", minutes=0, began_at=None, done_at=None)
        for fact in Fact.objects.filter(voided_by=None):
            Fact.objects.filter(pk=fact.pk).delete()
        from dongxun.ledger.models import Entry, Void

        Void.objects.all().delete()
        Fact.objects.all().delete()
        Entry.objects.all().delete()
        for item in order:
            world.take(item)
        row = Stop.objects.values_list(
            "state", "began_at", "done_at", "minutes", "words", "disputed"
        ).get(id=stop_id)
        facts = Fact.objects.filter(voided_by=None).values_list("pk", "seconds", "occurred_at")
        seen.add((row, tuple(facts)))
    assert len(seen) == 1


def test_nobody_at_home_and_then_a_visit_is_a_visit(world):
    absent = world.visited(world.zheng, outcome=Outcome.ABSENT, minutes=0, topics=(), after=5)
    assert world.take(absent) == [("stored", "")]
    assert (world.stop(world.zheng).state, world.facts(world.zheng)) == ("absent", [])
    world.take(world.visited(world.zheng, after=200))
    stop = world.stop(world.zheng)
    assert (stop.state, stop.disputed) == ("done", False)


def test_a_half_finished_record_stays_begun_and_counts_nothing(world):
    greeting = world.visited(world.zheng, step=Step.GREETING, outcome="", topics=())
    assert world.take(greeting) == [("stored", "")]
    assert (world.stop(world.zheng).state, world.facts(world.zheng)) == ("begun", [])


def test_only_a_visitor_of_the_round_and_its_planners_may_record(world):
    other = world.linked(new_id())
    said = world.visited(world.zheng)
    assert world.take(said, by=other) == [("rejected", "not_found")]
    assert world.take(said, by=world.organiser("五接镇")) == [("rejected", "not_found")]
    services.remove_visitor(by=world.zhou, visitor_id=world.visitor_id)
    assert world.take(said) == [("rejected", "not_found")]
    assert world.take(said, by=world.zhou) == [("stored", "")]


def test_a_moment_before_the_round_opened_is_refused_in_words(world):
    early = world.visited(world.zheng, after=-60)
    assert world.take(early) == [("rejected", "before_round")]


def test_a_phone_with_a_wrong_clock_is_kept_and_waits_for_a_person(world):
    wrong = world.visited(world.zheng, after=-60 * 24 * 400, skewed=True)
    assert world.take(wrong) == [("conflict", "clock_impossible")]
    assert (world.stop(world.zheng).disputed, world.facts(world.zheng)) == (True, [])
    services.settle(
        by=world.zhou, stop_id=wrong.stop_id, claim_id=wrong.id, at=world.round.opened_at
    )
    assert (world.stop(world.zheng).disputed, world.facts(world.zheng)) == (False, [(720, "home")])


def test_a_slightly_wrong_clock_is_flagged_and_counts(world):
    world.take(world.visited(world.zheng, skewed=True))
    assert Claim.objects.get().skewed
    assert world.facts(world.zheng) == [(720, "home")]


def test_what_comes_back_after_eighty_days_counts_and_is_flagged_as_late(world):
    said = world.visited(world.zheng)
    with clock.frozen(clock.now() + timedelta(days=80)):
        assert world.take(said) == [("stored", "")]
    assert Claim.objects.get().late
    with clock.frozen(clock.now() + timedelta(days=100)):
        assert world.take(world.visited(world.feng)) == [("rejected", "too_late")]


@pytest.mark.parametrize("minutes", [0, 241])
def test_impossible_minutes_are_refused(world, minutes):
    said = world.visited(world.zheng, minutes=minutes, topics=())
    assert world.take(said) == [("rejected", "minutes_impossible")]


def test_nobody_decides_about_doors_of_another_town(world):
    with pytest.raises(NotFound):
        services.settle(
            by=world.organiser("五接镇"), stop_id=world.stop(world.zheng).id, claim_id=None
        )
