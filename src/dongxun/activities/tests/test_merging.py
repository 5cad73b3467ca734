"""Two rows of the roster become one person: what they owe moves, and nobody counts twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dongxun.activities.attendance import claims, expected, leave, makeup, sheets
from dongxun.activities.attendance.following import follow_merge
from dongxun.activities.attendance.sheets import Mark
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, CorrectionRequest, Leave, MakeupItem, SignUp
from dongxun.activities.own.agenda import ahead
from dongxun.activities.sessions.counting import sessions_held
from dongxun.activities.sessions.expected import counted
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World
from dongxun.coverage import api as coverage
from dongxun.coverage.models import PersonStanding
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.ids import new_id
from dongxun.kernel.outbox import deliver_all
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people import api as people
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db


class Twins(World):
    def __init__(self):
        super().__init__()
        self.twin = make_person("林小满", branch=self.tree["平潮镇支部"])
        make_participation(self.season, self.lin)


@pytest.fixture
def world():
    return Twins()


def merge(world):
    people.merge_people(by=SYSTEM, survivor_id=world.lin.id, duplicate_id=world.twin.id)
    for _ in range(2):
        follow_merge(world.lin.id, world.twin.id)


def send(world, person, number):
    owing = makeup.Owing(
        season_id=world.season.id,
        topic_id=world.season.topics.order_by("number")[number].id,
        person_ids=(person.id,),
    )
    makeup.open_makeup(by=world.zhou, owing=owing)


def sign(world, session, person, *, gone=False):
    SignUp.objects.create(
        session=session,
        person=person,
        branch_id=person.branch_id,
        created_at=clock.now(),
        cancelled_at=clock.now() if gone else None,
    )


def test_what_the_duplicate_owed_and_signed_moves_and_twins_are_closed(world):
    for person, number in ((world.lin, 0), (world.twin, 0), (world.twin, 1)):
        send(world, person, number)
    first, second = (
        make_session(world.season, world.tree["五接镇"], audience="delegates") for _ in range(2)
    )
    for person in (world.lin, world.twin):
        sign(world, first, person)
    sign(world, second, world.lin, gone=True)
    sign(world, second, world.twin)
    CorrectionRequest.objects.create(
        id=new_id(), person=world.twin, branch_id=world.twin.branch_id, words="x",
        created_at=clock.now(),
    )  # fmt: skip
    merge(world)

    still = MakeupItem.objects.filter(done_at=None)
    assert sorted(still.values_list("person__id", "topic__number")) == [
        (world.lin.id, 1),
        (world.lin.id, 2),
    ]
    assert MakeupItem.objects.exclude(done_at=None).get().closed_reason == "merged"
    for session in (first, second):
        assert expected.on_the_roll(session) == {world.lin.id: None}
    assert CorrectionRequest.objects.get().person_id == world.lin.id


def test_a_leave_moves_gives_way_to_a_twin_and_to_whoever_came_after_all(world):
    sessions = [make_session(world.season, world.tree["平潮镇"]) for _ in range(3)]
    grants = ((sessions[0], world.twin), (sessions[1], world.lin), (sessions[1], world.twin))
    for session, person in (*grants, (sessions[2], world.lin)):
        leave.grant_leave(by=world.zhou, session_id=session.id, person_id=person.id, reason="住院")
    world.claim(world.seen(world.twin), session=sessions[2])
    merge(world)
    left = Leave.objects.filter(withdrawn_at=None).values_list("session_id", "person_id")
    assert set(left) == {(one.id, world.lin.id) for one in sessions[:2]}

    leave.withdraw_leave(by=world.zhou, session_id=sessions[0].id, person_id=world.lin.id)
    kinds = [fact.kind for one in (world.lin, world.twin) for fact in world.facts(one)]
    assert sorted(kinds) == ["attended", "on_leave"]


def test_two_check_ins_of_one_session_count_as_one_and_show_on_one_line(world):
    other = make_session(world.season, world.tree["平潮镇"])
    for person in (world.lin, world.twin):
        world.claim(world.seen(person))
    world.claim(world.seen(world.twin), session=other)
    merge(world)
    for session in (world.session, other):
        rows = expected.roll(session, by=world.zhou)
        assert [(row.person.id, row.state, row.is_guest) for row in rows] == [
            (world.lin.id, "present", False)
        ]
        assert (counted(session).expected, counted(session).present) == (1, 1)
    with clock.frozen(world.session.ends_at + timedelta(minutes=1)):
        held = sessions_held(world.season.id, {"x": [world.tree["district"].interval]})
    assert held["x"].person_times == 2
    phone = Actor(ActorKind.DEVICE, persons=(world.lin.id,))
    found = ahead(world.lin.id, by=phone, season_id=world.season.id)
    assert {one.id for one in found if one.checked_in_at} == {world.session.id, other.id}


def test_a_presence_taken_back_or_confirmed_is_that_of_both_rows(world):
    for person in (world.lin, world.twin):
        world.claim(world.seen(person))
    merge(world)
    ids = {"session_id": world.session.id, "person_id": world.lin.id}
    claims.void_person(by=world.zhou, reason="认错人了", **ids)
    assert not CheckIn.objects.filter(voided_at=None).exists()

    other = make_session(world.season, world.tree["平潮镇"])
    late = world.seen(world.twin, method=Method.DECLARED, confirmed=False)
    world.claim(late, session=other)
    assert claims.confirm_declared(
        by=world.zhou, session_id=other.id, person_ids=[world.lin.id]
    ) == 1  # fmt: skip
    marks = {world.lin.id: Mark("absent")}
    kept = sheets.enter_sheet(by=world.zhou, session_id=other.id, marks=marks).kept_stronger
    assert kept == (world.lin.id,)


def test_a_person_noted_as_two_earns_one_session_once_and_is_not_flagged(world):
    short = make_session(world.season, world.tree["平潮镇"], minutes=30)
    for person in (world.lin, world.twin):
        world.claim(world.seen(person), session=short)
    people.merge_people(by=SYSTEM, survivor_id=world.lin.id, duplicate_id=world.twin.id)
    deliver_all()
    for _ in range(2):
        stand = PersonStanding.objects.get(person=world.lin)
        assert (stand.hours, stand.met_topics, stand.overlapping) == (Decimal("0.50"), 0, False)
        coverage.rebuild(by=SYSTEM, season_id=world.season.id)
