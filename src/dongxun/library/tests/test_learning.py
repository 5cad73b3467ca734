import itertools
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from dongxun.access.tests.make import phone_of
from dongxun.coverage import api as coverage
from dongxun.kernel import clock, jobs
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.ledger.models import Fact
from dongxun.library import api
from dongxun.library.contracts import ChapterDraft, Form, LessonDraft, Step
from dongxun.library.models import Lesson, Progress
from dongxun.library.queries import learning as reading
from dongxun.library.services.lessons import withdraw_lesson
from dongxun.library.services.merging import follow_merge
from dongxun.library.tests.make import SYSTEM, answered, ended, make_lesson
from dongxun.people import api as people
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons


@pytest.fixture
def lesson(cast):
    return make_lesson(cast.season, cast.own.branch, chapters=2, questions=1)


def live(person):
    rows = Fact.objects.filter(person_id=person.id, source="library.studied_online", voided_by=None)
    return list(rows.values_list("seconds", "mode"))


def note(person, *steps):
    return api.note_steps(by=phone_of(person), steps=steps)


def test_a_lesson_counts_once_every_chapter_is_through_and_the_check_is_right(cast, lesson):
    first, second = lesson.chapters.all()
    note(cast.lin, ended(first, cast.lin), answered(lesson, cast.lin, chosen=0))
    note(cast.lin, ended(second, cast.lin))
    assert live(cast.lin) == []
    note(cast.lin, answered(lesson, cast.lin))
    assert live(cast.lin) == [(1800, "online")]
    note(cast.lin, answered(lesson, cast.lin), ended(first, cast.lin))
    assert live(cast.lin) == [(1800, "online")]


def test_minutes_of_what_repeats_several_topics_are_split_as_the_session_was(cast):
    first, second = cast.season.topics.order_by("number")[:2]
    shares = ((first.id, 60), (second.id, 30))
    replay = make_lesson(cast.season, cast.own.branch, chapters=1, minutes=50, shares=shares)
    steps = [ended(replay.chapters.get(), cast.lin)]
    for _ in range(2):
        note(cast.lin, *steps)
    live = Fact.objects.filter(person_id=cast.lin.id, voided_by=None)
    assert sorted(live.values_list("topic_id", "seconds")) == sorted(
        [(first.id, 2000), (second.id, 1000)]
    )
    page = cast.client("organiser").get(f"/console/library/{replay.id}/")
    assert f"{second.short_name} 16" in page.content.decode()


def test_any_order_and_split_of_the_same_steps_ends_alike(cast, lesson):
    now = clock.now()
    first, second = lesson.chapters.all()
    said = [
        ended(first, cast.lin, now - timedelta(minutes=9)),
        ended(first, cast.lin, now - timedelta(minutes=3)),
        ended(second, cast.lin, now - timedelta(minutes=7)),
        answered(lesson, cast.lin, at=now - timedelta(minutes=5)),
        Step(lesson.id, cast.lin.id, now - timedelta(minutes=4), second.id, at=77),
    ]
    ends = set()
    for order in itertools.permutations(said):
        with transaction.atomic():
            note(cast.lin, *order[:2])
            for step in order[2:]:
                note(cast.lin, step)
            row = Progress.objects.get()
            fact = Fact.objects.get(voided_by=None)
            ends.add((row.finished_at, str(sorted(row.places.items())), fact.pk, fact.occurred_at))
            transaction.set_rollback(True)
    assert len(ends) == 1
    assert ends.pop()[0] == now - timedelta(minutes=5)


def test_a_place_is_remembered_the_latest_wins(cast, lesson):
    first = lesson.chapters.first()
    now = clock.now()
    late = Step(lesson.id, cast.lin.id, now - timedelta(minutes=1), first.id, at=731)
    early = Step(lesson.id, cast.lin.id, now - timedelta(minutes=8), first.id, at=900)
    note(cast.lin, late)
    note(cast.lin, early)
    assert Progress.objects.get().places[str(first.id)][0] == 731


def test_nobody_elses_progress_can_be_written(cast, lesson):
    first = lesson.chapters.first()
    [(answer, reason)] = api.note_steps(by=phone_of(cast.wu), steps=[ended(first, cast.lin)])
    assert (answer, reason) == (SyncAnswer.REJECTED, "not_found")
    [(answer, reason)] = note(cast.wu, ended(first, cast.wu))
    assert (answer, reason) == (SyncAnswer.REJECTED, "not_found")
    assert not Progress.objects.exists()


def test_a_phone_whose_clock_is_fast_loses_nothing_and_is_taken_by_our_clock(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=2)
    first, second = (str(one.id) for one in lesson.chapters.all())
    now = clock.now()
    fast, body = now + timedelta(hours=2), {"lesson": str(lesson.id), "person": str(cast.lin.id)}
    said = {"ended": True, "occurred_at": (fast - timedelta(minutes=5)).isoformat()}
    still = Item(new_id(), "lesson_step", body | said | {"chapter": first}, skew_s=7200)
    put_right = Item(new_id(), "lesson_step", body | said | {"chapter": second}, skew_s=0)
    answers = receive([still, put_right], by=phone_of(cast.lin))
    assert [one.answer for one in answers] == [SyncAnswer.STORED] * 2
    ended_at = Progress.objects.get().ended
    assert datetime.fromisoformat(ended_at[first]) == now - timedelta(minutes=5)
    assert datetime.fromisoformat(ended_at[second]) <= clock.now()
    assert live(cast.lin) == [(1800, "online")]


def test_what_was_learned_before_the_season_is_refused(cast, lesson):
    step = ended(lesson.chapters.first(), cast.lin, clock.now() - timedelta(days=200))
    assert note(cast.lin, step) == [(SyncAnswer.REJECTED, "before_season")]


def test_a_chapter_that_is_gone_is_said_and_its_neighbours_are_kept(cast, lesson):
    gone = Step(lesson.id, cast.lin.id, clock.now(), new_id(), ended=True)
    answers = note(cast.lin, gone, ended(lesson.chapters.first(), cast.lin))
    assert [reason for _answer, reason in answers] == ["chapter_gone", ""]


def test_phones_send_steps_and_malformed_ones_never_spoil_the_others(cast, lesson):
    first = lesson.chapters.first()
    body = {
        "lesson": str(lesson.id),
        "person": str(cast.lin.id),
        "chapter": str(first.id),
        "at": 12,
        "ended": True,
        "occurred_at": clock.now().isoformat(),
    }
    items = [
        Item(new_id(), "lesson_step", body),
        Item(new_id(), "lesson_step", body | {"at": -1}),
        Item(new_id(), "lesson_step", body | {"answers": 7}),
        Item(new_id(), "lesson_step", {}),
    ]
    answers = receive(items, by=phone_of(cast.lin))
    assert [answer.answer for answer in answers] == ["stored", "rejected", "rejected", "rejected"]
    assert list(Progress.objects.get().ended) == [str(first.id)]


def test_topics_show_only_what_is_open_to_the_person(cast, lesson):
    make_lesson(cast.season, cast.foreign.branch, title="别处的课")
    make_lesson(cast.season, cast.own.branch, title="草稿", published=False)
    [part] = reading.learning(cast.lin.id, by=phone_of(cast.lin))
    assert [line.lesson.id for line in part.lines] == [lesson.id]
    assert reading.next_lesson([part]).lesson.id == lesson.id


def test_text_with_times_follows_the_voice(cast, lesson):
    chapter = lesson.chapters.first()
    chapter.text = "[0:05] 开头\n没有时间\n[1:02:03] 很后面\n\n[x] 不是时间"
    lines = [(line.second, line.text) for line in reading.transcript(chapter)]
    assert lines == [(5, "开头"), (None, "没有时间"), (3723, "很后面"), (None, "[x] 不是时间")]


def test_what_a_duplicate_learned_the_survivor_has(cast, lesson):
    twin = make_person("林小满", branch=cast.own.branch)
    first, second = lesson.chapters.all()
    note(twin, ended(first, twin))
    note(cast.lin, ended(second, cast.lin))
    follow_merge(cast.lin.id, twin.id)
    follow_merge(cast.lin.id, twin.id)
    assert set(Progress.objects.get().ended) == {str(first.id), str(second.id)}


def test_the_later_place_of_two_rows_of_a_person_is_where_the_lesson_goes_on(cast, lesson):
    twin, now = make_person(branch=cast.own.branch), clock.now()
    first, second = (one.id for one in lesson.chapters.all())
    api.keep_places([(lesson.id, twin.id, first, 90, now), (lesson.id, twin.id, second, 20, now)])
    api.keep_places([(lesson.id, cast.lin.id, first, 30, now - timedelta(seconds=9))])
    note(twin, Step(lesson.id, twin.id, now - timedelta(minutes=3), second, 5))
    note(cast.lin, Step(lesson.id, cast.lin.id, now - timedelta(minutes=9), second, 77))
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert Progress.objects.get().places[str(second)][0] == 5
    places = reading.places(lesson, cast.lin.id, Progress.objects.get())
    assert places == {str(first): 90, str(second): 20}


def test_a_lesson_that_both_rows_of_a_person_finished_counts_once(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    twin = make_person(branch=cast.own.branch)
    at = clock.now() - timedelta(hours=2)
    note(twin, ended(lesson.chapters.get(), twin, at))
    note(cast.lin, ended(lesson.chapters.get(), cast.lin))
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert (live(cast.lin), live(twin)) == ([(1800, "online")], [])
    assert Progress.objects.get().finished_at == at


def test_two_halves_of_a_lesson_become_a_whole_when_rows_are_merged(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=2)
    twin = make_person(branch=cast.own.branch)
    for person, chapter in zip((twin, cast.lin), lesson.chapters.all(), strict=True):
        note(person, ended(chapter, person))
    Lesson.objects.filter(id=lesson.id).update(minutes=90, version=F("version") + 1)
    follow_merge(cast.lin.id, twin.id)
    assert live(cast.lin) == [(1800, "online")], "the draft of the next edition counts nowhere"


def test_a_finished_lesson_moves_the_coverage_of_its_topic(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1, minutes=60)
    note(cast.lin, ended(lesson.chapters.get(), cast.lin))
    coverage.credit(season_id=cast.season.id, person_ids=[cast.lin.id])
    stand = coverage.standing_of(cast.lin.id, season_id=cast.season.id, by=phone_of(cast.lin))
    assert stand.met_topics == 1


def test_steps_that_name_no_edition_were_made_on_the_one_of_their_day(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    chapter, before = lesson.chapters.get(), clock.now()
    with clock.frozen(before + timedelta(hours=1)):
        drafts = [(chapter.id, ChapterDraft("第1章", "新话"))]
        api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
        api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="换了")
        note(
            cast.lin, ended(chapter, cast.lin, before), ended(chapter, cast.lin, before, edition=0)
        )
        assert Progress.objects.get().edition == 1
        note(cast.lin, ended(chapter, cast.lin, clock.now()))
        assert Progress.objects.get().edition == 2


def write_again(lesson, *chapters):
    """Publish another edition with these chapters, each (chapter or None)."""
    drafts = [(one and one.id, ChapterDraft(f"第{n}章", "话")) for n, one in enumerate(chapters, 1)]
    api.write_chapters(by=SYSTEM, lesson_id=lesson.id, drafts=drafts)
    api.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="换了")


def two_hours_ago(*chapters, person):
    at = clock.now() - timedelta(hours=2)
    return [ended(one, person, at, edition=1) for one in chapters]


@pytest.mark.parametrize("again", [(0, 1, None), (0, None), (None,)])
def test_what_was_finished_on_an_edition_counts_when_the_next_came_first(cast, again):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=2)
    chapters = list(lesson.chapters.all())
    write_again(lesson, *(one if one is None else chapters[one] for one in again))
    told = note(cast.lin, *two_hours_ago(*chapters, person=cast.lin))
    assert {reason for _answer, reason in told} == {""}
    assert live(cast.lin) == [(1800, "online")]


def test_half_of_each_edition_finishes_none(cast):
    lesson = make_lesson(cast.season, cast.own.branch, chapters=2)
    first, second = lesson.chapters.all()
    write_again(lesson, first, second, None)
    note(cast.lin, *two_hours_ago(first, person=cast.lin), ended(second, cast.lin, edition=2))
    assert live(cast.lin) == []
    note(cast.lin, ended(lesson.chapters.last(), cast.lin, edition=2))
    assert live(cast.lin) == [(1800, "online")]


def test_what_was_learned_before_it_was_withdrawn_closed_or_left_behind_counts(cast):
    chapters = [
        make_lesson(cast.season, cast.own.branch, chapters=1, title=title).chapters.get()
        for title in ("撤下的", "留着的")
    ]
    heard = two_hours_ago(*chapters, person=cast.lin)
    withdraw_lesson(by=SYSTEM, lesson_id=chapters[0].lesson_id)
    people.transfer(by=SYSTEM, person_id=cast.lin.id, branch_id=cast.foreign.branch.id)
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    with clock.frozen(clock.now() + timedelta(days=2)):
        late = ended(chapters[1], cast.lin)
        reasons = [reason for _answer, reason in note(cast.lin, *heard, late)]
        gone = ended(chapters[0], cast.lin)
        assert note(cast.wu, ended(chapters[1], cast.wu)) == [(SyncAnswer.REJECTED, "not_found")]
        assert note(cast.lin, gone) == [(SyncAnswer.REJECTED, "not_found")]
    assert reasons == ["", "", "not_found"]
    assert live(cast.lin) == [(1800, "online")] * 2


def test_a_lesson_put_under_its_right_topic_takes_its_credit_along_there_and_back(cast, lesson):
    note(cast.lin, *(ended(one, cast.lin) for one in lesson.chapters.all()))
    note(cast.lin, answered(lesson, cast.lin))
    right, wrong = cast.season.topics.get(number=2).id, lesson.topic_id
    for topic_id in (right, wrong, right):
        draft = LessonDraft(title=lesson.title, topic_id=topic_id, form=Form.TEXT, minutes=30)
        key = {"season_id": cast.season.id, "lesson_id": lesson.id}
        api.write_lesson(by=SYSTEM, organisation_id=cast.own.branch.id, draft=draft, **key)
        jobs.run_waiting()
        told = Fact.objects.filter(person_id=cast.lin.id, voided_by=None)
        assert list(told.values_list("topic_id", "seconds")) == [(topic_id, 1800)]
