"""课程库 of the demo: lessons to read with a short check in each topic, one of them half read."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dongxun.kernel import clock
from dongxun.library import api as library
from dongxun.library.contracts import (
    ChapterDraft,
    Form,
    LessonDraft,
    QuestionDraft,
    Step,
    TargetDraft,
)
from dongxun.seasons import api as seasons
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, World, own_phone

Question = tuple[str, tuple[str, ...], int, str]
Lesson = tuple[int, str, str, int, tuple[tuple[str, str], ...], tuple[Question, ...]]

LESSONS: Final[tuple[Lesson, ...]] = (
    (
        1,
        "一页纸读懂全会讲了什么",
        "理论课堂",
        15,
        (
            ("三件大事", "粮食安全要靠自己。\n产业要有根，才留得住人。\n办事要讲规矩，群众才信。"),
            ("和村里有什么关系", "田里多打一季粮，路边多修一盏灯，账目多晒一次，都是落实。"),
        ),
        (
            (
                "群众才信，靠什么",
                ("办事讲规矩", "多发通知"),
                0,
                "办事讲规矩，账目晒出来，群众才信。",
            ),
        ),
    ),
    (
        2,
        "农村工作会议的三句话",
        "理论课堂",
        15,
        (("三句话", "种好粮。\n修好路。\n年轻人回来有事做。"),),
        (("三句话里没有哪一句", ("种好粮", "修好路", "多开会"), 2, "三句话说的都是实事。"),),
    ),
    (
        3,
        "这块地种什么，先问谁",
        "特色课堂",
        20,
        (
            ("先问市场", "种之前先打三个电话：收的人、卖的人、吃的人。"),
            ("再问老把式", "市场说能卖，老把式说能长，两边都点头，才下种。"),
        ),
        (("先问谁", ("市场", "天气", "亲戚"), 0, "卖得出去才种得下去。"),),
    ),
    (
        4,
        "村务公开怎样让人信服",
        "特色课堂",
        21,
        (
            (
                "账本摆在村口",
                (
                    "村里的账，过去贴在墙上，风一吹就没了。\n"
                    "后来我们换了个办法：每个月十五号，账本摆在村口，谁都能翻。"
                ),
            ),
            (
                "四十多个人来翻账",
                (
                    "头一个月，来翻账的有四十多个人，问得最多的是修路那笔钱。\n"
                    "我们一笔一笔答，答不上来的，当场记下，三天内贴出回复。"
                ),
            ),
            ("半年以后", "来翻账的人少了。不是不关心，是放心了。"),
        ),
        (
            (
                "账本什么时候摆出来",
                ("每月十五号", "年底", "有人问才摆"),
                0,
                "每月十五号，谁都能翻。",
            ),
            (
                "答不上来怎么办",
                ("以后再说", "记下，三天内贴出回复"),
                1,
                "当场记下，三天内贴出回复。",
            ),
        ),
    ),
    (
        5,
        "酒桌上的三道题",
        "思辨课堂",
        20,
        (("三道题", "该不该去，谁来买单，回来怎么说。三道题答得上来，就不会出错。"),),
        (),
    ),
    (
        6,
        "冬天用电用火，一屋一查",
        "特色课堂",
        15,
        (("看三处", "插座热不热，煤炉通不通风，楼道堆没堆东西。"),),
        (("煤炉要看什么", ("通不通风", "好不好看"), 0, "不通风会中毒。"),),
    ),
    (
        7,
        "送货老王的七千单",
        "特色课堂",
        15,
        (("一个人的七千单", "雨天多等一分钟，老人家多走一层楼，七千单没有一单差评。"),),
        (),
    ),
)
"""Topic, title, track, minutes, chapters, check. Invented, like everybody in them."""

COURSES: Final = {3: "稻虾田边说产业", 4: "议事堂里定村规"}
"""The courses, by the number of their topic, that have lessons to learn at any time."""


def course_of(season_id: UUID, number: int) -> UUID | None:
    """Return the course whose episodes the lessons of a topic are; None where they stand alone."""
    known = {one.title: one.id for part in seasons.courses(season_id).values() for one in part}
    return known.get(COURSES.get(number, ""))


def build(world: World) -> None:
    """Write and publish the lessons; 林小满 has finished one and begun another; more are to come."""
    season_id = world.season()
    topics = {topic.number: topic for topic in seasons.rules(season_id).topics}
    made: dict[int, UUID] = {}
    for number, title, track, minutes, chapters, questions in LESSONS:
        with clock.frozen(min(clock.moment(topics[number].opens_on), world.now)):
            draft = LessonDraft(
                title,
                topics[number].id,
                Form.TEXT,
                minutes,
                track=track,
                course_id=course_of(season_id, number),
            )
            key = library.write_lesson(
                by=SYSTEM, organisation_id=world.district.id, season_id=season_id, draft=draft
            )
            parts = [(None, ChapterDraft(name, text)) for name, text in chapters]
            library.write_chapters(by=SYSTEM, lesson_id=key, drafts=parts)
            asked = [(None, QuestionDraft(*question)) for question in questions]
            library.write_questions(by=SYSTEM, lesson_id=key, drafts=asked)
            library.publish_lesson(by=SYSTEM, lesson_id=key)
            made[number] = key
    aim = TargetDraft(
        title="特色村史课",
        wanted=10,
        due_on=world.today + timedelta(weeks=3),
        owner="区冬训办",
        note="各镇报题，区里配讲稿",
        track="特色课堂",
    )
    library.write_target(
        by=SYSTEM, organisation_id=world.district.id, season_id=season_id, draft=aim
    )
    _read(world, made[1], whole=True)
    _read(world, made[4], whole=False)


def _read(world: World, lesson_id: UUID, *, whole: bool) -> None:
    """Let 林小满 read a lesson, or only its first chapter."""
    person_id = world.cast[words.CAST[0]]
    phone = own_phone(person_id)
    part = next(
        line.lesson
        for topic in library.learning(person_id, by=phone)
        for line in topic.lines
        if line.lesson.id == lesson_id
    )
    at = world.now - timedelta(days=2)
    chapters = list(part.chapters.all())[: None if whole else 1]
    steps = [Step(lesson_id, person_id, at, one.id, ended=True) for one in chapters]
    if whole:
        answers = {one.id: one.right for one in part.questions.all()}
        steps.append(Step(lesson_id, person_id, at, answers=answers))
    library.note_steps(by=phone, steps=steps)
