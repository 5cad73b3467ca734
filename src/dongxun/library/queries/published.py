"""What members have of a lesson: its last edition, while somebody writes the next one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from dongxun.library.models import Chapter, Lesson, Media, Question

HEAD: Final = ("title", "summary", "track", "lecturer", "form", "minutes")
CHAPTER: Final = ("order", "title", "text")
QUESTION: Final = ("order", "text", "options", "right", "why")


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters and the check of a lesson, in order; not to be saved."""

    chapters: list[Chapter]
    questions: list[Question]


def content_of(lesson: Lesson) -> dict[str, Any]:
    """Return what an edition says, to be kept when it is published.

    Where a lesson stands (its topic, course, group and place) is no part of it: that is so at once.
    """
    return {
        "head": {name: getattr(lesson, name) for name in HEAD},
        "chapters": [
            {"id": str(one.id), "media": str(one.media_id or "")}
            | {name: getattr(one, name) for name in CHAPTER}
            for one in lesson.chapters.all()
        ],
        "questions": [
            {"id": str(one.id)} | {name: getattr(one, name) for name in QUESTION}
            for one in lesson.questions.all()
        ],
    }


def _kept(lesson: Lesson) -> Mapping[str, Any] | None:
    """Return the last edition where the lesson has been changed since; else None."""
    return lesson.published if lesson.version != lesson.published_version else None


def as_published(lesson: Lesson) -> Lesson:
    """Return a lesson with the words of its last edition; not to be saved."""
    if kept := _kept(lesson):
        for name, value in kept["head"].items():
            setattr(lesson, name, value)
    return lesson


def parts_of(lesson: Lesson) -> Parts:
    """Return the chapters and questions of the last edition."""
    kept = _kept(lesson)
    if kept is None:
        return Parts(list(lesson.chapters.all()), list(lesson.questions.all()))
    media = Media.objects.in_bulk([UUID(one["media"]) for one in kept["chapters"] if one["media"]])
    chapters = [
        Chapter(
            id=UUID(one["id"]),
            lesson=lesson,
            media=media[UUID(one["media"])] if one["media"] else None,
            **{name: one[name] for name in CHAPTER},
        )
        for one in kept["chapters"]
    ]
    questions = [
        Question(id=UUID(one["id"]), lesson=lesson, **{name: one[name] for name in QUESTION})
        for one in kept["questions"]
    ]
    return Parts(chapters, questions)


def plays(lesson: Lesson, media_id: UUID) -> bool:
    """Return whether a file belongs to a lesson as members have it."""
    kept = _kept(lesson)
    if kept is None:
        return any(one.media_id == media_id for one in lesson.chapters.all())
    return any(one["media"] == str(media_id) for one in kept["chapters"])


def kept_chapters(lesson_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return (lesson, chapter) of what members have, also where the next edition leaves it out."""
    rows = Lesson.objects.filter(id__in=list(lesson_ids)).exclude(published=None)
    ahead = rows.exclude(version=F("published_version")).values_list("id", "published")
    return {(key, UUID(one["id"])) for key, kept in ahead if kept for one in kept["chapters"]}
