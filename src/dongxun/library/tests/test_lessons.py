import pytest

from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Form, LessonDraft, NotReady, QuestionDraft
from dongxun.library.models import Edition, Lesson
from dongxun.library.queries import console
from dongxun.library.services import lessons as services
from dongxun.library.tests.make import SYSTEM, make_lesson


def draft(cast, **overrides):
    values = {
        "title": "一堂课",
        "topic_id": cast.season.topics.get(number=1).id,
        "form": Form.TEXT,
        "minutes": 20,
    }
    return LessonDraft(**(values | overrides))


def write(cast, by=SYSTEM, **overrides):
    return api.write_lesson(
        by=by,
        organisation_id=cast.own.branch.id,
        season_id=cast.season.id,
        draft=draft(cast, **overrides),
    )


def test_the_same_title_sent_twice_is_one_lesson(cast):
    assert write(cast) == write(cast)
    assert Lesson.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "where"),
    [({"title": "  "}, "title"), ({"minutes": 0}, "minutes"), ({"minutes": 999}, "minutes")],
)
def test_a_lesson_that_cannot_be_is_refused_at_its_field(cast, given, where):
    with pytest.raises(Invalid) as refusal:
        write(cast, **given)
    assert refusal.value.details[0][0] == where


def test_only_organisers_of_the_unit_write_its_lessons(cast):
    with pytest.raises((NotAllowed, NotFound)):
        write(cast, by=cast.actor("other_secretary"))
    assert write(cast, by=cast.actor("secretary"))


def test_an_empty_lesson_is_not_published_and_says_what_is_missing(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False)
    with pytest.raises(NotReady) as refusal:
        api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version)
    assert "一节课至少要有一章" in str(refusal.value.details[0][1])


def test_publishing_twice_is_one_edition_and_a_change_wants_a_word(cast):
    lesson = make_lesson(cast.season, cast.own.branch)
    assert api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version) == 1
    services.withdraw_lesson(by=SYSTEM, lesson_id=lesson.id)
    services.withdraw_lesson(by=SYSTEM, lesson_id=lesson.id)
    assert api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version) == 1
    drafts = [
        (chapter.id, ChapterDraft(chapter.title, "新话")) for chapter in lesson.chapters.all()
    ]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    fresh = Lesson.objects.get(id=lesson.id)
    with pytest.raises(Invalid):
        api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=fresh.version)
    said = {"version": fresh.version, "what_is_new": "换了新数字"}
    assert api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, **said) == 2
    assert Edition.objects.count() == 2


def test_what_somebody_else_changed_meanwhile_is_not_published_unseen(cast):
    lesson = make_lesson(cast.season, cast.own.branch, published=False)
    write(cast, title=lesson.title)
    with pytest.raises(Conflict):
        api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version)


def test_chapters_keep_their_identity_when_they_are_moved(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=3)
    first, second, third = lesson.chapters.all()
    kept = [(third.id, ChapterDraft("丙", "c")), (first.id, ChapterDraft("甲", "a"))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=kept)
    assert [chapter.id for chapter in lesson.chapters.all()] == [third.id, first.id]
    assert second.id not in {chapter.id for chapter in lesson.chapters.all()}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"text": ""}, "questions.0.text"),
        ({"options": ("甲",)}, "questions.0.options"),
        ({"options": ("甲", "甲")}, "questions.0.options"),
        ({"right": 5}, "questions.0.right"),
        ({"why": " "}, "questions.0.why"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_at_its_line(cast, given, where):
    lesson = make_lesson(cast.season, cast.own.branch)
    values = {"text": "问", "options": ("甲", "乙"), "right": 0, "why": "因为"}
    question = QuestionDraft(**(values | given))
    with pytest.raises(Invalid) as refusal:
        api.write_questions(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, question)])
    assert where in [spot for spot, _words in refusal.value.details]


def test_lessons_are_put_in_order(cast):
    first = make_lesson(cast.season, cast.own.branch, title="甲")
    second = make_lesson(cast.season, cast.own.branch, title="乙")
    services.move_lesson(by=SYSTEM, lesson_id=second.id, place=0)
    found = console.lessons(cast.season.id, by=cast.actor("secretary"))
    assert [lesson.id for lesson in found] == [second.id, first.id]


def test_another_towns_lessons_are_not_seen(cast):
    lesson = make_lesson(cast.season, cast.foreign.branch)
    assert not console.lessons(cast.season.id, by=cast.actor("secretary"))
    with pytest.raises(NotFound):
        console.lesson_row(lesson.id, by=cast.actor("secretary"))


def test_a_chapter_that_somebody_else_added_meanwhile_stays(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=2)
    first, second = lesson.chapters.all()
    api.write_chapters(
        by=SYSTEM,
        lesson_id=lesson.id,
        drafts=[(first.id, ChapterDraft("一", "话"))],
        known={first.id},
    )
    assert [one.id for one in lesson.chapters.all()] == [first.id, second.id]
    api.write_chapters(
        by=SYSTEM,
        lesson_id=lesson.id,
        drafts=[(second.id, ChapterDraft("二", "话"))],
        known={first.id, second.id},
    )
    assert [one.id for one in lesson.chapters.all()] == [second.id]
