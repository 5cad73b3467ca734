from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from dongxun.activities.attendance import claims
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import CheckIn, Claim
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.kernel.ids import new_id
from dongxun.ledger import api as ledger
from dongxun.organisations import api as organisations
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_season

pytestmark = pytest.mark.django_db


class World:
    def __init__(self):
        self.tree = make_district()
        self.season = make_season(self.tree["district"])
        self.lin = make_person("林小满", branch=self.tree["平潮镇支部"])
        self.wu = make_person("吴思远", branch=self.tree["五接镇支部"])
        self.session = make_session(self.season, self.tree["平潮镇"])
        self.zhou = self.organiser("平潮镇")

    def organiser(self, name, role=Role.ORGANISER):
        node = self.tree[name]
        return Actor(ActorKind.ACCOUNT, new_id(), name, (Grant(role, node.id, node.interval),))

    def seen(self, person, **overrides):
        values = {"method": Method.ROLL, "occurred_at": clock.now()}
        return Presence(new_id(), person.id, **(values | overrides))  # type: ignore[arg-type]

    def claim(self, *items, by=None, session=None):
        return claims.claim_presence(
            by=by or self.zhou, session_id=(session or self.session).id, items=items
        )

    def facts(self, person):
        return list(ledger.live_facts(self.season.id, [person.id]))


@pytest.fixture
def world():
    return World()


def test_a_check_in_writes_one_fact_worth_the_topics_minutes(world):
    [answer] = world.claim(world.seen(world.lin))

    [fact] = world.facts(world.lin)
    assert answer.answer == SyncAnswer.STORED
    assert (fact.seconds, fact.mode, fact.object_id) == (3600, "group", world.session.id)
    assert fact.branch_id == world.tree["平潮镇支部"].id


def test_the_same_item_sent_again_is_a_duplicate_and_writes_nothing(world):
    item = world.seen(world.lin)
    world.claim(item)
    [again] = world.claim(item)

    assert again.answer == SyncAnswer.DUPLICATE
    assert (Claim.objects.count(), CheckIn.objects.count(), len(world.facts(world.lin))) == (
        1,
        1,
        1,
    )


def test_an_item_id_used_for_somebody_else_is_a_conflict(world):
    other = make_person(branch=world.tree["平潮镇支部"])
    item = world.seen(world.lin)
    world.claim(item)
    for _ in range(2):
        [answer] = world.claim(replace(item, person_id=other.id))
        assert answer.answer == SyncAnswer.CONFLICT
    assert world.facts(other) == []
    world.claim(world.seen(other))
    assert world.claim(replace(item, person_id=other.id))[0].answer == SyncAnswer.CONFLICT


def test_a_second_device_merges_into_the_first_check_in(world):
    early = clock.now() - timedelta(minutes=5)
    world.claim(world.seen(world.lin, method=Method.SELF))
    [answer] = world.claim(world.seen(world.lin, method=Method.ROLL, occurred_at=early))

    row = CheckIn.objects.get()
    assert answer.answer == SyncAnswer.MERGED
    assert (row.method, row.occurred_at) == (Method.ROLL, early)
    assert len(world.facts(world.lin)) == 1


def test_any_order_of_claims_ends_in_the_same_check_in_and_fact(world):
    now = clock.now()
    items = [
        world.seen(world.lin, method=Method.SELF, occurred_at=now),
        world.seen(world.lin, method=Method.SHEET, occurred_at=now - timedelta(minutes=3)),
        world.seen(world.lin, method=Method.WORKBOOK, occurred_at=now - timedelta(minutes=9)),
    ]
    ends = set()
    for order in permutations(items):
        session = make_session(
            world.season,
            world.tree["平潮镇"],
            starts_at=world.session.starts_at,
            ends_at=world.session.ends_at,
        )
        for item in order:
            world.claim(
                world.seen(world.lin, method=item.method, occurred_at=item.occurred_at),
                session=session,
            )
        row = CheckIn.objects.get(session=session)
        ends.add((row.method, row.occurred_at, row.generation))
    assert len(ends) == 1


def test_somebody_from_elsewhere_is_rejected_by_reason_and_the_others_go_in(world):
    answers = world.claim(world.seen(world.wu), world.seen(world.lin))

    assert [a.answer for a in answers] == [SyncAnswer.REJECTED, SyncAnswer.STORED]
    assert answers[0].reason == "person_not_expected"
    assert world.facts(world.wu) == []


def test_an_organiser_of_another_town_may_not_take_attendance(world):
    with pytest.raises(NotAllowed):
        world.claim(world.seen(world.wu), by=world.organiser("五接镇"))


def test_the_secretary_of_a_branch_takes_its_roll_after_it_was_moved(world):
    branch = world.tree["平潮镇支部"]
    session = make_session(world.season, branch)
    world.claim(world.seen(world.lin), session=session, by=world.organiser("平潮镇支部"))

    organisations.move_organisation(
        by=SYSTEM, organisation_id=branch.id, parent_id=world.tree["五接镇"].id
    )
    world.tree["平潮镇支部"] = organisations.node(branch.id)
    [answer] = world.claim(
        world.seen(make_person(branch=branch)), session=session, by=world.organiser("平潮镇支部")
    )

    assert answer.answer == SyncAnswer.STORED


def test_two_co_hosts_may_both_take_the_roll_and_a_person_counts_once(world):
    session = make_session(world.season, world.tree["平潮镇"], co_hosts=(world.tree["五接镇"],))
    world.claim(world.seen(world.lin), session=session)
    world.claim(world.seen(world.lin), by=world.organiser("五接镇"), session=session)

    assert CheckIn.objects.filter(session=session).count() == 1
    assert len(world.facts(world.lin)) == 1


@pytest.mark.parametrize("minutes", [-71, 231])
def test_a_moment_outside_the_window_is_refused(world, minutes):
    at = world.session.starts_at + timedelta(minutes=minutes) + timedelta(seconds=30)
    at = at if minutes > 0 else at - timedelta(minutes=1)
    [answer] = world.claim(world.seen(world.lin, occurred_at=at + timedelta(minutes=10)))

    assert answer.reason == "outside_window"
    assert Claim.objects.count() == 0


def test_entering_a_proxy_needs_a_reason(world):
    [answer] = world.claim(world.seen(world.lin, method=Method.PROXY))
    assert answer.reason == "reason_missing"


def test_nobody_can_attend_a_cancelled_session(world):
    session = make_session(world.season, world.tree["平潮镇"], state=SessionState.CANCELLED)
    [answer] = world.claim(world.seen(world.lin), session=session)
    assert answer.reason == "session_cancelled"


def test_voiding_takes_the_fact_back_and_the_old_item_never_returns(world):
    item = world.seen(world.lin)
    world.claim(item)
    row = CheckIn.objects.get()

    claims.void_check_in(by=world.zhou, check_in_id=row.id, reason="认错人了")
    claims.void_check_in(by=world.zhou, check_in_id=row.id, reason="again")
    [again] = world.claim(item)

    assert again.answer == SyncAnswer.DUPLICATE
    assert world.facts(world.lin) == []
    row.refresh_from_db()
    assert row.void_reason == "认错人了"


def test_a_new_statement_after_a_void_opens_a_new_generation(world):
    world.claim(world.seen(world.lin))
    claims.void_check_in(by=world.zhou, check_in_id=CheckIn.objects.get().id, reason="x")
    world.claim(world.seen(world.lin))

    assert [row.generation for row in CheckIn.objects.order_by("generation")] == [1, 2]
    assert len(world.facts(world.lin)) == 1


def test_a_stranger_cannot_void_and_learns_nothing(world):
    world.claim(world.seen(world.lin))
    with pytest.raises(NotFound):
        claims.void_check_in(
            by=world.organiser("五接镇"), check_in_id=CheckIn.objects.get().id, reason="x"
        )


def test_a_declared_presence_has_no_fact_until_it_is_confirmed(world):
    world.claim(world.seen(world.lin, method=Method.DECLARED, confirmed=False))
    assert world.facts(world.lin) == []

    assert (
        claims.confirm_declared(
            by=world.zhou, session_id=world.session.id, person_ids=[world.lin.id]
        )
        == 1
    )
    assert (
        claims.confirm_declared(
            by=world.zhou, session_id=world.session.id, person_ids=[world.lin.id]
        )
        == 0
    )
    assert len(world.facts(world.lin)) == 1


def test_the_first_check_in_locks_the_credit_minutes(world):
    world.claim(world.seen(world.lin))
    world.session.refresh_from_db()
    assert world.session.credit_locked_at is not None
