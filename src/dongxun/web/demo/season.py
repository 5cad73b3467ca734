"""The season, seven topics between their days, campaigns, study days, cascade tasks."""

from datetime import date, time, timedelta

from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyDayLine, TaskLine, TopicLine
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, World

WEEKS = 13
THIS_WEEK = 6
OPENS_DAY = (0, 7, 14, 21, 28, 42, 56)
DUE_DAY = (35, 40, 43, 46, 48, 70, 84)
TARGET = 95


def first_day(today: date) -> date:
    """Return the Monday on which the season begins, so that today lies in its sixth week."""
    return today - timedelta(days=today.weekday(), weeks=THIS_WEEK - 1)


def plan_share(world: World, topic: int) -> float:
    """Return where the plan line of a topic stands today, between 0 and 1."""
    day = (world.today - first_day(world.today)).days
    begun = (day - OPENS_DAY[topic]) / (DUE_DAY[topic] - OPENS_DAY[topic])
    return min(max(begun, 0), 1) * TARGET / 100


def build(world: World) -> None:
    """Draw the season up, start it, enrol everybody."""
    start = first_day(world.today)
    year = start.year if start.month >= 7 else start.year - 1
    card = seasons.create_season(
        by=SYSTEM,
        root_id=world.district.id,
        name=f"{year}—{year + 1} 年度冬训",
        starts_on=start,
        ends_on=start + timedelta(weeks=WEEKS, days=-1),
        organisation_ids=[town.node.id for town in world.towns[:-1]]
        + [unit.node.id for unit in world.agencies.units],
        topics=_topics(start),
        geo_zones_id=world.geo_zones_id,
        joint_zones_id=world.joint_zones_id,
    )
    world.season_id = card.id
    rules = seasons.rules(card.id)
    world.topic_ids = [topic.id for topic in rules.topics]
    for name, theme in words.CAMPAIGNS:
        world.campaigns.append(
            seasons.add_campaign(by=SYSTEM, season_id=card.id, name=name, theme=theme)
        )
    for topic_id, titles in zip(world.topic_ids, words.TITLES, strict=True):
        for title in titles:
            seasons.write_course(by=SYSTEM, topic_id=topic_id, title=title, minutes=60)
    _study_days(world)
    _cohorts(world)
    _tasks(world, start)
    seasons.start_season(by=SYSTEM, season_id=card.id)
    seasons.enrol_season(by=SYSTEM, season_id=card.id)


def _study_days(world: World) -> None:
    weekly = StudyDayLine("每周三固定学习日", "week", time(14, 0), 90, weekday=2)
    monthly = StudyDayLine("每月五日主题党日", "month", time(9, 0), 60, day=5)
    days = [(world.district.id, weekly), *((town.node.id, monthly) for town in world.towns[:2])]
    for organisation_id, line in days:
        seasons.set_study_day(
            by=SYSTEM, season_id=world.season(), organisation_id=organisation_id, line=line
        )


def _cohorts(world: World) -> None:
    """Name three groups: secretaries of the district, and two of the cast's town."""
    everybody = [member for town in world.towns for member in town.members()]
    town = next(town for town in world.towns if town.name == "平潮镇")
    learns = [member for member in town.members() if member.mode == "group"]
    groups = (
        (world.district.id, [m for m in everybody if m.is_secretary][:40]),
        (town.node.id, learns[5::23][:24]),
        (town.node.id, learns[9::31][:18]),
    )
    for name, (organisation_id, members) in zip(words.COHORTS, groups, strict=True):
        seasons.write_cohort(
            by=SYSTEM,
            season_id=world.season(),
            organisation_id=organisation_id,
            name=name,
            person_ids=[member.id for member in members],
        )


def _topics(start: date) -> list[TopicLine]:
    return [
        TopicLine(
            name=name,
            short_name=short,
            minutes=minutes,
            opens_on=start + timedelta(days=opens),
            due_on=start + timedelta(days=due),
            target=TARGET,
        )
        for (name, short, minutes), opens, due in zip(words.TOPICS, OPENS_DAY, DUE_DAY, strict=True)
    ]


def _tasks(world: World, start: date) -> None:
    first = seasons.add_cascade_task(
        by=SYSTEM,
        season_id=world.season(),
        organisation_id=world.district.id,
        line=TaskLine(
            title="冬训第一课：书记上党课",
            due_on=start + timedelta(days=20),
            level="town",
            activity_type="party_lecture",
            topic_id=world.topic_ids[0],
            minutes=30,
            is_first_lesson=True,
        ),
    )
    second = seasons.add_cascade_task(
        by=SYSTEM,
        season_id=world.season(),
        organisation_id=world.towns[0].node.id,
        line=TaskLine(
            title="“农村工作会议精神到我村”村村讲",
            due_on=start + timedelta(days=48),
            level="village",
            activity_type="discussion",
            topic_id=world.topic_ids[1],
            minutes=30,
        ),
    )
    world.tasks = [first, second]
