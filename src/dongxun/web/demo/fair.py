"""集章 of the demo: a card of 平潮镇 for the season, some of its stamps given."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dongxun.booths import api as booths
from dongxun.booths.contracts import BoothDraft, CardDraft
from dongxun.kernel import clock
from dongxun.organisations.contracts import Node
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import ItemDraft, Kind, Paper, QuizDraft
from dongxun.web.demo.world import SYSTEM, World

QUESTIONS: Final = (
    ("秸秆怎么处理", ("还田或收走", "就地烧掉"), 0, "还田养地，收走能卖。"),
    ("陌生人打电话要验证码", ("告诉他", "挂掉"), 1, "验证码谁都不给。"),
    ("灭火器先拔什么", ("插销", "喷管"), 0, "先拔插销，再压把手。"),
)
BY_HAND: Final = (
    ("写春联", "西廊", "写一副春联，带回家贴。"),
    ("锡剧点一段", "戏台", "听一段，说出讲的是哪件事。"),
    ("老物件认一认", "北屋", "认出三样农具。"),
)
STAMPED: Final = (14, 9, 4)
"""How many of the first members have the stamp of each booth by hand."""


def build(world: World) -> None:
    """Open a card of four booths; some are far along, three cards are full."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    with clock.frozen(world.now - timedelta(days=2)):
        draft = CardDraft(title="冬训小游园", needed=3, prize="一副春联", stock=60)
        key = booths.write_card(
            by=SYSTEM, organisation_id=town.node.id, season_id=world.season(), draft=draft
        )
        asked = BoothDraft(
            title="三题闯关",
            place="东门",
            task="扫码答三题，答对两题就盖章。",
            quiz_id=_quiz(world, town.node),
        )
        booths.write_booth(by=SYSTEM, card_id=key, draft=asked)
        by_hand = [
            booths.write_booth(
                by=SYSTEM, card_id=key, draft=BoothDraft(title=title, place=place, task=task)
            )
            for title, place, task in BY_HAND
        ]
        booths.open_card(by=SYSTEM, card_id=key)
    with clock.frozen(world.now - timedelta(hours=3)):
        people = [one.id for one in town.members()]
        for booth_id, n in zip(by_hand, STAMPED, strict=True):
            booths.stamp(by=SYSTEM, booth_id=booth_id, person_ids=people[:n])


def _quiz(world: World, node: Node) -> UUID:
    items = [
        quizzes.write_item(
            by=SYSTEM,
            organisation_id=node.id,
            draft=ItemDraft(Kind.SINGLE, text, options, (right,), why=why, tags=("小游园",)),
        )
        for text, options, right, why in QUESTIONS
    ]
    draft = QuizDraft("小游园三题", Paper.LIST, pass_mark=60)
    key = quizzes.write_quiz(
        by=SYSTEM, organisation_id=node.id, season_id=world.season(), draft=draft
    )
    quizzes.list_items(by=SYSTEM, quiz_id=key, add=items)
    return key
