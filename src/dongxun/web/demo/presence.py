"""Who came, who was on leave, who owes what, who learned at home or on the move."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import Away, Came, Owed
from dongxun.activities.contracts import Method
from dongxun.kernel import clock
from dongxun.kernel.ids import derived_id
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.people import api as people
from dongxun.web.demo import words
from dongxun.web.demo.season import OPENS_DAY, first_day
from dongxun.web.demo.sessions import MADE_UP, OPENED, Item, begun, wanted_share
from dongxun.web.demo.world import SYSTEM, Member, Town, World

METHODS = ((Method.ROLL, Method.SELF, Method.SHEET, Method.WORKBOOK), (46, 31, 20, 3))
WINDOW = timedelta(days=15)
SHEETS_AFTER = timedelta(days=3)
VISIT_MINUTES = 30
ON_LEAVE, OWED, CHECKED = 0.04, 0.3, 0.35
MISSES = ("林小满", 2)
"""Who of the cast has missed which topic, so that there is something to make up."""


class Way(NamedTuple):
    """A way of learning without a class, and the room that would tell of it."""

    kind: FactKind
    mode: Mode
    format: str
    source: str


AT_HOME = Way(FactKind.STUDIED, Mode.HOME, "home", "visits.visit")
ONLINE = Way(FactKind.STUDIED, Mode.ONLINE, "online", "library.lesson")
CHECK = Way(FactKind.PASSED, Mode.NONE, "test", "quizzes.sheet")


@dataclass(slots=True)
class Told:
    """What a season's presence consists of."""

    came: list[Came] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    learned: list[tuple[Member, int, datetime]] = field(default_factory=list)
    missed: dict[tuple[str, int], list[tuple[Member, Item]]] = field(default_factory=dict)


def build(world: World, items: list[Item]) -> int:
    """Write what happened until now; return how many facts there are."""
    told = Told()
    dice = world.dice("presence")
    known = sorted(begun(world, items), key=lambda item: (item.starts_at, item.past.plan.title))
    for item in known:
        if not item.makeup:
            _class(world, item, told, dice)
    for item in known:
        if item.makeup:
            _made_up(world, item, told, dice)
    _owing(world, items, told, dice)
    came = activities.write_presence(by=SYSTEM, rows=told.came)
    activities.write_leaves(by=SYSTEM, rows=told.away)
    activities.write_makeup(by=SYSTEM, season_id=world.season(), rows=told.owed)
    alone = ledger.record_many(_alone(world, told, dice), by=SYSTEM, quiet=True)
    return came + alone


def _class(world: World, item: Item, told: Told, dice: Random) -> None:
    expected = [member for member in item.people if member.mode == "group"]
    if item.rate == 0 or item.id is None:
        return
    over = item.past.plan.ends_at <= world.now
    wanted = round(len(expected) * item.rate * (1 if over else 0.72))
    ranked = sorted(expected, key=lambda m: 0.55 * m.zeal + 0.45 * dice.random(), reverse=True)
    skipped = world.cast.get(MISSES[0]) if item.topic == MISSES[1] else None
    present = [member for member in ranked[:wanted] if member.id != skipped]
    method = dice.choices(*METHODS)[0]
    latest = min(world.now, item.past.plan.ends_at)
    for member in present:
        at = item.starts_at + timedelta(seconds=dice.randint(-1500, 900))
        told.came.append(Came(item.id, member.id, member.branch_id, method, min(at, latest)))
    if not over or item.topic is None or not item.town:
        return
    told.learned += [(member, item.topic, item.starts_at) for member in present]
    absent = [member for member in ranked if member.id == skipped] + ranked[wanted:]
    told.missed.setdefault((item.town, item.topic), []).extend((m, item) for m in absent)
    for member in absent:
        if dice.random() < ON_LEAVE:
            told.away.append(_leave(item, item.id, member, dice))


def _leave(item: Item, session_id: UUID, member: Member, dice: Random) -> Away:
    return Away(
        session_id,
        member.id,
        member.branch_id,
        dice.choice(words.LEAVES),
        clock.day_of(item.starts_at) + WINDOW,
        item.starts_at - timedelta(days=1),
    )


def _made_up(world: World, item: Item, told: Told, dice: Random) -> None:
    """Let some of those who missed the topic before come to the make-up class."""
    if item.topic is None or item.id is None:
        return
    pool = told.missed.get((item.town, item.topic), [])
    town = next(town for town in world.towns if town.name == item.town)
    wanted = round(len(town.members()) * MADE_UP)
    earlier = [pair for pair in pool if pair[1].starts_at < item.starts_at]
    came = earlier[:wanted]
    for member, missed in came:
        at = item.starts_at + timedelta(seconds=dice.randint(-900, 600))
        told.came.append(Came(item.id, member.id, member.branch_id, Method.SHEET, at, makeup=True))
        open_item = _owed(world, member, missed, item)
        until = clock.day_of(missed.starts_at) + WINDOW
        told.owed.append(open_item._replace(until=until, done_at=item.past.plan.ends_at))
    gone = {member.id for member, _missed in came}
    told.missed[item.town, item.topic] = [pair for pair in pool if pair[0].id not in gone]


def _owing(world: World, items: Iterable[Item], told: Told, dice: Random) -> None:
    """Open items for some of those who still miss a topic, offered the coming class if any."""
    offers = {
        (item.town, item.topic): item
        for item in items
        if item.makeup and item.starts_at > world.now
    }
    for (town, topic), pairs in told.missed.items():
        offer = offers.get((town, topic))
        for member, missed in pairs:
            is_cast = member.id in world.cast.values()
            if is_cast or (topic < OPENED - 1 and dice.random() < OWED):
                told.owed.append(_owed(world, member, missed, offer))


def _owed(world: World, member: Member, missed: Item, offer: Item | None) -> Owed:
    """Return an item still open, its window at least some days from now."""
    until = clock.day_of(missed.starts_at) + WINDOW
    return Owed(
        topic_id=world.topic_ids[missed.topic or 0],
        person_id=member.id,
        branch_id=member.branch_id,
        missed_id=missed.id,
        offered_id=offer.id if offer else None,
        until=max(until, world.today + timedelta(days=4)),
        created_at=missed.past.plan.ends_at + timedelta(hours=3),
    )


def _alone(world: World, told: Told, dice: Random) -> Iterator[NewFact]:
    """Yield what was learned without a class: visits at home, lessons on a phone, checks."""
    for town in world.towns:
        for member in town.members():
            if member.mode == "home":
                yield from _visits(world, town, member, dice)
            elif member.mode == "floating":
                yield from _lessons(world, town, member, dice)
    for member, topic, at in told.learned:
        if topic < 2 and dice.random() < CHECKED:
            later = min(at + SHEETS_AFTER, world.now)
            yield _fact(world, member, topic, later, CHECK)


def _visits(world: World, town: Town, member: Member, dice: Random) -> Iterator[NewFact]:
    for topic in range(OPENED):
        if dice.random() < wanted_share(world, town, topic) * 0.92:
            for number in range(words.TOPICS[topic][2] // VISIT_MINUTES):
                at = _moment(world, topic, dice) + timedelta(minutes=number)
                yield _fact(world, member, topic, at, AT_HOME, VISIT_MINUTES)


def _lessons(world: World, town: Town, member: Member, dice: Random) -> Iterator[NewFact]:
    for topic in range(OPENED):
        if dice.random() < wanted_share(world, town, topic) * 0.85:
            minutes = words.TOPICS[topic][2]
            heard = minutes if dice.random() < 0.85 else minutes // 2
            yield _fact(world, member, topic, _moment(world, topic, dice), ONLINE, heard)


def _moment(world: World, topic: int, dice: Random) -> datetime:
    opens = first_day(world.today) + timedelta(days=OPENS_DAY[topic])
    days = max((world.today - opens).days - 1, 0)
    day = opens + timedelta(days=dice.randint(0, days))
    return min(clock.moment(day, time(dice.randint(8, 19), dice.randint(0, 59))), world.now)


def _fact(  # noqa: PLR0917 - six words about one fact
    world: World, member: Member, topic: int, at: datetime, way: Way, minutes: int = 0
) -> NewFact:
    fact_id = derived_id(at, "demo", way.source, member.id, topic)
    return NewFact(
        id=fact_id,
        kind=way.kind,
        person_id=member.id,
        branch_id=member.branch_id,
        season_id=world.season(),
        topic_id=world.topic_ids[topic],
        seconds=minutes * 60,
        mode=way.mode,
        format=way.format,
        occurred_at=at,
        object_kind=way.source.split(".")[1],
        object_id=fact_id if way is AT_HOME else world.topic_ids[topic],
        source=way.source,
    )


def walk_ins(world: World, items: Iterable[Item]) -> None:
    """Let two of the cast's branch stand in another class's walk-in list right now."""
    running = [
        item
        for item in begun(world, items)
        if item.past.plan.ends_at > world.now and item.id is not None
    ]
    home = next(town for town in world.towns if town.name == "平潮镇").units[0]
    guests = [member for member in home.members if member.mode == "group"][8:10]
    names = people.names([member.id for member in guests])
    for guest, item in zip(guests, running, strict=False):
        if item.id is not None and item.past.plan.host_id != home.node.id:
            activities.note_walk_in(
                by=SYSTEM,
                session_id=item.id,
                branch_id=guest.branch_id,
                name=names[guest.id].name,
                digits="0000",
                method=Method.SELF,
            )
