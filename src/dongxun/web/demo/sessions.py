"""The classes of the season: each group of villages or agencies, topic by topic."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from random import Random
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import Asked, Invited, Past, SessionPlan, Step
from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.web.demo import words
from dongxun.web.demo.season import OPENS_DAY, first_day, plan_share
from dongxun.web.demo.world import SYSTEM, Member, Town, Unit, World

HOURS = (time(9, 0), time(14, 0), time(19, 0))
OPENED = 5
TODAY = (-45, -75, -20, 95, 180, -260, -200, 300)
"""Minutes from now at which today's classes begin."""
ALL_COME = 0.9
HELD_WITHIN = timedelta(days=17)
CAST_TOWN = "平潮镇"
MADE_UP, MADE_UP_TOPICS = 0.02, 2
"""Share of people who make one of the first topics up."""


@dataclass(slots=True)
class Item:
    """A session to be written, and who of whom comes to it.

    ``rate`` is the share of ``people`` present once it has begun; ``makeup`` tells
    those who make a missed topic good.
    """

    past: Past
    people: list[Member] = field(default_factory=list)
    rate: float = 0.0
    topic: int | None = None
    town: str = ""
    makeup: bool = False
    id: UUID | None = None

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return self.past.plan.starts_at


@dataclass(slots=True)
class Class:
    """A group's class on one topic, before it has a day."""

    town: Town
    units: list[Unit]
    topic: int
    held: bool
    rate: float = 0.0


class Calendar:
    """Finds days, and keeps who and what is taken: nobody is wanted twice by chance."""

    def __init__(self, world: World, dice: Random) -> None:
        self.world, self.dice = world, dice
        self.start = first_day(world.today)
        self._taken: set[tuple[object, date, time]] = set()

    def free(self, who: Iterable[object], first: date, last: date) -> tuple[date, time]:
        """Return a day and hour between two days at which all of ``who`` are free."""
        wanted = list(who)
        day, hour = first, HOURS[0]
        for _try in range(60):
            days = max((last - first).days, 0)
            day = first + timedelta(days=self.dice.randint(0, days))
            hour = self.dice.choices(HOURS, (5, 4, 1))[0]
            if all((one, day, hour) not in self._taken for one in wanted):
                break
        self._taken.update((one, day, hour) for one in wanted)
        return day, hour

    def lecturer(self, pool: list[UUID], day: date, hour: time) -> UUID | None:
        """Return somebody of ``pool`` who is free then, and take them."""
        free = [one for one in pool if (one, day, hour) not in self._taken]
        if not free:
            return None
        chosen = self.dice.choice(free)
        self._taken.add((chosen, day, hour))
        return chosen

    def moments(self, day: date, hour: time, minutes: int) -> tuple[datetime, datetime]:
        """Return beginning and end; a class takes half an hour more than it credits."""
        starts_at = clock.moment(day, hour)
        return starts_at, starts_at + timedelta(minutes=minutes + 30)


def topic_classes(world: World, calendar: Calendar) -> list[Item]:
    """Return every group's class on every topic that is planned."""
    items: list[Item] = []
    for town in world.towns:
        for topic in range(len(words.TOPICS)):
            classes = _classes(world, town, topic)
            items += [_dated(calendar, one) for one in classes]
    _put_on_today(world, items)
    _leave_gaps(world, items)
    return items


def groups(town: Town) -> list[list[Unit]]:
    """Return neighbours who hold their classes together, two by two (agencies by three)."""
    size = 2 if town.name else 3
    return [town.units[n : n + size] for n in range(0, len(town.units), size)]


def wanted_share(world: World, town: Town, topic: int) -> float:
    """Return how many of a town are to have met a topic by today, between 0 and 1."""
    wanted = plan_share(world, topic) + words.OFFSETS[town.name][topic] / 100
    return min(max(wanted, 0.05), 0.985)


def _classes(world: World, town: Town, topic: int) -> list[Class]:
    dice = world.dice(f"classes/{town.name}/{topic}")
    own = groups(town)
    dice.shuffle(own)
    if topic >= OPENED:
        part = 0.35 if topic == OPENED else 0.15
        return [Class(town, units, topic, held=False) for units in own[: ceil(len(own) * part)]]
    wanted = wanted_share(world, town, topic) - (MADE_UP if topic < MADE_UP_TOPICS else 0)
    held = min(len(own), ceil(len(own) * min(1, wanted / ALL_COME)))
    everybody = sum(len(unit.members) for units in own for unit in units)
    there = sum(len(unit.members) for units in own[:held] for unit in units)
    rate = min(wanted * everybody / max(there, 1), 0.99)
    return [
        Class(town, units, topic, held=number < held and not _waits(town, units, topic), rate=rate)
        for number, units in enumerate(own)
    ]


def _waits(town: Town, units: list[Unit], topic: int) -> bool:
    """Say whether this is the cast's own class on the newest topic: it is held today."""
    return topic == OPENED - 1 and town.name == CAST_TOWN and units[0] is town.units[0]


def _dated(calendar: Calendar, one: Class) -> Item:
    world, dice = calendar.world, calendar.dice
    opens = calendar.start + timedelta(days=OPENS_DAY[one.topic])
    if one.held:
        last = min(world.today - timedelta(days=1), opens + HELD_WITHIN)
        first = min(opens, last)
    else:
        first = max(opens, world.today + timedelta(days=1))
        last = first + timedelta(days=12)
    hall = _hall(one)
    day, hour = calendar.free([*(unit.node.id for unit in one.units), hall], first, last)
    minutes = words.TOPICS[one.topic][2]
    starts_at, ends_at = calendar.moments(day, hour, minutes)
    number = dice.randrange(len(words.TITLES[one.topic]))
    pool = one.town.lecturers if dice.random() < 0.75 else world.lecturers
    lecturer = calendar.lecturer(pool or world.lecturers, day, hour)
    plan = SessionPlan(
        season_id=world.season(),
        host_id=one.units[0].node.id,
        title=_title(one, number),
        type=words.TYPES[one.topic][number],
        starts_at=starts_at,
        ends_at=ends_at,
        topics=((world.topic_ids[one.topic], minutes),),
        co_hosts=tuple(Invited(unit.node.id) for unit in one.units[1:]),
        place_id=hall,
        capacity=sum(unit.size for unit in one.units),
        organiser_name=f"{one.units[0].node.short_name}党务专干",
        campaign_id=world.campaigns[0] if one.topic == 1 else None,
        lecturers=(Asked(lecturer, words.TOPICS[one.topic][1]),) if lecturer else (),
        steps=_steps(one.topic),
    )
    published = one.held or day <= world.today + timedelta(days=14)
    past = Past(
        plan=plan,
        planned_at=clock.moment(calendar.start - timedelta(days=5), time(10, 0)),
        state=SessionState.PUBLISHED if published else SessionState.DRAFT,
        answers=_answers(lecturer, dice, over=one.held),
    )
    people = [member for unit in one.units for member in unit.members]
    return Item(past, people, one.rate or 0.8, one.topic, one.town.name)


def _hall(one: Class) -> UUID | None:
    people = sum(unit.size for unit in one.units)
    return one.town.hall_id if people > 460 else one.units[0].hall_id


def _title(one: Class, number: int) -> str:
    title = words.TITLES[one.topic][number]
    names = "、".join(unit.node.short_name.removeprefix("区") for unit in one.units)
    return f"{title}（{names}）"


def _steps(topic: int) -> tuple[Step, ...]:
    steps = (Step("签到入场", 15), Step("专题宣讲", 45), Step("分组讨论", 20))
    if topic == 0:
        return (Step("升国旗、唱国歌", 5), Step("重温入党誓词", 5, is_oath=True), *steps)
    return steps


def _answers(lecturer: UUID | None, dice: Random, *, over: bool) -> dict[UUID, str]:
    if lecturer is None:
        return {}
    chance = dice.random()
    if over or chance < 0.72:
        return {lecturer: "confirmed"}
    return {lecturer: "declined"} if chance < 0.77 else {}


def _put_on_today(world: World, items: list[Item]) -> None:
    """Hold some of the coming classes today, around this hour; each of another town."""
    base = world.now.replace(second=0, microsecond=0)
    base -= timedelta(minutes=base.minute % 5)
    newest = [item for item in items if item.topic in {OPENED - 2, OPENED - 1}]
    waiting = sorted(
        (item for item in newest if item.starts_at > world.now),
        key=lambda item: (not _of_cast(world, item), item.starts_at, item.past.plan.title),
    )
    held = (item for item in newest if item.starts_at < world.now and item.topic == OPENED - 1)
    waiting += sorted(held, key=lambda item: (item.starts_at, item.past.plan.title), reverse=True)
    seen: set[str] = set()
    offsets = iter(TODAY)
    for item in waiting:
        if item.town in seen and len(world.towns) > 2:
            continue
        offset = next(offsets, None)
        if offset is None:
            return
        starts_at = base + timedelta(minutes=offset)
        if clock.day_of(starts_at) != world.today:
            continue
        seen.add(item.town)
        plan = item.past.plan
        length = max(plan.ends_at - plan.starts_at, timedelta(minutes=100))
        item.past = changed(item.past, starts_at=starts_at, ends_at=starts_at + length)


def _of_cast(world: World, item: Item) -> bool:
    home = next(town for town in world.towns if town.name == CAST_TOWN)
    return item.past.plan.host_id == home.units[0].node.id


def changed(past: Past, **values: object) -> Past:
    """Return a session with some of its plan changed; ``state`` is the session's own."""
    from dataclasses import replace

    state = values.pop("state", past.state)
    return replace(past, plan=replace(past.plan, **values), state=str(state))  # type: ignore[arg-type]


def _leave_gaps(world: World, items: list[Item]) -> None:
    """Leave three of the next classes without a lecturer, and let two want one hall."""
    soon = sorted(
        (item for item in items if clock.day_of(item.starts_at) > world.today),
        key=lambda item: (item.starts_at, item.past.plan.title),
    )
    for item in soon[1:6:2]:
        item.past = changed(item.past, lecturers=(), state=SessionState.PUBLISHED)
    home = [item for item in soon if item.town == CAST_TOWN][:2]
    if len(home) == 2:
        one, other = home[0].past.plan, home[1]
        hall = next(town.hall_id for town in world.towns if town.name == CAST_TOWN)
        home[0].past = changed(home[0].past, place_id=hall)
        length = other.past.plan.ends_at - other.past.plan.starts_at
        starts_at = one.starts_at + timedelta(minutes=30)
        other.past = changed(
            other.past, place_id=hall, starts_at=starts_at, ends_at=starts_at + length
        )


def write(items: list[Item]) -> None:
    """Write all sessions; those of the nearest days stay drafts until they are published."""
    ids = activities.write_sessions(by=SYSTEM, pasts=[item.past for item in items])
    for item, session_id in zip(items, ids, strict=True):
        item.id = session_id


def begun(world: World, items: Iterable[Item]) -> Iterator[Item]:
    """Yield the sessions that have begun and were not called off."""
    for item in items:
        if item.starts_at <= world.now and item.past.state == SessionState.PUBLISHED:
            yield item
