"""What a lesson repeats was corrected, or it was put under another topic: who keeps what."""

from datetime import timedelta

import pytest

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock, jobs
from dongxun.ledger.models import Fact
from dongxun.library import api
from dongxun.library.contracts import Form, LessonDraft
from dongxun.library.models import Progress
from dongxun.library.queries import elsewhere
from dongxun.library.services.merging import follow_merge
from dongxun.library.tests.make import SYSTEM, ended, make_lesson
from dongxun.people.tests.make import make_person


@pytest.fixture
def topics(cast):
    return [cast.season.topics.get(number=number).id for number in (1, 2, 3)]


@pytest.fixture
def lesson(cast, topics):
    """A lesson that repeats a class of two topics, 20 minutes each."""
    shares = tuple((topic_id, 20) for topic_id in topics[:2])
    return make_lesson(cast.season, cast.district, chapters=1, minutes=40, shares=shares)


def finish(lesson, person):
    steps = [ended(lesson.chapters.get(), person, edition=lesson.edition)]
    assert api.note_steps(by=phone_of(person), steps=steps)[0][0] == "stored"


def publish(lesson, **values):
    """Publish another edition, whose writer chose these minutes or this topic."""
    said = {"title": lesson.title, "topic_id": lesson.topic_id, "form": Form.TEXT, "minutes": 40}
    own = {"organisation_id": lesson.organisation_id, "season_id": lesson.season_id}
    draft = LessonDraft(**(said | values))
    api.write_lesson(by=SYSTEM, draft=draft, lesson_id=lesson.id, **own)
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="另定了学时")
    jobs.run_waiting()
    lesson.refresh_from_db()


def correct(lesson, topics, minutes):
    """The class is worth other minutes: what it was follows from the lesson."""
    before = tuple(lesson.shares.values_list("topic_id", "minutes"))
    after = tuple(zip(topics, minutes, strict=False))
    api.reweigh(by=SYSTEM, lesson_id=lesson.id, before=before, after=after)
    jobs.run_waiting()


def credited(person):
    live = Fact.objects.filter(person_id=person.id, voided_by=None).order_by("-seconds")
    return [seconds // 60 for seconds in live.values_list("seconds", flat=True)]


def test_minutes_that_a_writer_chose_take_none_from_an_earlier_edition(cast, lesson, topics):
    finish(lesson, cast.lin)
    publish(lesson, minutes=10)
    finish(lesson, cast.qian)
    correct(lesson, topics, (30, 20))
    assert (credited(cast.lin), credited(cast.qian)) == ([24, 16], [6, 4])


def test_only_who_has_what_the_class_was_worth_follows_it(cast, lesson, topics):
    publish(lesson, minutes=60)
    finish(lesson, cast.lin)
    publish(lesson, minutes=40)
    finish(lesson, cast.qian)
    for _ in range(2):
        correct(lesson, topics, (30, 20))
    assert (credited(cast.lin), credited(cast.qian)) == ([36, 24], [30, 20])


def test_an_earlier_edition_is_worth_as_much_under_another_topic(cast, lesson, topics):
    finish(lesson, cast.lin)
    publish(lesson, minutes=10)
    publish(lesson, minutes=10, topic_id=topics[2], shares=())
    assert credited(cast.lin) == [40]


@pytest.mark.parametrize("finishes_too", [True, False])
def test_a_merge_leaves_what_the_edition_was_worth_that_was_finished_first(
    cast, lesson, finishes_too
):
    twin, now = make_person(branch=cast.own.branch), clock.now()
    Progress.objects.create(lesson=lesson, person=cast.lin, begun_at=now, touched_at=now)
    finish(lesson, twin)
    publish(lesson, minutes=10)
    with clock.frozen(now + timedelta(hours=1)):
        if finishes_too:
            finish(lesson, cast.lin)
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert (credited(cast.lin), credited(twin)) == ([20, 20], [])


def test_an_earlier_edition_is_worth_as_much_again_for_who_was_not_there_after_all(
    cast, lesson, topics, monkeypatch
):
    there = [True]
    monkeypatch.setattr(elsewhere, "_checks", [lambda *_who: there[0]])
    finish(lesson, cast.lin)
    publish(lesson, minutes=10)
    finish(lesson, cast.qian)
    correct(lesson, topics, (30, 20))
    assert credited(cast.lin) == []
    there[0] = False
    api.settle(by=SYSTEM, lesson_ids=[lesson.id], person_ids=[cast.lin.id, cast.qian.id])
    assert (credited(cast.lin), credited(cast.qian)) == ([24, 16], [6, 4])
