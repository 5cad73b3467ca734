import struct
from datetime import date, timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.ids import new_id
from dongxun.library import api as library
from dongxun.library.contracts import QuestionDraft
from dongxun.library.models import Lesson
from dongxun.library.tests.make import SYSTEM, answered, ended, make_lesson
from dongxun.people.tests.make import make_person
from dongxun.publishing.tests.make import make_note
from dongxun.quizzes.tests.make import make_quiz, take
from dongxun.reports.models import Poster
from dongxun.reports.posters import MOST_BYTES, PosterSays, draw
from dongxun.reports.services import posters


@pytest.fixture
def learned(cast):
    """A topic with one lesson, which 林小满 has finished."""
    lesson = make_lesson(cast.season, cast.own.branch, questions=1)
    steps = [ended(one, cast.lin) for one in lesson.chapters.all()]
    library.note_steps(by=phone_of(cast.lin), steps=[*steps, answered(lesson, cast.lin)])
    return cast.topics[0]


def says(**overrides):
    values = {
        "season": "通州区党员冬训",
        "topic": "乡村产业",
        "name": "林小满",
        "branch": "平潮村党支部",
        "url": "https://dongxun.example/topics/1/words/",
        "chapters": 5,
        "answered": 5,
        "asked": 5,
        "line": "先问市场，再问老把式。",
        "written_on": date(2027, 1, 14),
    }
    return PosterSays(**values | overrides)


def make(cast, topic, **more):
    return posters.make_poster(
        by=phone_of(cast.lin), person_id=cast.lin.id, topic_id=topic.id, **more
    )


def test_a_poster_counts_what_was_published_and_answered_right_quizzes_too(cast, learned):
    lesson = Lesson.objects.get()
    asked = [(None, QuestionDraft(f"草稿{n}", ("甲", "乙"), 1, "因为")) for n in range(3)]
    known = [
        (one.id, QuestionDraft("问题1", ("甲", "乙"), 1, "因为")) for one in lesson.questions.all()
    ]
    library.write_questions(by=SYSTEM, lesson_id=lesson.id, drafts=[*known, *asked])
    quiz = make_quiz(cast.season, cast.own.branch, items=4)
    for right in (1, 3, 2):
        take(quiz, cast.lin, right=right)
    [stage] = posters.stages(cast.lin.id, by=phone_of(cast.lin))
    assert (stage.answered, stage.asked) == (1 + 3, 1 + 4)
    library.publish_lesson(by=SYSTEM, lesson_id=lesson.id, what_is_new="多问三题")
    [stage] = posters.stages(cast.lin.id, by=phone_of(cast.lin))
    assert (stage.answered, stage.asked) == (1 + 3, 1 + 4), "learned on the edition before"


def test_two_taps_at_once_make_one_poster(cast, learned, monkeypatch):
    made = []

    def draw_while_the_other_tap_is_quicker(says):
        if not made:
            made.append(None)
            made[0] = make(cast, learned)
        return draw(says)

    monkeypatch.setattr(posters, "draw", draw_while_the_other_tap_is_quicker)
    assert make(cast, learned) == made[0] == Poster.objects.get().id


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"line": "", "written_on": None, "asked": 0, "chapters": 0},
        {
            "line": "字" * 80,
            "topic": "学习贯彻中央农村工作会议精神推进乡村全面振兴",
            "name": "阿依古丽·买买提江",
        },
        {"line": '#panic() $x$ \\ " <script> [', "name": "]#eval(1)"},
    ],
)
def test_a_poster_is_1080_by_1620_pixels_and_at_most_400_kb(overrides):
    png = draw(says(**overrides))
    assert struct.unpack(">II", png[16:24]) == (1080, 1620)
    assert len(png) <= MOST_BYTES


def test_a_topic_not_learned_offers_no_poster(cast):
    assert posters.stages(cast.lin.id, by=phone_of(cast.lin)) == []
    with pytest.raises(NotFound):
        make(cast, cast.topics[0])


def test_a_topic_learned_gives_one_poster_and_a_newer_one_takes_its_place(cast, learned):
    note = make_note(cast.lin, text="账本摆出来，心里就亮堂了。")
    first = make(cast, learned)
    second = make(cast, learned, note_id=note.id)
    [row] = Poster.objects.filter(removed_at=None)
    assert (row.id, row.line) == (second, note.text)
    with pytest.raises(NotFound):
        posters.poster_png(first, by=phone_of(cast.lin))
    [stage] = posters.stages(cast.lin.id, by=phone_of(cast.lin))
    assert (stage.chapters, stage.answered, stage.asked) == (2, 1, 1)


def test_only_ones_own_words_stand_on_a_poster(cast, learned):
    theirs = make_note(cast.own.people[1])
    for key in (theirs.id, new_id()):
        with pytest.raises(Conflict):
            make(cast, learned, note_id=key)


def test_nobody_else_sees_a_poster(cast, learned):
    key = make(cast, learned)
    for other in (cast.own.people[1], cast.foreign.people[0]):
        with pytest.raises(NotFound):
            posters.poster_png(key, by=phone_of(other))
    address = reverse("reports:poster_image", args=[key])
    for role in ("secretary", "office", "public"):
        assert cast.client(role).get(address).status_code in {302, 404}


def test_the_pages_make_show_and_remove_a_poster(cast, learned):
    phone, note = cast.client("member"), make_note(cast.lin)
    assert "做海报" in phone.get(reverse("reports:posters")).content.decode()
    address = reverse("reports:make_poster", args=[learned.id])
    assert note.text in phone.get(address).content.decode()
    answer = phone.post(address, {"line": str(note.id)})
    shown = phone.get(answer.headers["Location"])
    assert "保存图片" in shown.content.decode()
    row = Poster.objects.get()
    png = phone.get(reverse("reports:poster_image", args=[row.id]))
    assert png.content.startswith(b"\x89PNG")
    phone.post(reverse("reports:own_poster", args=[row.id]))
    assert phone.get(reverse("reports:poster_image", args=[row.id])).status_code == 404


def test_a_poster_follows_its_owner_and_stays_in_sight_when_there_is_more_to_learn(cast, learned):
    kept, gone = make_person(branch=cast.own.branch), make(cast, learned)
    for _time in range(2):
        posters.follow_merge(kept.id, cast.lin.id)
    assert Poster.objects.get().person_id == kept.id
    posters.follow_merge(cast.lin.id, kept.id)
    make_lesson(cast.season, cast.own.branch, title="后来的课")
    assert posters.stages(cast.lin.id, by=phone_of(cast.lin)) == []
    phone = cast.client("member")
    address = reverse("reports:own_poster", args=[gone])
    assert address in phone.get(reverse("reports:posters")).content.decode()
    assert (
        reverse("reports:make_poster", args=[learned.id]) not in phone.get(address).content.decode()
    )


def test_of_two_posters_of_a_topic_the_later_one_stays_when_rows_are_merged(cast, learned):
    make(cast, learned)
    twin = make_person(branch=cast.own.branch)
    posters.follow_merge(twin.id, cast.lin.id)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        later = make(cast, learned)
    posters.follow_merge(twin.id, cast.lin.id)
    row = Poster.objects.get(removed_at=None)
    assert (row.id, row.person_id) == (later, twin.id)


def test_posters_are_made_and_seen_only_where_the_own_link_was_opened(cast, learned):
    key, phone = make(cast, learned), cast.client("phone")
    for address in (reverse("reports:posters"), reverse("reports:make_poster", args=[learned.id])):
        answer = phone.get(address)
        assert (answer.status_code, "个人链接" in answer.content.decode()) == (403, True)
    assert phone.get(reverse("reports:poster_image", args=[key])).status_code == 404
