from datetime import timedelta

from django.test import override_settings
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Step
from dongxun.library.models import Place
from dongxun.library.queries.learning import own_lesson, places
from dongxun.library.tests.make import SYSTEM, make_lesson


def test_places_come_in_one_commit_and_the_latest_wins(cast, django_assert_max_num_queries):
    lesson = make_lesson(cast.season, cast.own.branch)
    chapter, now = lesson.chapters.first().id, clock.now()
    people = [cast.lin.id, cast.zhou.id]
    with django_assert_max_num_queries(5):
        api.keep_places([(lesson.id, person, chapter, 120, now) for person in people])
    api.keep_places([(lesson.id, cast.lin.id, chapter, 60, now - timedelta(seconds=9))])
    assert Place.objects.get(person=cast.lin).second == 120
    api.keep_places([(lesson.id, cast.lin.id, chapter, 90, now + timedelta(seconds=9))])
    assert Place.objects.get(person=cast.lin).second == 90


def test_an_invented_chapter_is_kept_nowhere_and_spoils_nothing(cast):
    lesson = make_lesson(cast.season, cast.own.branch)
    chapter, now = lesson.chapters.first().id, clock.now()
    api.keep_places([(lesson.id, cast.lin.id, key, 9, now) for key in (new_id(), chapter)])
    assert Place.objects.get().chapter_id == chapter


def test_a_place_in_a_chapter_that_only_the_last_edition_has_is_kept(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    chapter, now = lesson.chapters.get().id, clock.now()
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, ChapterDraft("新", "新"))])
    api.keep_places([(lesson.id, cast.lin.id, key, 9, now) for key in (new_id(), chapter)])
    assert Place.objects.get().chapter_id == chapter


def test_the_later_of_beat_and_outbox_is_where_the_lesson_goes_on(cast):
    lesson = make_lesson(cast.season, cast.own.branch)
    chapter, now, phone = lesson.chapters.first().id, clock.now(), phone_of(cast.lin)
    api.keep_places([(lesson.id, cast.lin.id, chapter, 120, now)])
    for seconds, at, expected in ((-20, 30, 120), (20, 150, 150)):
        step = Step(lesson.id, cast.lin.id, now + timedelta(seconds=seconds), chapter, at)
        api.note_steps(by=phone, steps=[step])
        row, progress = own_lesson(lesson.id, cast.lin.id, by=phone)
        assert places(row, cast.lin.id, progress) == {str(chapter): expected}


def test_the_page_carries_a_ticket_only_where_there_is_an_edge(cast):
    lesson = make_lesson(cast.season, cast.own.branch)
    address = reverse("library:learn_lesson", args=[lesson.id])
    assert "data-ticket" not in cast.client("member").get(address).content.decode()
    with override_settings(EDGE=":8001"):
        assert "data-ticket" in cast.client("member").get(address).content.decode()
