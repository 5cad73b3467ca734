from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dongxun.activities.attendance.expected import doubts
from dongxun.activities.models import CheckIn, Claim, Session
from dongxun.activities.tests.test_claims import World, world  # noqa: F401
from dongxun.kernel import clock, sync
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import SyncItem
from dongxun.ledger.models import Entry, Fact, Void
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons

pytestmark = pytest.mark.django_db


def presence(world, person, *, minutes=0, item_id=None, method="roll", **more):  # noqa: F811
    at = world.session.starts_at + timedelta(minutes=minutes)
    body = {
        "session": str(world.session.id),
        "person": str(person.id),
        "method": method,
        "occurred_at": at.isoformat(),
    }
    return sync.Item(item_id or new_id(), "presence", body | more)


def answers(found):
    return [a.answer for a in found]


def test_what_was_taken_offline_is_stored_and_answered(world):  # noqa: F811
    item = presence(world, world.lin)
    assert answers(sync.receive([item], by=world.zhou)) == [SyncAnswer.STORED]
    assert answers(sync.receive([item], by=world.zhou)) == [SyncAnswer.DUPLICATE]
    assert CheckIn.objects.count() == 1


def test_the_body_is_kept_even_when_it_is_rejected(world):  # noqa: F811
    item = presence(world, world.wu)
    [answer] = sync.receive([item], by=world.zhou)
    assert (answer.answer, answer.reason) == (SyncAnswer.REJECTED, "person_not_expected")
    assert SyncItem.objects.get(id=item.id).body["person"] == str(world.wu.id)


def test_one_bad_item_does_not_refuse_its_neighbours(world):  # noqa: F811
    foreign = presence(world, world.lin, session=str(new_id()))
    good = presence(world, world.lin)
    broken = sync.Item(new_id(), "presence", {"person": "nobody"})
    unknown = sync.Item(new_id(), "poem", {})
    found = sync.receive([foreign, good, broken, unknown], by=world.zhou)
    assert answers(found) == ["rejected", "stored", "rejected", "rejected"]
    assert [a.reason for a in found] == ["not_found", "", "malformed", "unknown_kind"]


def test_the_same_id_with_another_body_is_a_conflict_and_changes_nothing(world):  # noqa: F811
    first = presence(world, world.lin)
    sync.receive([first], by=world.zhou)
    other = presence(world, world.lin, minutes=3, item_id=first.id)
    assert answers(sync.receive([other], by=world.zhou)) == [SyncAnswer.CONFLICT]
    assert CheckIn.objects.get().occurred_at == world.session.starts_at


def test_a_skewed_clock_is_flagged_and_the_presence_stands(world):  # noqa: F811
    body = {
        "sent_at": (clock.now() + timedelta(hours=9)).isoformat(),
        "items": [
            {
                "id": str(new_id()),
                "kind": "presence",
                "payload": dict(presence(world, world.lin, minutes=600).body),
            }
        ],
    }
    assert answers(sync.receive(sync.parse(body), by=world.zhou)) == [SyncAnswer.STORED]
    assert Claim.objects.get().skewed


def test_a_roll_that_arrives_after_the_session_was_archived_counts_and_is_flagged(world):  # noqa: F811
    Session.objects.filter(id=world.session.id).update(
        state="archived", archived_at=clock.now(), version=9
    )
    assert answers(sync.receive([presence(world, world.lin)], by=world.zhou)) == ["stored"]

    assert Claim.objects.get().late
    [doubt] = doubts(world.session, by=world.zhou)
    assert (doubt.person.id, doubt.late) == (world.lin.id, True)


def test_a_roll_taken_outside_the_window_counts_and_is_flagged(world):  # noqa: F811
    item = presence(world, world.lin, minutes=-300)
    assert answers(sync.receive([item], by=world.zhou)) == ["stored"]
    assert Claim.objects.get().late


def test_a_roll_taken_before_its_season_was_closed_counts_however_late_it_arrives(world):  # noqa: F811
    before, after = presence(world, world.lin), presence(world, world.lin, minutes=60 * 24 * 40)
    seasons.close_season(by=SYSTEM, season_id=world.season.id)

    with clock.frozen(clock.now() + timedelta(days=60)):
        late = sync.receive([before], by=world.zhou)
        too_late = sync.receive([after], by=world.zhou)

    assert answers(late) == ["stored"]
    assert [(a.answer, a.reason) for a in too_late] == [("rejected", "season_is_closed")]
    assert Fact.objects.count() == 1


@pytest.mark.parametrize("body", [None, [], {}, {"items": 3}, {"items": [3]}, {"items": [{}]}])
def test_a_body_that_no_phone_sends_is_refused_by_place(body):
    with pytest.raises(Invalid):
        sync.parse(body)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_split_and_repetition_ends_in_the_same_state(world, data):  # noqa: F811
    people = [world.lin, make_person(branch=world.tree["平潮镇支部"])]
    items = [
        presence(world, person, minutes=minute, item_id=UUID(int=(7 << 76) | (2 << 62) | n))
        for n, (person, minute) in enumerate([(p, m) for p in people for m in (0, 4, 9)])
    ]
    order = data.draw(st.permutations([*items, *items[:3]]))
    cut = data.draw(st.integers(0, len(order)))
    CheckIn.objects.all().delete()
    Claim.objects.all().delete()
    SyncItem.objects.all().delete()
    Void.objects.all().delete()
    Fact.objects.all().delete()
    Entry.objects.all().delete()

    sync.receive(order[:cut], by=world.zhou)
    sync.receive(order[cut:], by=world.zhou)

    rows = CheckIn.objects.order_by("person_id").values_list("person_id", "occurred_at", "method")
    assert [row[1:] for row in rows] == [(world.session.starts_at, "roll")] * 2
    assert Claim.objects.count() == 6
    assert Fact.objects.count() == 2
