"""补学: who is sent to make up what, what they are told, and how an item ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dongxun.activities import api as activities
from dongxun.activities.attendance import claims, closing, leave, makeup, sheets
from dongxun.activities.attendance.owing import makeup_counts
from dongxun.activities.handlers import on_membership_changed
from dongxun.activities.models import MakeupItem, SignUp
from dongxun.activities.sessions import changes
from dongxun.activities.sessions.expected import expected
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.test_claims import World, world  # noqa: F401
from dongxun.coverage.models import PersonStanding, TopicStanding
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.outbox import deliver_all
from dongxun.notices import api as notices
from dongxun.notices.models import Delivery, GroupText
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people import api as people
from dongxun.people.contracts import Status
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db
# ruff: noqa: F811


def owing(world, people, session=None):
    return makeup.Owing(
        season_id=world.season.id,
        topic_id=world.season.topics.first().id,
        person_ids=tuple(p.id for p in people),
        offered_session_id=session.id if session else None,
        reason="未参训",
    )


def test_sent_to_make_up_twice_there_is_one_open_item_and_time_counts_as_makeup(world):
    session = make_session(world.season, world.tree["平潮镇"], title="补学班")
    assert makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin])) == 1
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin], session))
    assert MakeupItem.objects.get().offered_session_id == session.id

    world.claim(world.seen(world.lin), session=session)
    assert [fact.mode for fact in world.facts(world.lin)] == ["makeup"]


def test_nobody_sends_people_of_another_town_to_make_up(world):
    other = make_person(branch=world.tree["五接镇支部"])
    with pytest.raises(NotFound):
        makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin, other]))
    assert MakeupItem.objects.count() == 0


def test_an_item_closes_when_its_topic_is_met(world):
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin]))
    topic_id = world.season.topics.first().id
    assert makeup.close_done(world.season.id, {world.lin.id: [topic_id]}) == 1
    assert makeup.close_done(world.season.id, {world.lin.id: [topic_id]}) == 0


def test_each_town_reads_its_own_words_and_a_later_batch_counts_in_the_text(world):
    theirs = replace(owing(world, [world.wu]), reason="农忙")
    makeup.open_makeup(by=world.organiser("五接镇"), owing=theirs)
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin]))
    bodies = dict(Delivery.objects.values_list("person_id", "notice__body"))
    assert "农忙" in bodies[world.wu.id]
    assert "未参训" in bodies[world.lin.id]

    other = make_person(branch=world.tree["平潮镇支部"])
    makeup.open_makeup(by=world.zhou, owing=owing(world, [other]))
    text = GroupText.objects.get(branch_id=other.branch_id)
    assert "本支部 2 人要补" in text.text
    notices.mark_pasted(by=world.zhou, text_id=text.id)
    makeup.open_makeup(
        by=world.zhou, owing=owing(world, [make_person(branch=world.tree["平潮镇支部"])])
    )
    assert (
        "本支部 3 人要补" in GroupText.objects.get(branch_id=other.branch_id, copied_at=None).text
    )


def open_items():
    return MakeupItem.objects.filter(done_at=None)


def test_an_item_is_withdrawn_with_a_reason_and_may_be_sent_again(world):
    session = make_session(world.season, world.tree["五接镇"], open_to_all=True)
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin], session))
    ids = [MakeupItem.objects.get().id]
    with pytest.raises(Invalid):
        closing.withdraw_makeup(by=world.zhou, item_ids=ids, reason=" ")
    with pytest.raises(NotFound):
        closing.withdraw_makeup(by=world.organiser("五接镇"), item_ids=ids, reason="x")
    for n in (1, 0):
        assert closing.withdraw_makeup(by=world.zhou, item_ids=ids, reason="发错了") == n

    assert MakeupItem.objects.get().closed_reason == "发错了"
    interval = world.tree["平潮镇"].interval
    counts = makeup_counts(by=world.zhou, season_id=world.season.id, interval=interval)
    assert (counts.open, counts.done, counts.closed) == (0, 0, 1)
    assert expected(session) == {}
    assert "发错了" in Delivery.objects.get(notice__kind="makeup_withdrawn").notice.body
    assert not GroupText.objects.filter(text__contains="发错了").exists()
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin]))
    assert open_items().count() == 1


def test_items_close_when_somebody_is_gone_and_follow_who_moves(world):
    gone, moved = (make_person(branch=world.tree["平潮镇支部"]) for _ in range(2))
    session = make_session(
        world.season, world.tree["平潮镇"], starts_at=clock.now() + timedelta(hours=1)
    )
    makeup.open_makeup(by=world.zhou, owing=owing(world, [gone, moved], session))
    people.set_status(by=SYSTEM, person_id=gone.id, status=Status.DECEASED)
    people.transfer(by=SYSTEM, person_id=moved.id, branch_id=world.tree["五接镇支部"].id)
    for _ in range(2):
        on_membership_changed({"person_ids": [str(gone.id), str(moved.id)]})
    assert open_items().get().branch_id == world.tree["五接镇支部"].id
    closed = MakeupItem.objects.exclude(done_at=None).get()
    assert (closed.person_id, str(closed.closed_words)) == (gone.id, "已去世")
    assert gone.id not in expected(session)


def in_topic(world):
    deliver_all()
    row = TopicStanding.objects.get(person=world.lin, topic_id=world.season.topics.first().id)
    return row.state, MakeupItem.objects.get().done_at is not None


def test_a_void_reopens_what_was_made_up_and_the_next_check_in_is_makeup_again(world):
    make_participation(world.season, world.lin)
    session = make_session(world.season, world.tree["平潮镇"], title="补学班")
    ids = {"session_id": session.id, "person_id": world.lin.id}
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin], session))
    marks = {world.lin.id: sheets.Mark("present", clock.now())}
    sheets.enter_sheet(by=world.zhou, session_id=session.id, marks=marks)
    assert in_topic(world) == ("makeup", True)

    marks = {world.lin.id: sheets.Mark("present", clock.now() - timedelta(minutes=7))}
    assert sheets.enter_sheet(by=world.zhou, session_id=session.id, marks=marks).corrected == 1
    assert in_topic(world) == ("makeup", True)

    claims.void_person(by=world.zhou, reason="点错", **ids)
    world.claim(world.seen(world.lin), session=session)
    assert in_topic(world) == ("makeup", True)
    claims.void_person(by=world.zhou, reason="点错", **ids)
    deliver_all()
    assert open_items().get().closed_reason == ""
    world.claim(world.seen(world.lin), session=session)
    assert in_topic(world) == ("makeup", True)


def test_a_cancelled_session_is_offered_and_missed_by_nobody_any_more(world):
    other = make_person(branch=world.tree["平潮镇支部"])
    for person in (world.lin, other):
        make_participation(world.season, person)
    start = clock.now() + timedelta(hours=5)
    session = make_session(
        world.season,
        world.tree["平潮镇"],
        audience="delegates",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
    )
    makeup.open_makeup(by=world.zhou, owing=owing(world, [world.lin], session))
    SignUp.objects.update(cancelled_at=clock.now())
    leave.grant_leave(by=world.zhou, session_id=session.id, person_id=other.id, reason="住院")
    changes.cancel_session(by=world.zhou, session_id=session.id, reason="雪")
    deliver_all()

    assert PersonStanding.objects.get(person=other).state == "untrained"
    assert world.facts(other) == []
    [line] = activities.makeup_lines(
        world.season.id, world.tree["平潮镇"].interval, by=world.zhou
    )  # fmt: skip
    assert (line.person_id, line.offer) == (world.lin.id, None)
    told = Delivery.objects.filter(notice__kind="session_cancelled")
    assert list(told.values_list("person_id", flat=True)) == [world.lin.id]
