"""点单派课 of the demo: orders in every state, nominations, terms, times of some lecturers."""

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.lecturers import api as lecturers
from dongxun.lecturers.contracts import CandidateDraft, DayPart, OrderDraft
from dongxun.organisations.contracts import Node
from dongxun.web.demo.world import SYSTEM, Town, Unit, World

HANDS: Final = Actor.system("平潮镇组织办")
HELD: Final = ("账本怎么摆到村口", 3, "听得懂，还想听第二讲。", 5)
"""What was held twelve days ago: wish, topic, words and stars of the branch."""
NOMINATED: Final = (
    ("顾守田", "folk", "退下来的老村长", "张口就是村里事，老少都爱听", ("乡村治理", "家风")),
    ("曹问渠", "model", "种粮大户", "三百亩田种了十二年，讲种粮有底气", ("乡村产业",)),
    ("印知春", "folk", "锡剧团团长", "能把政策编成一段唱", ("移风易俗",)),
)


def build(world: World) -> None:
    """Write what the cast's town ordered, whom it nominated, when its lecturers can teach."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    _nominations(world, town)
    _times(world, town)
    with clock.frozen(world.now - timedelta(days=20)):
        first = _order(world, town.units[0].branches[0], HELD[0], HELD[1], 8)
        session_id = _accepted(first, town.lecturers[0], _at(world, -12, 14))
    _came(world, town.units[0], session_id)
    with clock.frozen(world.now):
        lecturers.rate(by=HANDS, order_id=first, stars=HELD[3], words=HELD[2])
        branches = [unit.branches[0] for unit in town.units[1:6]]
        _open_orders(world, town, branches)


def _at(world: World, days: int, hour: int) -> datetime:
    return clock.moment(world.today + timedelta(days=days), time(hour))


def _order(world: World, branch: Node, wish: str, topic: int, days: int) -> UUID:
    """Order a lesson for a week that begins in so many days."""
    first = clock.today() + timedelta(days=days)
    draft = OrderDraft(
        wish=wish,
        wanted_from=first,
        wanted_until=first + timedelta(days=6),
        topic_id=world.topic_ids[topic],
        people=40,
        place_text="党群服务中心",
        contact="周明远 19900000002",
    )
    return lecturers.place_order(
        by=HANDS, season_id=world.season(), organisation_id=branch.id, draft=draft
    )


def _accepted(order_id: UUID, lecturer_id: UUID, at: datetime) -> UUID:
    """Let a lecturer accept an order, and publish its session."""
    session_id = lecturers.dispatch(
        by=SYSTEM, order_id=order_id, lecturer_id=lecturer_id, starts_at=at, minutes=60
    )
    _answer(session_id, yes=True)
    activities.publish_session(by=SYSTEM, session_id=session_id)
    return session_id


def _answer(session_id: UUID, *, yes: bool, reason: str = "") -> None:
    booking = activities.bookings_of([session_id])[session_id][-1]
    activities.answer_booking(by=SYSTEM, booking_id=booking.id, confirmed=yes, reason=reason)


def _came(world: World, unit: Unit, session_id: UUID) -> None:
    branch = unit.branches[0]
    at = _at(world, -12, 14) - timedelta(minutes=5)
    rows = [
        activities.Came(session_id, member.id, member.branch_id, "roll", at)
        for member in unit.members
        if member.branch_id == branch.id and member.mode == "group" and member.zeal > 0.2
    ]
    activities.write_presence(by=SYSTEM, rows=rows)


def _open_orders(world: World, town: Town, branches: list[Node]) -> None:
    """Leave orders that wait, were declined, wait for an answer, and are accepted."""
    wishes = (
        ("惠农补贴今年怎么申领", 1),
        ("一块田怎么多挣两千元", 2),
        ("网格员进门先说什么", 3),
        ("婚事新办，从我家做起", 4),
    )
    keys = [
        _order(world, branch, wish, topic, 3 + number)
        for number, (branch, (wish, topic)) in enumerate(zip(branches, wishes, strict=False))
    ]
    for key, hour, yes in zip(keys[1:], (9, 14, 16), (False, None, True), strict=False):
        session_id = lecturers.dispatch(
            by=SYSTEM,
            order_id=key,
            lecturer_id=_free(world, town, hour),
            starts_at=_at(world, 6, hour),
            minutes=60,
        )
        if yes is not None:
            _answer(session_id, yes=yes, reason="" if yes else "那天带学生实践，换一天可以")


def _free(world: World, town: Town, hour: int) -> UUID:
    """Return a lecturer of the town who does not teach at that hour."""
    at = _at(world, 6, hour)
    taken = activities.taken(town.lecturers, at, at + timedelta(hours=1))
    busy = {one.lecturer_id for one in taken}
    return next(key for key in reversed(town.lecturers) if key not in busy)


def _nominations(world: World, town: Town) -> None:
    keys = []
    with clock.frozen(world.now - timedelta(days=3)):
        for unit, (name, kind, title, reason, subjects) in zip(town.units, NOMINATED, strict=False):
            draft = CandidateDraft(
                name=name, kind=kind, reason=reason, title=title, subjects=subjects
            )
            keys.append(
                lecturers.nominate(by=HANDS, organisation_id=unit.branches[0].id, draft=draft)
            )
    with clock.frozen(world.now - timedelta(days=1)):
        for key in keys[:2]:
            lecturers.vet(by=HANDS, candidate_id=key, passed=True, words="试讲一次，反响好")
        lecturers.appoint(
            by=HANDS,
            candidate_id=keys[0],
            organisation_id=town.node.id,
            since=world.today,
            until=world.today + timedelta(days=364),
            is_another=True,
        )


def _times(world: World, town: Town) -> None:
    first, second = town.lecturers[0], world.lecturers[0]
    lecturers.set_free_parts(
        by=SYSTEM,
        lecturer_id=second,
        parts=[(day, part) for day in range(1, 5) for part in (DayPart.MORNING, DayPart.AFTERNOON)],
        rather_not=[(4, DayPart.AFTERNOON)],
    )
    elsewhere = [one for each in world.towns for one in each.lecturers[2:3]]
    for one in (first, *world.lecturers[1:4], *elsewhere):
        wishes = [(0, DayPart.MORNING), (4, DayPart.AFTERNOON)]
        lecturers.set_free_parts(by=SYSTEM, lecturer_id=one, parts=[], rather_not=wishes)
    day = world.today + timedelta(days=7)
    with clock.frozen(world.now):
        lecturers.add_away(
            by=SYSTEM,
            lecturer_id=first,
            first=day,
            last=day + timedelta(days=1),
            words="市里培训",
        )
        lecturers.renew(
            by=SYSTEM,
            lecturer_id=first,
            since=world.today - timedelta(days=200),
            until=world.today + timedelta(days=165),
        )
