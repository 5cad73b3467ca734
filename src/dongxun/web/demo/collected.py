"""家训家规征集 of the demo: what households brought, shown to everybody who opens the gallery."""

from datetime import timedelta
from typing import Final

from dongxun.contests import api as contests
from dongxun.contests.contracts import ContestDraft, EntryDraft, Kind
from dongxun.kernel import clock
from dongxun.kernel.ids import derived_id
from dongxun.web.demo.sessions import CAST_TOWN
from dongxun.web.demo.world import SYSTEM, World

BROUGHT: Final = (
    ("桥西一户", "灶台边的三句话", "饭要吃干净，话要说明白，借的东西要还回去。"),
    ("三组一户", "账本在抽屉里", "公家的账一笔一笔记，自家的账也一笔一笔记，孩子从小翻得到。"),
    ("河东一户", "门不上闩", "邻居来借梯子不用问，谁家办事都去搭把手。"),
    ("老街一户", "年夜饭前先敬人", "先给一个人过年的老人送一碗，再开自家的席。"),
)
"""Invented, like the households."""
CALL: Final = "把家里传下来的一句话写给大家看；写在纸上的，交给支部书记录入。"


def build(world: World) -> None:
    """Hold the cast's town's collection from call to gallery."""
    town = next(town for town in world.towns if town.name == CAST_TOWN)
    draft = ContestDraft(
        title="家训家规征集",
        kind=Kind.COLLECTION,
        call=CALL,
        closes_at=world.now - timedelta(days=2),
    )
    with clock.frozen(world.now - timedelta(days=16)):
        key = contests.write_contest(
            by=SYSTEM, organisation_id=town.node.id, season_id=world.season(), draft=draft
        )
        contests.open_call(by=SYSTEM, contest_id=key)
    for number, (unit, (household, title, text)) in enumerate(
        zip(town.units, BROUGHT, strict=False)
    ):
        entry = EntryDraft(
            id=derived_id(world.now, "demo.collected", number),
            person_ids=(),
            title=title,
            text=text,
            household=household,
            unit_id=unit.branches[0].id,
        )
        with clock.frozen(world.now - timedelta(days=10 - number)):
            contests.enter_at_desk(by=SYSTEM, contest_id=key, draft=entry)
    with clock.frozen(world.now - timedelta(days=1)):
        contests.close_call(by=SYSTEM, contest_id=key)
        contests.publish(by=SYSTEM, contest_id=key)
