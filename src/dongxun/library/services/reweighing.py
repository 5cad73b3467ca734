"""What a lesson repeats was corrected: the lesson is worth what that is worth by now."""

from uuid import UUID

from django.db import transaction

from dongxun.kernel.actors import Actor
from dongxun.library.contracts import MOST_MINUTES
from dongxun.library.models import Lesson
from dongxun.library.services import moving
from dongxun.library.services.lessons import keep_shares, note

Worth = tuple[tuple[UUID, int], ...]
"""Minutes by topic, of the whole of what a lesson repeats."""


def minutes_of(worth: Worth) -> int:
    """Return how many minutes a lesson that repeats this is worth."""
    return max(1, min(sum(minutes for _topic, minutes in worth), MOST_MINUTES))


@transaction.atomic
def reweigh(*, by: Actor, lesson_id: UUID, before: Worth, after: Worth) -> None:
    """Let a lesson that was worth ``before`` be worth ``after``, neither of them empty.

    What its writers have chosen otherwise stays: other minutes, another topic. It is no new
    edition, for what members learn has not changed; a job credits anew who has finished it.
    Whoever has other minutes than ``before`` of it, of an earlier edition, keeps these, and so
    does everybody where the edition is worth other minutes: they are only split anew.
    Safe to repeat.
    """
    lesson = Lesson.objects.select_for_update().get(id=lesson_id)
    old, was, now = _state(lesson), minutes_of(before), minutes_of(after)
    if lesson.minutes == was:
        lesson.minutes = now
    head = lesson.published["head"] if lesson.published else {}
    is_worth_it = head.get("minutes") == was
    if is_worth_it:
        head["minutes"] = now
    if _stands_as(lesson, before):
        _put_under(lesson, after)
    if _state(lesson) != old:
        lesson.save(update_fields=["topic", "minutes", "published"])
        moving.follow_worth(lesson, was=was if is_worth_it else 0)
        note("library.reweigh", by, lesson)


def _state(lesson: Lesson) -> object:
    head = lesson.published["head"]["minutes"] if lesson.published else None
    return lesson.minutes, head, moving.stands(lesson)


def _stands_as(lesson: Lesson, worth: Worth) -> bool:
    """Whether the topics of a lesson, and how its minutes are split, are still these."""
    own = dict(lesson.shares.values_list("topic_id", "minutes"))
    return own == dict(worth) if len(worth) > 1 else (own, lesson.topic_id) == ({}, worth[0][0])


def _put_under(lesson: Lesson, worth: Worth) -> None:
    """Put it under these topics; one of the same name there already keeps it where it is."""
    topics = [topic_id for topic_id, _minutes in worth]
    if lesson.topic_id not in topics:
        mates = Lesson.objects.filter(season_id=lesson.season_id, topic_id=topics[0])
        if mates.filter(organisation_id=lesson.organisation_id, title=lesson.title).exists():
            return
        lesson.topic_id, lesson.order = topics[0], mates.count()
        lesson.course_id = None
        lesson.save(update_fields=["topic", "order", "course"])
    keep_shares(lesson, worth)
