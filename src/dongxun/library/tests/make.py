"""Makers of lessons for tests."""

from datetime import datetime, timedelta
from typing import Any

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Form, LessonDraft, QuestionDraft, Step
from dongxun.library.models import Chapter, Lesson
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person
from dongxun.seasons.models import Season

SYSTEM = Actor.system("tests")


def make_lesson(
    season: Season,
    node: Node,
    *,
    chapters: int = 2,
    questions: int = 0,
    published: bool = True,
    topic: int = 1,
    **overrides: Any,
) -> Lesson:
    """Return a lesson to read, with chapters and a short check whose second answer is right."""
    values: dict[str, Any] = {
        "title": "村务公开怎样让人信服",
        "topic_id": season.topics.get(number=topic).id,
        "form": Form.TEXT,
        "minutes": 30,
    }
    key = api.write_lesson(
        by=SYSTEM,
        organisation_id=node.id,
        season_id=season.id,
        draft=LessonDraft(**(values | overrides)),
    )
    drafts = [(None, ChapterDraft(f"第{n}章", f"第{n}章的话")) for n in range(1, chapters + 1)]
    api.write_chapters(by=SYSTEM, lesson_id=key, drafts=drafts)
    asked = [
        (None, QuestionDraft(f"问题{n}", ("甲", "乙", "丙"), 1, f"因为乙{n}"))
        for n in range(1, questions + 1)
    ]
    if asked:
        api.write_questions(by=SYSTEM, lesson_id=key, drafts=asked)
    if published:
        version = Lesson.objects.get(id=key).version
        api.publish_lesson(by=SYSTEM, lesson_id=key, version=version)
    return Lesson.objects.get(id=key)


def ended(chapter: Chapter, person: Person, at: datetime | None = None, **more: Any) -> Step:
    """Return the word of a phone that a chapter is through, a minute ago unless said otherwise."""
    when = at or clock.now() - timedelta(minutes=1)
    return Step(chapter.lesson_id, person.id, when, chapter.id, ended=True, **more)


def answered(lesson: Lesson, person: Person, chosen: int = 1, at: datetime | None = None) -> Step:
    """Return the answers to every question of a lesson."""
    when = at or clock.now() - timedelta(minutes=1)
    answers = {question.id: chosen for question in lesson.questions.all()}
    return Step(lesson.id, person.id, when, answers=answers)
