"""答题和竞赛 of the demo: an open quiz, an essay contest whose call runs, one that is judged."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dongxun.contests import api as contests
from dongxun.contests.contracts import (
    DEFAULT_POINTS,
    ContestDraft,
    EntryDraft,
    Kind,
    PrizeDraft,
    ScaleDraft,
)
from dongxun.kernel import clock
from dongxun.kernel.ids import derived_id
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import ItemDraft, Paper, QuizDraft
from dongxun.quizzes.contracts import Kind as Asks
from dongxun.seasons import api as seasons
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, World

QUESTIONS: Final = (
    ("账本几号摆到村口", ("每月十五号", "年底", "有人问才摆"), 0, "每月十五号，谁都能翻。"),
    ("答不上来的问题怎么办", ("以后再说", "当场记下，三天内回"), 1, "记下来，三天内贴出回复。"),
    ("种之前先问谁", ("亲戚", "市场", "天气"), 1, "卖得出去才种得下去。"),
    ("煤炉先看什么", ("通不通风", "好不好看"), 0, "不通风会中毒。"),
)
ESSAYS: Final = (
    ("账本摆在村口", "每个月十五号，账本摆出来，谁都能翻。问的人少了，放心的人多了。"),
    ("门口那条路", "下雨天不再绕路，送菜的车能开到田头。路修好了，人心也近了。"),
    ("夜里的灯", "去卫生室的路装了两盏灯，老人晚上出门，心里踏实。"),
)
"""Invented, like whoever wrote them."""
FEWEST: Final = 2
"""So many entries are needed before judging can begin."""
CALL: Final = "写一件身边的变化，八百字以内。不会用手机的，写在纸上交给支部书记。"


def build(world: World) -> None:
    """Open a quiz for everybody, a contest with entries of three branches, one being judged."""
    with clock.frozen(world.now - timedelta(days=3)):
        _quiz(world)
        _contest(world)
    _judged(world)


def switch_points_on(world: World) -> None:
    """Let what was learned earn points; the worker counts it after the start, not the start."""
    contests.write_points(
        by=SYSTEM,
        season_id=world.season(),
        is_on=True,
        ranks_people=False,
        rules=DEFAULT_POINTS,
    )


def _judged(world: World) -> None:
    """Hold a speech contest that is being judged: one judge is through, one has begun."""
    speakers = _writers(world)
    if len(speakers) < FEWEST:
        return
    with clock.frozen(world.now - timedelta(days=20)):
        key = _called(world)
        entries = [
            contests.enter_at_desk(
                by=SYSTEM,
                contest_id=key,
                draft=EntryDraft(
                    id=derived_id(world.now, "demo.speech", number),
                    person_ids=(person_id,),
                    title=title,
                    text=text,
                ),
            ).id
            for number, (person_id, (title, text)) in enumerate(zip(speakers, ESSAYS, strict=False))
        ]
    with clock.frozen(world.now - timedelta(days=3)):
        judges = [
            contests.appoint_judge(by=SYSTEM, contest_id=key, name=name)
            for name in ("丁问渠", "程知雨")
        ]
        contests.close_call(by=SYSTEM, contest_id=key)
    with clock.frozen(world.now - timedelta(days=1)):
        given = [(judges[0], entry_id) for entry_id in entries] + [(judges[1], entries[0])]
        for place, (judge_id, entry_id) in enumerate(given):
            points = (50 - place, 34 - place)
            contests.score(by=SYSTEM, judge_id=judge_id, entry_id=entry_id, points=points)


def _called(world: World) -> UUID:
    """Call a speech contest and return it."""
    draft = ContestDraft(
        title="身边人讲身边事",
        kind=Kind.SPEECH,
        call="讲一件身边人的事，五分钟以内。",
        closes_at=world.now - timedelta(days=4),
    )
    key = contests.write_contest(
        by=SYSTEM, organisation_id=world.district.id, season_id=world.season(), draft=draft
    )
    scales = (ScaleDraft("内容", 60), ScaleDraft("表达", 40))
    prizes = (PrizeDraft("一等奖", 1), PrizeDraft("二等奖", 2))
    contests.write_rules(by=SYSTEM, contest_id=key, scales=scales, prizes=prizes)
    contests.open_call(by=SYSTEM, contest_id=key)
    return key


def _quiz(world: World) -> None:
    season_id, at = world.season(), world.district.id
    topic = next(one for one in seasons.rules(season_id).topics if one.number == 4)
    items = [
        quizzes.write_item(
            by=SYSTEM,
            organisation_id=at,
            draft=ItemDraft(Asks.SINGLE, text, options, (right,), why=why, tags=("村务",)),
        )
        for text, options, right, why in QUESTIONS
    ]
    draft = QuizDraft("村务公开小测", Paper.LIST, topic_id=topic.id, pass_mark=60)
    key = quizzes.write_quiz(by=SYSTEM, organisation_id=at, season_id=season_id, draft=draft)
    quizzes.list_items(by=SYSTEM, quiz_id=key, add=items)
    quizzes.open_quiz(by=SYSTEM, quiz_id=key)


def _contest(world: World) -> None:
    draft = ContestDraft(
        title="我身边的变化",
        kind=Kind.ESSAY,
        call=CALL,
        closes_at=world.now + timedelta(days=14),
    )
    key = contests.write_contest(
        by=SYSTEM, organisation_id=world.district.id, season_id=world.season(), draft=draft
    )
    scales = (ScaleDraft("思想", 40), ScaleDraft("内容", 40), ScaleDraft("语言", 20))
    prizes = (PrizeDraft("一等奖", 1), PrizeDraft("二等奖", 2), PrizeDraft("三等奖", 3))
    contests.write_rules(by=SYSTEM, contest_id=key, scales=scales, prizes=prizes)
    contests.open_call(by=SYSTEM, contest_id=key)
    for number, (person_id, (title, text)) in enumerate(zip(_writers(world), ESSAYS, strict=False)):
        entry = EntryDraft(
            id=derived_id(world.now, "demo.essay", number),
            person_ids=(person_id,),
            title=title,
            text=text,
        )
        contests.enter_at_desk(by=SYSTEM, contest_id=key, draft=entry)


def _writers(world: World) -> list[UUID]:
    """Return somebody of each of the first towns, never one of the cast."""
    known = {world.cast[name] for name in words.CAST if name in world.cast}
    found: list[UUID] = []
    for town in world.towns:
        writer = next((one.id for one in town.members() if one.id not in known), None)
        if writer is not None:
            found.append(writer)
    return found
