"""直播 of the demo: the last class of the cast's town was seen from afar, too, and talked about."""

from datetime import timedelta
from typing import Final

from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.ids import new_id
from dongxun.live import api as live
from dongxun.live.contracts import SaidKind, SaidState, Source
from dongxun.web.demo.sessions import CAST_TOWN, Item
from dongxun.web.demo.world import SYSTEM, World

SAID: Final = (
    (SaidKind.CHAT, "声音清楚，画面也清楚。"),
    (SaidKind.QUESTION, "去年的账今年还能再查吗？"),
    (SaidKind.CHAT, "我们组四个人在一起听。"),
    (SaidKind.QUESTION, "外地回来过年的，去哪里补课？"),
    (SaidKind.CHAT, "讲到心里去了。"),
)
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
        key = live.save_class(by=SYSTEM, session_id=last.id, source=Source.LINK, url=url)
    with clock.frozen(plan.starts_at):
        live.start_class(by=SYSTEM, live_id=key)
        live.pin(by=SYSTEM, live_id=key, words="有问题就写在这里，最后十分钟一起答。")
    live.keep_presence((key, one, plan.starts_at + timedelta(minutes=5)) for one in people)
    for place, (kind, text) in enumerate(SAID):
        said_id, person_id = new_id(), people[place % len(people)]
        phone = Actor(ActorKind.DEVICE, id=person_id, persons=(person_id,))
        with clock.frozen(plan.starts_at + timedelta(minutes=6 + 7 * place)):
            live.say(
                by=phone, said_id=said_id, live_id=key, person_id=person_id, kind=kind, text=text
            )
            live.judge(by=SYSTEM, live_id=key, ids=[said_id], state=SaidState.SHOWN)
    with clock.frozen(plan.ends_at):
        live.keep_presence((key, one, plan.ends_at) for one in people)
        live.end_class(by=SYSTEM, live_id=key)


def _is_over(world: World, item: Item) -> bool:
    is_held = item.past.state in {SessionState.PUBLISHED, SessionState.ARCHIVED}
    is_class = item.topic is not None and not item.makeup and item.town == CAST_TOWN
    return is_held and is_class and item.past.plan.ends_at <= world.now
