import re
from datetime import timedelta

import pytest
from django.test import Client

from dongxun.access.tests.make import phone_of
from dongxun.files.contracts import MediaKind
from dongxun.files.tests.media import make_sound
from dongxun.kernel import clock, jobs, video
from dongxun.ledger.models import Fact
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Form, LessonDraft, MediaState
from dongxun.library.models import Lesson, Media, Progress
from dongxun.library.tests.make import SYSTEM, answered, ended, make_lesson
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import SeasonState
from dongxun.seasons.models import Season
from dongxun.seasons.tests.make import make_participation
from tests.answers import body_of

C = "/console/library/"


@pytest.fixture
def secretary(cast):
    return cast.client("secretary")


@pytest.fixture
def lin(cast):
    return cast.client("member")


def text(answer) -> str:
    return str(answer.content, "utf-8")


@pytest.fixture
def heard(cast, tmp_path):
    """Return a published lesson of one sound, and its file."""
    key = api.keep_media(
        by=SYSTEM,
        organisation_id=cast.own.branch.id,
        name="录音.wav",
        pieces=[make_sound(tmp_path / "a.wav", 3).read_bytes()],
    )
    jobs.run_waiting()
    lesson = make_lesson(cast.season, cast.own.branch, chapters=0, published=False, form=Form.AUDIO)
    drafts = [(None, ChapterDraft("第一章", "[0:01] 一", key))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    lesson.refresh_from_db()
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, version=lesson.version)
    return lesson, Media.objects.get(id=key)


def test_an_organiser_writes_and_publishes_a_lesson_step_by_step(cast, secretary):
    assert "还没有课" in text(secretary.get(C))
    typed = {
        "title": "集体账本怎么看",
        "topic": str(cast.season.topics.get(number=1).id),
        "organisation": str(cast.own.branch.id),
        "form": "text",
        "minutes": "20",
    }
    bad = secretary.post(f"{C}new/", typed | {"minutes": "0"})
    assert bad.status_code == 422
    assert 'value="集体账本怎么看"' in text(bad)
    made = secretary.post(f"{C}new/", typed)
    lesson = Lesson.objects.get()
    assert made.url == f"{C}{lesson.id}/chapters/"
    frame = {"chapters-TOTAL_FORMS": "2", "chapters-INITIAL_FORMS": "0"}
    gap = {"chapters-0-title": "", "chapters-0-text": "有话没有题目"}
    refused = secretary.post(made.url, frame | gap)
    assert refused.status_code == 422
    assert "有话没有题目" in text(refused)
    secretary.post(made.url, frame | {"chapters-0-title": "开头", "chapters-0-text": "账本在村口"})
    asked = {
        "questions-TOTAL_FORMS": "1",
        "questions-INITIAL_FORMS": "0",
        "questions-0-text": "账本在哪",
        "questions-0-options": "村口\n家里",
        "questions-0-right": "1",
        "questions-0-why": "文中说了",
    }
    secretary.post(f"{C}{lesson.id}/questions/", asked)
    lesson.refresh_from_db()
    secretary.post(f"{C}{lesson.id}/do/", {"what": "publish", "version": str(lesson.version)})
    assert "已发布，第 1 版" in text(secretary.get(f"{C}{lesson.id}/"))
    assert lesson.questions.get().right == 0


def test_a_member_reads_answers_and_it_is_finished(cast, lin, secretary):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, questions=1)
    assert "学完 0 节，共 1 节" in text(lin.get("/learn/"))
    page = f"/learn/{lesson.id}/"
    assert "第1章的话" in text(lin.get(page))
    chapter, question = lesson.chapters.get(), lesson.questions.get()
    lin.post(f"{page}step/", {"chapter": str(chapter.id)})
    ask = {"question": str(question.id)}
    nothing = lin.post(f"{page}check/", ask)
    assert nothing.status_code == 422
    wrong = lin.post(f"{page}check/", ask | {"option": "0"})
    assert "不太对" in text(wrong)
    assert "因为乙1" in text(wrong)
    assert Progress.objects.get().finished_at is None
    right = lin.post(f"{page}check/", ask | {"option": "1"})
    assert "记 30 分钟" in text(right)
    assert Progress.objects.get().finished_at is not None
    assert "学完 1 节，共 1 节" in text(lin.get("/learn/"))
    assert cast.lin.name in text(secretary.get(f"{C}{lesson.id}/"))


def test_a_lesson_changed_meanwhile_says_so(cast, lin):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    gone = lesson.chapters.get().id
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=[(None, ChapterDraft("新", "新"))])
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="重写了")
    answer = lin.post(f"/learn/{lesson.id}/step/", {"chapter": str(gone)})
    assert answer.status_code == 409
    assert "这节课有更新" in text(answer)


def test_a_phone_may_ask_for_a_part_of_a_sound(heard, lin):
    _lesson, media = heard
    address = f"/learn/files/{media.id}/{media.made}"
    whole = lin.get(address)
    body = body_of(whole)
    assert whole.headers["Content-Type"] == "audio/mp4"
    part = lin.get(address, headers={"range": "bytes=10-19"})
    assert part.status_code == 206
    assert body_of(part) == body[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(body)}"
    beyond = lin.get(address, headers={"range": f"bytes={len(body) + 5}-"})
    assert beyond.status_code == 416


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    body_of(answer)
    return answer.status_code


def test_files_are_for_those_whose_lesson_they_are_in(cast, heard):
    lesson, media = heard
    address = f"/learn/files/{media.id}/{media.made}"
    assert status(cast.client("secretary"), address) == 200
    assert status(cast.client("other_secretary"), address) == 404
    assert status(Client(), address) == 404
    for name in ("..%2Fdongxun.sqlite3", "original", "sound.m4a.py", "nothing.m4a"):
        assert status(cast.client("member"), f"/learn/files/{media.id}/{name}") == 404
    assert "data-src" in text(cast.client("member").get(f"/learn/{lesson.id}/"))


def test_the_list_costs_the_same_at_one_and_at_three_lessons(
    cast, lin, django_assert_max_num_queries
):
    for number in range(3):
        make_lesson(cast.season, cast.own.branch, title=f"课{number}")
        with django_assert_max_num_queries(24):
            lin.get("/learn/")


def test_an_author_sees_a_lesson_as_members_will_before_they_do(cast, secretary):
    lesson = make_lesson(cast.season, cast.own.branch, published=False, questions=1)
    page = text(secretary.get(f"{C}{lesson.id}/preview/"))
    assert "第1章的话" in page
    assert "问题1" in page
    assert "data-end" not in page
    assert not Progress.objects.exists()
    empty = make_lesson(cast.season, cast.own.branch, title="空课", chapters=0, published=False)
    assert "一节课至少要有一章" in text(secretary.get(f"{C}{empty.id}/preview/"))


def test_who_has_the_new_edition_an_older_one_or_none_is_counted_and_listed(cast, lin, secretary):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    mate = make_person("邻居", branch=cast.own.branch)
    make_participation(cast.season, mate)
    chapter, organiser = lesson.chapters.get(), cast.client("organiser")
    drafts = [(chapter.id, ChapterDraft(chapter.title, "新话"))]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="换了数字")
    kept = ended(chapter, cast.lin, clock.now(), edition=1)
    api.note_steps(by=phone_of(cast.lin), steps=[kept])
    api.note_steps(by=phone_of(mate), steps=[ended(chapter, mate, edition=2)])
    page = text(secretary.get(f"{C}{lesson.id}/"))
    whole = len(cast.own.people) + 1
    assert page.count(f"{whole} 人中 1 人是这一版") == 2
    assert f"还没开始 {whole - 2}" in page
    old, none = (text(organiser.get(f"{C}{lesson.id}/?show={each}")) for each in ("old", "none"))
    assert cast.lin.name in old
    assert mate.name not in old
    assert mate.name not in none
    assert cast.zhou.name in none
    assert "有第 2 版：换了数字" in text(lin.get(f"/learn/{lesson.id}/"))
    lin.post(f"/learn/{lesson.id}/step/", {"what": "seen", "edition": "2"})
    assert "有第 2 版" not in text(lin.get(f"/learn/{lesson.id}/"))


def test_a_lesson_put_in_while_the_season_runs_stands_in_its_place_and_is_marked(
    cast, lin, secretary
):
    first, last = (make_lesson(cast.season, cast.own.branch, title=f"第{n}课") for n in (1, 3))
    added = make_lesson(cast.season, cast.own.branch, title="第2课")
    answer = secretary.post(f"{C}{added.id}/do/", {"what": "place", "place": "1"})
    assert answer.status_code == 302
    found = [
        line.lesson
        for part in api.learning(cast.lin.id, by=phone_of(cast.lin))
        for line in part.lines
    ]
    assert found == [first, added, last]
    assert "新加的" in text(lin.get("/learn/"))
    secretary.post(f"{C}{added.id}/do/", {"what": "place", "place": "x"})
    assert Lesson.objects.get(order=0) == added


@pytest.mark.parametrize("typed", ["9" * 5000, "²", "-1", ""], ids=["long", "two", "minus", "none"])
def test_numbers_that_are_none_are_told_so(cast, secretary, lin, typed):
    lesson = make_lesson(cast.season, cast.own.branch, questions=1)
    asked = {"question": lesson.questions.get().id, "option": typed}
    assert lin.post(f"/learn/{lesson.id}/check/", asked).status_code == 422
    moved = secretary.post(f"{C}{lesson.id}/do/", {"what": "place", "place": typed})
    assert moved.status_code == 302


def test_a_lesson_from_above_may_be_read_and_not_written(cast, secretary):
    lesson = make_lesson(cast.season, cast.district)
    assert secretary.get(f"{C}{lesson.id}/").status_code == 200
    for page in ("edit", "chapters", "questions"):
        assert secretary.get(f"{C}{lesson.id}/{page}/").status_code == 404


def test_the_file_of_a_chapter_stays_however_many_came_later(cast, secretary, heard):
    lesson, media = heard
    Media.objects.bulk_create(
        Media(
            organisation_id=media.organisation_id,
            name=f"{n}.wav",
            kind="audio",
            sha256=str(n),
            size=1,
            created_at=clock.now(),
        )
        for n in range(201)
    )
    page = text(secretary.get(f"{C}{lesson.id}/chapters/"))
    assert f'value="{media.id}" selected' in page


def test_members_have_the_last_edition_until_the_next_is_published(cast, lin):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, questions=1)
    [chapter], page = lesson.chapters.all(), f"/learn/{lesson.id}/"
    drafts = [
        (chapter.id, ChapterDraft("第1章", "改过的话")),
        (None, ChapterDraft("新", "新加的话")),
    ]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    Lesson.objects.filter(id=lesson.id).update(minutes=60)
    shown = text(lin.get(page))
    assert "第1章的话" in shown
    assert "改过的话" not in shown
    assert "新加的话" not in shown
    steps = [ended(chapter, cast.lin), answered(lesson, cast.lin)]
    api.note_steps(by=phone_of(cast.lin), steps=steps)
    assert Fact.objects.get(source="library.studied_online").seconds == 1800
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="补了一章")
    shown = text(lin.get(page))
    assert "新加的话" in shown
    assert "补了一章" in shown
    desk = text(cast.client("organiser").get(f"/console/library/{lesson.id}/"))
    assert "旧版 1" in desk


def test_a_lesson_may_be_given_to_another_unit_and_twins_are_refused_in_words(cast, lin):
    first = make_lesson(cast.season, cast.own.branch, title="账本")
    make_lesson(cast.season, cast.district, title="账本")
    mate = make_lesson(cast.season, cast.own.branch, title="别的")
    office, edit = cast.client("office"), f"{C}{mate.id}/edit/"
    page = text(office.get(edit))
    assert f'value="{cast.own.branch.id}" selected' in page, "deeper than the list of units goes"
    typed = {
        "title": "账本",
        "topic": str(mate.topic_id),
        "organisation": str(cast.district.id),
        "form": "text",
        "minutes": "20",
    }
    refused = office.post(edit, typed)
    assert refused.status_code == 409
    assert "这个专题里已有同名的课" in text(refused)
    assert cast.client("secretary").post(edit, typed | {"title": "别的"}).status_code == 422
    assert office.post(edit, typed | {"title": "别的"}).status_code == 302
    assert Lesson.objects.get(id=mate.id).organisation_id == cast.district.id
    assert "别的" in text(lin.get("/learn/"))
    moved = typed | {"organisation": str(cast.foreign.node.id), "title": "别的"}
    office.post(edit, moved)
    assert "别的" not in text(lin.get("/learn/"))
    assert Lesson.objects.get(id=first.id).organisation_id == cast.own.branch.id


def test_a_file_that_came_with_a_lesson_from_another_unit_stays_in_it(cast, heard):
    lesson, media = heard
    draft = LessonDraft(lesson.title, lesson.topic_id, Form.AUDIO, 20)
    api.write_lesson(
        by=SYSTEM,
        organisation_id=cast.foreign.branch.id,
        season_id=cast.season.id,
        draft=draft,
        lesson_id=lesson.id,
    )
    there = cast.client("other_secretary")
    assert status(there, f"/learn/files/{media.id}/{media.made}") == 200
    chapter = lesson.chapters.get()
    frame = {"chapters-TOTAL_FORMS": "1", "chapters-INITIAL_FORMS": "1"}
    line = {"id": str(chapter.id), "title": "改", "text": "", "played": str(media.id)}
    sent = frame | {f"chapters-0-{name}": value for name, value in line.items()}
    assert there.post(f"{C}{lesson.id}/chapters/", sent).status_code == 302
    assert lesson.chapters.get().media_id == media.id


def test_a_video_is_played_from_nginx_where_it_hands_it_out_else_from_here(cast, lin, monkeypatch):
    film = Media.objects.create(
        organisation_id=cast.own.branch.id,
        name="回放.mp4",
        kind=MediaKind.VIDEO,
        state=MediaState.READY,
        sha256="f" * 64,
        size=4,
        made="video.m3u8",
        created_at=clock.now(),
    )
    row = make_lesson(cast.season, cast.own.branch, form=Form.VIDEO, published=False)
    row.chapters.update(media=film)
    api.publish_lesson(by=SYSTEM, lesson_id=row.id, version=row.version)
    here = f"/learn/files/{film.id}/video.m3u8"
    assert f'data-src="{here}"' in text(lin.get(f"/learn/{row.id}/"))
    monkeypatch.setattr(video, "is_handed_out", lambda: True)
    shown = text(lin.get(f"/learn/{row.id}/"))
    assert re.search(rf'data-src="/video/files/{film.id.hex}/[^ ]+/video.m3u8 {here}"', shown)


def test_a_lesson_whose_season_is_over_or_not_begun_promises_nothing_and_says_why(cast, lin):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, questions=1)
    page, day = f"/learn/{lesson.id}/", clock.today()
    step = {"chapter": str(lesson.chapters.get().id)}
    of_season = Season.objects.filter(id=cast.season.id)
    of_season.update(state=SeasonState.DRAFT, starts_on=day + timedelta(days=5))
    shown = text(lin.get(page))
    assert "学习季还没有开始" in shown
    assert "data-end" not in shown
    assert f"{page}check/" not in shown
    early = lin.post(f"{page}step/", step)
    assert (early.status_code, "学习季开始之前" in text(early)) == (409, True)
    of_season.update(state=SeasonState.CLOSED, starts_on=day, closed_at=clock.now())
    shown = text(lin.get(page))
    assert "学习季已经结束" in shown
    assert "data-end" not in shown
    assert lin.get(f"{page}check/").url.startswith(page)
    assert lin.post(f"{page}step/", step).status_code == 409
