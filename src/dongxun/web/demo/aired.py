"""直播 of the demo: the last class of the cast's town was seen from afar, too, and talked about."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.live import api as live
from dongxun.live.contracts import SaidKind, SaidState, Source
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import ItemDraft, Kind, Paper, QuizDraft
from dongxun.web.demo.sessions import CAST_TOWN, Item
from dongxun.web.demo.world import SYSTEM, World, own_phone

SAID: Final = (
    (SaidKind.CHAT, "声音清楚，画面也清楚。"),
    (SaidKind.QUESTION, "去年的账今年还能再查吗？"),
    (SaidKind.CHAT, "我们组四个人在一起听。"),
    (SaidKind.QUESTION, "外地回来过年的，去哪里补课？"),
    (SaidKind.CHAT, "讲到心里去了。"),
)
ASKED: Final = (
    ("今天说的三天内回复，从哪天算起", ("当场记下那天", "开会那天"), 0, "记下来就开始算。"),
    ("外地回来的人去哪里补课", ("不用补", "最近的驿站或补课场次"), 1, "哪里近就在哪里补。"),
)
"""Invented, like what was said."""
WATCHED: Final = 23


def build(world: World, items: list[Item]) -> None:
    """Hold the class on air while it was taught; who watched is counted beside the hall."""
    over = [item for item in items if _is_over(world, item)]
    last = max(over, key=lambda item: (item.starts_at, item.past.plan.title), default=None)
    if last is None or last.id is None:
        return
    plan = last.past.plan
    town = next(town for town in world.towns if town.name == CAST_TOWN)
    people = [one.id for one in town.members()[-WATCHED:]]
    with clock.frozen(plan.starts_at - timedelta(days=1)):
        url = "https://live.example/pingchao"
        check = _check(world, last)
        key = live.save_class(
            by=SYSTEM, session_id=last.id, source=Source.LINK, url=url, quiz_id=check
        )
    with clock.frozen(plan.starts_at):
        live.start_class(by=SYSTEM, live_id=key)
        live.pin(by=SYSTEM, live_id=key, words="有问题就写在这里，最后十分钟一起答。")
    live.keep_presence((key, one, plan.starts_at + timedelta(minutes=5)) for one in people)
    for place, (kind, text) in enumerate(SAID):
        said_id, person_id = new_id(), people[place % len(people)]
        phone = own_phone(person_id)
        with clock.frozen(plan.starts_at + timedelta(minutes=6 + 7 * place)):
            live.say(
                by=phone, said_id=said_id, live_id=key, person_id=person_id, kind=kind, text=text
            )
            live.judge(by=SYSTEM, live_id=key, ids=[said_id], state=SaidState.SHOWN)
    with clock.frozen(plan.ends_at):
        live.keep_presence((key, one, plan.ends_at) for one in people)
        live.end_class(by=SYSTEM, live_id=key)


def _check(world: World, item: Item) -> UUID:
    """Write the short check by which the class counts for those who watched it alone."""
    town = next(town for town in world.towns if town.name == CAST_TOWN)
    topic_id = world.topic_ids[item.topic or 0]
    items = [
        quizzes.write_item(
            by=SYSTEM,
            organisation_id=town.node.id,
            draft=ItemDraft(Kind.SINGLE, text, options, (right,), why=why, tags=("直播",)),
        )
        for text, options, right, why in ASKED
    ]
    draft = QuizDraft("看完直播答两题", Paper.LIST, topic_id=topic_id, pass_mark=60)
    key = quizzes.write_quiz(
        by=SYSTEM, organisation_id=town.node.id, season_id=world.season(), draft=draft
    )
    quizzes.list_items(by=SYSTEM, quiz_id=key, add=items)
    return key


def _is_over(world: World, item: Item) -> bool:
    is_held = item.past.state in {SessionState.PUBLISHED, SessionState.ARCHIVED}
    is_class = item.topic is not None and not item.makeup and item.town == CAST_TOWN
    return is_held and is_class and item.past.plan.ends_at <= world.now
