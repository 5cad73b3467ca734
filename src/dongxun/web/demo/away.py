"""流动党员 of the demo: who waits, is received, is confirmed, is due for a word, is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import Came
from dongxun.activities.contracts import Method
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import OrganisationId
from dongxun.people import api as people
from dongxun.people.api import StayDraft
from dongxun.people.contracts import AwayReason, ContactWay, LostReason
from dongxun.web.demo.sessions import Item, begun
from dongxun.web.demo.world import SYSTEM, Member, Town, Unit, World

TOWNS = ("平潮镇", "五接镇", "刘桥镇")
Guest = tuple[Member, Unit]
"""Who was received, and where."""
LEFT_OUT = 9
"""Each so many of them stand in the roster only, to be registered."""
DIRECTIONS = (
    ("苏州市吴中区", "木渎商圈流动党员驿站", AwayReason.WORK),
    ("上海市松江区", "九亭园区党群服务中心", AwayReason.WORK),
    ("南京市江宁区", "", AwayReason.STUDY),
    ("无锡市新吴区", "", AwayReason.WORK),
    ("浙江省宁波市鄞州区", "", AwayReason.FAMILY),
    ("常州市武进区", "湖塘社区党委", AwayReason.MOVED),
    ("广东省东莞市", "", AwayReason.WORK),
)
SAID = ("过年腊月廿六回来", "厂里有学习室，跟着学", "换了号码，已记下", "孩子上学，暂不回来", "")
WAYS = (ContactWay.PHONE, ContactWay.CHAT, ContactWay.CHAT, ContactWay.MET)


@dataclass(frozen=True, slots=True)
class _Case:
    """How one story goes: days ago it was reported, answered, last spoken with, lost."""

    reported: int = 0
    host: str = ""
    home: str = ""
    spoken: int = 0
    lost: int = 0
    at_first: bool = False
    near: bool = False


CASES = (
    _Case(reported=4, host="yes"),
    _Case(reported=2),
    _Case(reported=34, host="yes", home="yes", spoken=6),
    _Case(spoken=104),
    _Case(spoken=210, lost=60),
    _Case(near=True, spoken=20),
    _Case(reported=1, at_first=True),
    _Case(reported=12, host="no"),
    _Case(reported=41, host="yes", home="yes", spoken=15),
    _Case(spoken=97),
)


def build(world: World) -> list[Guest]:
    """Write the register of three towns; return who was received, and where."""
    return [guest for town in world.towns if town.name in TOWNS for guest in _register(world, town)]


def guests(world: World, items: list[Item], received: list[Guest]) -> None:
    """Let those received come to the latest class of their host."""
    came = [row for member, host in received for row in _came(world, items, member, host)]
    activities.write_presence(by=SYSTEM, rows=came)


def _register(world: World, town: Town) -> Iterator[Guest]:
    homes = {branch.id: unit for unit in town.units for branch in unit.branches}
    dice = world.dice(f"away/{town.name}")
    for number, member in enumerate(_who(world, town)):
        if number >= len(CASES) and number % LEFT_OUT == 0:
            continue
        quiet = _Case(spoken=dice.randint(3, 80))
        case = CASES[number] if number < len(CASES) else quiet
        home = homes[OrganisationId(member.branch_id)]
        host = _host(town, home, number, at_first=case.at_first)
        stay_id = _line(world, member, (home, host), number, case)
        if case.reported:
            _report(world, member, (home, host), case)
        _spoken(world, home, stay_id, number, case)
        if case.home == "yes":
            yield member, host


def _who(world: World, town: Town) -> list[Member]:
    """Return who lives elsewhere, the first branch first; a small demo sends some more away."""
    first = town.units[0].branches[0].id
    everybody = town.members()
    away = [member for member in everybody if member.mode == "floating"]
    known = set(world.cast.values())
    group = [
        member
        for member in everybody
        if member.mode == "group" and not member.is_secretary and member.id not in known
    ]
    at_first = [member for member in group if member.branch_id == first]
    others = [member for member in group if member.branch_id != first]
    more = at_first[-1:] + others[: max(len(CASES) - len(away) - 1, 0)]
    for member in more:
        member.mode = "floating"
    return sorted([*away, *more], key=lambda member: member.branch_id != first)


def _host(town: Town, home: Unit, number: int, *, at_first: bool) -> Unit:
    others = [unit for unit in town.units if unit is not home and unit.hall_id]
    return others[0] if at_first else others[number % len(others)]


def _line(world: World, member: Member, ends: tuple[Unit, Unit], number: int, case: _Case) -> UUID:
    home, host = ends
    days = max(case.reported, case.spoken, case.lost) + 40
    direction, there, reason = DIRECTIONS[number % len(DIRECTIONS)]
    if case.near or case.reported:
        direction, there = f"本区{host.town}{host.node.short_name}", ""
    draft = StayDraft(
        left_on=world.today - timedelta(days=days + 300 + 31 * (number % 12)),
        reason=reason,
        direction=direction,
        host_words=there,
        study="每周看群里的微课" if number % 3 else "",
        dues="已交清" if number % 4 else "",
    )
    with clock.frozen(world.now - timedelta(days=days)):
        return people.register_stay(by=_of(home), person_id=member.id, draft=draft)


def _of(unit: Unit) -> Actor:
    return Actor.system(unit.node.short_name)


def _report(world: World, member: Member, ends: tuple[Unit, Unit], case: _Case) -> None:
    home, host = ends
    if host.hall_id is None:
        return
    at = world.now - timedelta(days=case.reported, hours=3)
    with clock.frozen(at):
        themselves = Actor.system("")
        report_id, _known = people.report_in(
            by=themselves, person_id=member.id, place_id=host.hall_id
        )
    answers = (
        (people.answer_as_host, host, case.host, 1, "已搬到别的镇，请到那边报到"),
        (people.answer_as_home, home, case.home, 2, ""),
    )
    for answer, unit, said, days, reason in answers:
        if said:
            with clock.frozen(at + timedelta(days=days)):
                answer(by=_of(unit), report_id=report_id, accept=said == "yes", reason=reason)


def _spoken(world: World, home: Unit, stay_id: UUID, number: int, case: _Case) -> None:
    if case.spoken:
        on = world.today - timedelta(days=case.spoken)
        with clock.frozen(clock.moment(on) + timedelta(hours=19)):
            people.note_contact(
                by=_of(home),
                stay_id=stay_id,
                on=on,
                way=WAYS[number % len(WAYS)],
                words=SAID[number % len(SAID)],
            )
    if case.lost:
        on = world.today - timedelta(days=case.lost)
        with clock.frozen(clock.moment(on) + timedelta(hours=19)):
            people.lose_contact(
                by=_of(home),
                stay_id=stay_id,
                on=on,
                reason=LostReason.WORK,
                words="号码停机，问过家人和同村",
            )


def _came(world: World, items: list[Item], member: Member, host: Unit) -> Iterator[Came]:
    """Let somebody who was received come to the latest class of the host that is over."""
    own = {host.node.id, *(branch.id for branch in host.branches)}
    over = [
        item
        for item in begun(world, items)
        if item.id and item.rate and item.past.plan.host_id in own
    ]
    last = max(over, key=lambda item: (item.starts_at, item.past.plan.title), default=None)
    if last is not None and last.id is not None and last.past.plan.ends_at <= world.now:
        at = last.starts_at - timedelta(minutes=4)
        yield Came(last.id, member.id, member.branch_id, Method.SELF, at, is_guest=True)
