"""Lessons in the crawl: one for each town, and who may open its addresses."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dongxun.files.contracts import MediaKind
from dongxun.kernel import clock
from dongxun.library.contracts import MediaState, TargetDraft
from dongxun.library.models import Chapter, Lesson, Media, Platform, Target
from dongxun.library.services import outside, targets
from dongxun.library.services.media import folder_of
from dongxun.library.tests.make import make_lesson
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Course
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import ORGANISERS, OWN, PHONES, Row


def lesson(cast: Cast, town: Town) -> Lesson:
    found = Lesson.objects.filter(organisation_id=town.branch.id).first()
    return found or make_lesson(cast.season, town.branch, title=f"{town.mark}课", questions=1)


def learner(cast: Cast, town: Town) -> dict[str, Any]:
    row = lesson(cast, town)
    return {
        "chapter": str(row.chapters.first().id),
        "question": str(row.questions.get().id),
        "option": "0",
    }


def doing(cast: Cast, town: Town) -> dict[str, Any]:
    return {"what": "publish", "version": str(lesson(cast, town).version)}


def sound(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a file that is in the town's lesson; what it holds is of no matter here."""
    chapter = lesson(cast, town).chapters.first()
    made, _new = Media.objects.get_or_create(
        id=town.branch.id,
        defaults={
            "organisation_id": town.branch.id,
            "name": f"{town.mark}录音",
            "kind": MediaKind.AUDIO,
            "state": MediaState.READY,
            "sha256": town.branch.id.hex,
            "size": 4,
            "made": "sound.m4a",
            "created_at": clock.now(),
        },
    )
    folder_of(made.id).mkdir(parents=True, exist_ok=True)
    (folder_of(made.id) / made.made).write_bytes(b"tone")
    Chapter.objects.filter(id=chapter.id).update(media=made)
    return {"media_id": made.id, "name": made.made}


def course(cast: Cast, town: Town) -> Course:
    """Return the course of the town's lesson, which is its only episode."""
    title = f"{town.mark}村史"
    key = seasons.write_course(by=SYSTEM, topic_id=cast.topics[0].id, title=title, minutes=60)
    Lesson.objects.filter(id=lesson(cast, town).id).update(course=key)
    return Course.objects.get(id=key)


def target(cast: Cast, town: Town) -> Target:
    found = Target.objects.filter(organisation_id=town.branch.id).first()
    if found is None:
        draft = TargetDraft(f"{town.mark}村史课", 3, cast.season.ends_on, owner="支部书记")
        key = targets.write_target(
            by=SYSTEM, organisation_id=town.branch.id, season_id=cast.season.id, draft=draft
        )
        found = Target.objects.get(id=key)
    return found


def platform(cast: Cast, town: Town) -> Platform:
    """Return a platform of the town's branch, on which one of its people has learned."""
    found = Platform.objects.filter(organisation_id=town.branch.id).first()
    if found is None:
        name = f"{town.mark}E家"
        key = outside.add_platform(by=SYSTEM, organisation_id=town.branch.id, name=name)
        found = Platform.objects.get(id=key)
        topic_id, day = cast.topics[0].id, cast.season.starts_on
        learned = outside.Learned(
            town.people[0].id, town.branch.id, cast.season.id, topic_id, "课", day, 600, None
        )
        outside.keep([learned], found, by=SYSTEM)
        outside.remember(found, cast.season.id, {"课": topic_id})
    return found


def striking(cast: Cast, town: Town) -> dict[str, Any]:
    record = platform(cast, town).records.first()
    return {"what": "strike", "record": str(record.id if record else "")}


LIBRARY_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "lesson_id": lambda cast, town: lesson(cast, town).id,
    "target_id": lambda cast, town: target(cast, town).id,
    "platform_id": lambda cast, town: platform(cast, town).id,
}
LEARNERS: Final = frozenset({"member"})
LIBRARY: Final = {
    **{
        f"library:{name}": Row(ORGANISERS)
        for name in ("lessons", "new_lesson", "platforms", "tracks", "targets", "new_target")
    },
    **{
        f"library:{name}": Row(OWN)
        for name in ("lesson", "edit_lesson", "chapters", "questions", "preview")
    },
    "library:do_lesson": Row(OWN, body=doing),
    "library:console_course": Row(OWN, arguments=lambda c, t: {"course_id": course(c, t).id}),
    "library:edit_target": Row(OWN),
    "library:learn_course": Row(LEARNERS, arguments=lambda c, t: {"course_id": course(c, t).id}),
    "library:platform": Row(OWN, body=striking),
    "library:learn": Row(PHONES),
    "library:kept": Row(PHONES),
    "library:learn_lesson": Row(LEARNERS),
    "library:step": Row(LEARNERS, body=learner),
    "library:check": Row(LEARNERS, body=learner),
    "library:play": Row(OWN | {"member", "phone"}, arguments=sound),
}
