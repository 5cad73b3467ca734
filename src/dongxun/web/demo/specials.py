"""What is not a class of a group: kick-off, first lessons, joint classes, open air, make-up."""

from collections.abc import Iterator
from datetime import date, timedelta

from dongxun.activities.api import Asked, Invited, Past, SessionPlan
from dongxun.activities.contracts import ActivityType, Audience, SessionState
from dongxun.kernel import clock
from dongxun.web.demo import words
from dongxun.web.demo.sessions import Calendar, Item
from dongxun.web.demo.world import Member, Town, World

DELEGATES = 12
NEXT = timedelta(days=1)


def all_of_them(world: World, calendar: Calendar) -> list[Item]:
    """Return every session that is not a group's own class."""
    items = [_kick_off(world, calendar)]
    items += _first_lessons(world, calendar)
    items += _village_talks(world, calendar)
    items += _joint_classes(world, calendar)
    items += _open_air(world, calendar)
    items += _make_up(world, calendar)
    return items


def _item(
    calendar: Calendar, day: date, minutes: int, people: list[Member], rate: float, **plan: object
) -> Item:
    """Return a session of one topic or none on a day that its place and host are free."""
    world = calendar.world
    topic = plan.pop("topic", None)
    public = plan.pop("public", None)
    sign_ups = plan.pop("sign_ups", ())
    who = [one for one in (plan.get("host_id"), plan.get("place_id")) if one]
    day, hour = calendar.free(who, day, day + NEXT if day > world.today else day)
    starts_at, ends_at = calendar.moments(day, hour, minutes)
    topics = ((world.topic_ids[topic], minutes),) if isinstance(topic, int) else ()
    values = {"season_id": world.season(), "starts_at": starts_at, "ends_at": ends_at}
    over = ends_at <= world.now
    asked = plan.get("lecturers") or ()
    past = Past(
        plan=SessionPlan(**values, topics=topics, **plan),  # type: ignore[arg-type]
        planned_at=clock.moment(calendar.start - timedelta(days=3)),
        state=SessionState.PUBLISHED,
        public_count=public[0] if isinstance(public, tuple) and over else None,
        minors_count=public[1] if isinstance(public, tuple) and over else None,
        answers={one.lecturer_id: "confirmed" for one in asked},  # type: ignore[attr-defined]
        sign_ups=sign_ups,  # type: ignore[arg-type]
    )
    return Item(past, people, rate, topic if isinstance(topic, int) else None)


def _secretaries(members: list[Member]) -> list[Member]:
    return [member for member in members if member.is_secretary]


def _kick_off(world: World, calendar: Calendar) -> Item:
    everybody = [member for town in world.towns for member in town.members()]
    return _item(
        calendar,
        calendar.start,
        30,
        _secretaries(everybody),
        0.97,
        topic=0,
        title="全区党员冬训动员部署会",
        type=ActivityType.KICK_OFF,
        host_id=world.district.id,
        place_id=world.agencies.hall_id,
        audience=Audience.SECRETARIES,
        organiser_name="区冬训办",
    )


def _first_lessons(world: World, calendar: Calendar) -> Iterator[Item]:
    for number, town in enumerate(world.towns[:-1]):
        day = calendar.start + timedelta(days=1 + number % 17)
        if town.name == "刘桥镇":
            day = world.today + timedelta(days=2)
        yield _item(
            calendar,
            day,
            30,
            _secretaries(town.members()),
            0.95,
            topic=0,
            title=f"冬训第一课：{town.node.short_name}党委书记上党课",
            type=ActivityType.PARTY_LECTURE,
            host_id=town.node.id,
            place_id=town.hall_id,
            audience=Audience.SECRETARIES,
            is_first_lesson=True,
            cascade_task_id=world.tasks[0],
            organiser_name=f"{town.node.short_name}组织办",
        )


def _village_talks(world: World, calendar: Calendar) -> Iterator[Item]:
    town = world.towns[0]
    for number, unit in enumerate(town.units):
        past = number % 10 < 7
        day = calendar.start + timedelta(days=8 + number % 24)
        if not past:
            day = world.today + timedelta(days=1 + number % 6)
        yield _item(
            calendar,
            min(day, world.today - NEXT) if past else day,
            30,
            unit.members,
            0.4,
            topic=1,
            title=f"农村工作会议精神到{unit.node.short_name}",
            type=ActivityType.DISCUSSION,
            host_id=unit.node.id,
            place_id=unit.hall_id,
            cascade_task_id=world.tasks[1],
            campaign_id=world.campaigns[0],
        )


def _joint_classes(world: World, calendar: Calendar) -> Iterator[Item]:
    by_name = {town.name: town for town in world.towns}
    for zone, names in words.GEO_ZONES.items():
        towns = [by_name[name] for name in names if name in by_name]
        if not towns:
            continue
        for number, days in enumerate((-9, 4)):
            people = [member for town in towns for member in _delegates(town, number)]
            yield _item(
                calendar,
                world.today + timedelta(days=days),
                60,
                people,
                0.93,
                topic=2,
                title=f"{zone}联合冬训：{words.TITLES[2][number]}",
                type=ActivityType.JOINT_CLASS,
                host_id=towns[0].node.id,
                place_id=towns[0].hall_id,
                co_hosts=tuple(Invited(town.node.id, DELEGATES) for town in towns[1:]),
                audience=Audience.DELEGATES,
                sign_ups=[(member.id, member.branch_id) for member in people],
                lecturers=tuple(Asked(one) for one in towns[0].lecturers[:1]),
                campaign_id=world.campaigns[1],
                capacity=len(people),
            )


def _delegates(town: Town, number: int) -> list[Member]:
    members = [member for member in town.members() if member.mode == "group"]
    return members[number * DELEGATES + 20 :: 7][:DELEGATES]


def _open_air(world: World, calendar: Calendar) -> Iterator[Item]:
    dice = calendar.dice
    for number, town in enumerate(world.towns[:-1] * 2):
        title, kind = words.OPEN_AIR[number % len(words.OPEN_AIR)]
        day = world.today + timedelta(days=dice.randint(-33, 12))
        yield _item(
            calendar,
            day if day != world.today else day + NEXT,
            60,
            [],
            0,
            title=f"{title}·{town.node.short_name}",
            type=kind,
            host_id=town.node.id,
            place_id=None,
            place_text=f"{town.node.short_name}口袋公园",
            audience=Audience.DELEGATES,
            open_to_all=True,
            mask_names=True,
            campaign_id=world.campaigns[2],
            public=(dice.randint(60, 420), dice.randint(0, 40)),
        )


def _make_up(world: World, calendar: Calendar) -> Iterator[Item]:
    """One class in each town for each of the first two topics; the third is still to come."""
    for town in world.towns:
        for topic, days in ((0, -6), (1, -3), (2, 3)):
            item = _item(
                calendar,
                world.today + timedelta(days=days),
                words.TOPICS[topic][2],
                [],
                0,
                topic=topic,
                title=f"补学专场：{words.TOPICS[topic][1]}（{town.node.short_name}）",
                type=ActivityType.MAKEUP,
                host_id=town.node.id,
                place_id=town.hall_id,
                audience=Audience.MAKEUP,
                lecturers=tuple(Asked(one) for one in town.lecturers[1:2]),
            )
            item.makeup, item.town = True, town.name
            yield item
